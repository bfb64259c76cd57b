"""Somebody at an independent client: matrix-js-sdk with its own cryptography, under Node.js."""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from adapters.matrix.rooms import account
from bot.conversation.messages import AccountRef
from tests import node
from tests.peers.matrix.synapse import PASSWORD, Synapse

HERE = Path(__file__).parent / "js"
PATIENCE = 30.0

MISSING = """\
No independent Matrix client was found, so what it makes of the bot cannot be tested.
It is a library from npm's registry, which could not be reached."""


def program() -> Path | str:
    """The Node.js to run the client under; why not, where it cannot be run."""
    found = node.node()
    if found is None:
        return node.MISSING
    return found.program if found.has(HERE) else MISSING


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
    async def arrives(cls, synapse: Synapse, name: str, program: Path) -> "ClientUser":
        user = synapse.register(f"{name}-{secrets.token_hex(3)}")
        process = await asyncio.create_subprocess_exec(
            program, "client.mjs", synapse.address, user, PASSWORD,
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
