"""The practice world for stories: people, rooms and a clock, against the real liaison."""

import asyncio
import atexit
import secrets
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.orm import Session

from adapters.memory import Posted
from adapters.practice.stage import Stage
from adapters.practice.world import practice_world
from bot.conversation.messages import Words
from bot.followup.deadlines import Policy, load_policy
from bot.liaison import Settings
from nlp.pipeline import Pipeline, load
from tests import postgres

T = TypeVar("T")
START = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
"""A Tuesday morning: everybody's duty hours but New York's have begun."""


class House:
    """Tests read like a transcript. Everything waits until the liaison has nothing left to do."""

    def __init__(
        self,
        folder: Path,
        *,
        url: str | None = None,
        start: datetime = START,
        settings: Settings | None = None,
    ) -> None:
        self._runner = asyncio.Runner()
        if start != START:
            self.stage = _stage(folder, url, start, settings)
            self.wait(self.stage.begin())
            return
        kind = "postgresql" if url is not None and url.startswith("postgresql") else "sqlite"
        furnished = _furnished(kind, url)
        furnished.hand_over(folder, url)
        self.stage = _stage(folder, url, furnished.left_at, settings)
        self.wait(self.stage.resume())

    @property
    def now(self) -> datetime:
        return self.stage.now

    def says(self, who: str, where: str, text: str, *, thread: str | None = None) -> str:
        """Somebody says something in a room, or ("private") to the bot. Returns the event."""
        return self.wait(self.stage.says(who, where, text, thread=thread))

    def asks(self, who: str, command: str) -> str:
        """Somebody gives a command in private; returns the bot's answer."""
        before = len(self.stage.reads(who))
        self.says(who, "private", command)
        answers = [p.text for p in self.stage.reads(who)[before:] if p.author is None]
        return answers[0] if answers else ""

    def edits(self, who: str, event: str, text: str) -> None:
        self.wait(self.stage.edits(who, event, text))

    def deletes(self, who: str, event: str) -> None:
        self.wait(self.stage.deletes(who, event))

    def taps(self, who: str, label: str, *, where: str = "private", text: str | None = None) -> str:
        """Somebody taps; returns what was shown to them alone."""
        shown: Words | None = self.wait(self.stage.taps(who, label, where=where, text=text))
        return shown.text if shown is not None else ""

    def passes(self, **length: float) -> None:
        """Time goes by."""
        self.wait(self.stage.passes(timedelta(**length)))

    def restarts(self) -> None:
        self.wait(self.stage.restart())

    def private(self, who: str) -> list[str]:
        """What the bot has told somebody alone, as it reads now."""
        return self.stage.heard_from_bot(who)

    def room(self, where: str = "#joint-harbour", who: str = "ada") -> list[str]:
        """What the bot says in a room, as it reads now."""
        return self.stage.heard_from_bot(who, where)

    def posted(self, where: str = "#joint-harbour", who: str = "ada") -> list[Posted]:
        """Everything of the bot's in a room, as it reads now."""
        return [p for p in self.stage.reads(who, where) if p.author is None]

    def read(self, look: Callable[[Session], T]) -> T:
        return self.wait(self.stage.liaison.read(look))

    def do(self, verb: Callable[[Session], T]) -> T:
        return self.wait(self.stage.liaison.do(verb))

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self.wait(self.stage.end())
        self._runner.close()


@dataclass(frozen=True)
class _Furnished:
    """A house as everybody moves in: furnished once, copied for each story."""

    folder: Path
    left_at: datetime
    database: str | None = None

    def hand_over(self, folder: Path, url: str | None) -> None:
        for file in self.folder.iterdir():
            shutil.copy(file, folder / file.name)
        if self.database is None or url is None:
            return
        postgres.make(make_url(url), template=self.database)


_made: dict[str, _Furnished] = {}


def _furnished(kind: str, url: str | None) -> _Furnished:
    if kind not in _made:
        folder = Path(tempfile.mkdtemp(prefix="liaison-house-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        database = f"liaison_house_{secrets.token_hex(6)}" if kind == "postgresql" else None
        own = None
        if database is not None and url is not None:
            place = make_url(url).set(database=database)
            postgres.make(place)
            own = place.render_as_string(hide_password=False)
        stage = _stage(folder, own, START)
        with asyncio.Runner() as runner:
            runner.run(stage.begin())
            runner.run(stage.end())
        _made[kind] = _Furnished(folder, stage.now, database)
    return _made[kind]


def tear_down(server: URL) -> None:
    """Remove the database that the furnished house stood in."""
    left = _made.pop("postgresql", None)
    if left is not None:
        postgres.drop(server.set(database=left.database))


def _stage(
    folder: Path, url: str | None, start: datetime, settings: Settings | None = None
) -> Stage:
    return Stage(
        folder,
        practice_world(),
        extract=pipeline().read,
        policy=policy(),
        start=start,
        url=url,
        settings=settings,
    )


@cache
def pipeline() -> Pipeline:
    return load()


@cache
def policy() -> Policy:
    return load_policy()
