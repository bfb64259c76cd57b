"""A real CalDAV server on this machine, for tests."""

import base64
import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

_MAKE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:set><D:prop><D:displayname>work</D:displayname></D:prop></D:set></C:mkcalendar>"
)


@dataclass(frozen=True, slots=True)
class Radicale:
    """The server, and one account on it."""

    address: str
    user: str = "ana"
    password: str = "x"

    def make(self, name: str) -> str:
        """A new calendar; returns its address."""
        address = f"{self.address}/{self.user}/{name}/"
        self.send("MKCALENDAR", address, _MAKE.encode(), "application/xml")
        return address

    def put(self, address: str, content: bytes) -> int:
        return self.send("PUT", address, content, "text/calendar; charset=utf-8")

    def send(self, method: str, address: str, body: bytes, kind: str) -> int:
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(
            address, body, {"Content-Type": kind, "Authorization": f"Basic {token}"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Radicale]:
    """The server, as long as this lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable, "-m", "radicale", "--config", "",
            "--server-hosts", f"127.0.0.1:{port}",
            "--storage-filesystem-folder", str(folder),
            "--auth-type", "none", "--logging-level", "error",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/.web/")
        yield Radicale(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(address: str) -> None:
    for _ in range(300):
        with (
            contextlib.suppress(URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(address, timeout=2),
        ):
            return
        time.sleep(0.1)
    raise TimeoutError("Radicale did not start.")
