"""A mail server on loopback that notes what it got, and lets the test act at the two worst moments of a delivery."""

from __future__ import annotations

import re
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Moment = Callable[[int], None]


def _nothing(number: int) -> None:
    return


class Mailbox(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as a client needs. `received` counts messages by Message-ID.

    `before` is called with the running number of a message when it is announced, `after` when it was taken in whole but
    is not confirmed yet.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.received: Counter[str] = Counter()
        self.announced = 0
        self.before: Moment = _nothing
        self.after: Moment = _nothing
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def announce(self) -> int:
        with self._lock:
            self.announced += 1
            number = self.announced
        self.before(number)
        return number

    def take(self, number: int, message: str) -> None:
        found = re.search(r"^Message-ID: (\S+)", message, re.MULTILINE)
        assert found is not None
        with self._lock:
            self.received[found[1]] += 1
        self.after(number)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed breaks its line: that is what this server is for."""


class _Dialogue(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("220 mailbox")
        for line in self.rfile:
            word = line[:4].upper().decode("ascii", "replace").strip()
            if word == "DATA":
                self._take_message()
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take_message(self) -> None:
        number = self.server.announce()
        self._say("354 go on")
        lines: list[bytes] = []
        for line in self.rfile:
            if line.rstrip(b"\r\n") == b".":
                self.server.take(number, b"".join(lines).decode("utf-8", "replace"))
                self._say("250 taken")
                return
            lines.append(line)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        thread = threading.Thread(target=mailbox.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield mailbox
        finally:
            mailbox.shutdown()
            thread.join()
