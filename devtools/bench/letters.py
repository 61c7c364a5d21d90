"""Reminders: choosing, recording and delivering them, into a mail server of ours that throws everything away."""

import asyncio
import json
import threading
from typing import Any

from devtools.bench.jobs import Plan, Results, Wrong, put
from devtools.bench.servers import Bench

RECORDED = 10_000
ANSWERS = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Sink:
    """Speaks just enough SMTP, on loopback, in a thread; counts the letters."""

    def __enter__(self) -> "Sink":
        self.letters = 0
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        try:
            while line := await reader.readline():
                command = line[:4].upper()
                writer.write(ANSWERS.get(command, b"250 sink\r\n"))
                if command == b"DATA":
                    await reader.readuntil(b"\r\n.\r\n")
                    self.letters += 1
                    writer.write(b"250 thrown away\r\n")
                if command == b"QUIT":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def reminders(bench: Bench, plan: Plan, results: Results) -> dict[str, Any]:
    """Both sites in a process of their own, as a worker would; returns the product's statements."""
    with Sink() as sink:
        arguments = {"count": plan.reminders, "recorded": RECORDED}
        address = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        done = {
            "product": bench.product.run(
                "-m", "devtools.bench.club", "remind", json.dumps(arguments), environment=address
            )
        }
        sent = sink.letters
        floor = json.dumps(arguments | {"port": sink.port})
        done["floor"] = bench.floor.run("-m", "devtools.bench.floor", "remind", floor)
    if sent != done["product"]["sent"]:
        raise Wrong(f"{done['product']['sent']} letters counted as sent, {sent} arrived")
    for site in bench.sites:
        found = done[site.name]
        put(results, "reminders_per_second", site, found["count"] / found["send_s"])
        put(results, "reminders_cpu", site, found["send_cpu"] * 1000 / found["count"])
        put(results, "reminders_record", site, found["record_s"])
    for part in ("record", "send"):
        put(results, f"reminders_{part}_sql", bench.product, done["product"][f"{part}_sql"])
    return done["product"].pop("statements")
