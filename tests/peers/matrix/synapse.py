"""The homeserver that the tests talk to: where it is, how to get it, and how it is run."""

import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
OWN = ROOT / ".venv-synapse"
LOCK = HERE / "synapse.lock"
DOMAIN = "demo.localhost"
PASSWORD = "a password for tests only"
START_SECONDS = 60

MISSING = """\
No Synapse was found, so Matrix cannot be tested against a real homeserver.
Any one of these helps:
  - make peers, which puts it into an environment of its own,
  - set LIAISON_SYNAPSE_PYTHON to the Python of an environment that has matrix-synapse."""

NO_LIMITS = "{per_second: 100000, burst_count: 100000}"
LOG = """\
version: 1
handlers: {file: {class: logging.FileHandler, filename: "%s/homeserver.log"}}
root: {level: WARNING, handlers: [file]}
disable_existing_loggers: false
"""


def python() -> Path | None:
    """The Python that has Synapse, if there is one."""
    named = os.environ.get("LIAISON_SYNAPSE_PYTHON")
    likely = Path(named) if named else OWN / "bin" / "python"
    if not likely.exists():
        return None
    asked = subprocess.run([likely, "-c", "import synapse"], capture_output=True, check=False)
    return likely if asked.returncode == 0 else None


def get() -> Path | None:
    """Find Synapse, or put it into an environment of its own."""
    found = python()
    if found or os.environ.get("LIAISON_SYNAPSE_PYTHON"):
        return found
    own = OWN / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", "--clear", OWN],
        [own, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", LOCK],
    ):
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        if done.returncode:
            sys.stdout.write(f"Getting Synapse failed: {done.stderr.strip()[-300:]}\n")
            return None
    return python()


@dataclass
class Synapse:
    """One homeserver with a folder of its own. It is ended by its process, never by its name."""

    python: Path
    limits: str = NO_LIMITS
    folder: Path = field(init=False)
    port: int = field(init=False)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        # In memory where that can be: what it keeps need not survive it.
        base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="liaison-synapse-", dir=base))
        self.port = _free_port()
        config = (HERE / "homeserver.yaml").read_text()
        for name, value in (
            ("port", str(self.port)), ("folder", str(self.folder)), ("limits", self.limits)
        ):  # fmt: skip
            config = config.replace(f"{{{name}}}", value)
        (self.folder / "homeserver.yaml").write_text(config)
        (self.folder / "log.yaml").write_text(LOG % self.folder)
        make_key = self.python.parent / "generate_signing_key"
        subprocess.run([make_key, "-o", self.folder / "signing.key"], check=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        command = [self.python, "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"]
        self._process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.address}/_matrix/client/versions", timeout=2).close()
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
            else:
                return
        log = self.folder / "homeserver.log"
        raise RuntimeError(
            f"Synapse did not start: {log.read_text()[-2000:] if log.exists() else ''}"
        )

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def register(self, name: str, *, is_admin: bool = False) -> str:
        """A new account; returns its user id."""
        nonce = self.call("GET", "/_synapse/admin/v1/register")["nonce"]
        parts = (nonce, name, PASSWORD, "admin" if is_admin else "notadmin")
        mac = hmac.new(b"for tests only", "\0".join(parts).encode(), hashlib.sha1)
        body = {
            "nonce": nonce,
            "username": name,
            "password": PASSWORD,
            "admin": is_admin,
            "mac": mac.hexdigest(),
            "inhibit_login": True,
        }
        return str(self.call("POST", "/_synapse/admin/v1/register", body)["user_id"])

    def call(
        self, verb: str, path: str, body: Mapping[str, Any] | None = None, token: str = ""
    ) -> dict[str, Any]:
        """Ask the homeserver directly, as an administrator at a keyboard would."""
        request = urllib.request.Request(
            self.address + path,
            method=verb,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                told: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as fault:
            with fault:
                raise RuntimeError(f"{fault.code} {fault.read().decode()[:300]}") from None
        return told


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
