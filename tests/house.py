"""The practice world for stories: people, rooms and a clock, against the real liaison."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from adapters.memory import Posted
from adapters.practice.stage import Stage
from adapters.practice.world import practice_world
from bot.conversation.messages import Words
from bot.followup.deadlines import Policy, load_policy
from nlp.pipeline import Pipeline, load

T = TypeVar("T")
START = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
"""A Tuesday morning: everybody's duty hours but New York's have begun."""


class House:
    """Tests read like a transcript. Everything waits until the liaison has nothing left to do."""

    def __init__(self, folder: Path, *, url: str | None = None, start: datetime = START) -> None:
        self._runner = asyncio.Runner()
        self.stage = Stage(
            folder,
            practice_world(),
            extract=pipeline().extract,
            policy=policy(),
            start=start,
            url=url,
        )
        self.wait(self.stage.begin())

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


@cache
def pipeline() -> Pipeline:
    return load()


@cache
def policy() -> Policy:
    return load_policy()
