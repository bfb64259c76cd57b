"""Several processes that share one database, stopped and killed at random, and what must hold.

`python -m tests.faults.shared --workers 4 --messages 2000 --faults 100` does it for long.
"""

import argparse
import asyncio
import contextlib
import heapq
import json
import multiprocessing
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import URL

from bot.conversation.messages import AccountRef, Inbound, Words
from bot.conversation.ports import Clock
from bot.errors import ChatUnavailable
from bot.liaison import Liaison
from bot.practice import guests
from storage.database import Store, open_store, upgrade
from tests import postgres
from tests.faults import killed
from tests.faults.killed import PLATFORM, PRELOADED, ROOM, ForgetfulChat, text
from tests.house import START, pipeline, policy

log = structlog.get_logger()

FASTER = 10
"""The clock of the story runs so much faster than ours: a lease ends after six seconds."""
LONGEST_STOP = 9.0
"""Seconds of ours: longer than words are held for whoever says them."""
TOLD_AGAIN = 1.0
"""Seconds after which a platform tells again what nobody acknowledged."""
PATIENCE = 240.0
_AUTHORS = ("ada", "bela", "aron")
_KILLED_EACH = 3
"""Of so many that are hurt one is killed; the others are stopped for a while."""
MASTER, NEXT_MASTER = b"for a test only, and never kept!", b"the one that is used after that!"


@dataclass
class Platform:
    """The one chat that all the workers are connected to. It lives on while they die."""

    chat: ForgetfulChat
    messages: int
    chance: random.Random
    acknowledged: list[str] = field(default_factory=list)
    is_over: bool = False
    here: set[int] = field(default_factory=set)
    _waiting: list[tuple[float, int, Inbound]] = field(default_factory=list)
    _numbers: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def serve(self, listener: Listener) -> None:
        """Answer whoever connects, until the listener is closed."""
        while True:
            try:
                connection = listener.accept()
            except (OSError, EOFError):
                if self.is_over:
                    return
                continue
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def post(self, now: datetime) -> None:
        """Somebody says the next thing."""
        with self._lock:
            number = self.posted
            author = AccountRef(PLATFORM, self.chat.home, _AUTHORS[number % len(_AUTHORS)])
            said = self.chat.post(author, ROOM, text(number), now=now)
            for _ in range(self.chance.choice((1, 1, 1, 2))):  # some are told to two at once
                self._tell(said, 0)

    @property
    def posted(self) -> int:
        return sum(each.author is not None for each in self.chat.posted)

    def keeps_more_than(self, number: int) -> bool:
        """Whether more than so many messages were acknowledged."""
        return len(set(self.acknowledged)) > number

    def _answer(self, connection: Connection) -> None:
        with contextlib.suppress(EOFError, OSError), connection:
            while True:
                verb, arguments = connection.recv()
                connection.send(self._done(verb, arguments))

    def _done(self, verb: str, arguments: Sequence[Any]) -> Any:
        if verb in ("say", "revise") and self.chance.random() < 0.02:
            time.sleep(self.chance.random() * LONGEST_STOP)  # A chat that hangs.
        with self._lock:
            try:
                match verb:
                    case "heard":
                        self.here.update(arguments)
                        return self._heard()
                    case "keep":
                        self.acknowledged += arguments
                        return None
                    case "say":
                        key, address, words, thread = arguments
                        return asyncio.run(self.chat.say(key, address, words, thread=thread))
                    case _:
                        return asyncio.run(getattr(self.chat, verb)(*arguments))
            except Exception as fault:
                return fault

    def _heard(self) -> list[Inbound] | None:
        """What is told to whoever asks now; `None` when all is over."""
        if self.is_over:
            return None
        told = []
        while self._waiting and self._waiting[0][0] <= time.monotonic() and len(told) < 8:
            _, _, inbound = heapq.heappop(self._waiting)
            if inbound.event not in self.acknowledged:
                told.append(inbound)
                self._tell(inbound, TOLD_AGAIN)
        return told

    def _tell(self, inbound: Inbound, after: float) -> None:
        self._numbers += 1
        heapq.heappush(self._waiting, (time.monotonic() + after, self._numbers, inbound))


