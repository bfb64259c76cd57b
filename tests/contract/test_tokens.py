"""Every control the bot puts before somebody is understood when they tap it at once."""

import ast
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

import pytest
from sqlalchemy.orm import Session

from adapters.memory import MemoryChat
from adapters.practice import script, stage
from bot import questions
from bot.conversation import taps
from bot.conversation.messages import AccountRef, Control, Tap, Words
from bot.errors import UserError
from bot.governance import access
from bot.liaison import Liaison
from bot.wording import asking, conversation, meetings
from tests.house import pipeline, policy

LOST: Final = (
    conversation.no_longer_there(),
    meetings.control_is_stale(),
    asking.card_is_gone(),
    "is no answer here",
    "I can show you no",
)
"""What somebody reads whose tap means nothing."""

FURTHER: Final = Path(__file__).with_name("every_control.toml")
"""A rehearsal of our own, for the controls that those for readers never show."""
REHEARSALS: Final = (*sorted(Path("docs/rehearsals").glob("*.toml")), FURTHER)
TAKES_LONGER: Final = {"review:open", "review:keep", "subject:notice", "said:open"}
IN_A_BROWSER: Final = {"why:open", "watch:show", "watch:end", "off"}
"""What comes up after most of a year, after a correction, in a chat that keeps private messages
readable, or on a desk in a browser alone: tapped in the tests of these."""


@dataclass
class Tapped:
    """The verb of every control that was tapped, and the controls that meant nothing."""

    verbs: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)


@pytest.fixture
def tapped(monkeypatch: pytest.MonkeyPatch) -> Tapped:
    """Each control is tapped as soon as it appears, by everybody who sees it, and undone."""
    tapped = Tapped()
    monkeypatch.setattr(_Tapping, "tapped", tapped, raising=False)
    monkeypatch.setattr(stage, "Liaison", _Tapping)
    return tapped


@pytest.mark.timeout(600)  # it plays every rehearsal
def test_every_control_is_understood(tapped: Tapped) -> None:
    for path in REHEARSALS:
        rehearsal = script.read(path)
        played = asyncio.run(script.play(rehearsal, extract=pipeline().read, policy=policy()))
        assert played.failures == []
    assert tapped.lost == []
    assert set(_written()) - tapped.verbs == TAKES_LONGER | IN_A_BROWSER


def test_a_control_that_means_nothing_is_found(
    tapped: Tapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = {area: handler for area, handler in questions.TAPS.items() if area != "rsvp"}
    monkeypatch.setattr(questions, "TAPS", deaf)
    asyncio.run(script.play(script.read(FURTHER), extract=pipeline().read, policy=policy()))
    assert tapped.lost


class _Tapping(Liaison):
    """Tries each control as soon as it is there; nothing of it is kept."""

    tapped: ClassVar[Tapped]
    _seen = 0

    async def work(self) -> None:
        await super().work()
        for chat in self._chats.values():
            assert isinstance(chat, MemoryChat)
            fresh, self._seen = chat.versions[self._seen :], len(chat.versions)
            for posted in fresh:
                if posted.author is None and chat.find(posted.event) == posted:
                    for reader in chat.present(posted.address):
                        await self._try_all(reader, posted.controls)

    async def tap(self, tap: Tap) -> Words | None:
        shown = await super().tap(tap)
        if shown is not None:
            await self._try_all(tap.by, shown.controls)
        return shown

    async def _try_all(self, reader: AccountRef, controls: tuple[Control, ...]) -> None:
        for control in controls:
            tap = Tap(reader, control.token, fields={"text": "Fri 1400Z"})
            try:
                await self.do(lambda session, tap=tap: self._try(session, tap))  # type: ignore[misc]  # bound early
            except _Undone as undone:
                text = str(undone)
            else:
                raise AssertionError("a tap that is only tried was kept")
            area, *_, verb = control.token.split(":")[:3]
            self.tapped.verbs |= {verb, f"{area}:{verb}"}
            if any(lost in text for lost in LOST):
                self.tapped.lost.append(f"{reader.user} [{control.label}] {control.token}: {text}")

    def _try(self, session: Session, tap: Tap) -> None:
        chance = session.info["chance"]
        state = chance.getstate()
        try:
            officer = access.officer_of(session, tap.by)
            shown = taps.handle(session, officer, tap, self.now()) if officer else None
        except UserError as mistake:
            raise _Undone(str(mistake)) from mistake
        finally:
            chance.setstate(state)
        raise _Undone(shown.text if shown else "")


class _Undone(Exception):
    """A tap was tried: the unit of work ends without effect."""


def _written() -> Iterator[str]:
    """Every verb that stands in the source behind the word for a control and its code."""
    for path in Path("bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="Control"), args=[_, ast.JoinedStr(values=parts), *_]
                ):
                    spelt = "".join(
                        str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts
                    ).split(":")
                    area, verb = spelt[0], spelt[1] if spelt[0] == "*" else spelt[2]
                    if "*" not in verb:
                        yield verb if area == "*" else f"{area}:{verb}"
