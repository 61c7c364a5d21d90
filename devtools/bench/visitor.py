"""A small browser without a screen: one person's cookies and one kept-alive connection, on loopback only."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 120.0  # seconds for one answer; a run is bounded whatever the server does
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    leads_on: bool  # htmx: the whole page goes elsewhere
    body: bytes
    seconds: float


@dataclass
class Visitor:
    port: int
    session: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    requests: int = 0
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    def __post_init__(self) -> None:
        if self.session:
            self.cookies["sessionid"] = self.session

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def get(self, path: str) -> Answer:
        answer = await self._ask("GET", path)
        if found := TOKEN.search(answer.body):
            self.token = found[1].decode()
        return answer

    async def post(self, path: str, *, referer: str, htmx: bool = False, **fields: str) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode()
        origin = f"http://127.0.0.1:{self.port}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            "Origin": origin,
            "Referer": origin + referer,
        }
        if htmx:
            headers["HX-Request"] = "true"
        return await self._ask("POST", path, headers, body)

    async def _ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
        lines = {
            "Host": f"127.0.0.1:{self.port}",
            "Accept": "text/html",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        } | (headers or {})
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        started = time.perf_counter()
        self.requests += 1
        async with asyncio.timeout(PATIENCE):
            status, got, content = await self._exchange(head.encode() + b"\r\n" + body)
        return Answer(status, got.get("location", ""), "hx-redirect" in got, content, time.perf_counter() - started)

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """On the open connection; on a fresh one if the server had closed it meanwhile (it keeps them two seconds)."""
        kept = self._writer is not None
        try:
            if not kept:
                await self.open()
            return await self._send(request)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            if not kept or getattr(error, "partial", b""):
                raise
        await self.open()
        return await self._send(request)

    async def _send(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        assert self._reader is not None and self._writer is not None
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in head[1:-2]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                self._keep(value)
            headers[name.lower()] = value
        body = await self._body(headers)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return int(head[0].split()[1]), headers, body

    async def _body(self, headers: dict[str, str]) -> bytes:
        assert self._reader is not None
        if headers.get("transfer-encoding") != "chunked":
            return await self._reader.readexactly(int(headers.get("content-length", 0)))
        parts = []
        while size := int(await self._reader.readline(), 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readline()
        await self._reader.readline()
        return b"".join(parts)

    def _keep(self, cookie: str) -> None:
        pair, *attributes = cookie.split(";")
        name, _, value = pair.partition("=")
        if any(attribute.strip().lower() == "max-age=0" for attribute in attributes):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value