class FarChat:
    """The platform as a worker sees it: over a connection that may be slow or break."""

    platform = PLATFORM

    def __init__(self, address: str) -> None:
        self._address = address
        self._lines: list[Connection] = []

    async def say(self, key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        return await self.ask("say", key, address, words, thread)

    async def revise(self, key: str, address: str, event: str, words: Words) -> None:
        await self.ask("revise", key, address, event, words)

    async def retract(self, key: str, address: str, event: str) -> None:
        await self.ask("retract", key, address, event)

    async def members(self, address: str) -> Sequence[AccountRef]:
        return await self.ask("members", address)

    async def private_room(self, account: AccountRef) -> str | None:
        return await self.ask("private_room", account)

    async def find_said(
        self,
        key: str,
        address: str,
        *,
        thread: str | None = None,
        since: datetime | None = None,
    ) -> str | None:
        return await self.ask("find_said", key, address)

    async def ask(self, verb: str, *arguments: Any) -> Any:
        answer = await asyncio.to_thread(self._asked, verb, arguments)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _asked(self, verb: str, arguments: Sequence[Any]) -> Any:
        try:
            line = self._lines.pop() if self._lines else Client(self._address, "AF_UNIX")
            line.send((verb, arguments))
            answer = line.recv()
        except (OSError, EOFError) as fault:
            return ChatUnavailable(type(fault).__name__)
        self._lines.append(line)
        return answer


def work(folder: Path, *, careless: bool) -> None:
    """One worker's life: it may be stopped, or end, at any moment. *careless* is the control."""
    asyncio.run(_live(folder, careless=careless))


def survive(
    folder: Path, server: URL, *, workers: int, messages: int, faults: int, seed: int,
    careless: bool = False, rotates: bool = False,
) -> list[str]:  # fmt: skip
    """Let so many workers hear so many messages while so often one of them is stopped or killed.

    Where it *rotates*, the master key is another after a third, and the old one opens nothing
    after two. Returns all that is wrong in the end.
    """
    chance = random.Random(seed)
    platform = _prepared(folder, server, messages, chance)
    with contextlib.closing(Listener(str(folder / "chat"), "AF_UNIX", 64)) as listener:
        threading.Thread(target=platform.serve, args=(listener,), daemon=True).start()
        with _opened(folder) as store, _Crew(folder, workers, careless=careless) as crew:
            _wait(lambda: len(platform.here) >= workers)
            for number in range(messages):
                if rotates and number == messages // 3:
                    store.keyring.rotate(NEXT_MASTER)
                    _write(folder, master=NEXT_MASTER.decode())
                if rotates and number == messages * 2 // 3:
                    crew.begins_anew()
                    store.keyring.retire()
                platform.post(_clock(folder)())
                time.sleep(chance.random() * 0.06)
                if careless:  # On a slow machine, too, they must have something to lose.
                    _wait(lambda n=number: crew.sleeps() or platform.keeps_more_than(n))  # type: ignore[misc]  # bound early
                if chance.random() * (messages - number) < faults:
                    faults -= 1
                    crew.hurt(chance)
            _await_the_end(store, folder, platform, crew)
        with _opened(folder) as store, store.reading() as session:
            return killed.faults(session, platform.chat, platform.acknowledged)


class _Crew:
    """The workers, each of which is begun anew when it was killed."""

    def __init__(self, folder: Path, workers: int, *, careless: bool) -> None:
        self._folder, self._careless = folder, careless
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOADED)
        self._asleep: dict[int, float] = {}
        self._hurt = 0
        self._working = [self._begun() for _ in range(workers)]

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._working:
            if child.pid in self._asleep:
                os.kill(child.pid, signal.SIGCONT)
            child.join(5)
            child.kill()
            child.join()

    def hurt(self, chance: random.Random) -> None:
        """Kill one of them, or stop it for a while."""
        self.wake()
        place = chance.randrange(len(self._working))
        child = self._working[place]
        assert child.pid is not None
        self._hurt += 1
        if self._hurt % _KILLED_EACH == 0:
            self._begin_anew(place)
        else:
            os.kill(child.pid, signal.SIGSTOP)
            self._asleep[child.pid] = time.monotonic() + chance.random() * LONGEST_STOP

    def begins_anew(self) -> None:
        """Everybody is killed, and begun with what is configured now."""
        for place in range(len(self._working)):
            self._begin_anew(place)

    def wake(self) -> bool:
        """Let those go on whose time has come. Returns whether all are awake."""
        for pid, until in [*self._asleep.items()]:
            if until <= time.monotonic():
                os.kill(pid, signal.SIGCONT)
                del self._asleep[pid]
        return not self._asleep

    def sleeps(self) -> bool:
        """Whether nobody is awake."""
        return len(self._asleep) == len(self._working)

    def is_whole(self) -> bool:
        """Whether nobody ended who should not have."""
        return all(child.exitcode is None for child in self._working)

    def _begin_anew(self, place: int) -> None:
        child = self._working[place]
        assert child.pid is not None
        self._asleep.pop(child.pid, None)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        self._working[place] = self._begun()

    def _begun(self) -> BaseProcess:
        child = self._context.Process(
            target=work, args=(self._folder,), kwargs={"careless": self._careless}
        )
        child.start()
        return child


