"""An independent client under Node: where Node is, and a person who uses the client."""

import asyncio
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from adapters.matrix.rooms import account
from bot.conversation.messages import AccountRef
from tests.peers.matrix.synapse import PASSWORD, Synapse

HERE = Path(__file__).parent / "js"
OLDEST = 20
PATIENCE = 30.0

MISSING = f"""\
No independent Matrix client was found, so what it makes of the bot cannot be tested.
It needs Node.js {OLDEST} or newer (LIAISON_NODE names another) and a library: make matrix-peers"""


def node() -> str | None:
    """The Node that the client runs under, if it is there and new enough."""
    found = os.environ.get("LIAISON_NODE") or shutil.which("node")
    if not found:
        return None
    asked = subprocess.run([found, "--version"], capture_output=True, check=False, text=True)
    version = re.match(r"v(\d+)\.", asked.stdout)
    return found if version and int(version[1]) >= OLDEST else None


def client() -> str | None:
    """The Node to run the client under, if the client's library is there, too."""
    return node() if (HERE / "node_modules" / "matrix-js-sdk").is_dir() else None


def get() -> str | None:
    """Find the client, or fetch its library as locked."""
    if client() is None and node() is not None and shutil.which("npm"):
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=HERE, capture_output=True, check=False, text=True)
        if done.returncode:
            sys.stdout.write(f"Getting matrix-js-sdk failed: {done.stderr.strip()[-300:]}\n")
    return client()


class ClientUser:
    """Somebody at an independent client."""

    def __init__(self, user: str, process: asyncio.subprocess.Process) -> None:
        self.user = user
        self.told: list[dict[str, Any]] = []
        self._process = process
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def arrives(cls, synapse: Synapse, name: str, node: str) -> "ClientUser":
        user = synapse.register(f"{name}-{secrets.token_hex(3)}")
        process = await asyncio.create_subprocess_exec(
            node, "client.mjs", synapse.address, user, PASSWORD,
            cwd=HERE, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, limit=2**24,
        )  # fmt: skip
        person = cls(user, process)
        await person.hears(lambda told: told.get("event") == "ready")
        return person

    @property
    def account(self) -> AccountRef:
        return account(self.user)

    async def do(self, verb: str, **rest: Any) -> dict[str, Any]:
        """Have the client do something; returns what came of it."""
        number = len(self._answers) + 1
        self._answers[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        line = json.dumps({"id": number, "verb": verb, **rest})
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()
        answer = await asyncio.wait_for(self._answers[number], PATIENCE)
        assert answer["ok"], answer
        return answer

    async def hears(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first thing told, now or soon, of which this holds."""
        async with asyncio.timeout(PATIENCE), self._news:
            while True:
                for told in self.told:
                    if holds(told):
                        return told
                await self._news.wait()

    async def reads(
        self, room: str | None, text: str, *, of: str = "m.room.message"
    ) -> dict[str, Any]:
        """The first message in which these words stand, in this room or any."""

        def is_it(told: dict[str, Any]) -> bool:
            if told.get("event") != "message" or told["type"] != of or told["failed"]:
                return False
            new = told["content"].get("m.new_content") or told["content"]
            return room in (None, told["room"]) and text in json.dumps(new, ensure_ascii=False)

        return await self.hears(is_it)

    async def closes(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            if "id" in told:
                self._answers[told["id"]].set_result(told)
                continue
            async with self._news:
                self.told.append(told)
                self._news.notify_all()
