"""A mail server to be told how to behave: it speaks SMTP on loopback in a thread, and keeps what it has taken."""

import socket
import socketserver
import threading
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

# What it answers to a command, by the command; a callable decides by the line. None hangs up without a word.
Answer = str | None | Callable[[str], str | None]


class MailServer:
    """`answers["RCPT"] = "450 later"` and so on for MAIL, RCPT, DATA and "." (the end of the letter). `taken` holds the
    letters it said 250 to, `heard` those that reached it whole, whatever it answered."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.pauses: dict[str, threading.Event] = {}  # a command waits for its event, or for the client to give up
        self.taken: list[Any] = []
        self.heard: list[Any] = []
        self.lock = threading.Lock()

    def __enter__(self) -> "MailServer":
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.talk(self)

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for pause in self.pauses.values():
            pause.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def ids(self) -> list[str]:
        with self.lock:
            return [letter["Message-ID"] for letter in self.taken]

    def talk(self, client: Any) -> None:
        try:
            if self.say(client, "HELLO", "220 here") is None:
                return
            while line := client.rfile.readline():
                words = line.decode("utf-8", "replace").strip()
                command = words[:4].upper()
                if command == "QUIT":
                    client.wfile.write(b"221 bye\r\n")
                    return
                usual = "354 go on" if command == "DATA" else "250 fine"
                said = self.say(client, command, usual, words)
                if said is None:
                    return
                if command == "DATA" and said.startswith("354") and not self.letter(client):
                    return
        except OSError:
            pass

    def say(self, client: Any, command: str, usual: str, words: str = "") -> str | None:
        """What it answered; None when it hung up instead."""
        answer = self.decide(command, usual, words)
        if answer is None:
            client.connection.shutdown(socket.SHUT_RDWR)
            return None
        client.wfile.write(f"{answer}\r\n".encode())
        return answer

    def decide(self, command: str, usual: str, words: str) -> str | None:
        if command in self.pauses:
            self.pauses[command].wait(30)
        answer = self.answers.get(command, usual)
        return answer(words) or usual if callable(answer) else answer

    def letter(self, client: Any) -> bool:
        """A letter that it takes is taken, whether or not its answer finds anybody at the other end."""
        lines = []
        while (line := client.rfile.readline()) and line != b".\r\n":
            lines.append(line)
        if not line:
            return False  # the client was gone before it had said everything
        letter = message_from_bytes(b"".join(lines))
        with self.lock:
            self.heard.append(letter)
        answer = self.decide(".", "250 taken", str(letter["To"]))
        if answer is None:
            client.connection.shutdown(socket.SHUT_RDWR)
            return False
        if answer.startswith("250"):
            with self.lock:
                self.taken.append(letter)
        client.wfile.write(f"{answer}\r\n".encode())
        return True