def _await_the_end(store: Store, folder: Path, platform: Platform, crew: _Crew) -> None:
    clock, until = _clock(folder), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        is_awake = crew.wake()
        assert crew.is_whole(), "a worker ended by itself"
        with store.reading() as session:
            is_idle = not killed.waits(session, clock())
        if is_awake and is_idle and platform.keeps_more_than(platform.messages - 1):
            platform.is_over = True
            return
        time.sleep(0.05)
    platform.is_over = True
    with store.reading() as session:
        raise AssertionError(f"they did not come to an end: {killed.left(session)}")


def _wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not ready() and time.monotonic() < until:
        time.sleep(0.05)


def _prepared(folder: Path, server: URL, messages: int, chance: random.Random) -> Platform:
    """The practice world in a database of its own, and the chat in which it is heard."""
    story = {"began": time.time(), "master": MASTER.decode()}
    for use in ("data", "keyring"):
        url = server.set(database=f"liaison_shared_{secrets.token_hex(6)}")
        postgres.make(url)
        story[use] = url.render_as_string(hide_password=False)
    _write(folder, **story)
    chat = ForgetfulChat(_clock(folder))
    with _opened(folder) as store:
        upgrade(store.engine)
        now = _clock(folder)()
        with store.begin() as session:
            session.info["policy"] = policy()
            killed.furnish(session, messages, now)
        with store.reading() as session:
            for address, accounts in guests(session, PLATFORM).items():
                for account in accounts:
                    chat.join(account, address, now=now)
    return Platform(chat, messages, chance)


async def _live(folder: Path, *, careless: bool) -> None:
    with _opened(folder) as store:
        chat = FarChat(str(folder / "chat"))
        liaison = Liaison(
            store, extract=pipeline().read, clock=_clock(folder), policy=policy(), chats=[chat]
        )
        working = asyncio.create_task(_work(liaison))
        heap: list[Inbound] = []
        while (told := await chat.ask("heard", os.getpid())) is not None:
            events = [each.event for each in told]
            if careless:
                heap += told
            elif told:
                await liaison.hear(told)
            await chat.ask("keep", *events)
            await asyncio.sleep(0.02)
        await liaison.hear(heap)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await liaison.close()


async def _work(liaison: Liaison) -> None:
    """Work until cancelled. As under the heartbeat, what failed is told and tried again."""
    while True:
        try:
            await killed.work(liaison)
        except Exception as fault:
            log.error("a beat failed", fault=type(fault).__name__, why=str(fault)[:200])


def _story(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "story.json").read_text())
    return told


def _write(folder: Path, **told: Any) -> None:
    """Whole or not at all, whoever reads it meanwhile."""
    file, part = folder / "story.json", folder / "story.part"
    part.write_text(json.dumps({**(_story(folder) if file.exists() else {}), **told}))
    part.rename(file)


def _clock(folder: Path) -> Clock:
    began: float = _story(folder)["began"]
    return lambda: START + timedelta(seconds=FASTER * (time.time() - began))


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[Store]:
    story, master = _story(folder), _story(folder)["master"].encode()
    opened = open_store(story["data"], keyring_url=story["keyring"], master=master)
    with contextlib.closing(opened) as store:
        yield store


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--careless", action="store_true", help="the control, which must fail")
    given = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="liaison-shared-"))
    began = time.monotonic()
    with postgres.server() as server:
        found = survive(
            folder,
            server,
            workers=given.workers,
            messages=given.messages,
            faults=given.faults,
            seed=given.seed,
            careless=given.careless,
        )
    took = f"{given.workers} workers, {given.messages} messages, {given.faults} stops and kills"
    seconds = f"{time.monotonic() - began:.0f} s"
    lines = [f"{took}, {seconds}: {len(found)} faults", *(f"  {each}" for each in found[:50])]
    sys.stdout.write("\n".join(lines) + "\n")
    if not found:
        shutil.rmtree(folder)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
