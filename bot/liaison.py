"""The bot as the outside sees it.

This is the only place where a unit of work begins and ends, where a worker thread is used and where
the clock is read. Everything below it is plain synchronous code.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import questions
from bot.casework import calibration
from bot.conversation import commands, delivering, inbox, intake, rooms, taps, understanding
from bot.conversation.grammar import Asked
from bot.conversation.messages import AccountRef, Inbound, Tap, Words
from bot.conversation.ports import Chat, Clock, Extract
from bot.errors import CalendarUnavailable, UserError
from bot.followup import digests, dues
from bot.followup.deadlines import Policy
from bot.governance import access, ledger, retention, visits
from bot.meetings import busy
from bot.meetings.busy import BusyTimes
from storage.database import Store
from storage.models import Officer

T = TypeVar("T")
UNDERSTAND_AT_ONCE = 256
HEAR_AT_ONCE = 512
WAITS_FOR = 5.0
"""Seconds for which what was heard waits until a chat has said what it has to say."""

_log = structlog.get_logger()


@dataclass(slots=True)
class _Waiting:
    inbounds: Sequence[Inbound]
    cursor: tuple[str, str] | None
    done: asyncio.Future[None]


class Liaison:
    """Hears, understands, answers, ticks, delivers."""

    def __init__(
        self,
        store: Store,
        *,
        extract: Extract,
        clock: Clock,
        policy: Policy,
        chats: Sequence[Chat] = (),
        calendars: Mapping[str, Sequence[BusyTimes]] | None = None,
        settings: "Settings | None" = None,
    ) -> None:
        self._store = store
        self._extract = extract
        self._clock = clock
        self._chats: dict[str, Chat] = {chat.platform: chat for chat in chats}
        self._calendars = calendars or {}
        self.settings = settings or Settings()
        self._ambient: dict[str, Any] = {
            "policy": policy,
            "kinds": questions.KINDS,
            "taps": questions.TAPS,
            "commands": questions.COMMANDS,
            "forms": questions.FORMS,
            "extract": extract,
            "settings": self.settings,
        }
        # One thread writes and one reads: SQLite has one writer, and the interpreter one lock.
        self._writer = ThreadPoolExecutor(1, "liaison-write")
        self._reader = ThreadPoolExecutor(2, "liaison-read")
        self._inbox: list[_Waiting] = []
        self._hearing: asyncio.Task[None] | None = None
        self._working = asyncio.Lock()
        self._delivering: dict[str, asyncio.Task[int]] = {}
        self.woken = asyncio.Event()

    def now(self) -> datetime:
        """What time it is for everything below."""
        return self._clock()

    def speak_by(self, chat: Chat) -> None:
        """Say by this chat, from now on, what waits for its platform."""
        self._chats[chat.platform] = chat
        self.woken.set()

    async def hear(
        self, inbounds: Sequence[Inbound], cursor: tuple[str, str] | None = None
    ) -> None:
        """Keep what a platform told. When this returns, the platform may forget it.

        Callers that come at the same time share one commit.
        """
        waiting = _Waiting(inbounds, cursor, asyncio.get_running_loop().create_future())
        self._inbox.append(waiting)
        if self._hearing is None or self._hearing.done():
            self._hearing = asyncio.create_task(self._hear_waiting())
        await waiting.done
        self.woken.set()

    async def tap(self, tap: Tap) -> Words | None:
        """Somebody tapped. Returns what is shown to them alone.

        Raises `UserError` with a text for them; a stranger is never answered.
        """
        now = self.now()
        return await self._show_alone(
            tap.by, lambda session, officer: taps.handle(session, officer, tap, now)
        )

    async def command(
        self, by: AccountRef, text: str, *, address: str = "", is_vouched: bool = True
    ) -> Words | None:
        """Somebody gave a command that is no message. Returns what is shown to them alone.

        *address* is the room they gave it in. It *is_vouched* for by their chat, or was given where
        the chat's word was taken once. Raises `UserError` with a text for them; a stranger is never
        answered.
        """
        now = self.now()

        def work(session: Session, officer: Officer) -> Words:
            room = rooms.at(session, by.platform, address)
            asked = Asked(officer, "", now, room, by=by if is_vouched else None)
            return commands.answered(session, officer, text, asked)

        return await self._show_alone(by, work)

    async def understand(self) -> int:
        """Make sense of what waits. Returns how many messages were worked through.

        What comes next is read while what was read is settled.
        """
        worked = 0
        read = await self._read_next(())
        while read:
            settling = asyncio.create_task(
                self.do(partial(understanding.settle, heard=read, now=self.now()))
            )
            try:
                read = await self._read_next([message_id for message_id, _ in read])
            finally:
                worked += await settling
        return worked

    async def _read_next(self, settling: Sequence[int]) -> list[tuple[int, understanding.Read]]:
        """What the next messages that wait say, without those that are being settled."""
        look, find = (self.do, inbox.take) if self._store.is_shared else (self.read, inbox.waiting)
        waiting = await look(
            lambda session: find(session, self.now(), UNDERSTAND_AT_ONCE, without=settling)
        )
        if not waiting:
            return []
        found = await self._in_thread(
            self._reader, partial(understanding.read, self._extract, waiting)
        )
        return [(message.id, read) for message, read in zip(waiting, found, strict=True)]

    async def tick(self, limit: int = 200) -> int:
        """Do what is due. Returns how many promises were looked at, and rooms announced to."""
        now = self.now()
        return await self.do(
            lambda session: (
                rooms.announce(session, now) + dues.fire_due(session, now, questions.DUES, limit)
            )
        )

    async def next_due_at(self) -> datetime | None:
        """When something is due next, if ever."""
        platforms = list(self._chats)
        return await self.read(
            lambda session: delivering.next_due_at(session, self.now(), platforms)
        )

    async def deliver(self) -> int:
        """Say what waits for our chats, by turns. Returns how many were settled.

        No chat waits for another, and a chat that hangs is not waited for: it goes on by itself.
        """
        begun = [
            (platform, asyncio.create_task(delivering.deliver(self, chat)))
            for platform, chat in self._chats.items()
            if platform not in self._delivering
        ]
        self._delivering.update(begun)
        if begun:
            await asyncio.wait([saying for _, saying in begun], timeout=WAITS_FOR)
        done = [each for each, saying in self._delivering.items() if saying.done()]
        return sum([self._delivering.pop(each).result() for each in done])

    async def work(self) -> None:
        """Understand, tick and deliver until nothing waits now."""
        async with self._working:
            while await self.understand() + await self.tick() + await self.deliver():
                pass

    async def settled(self) -> None:
        """Wait until what is under way is finished."""
        async with self._working:
            await asyncio.gather(*self._delivering.values(), return_exceptions=True)

    async def read_calendars(self) -> int:
        """Ask people's own calendars when they are busy. Returns how many people's were read.

        A calendar that cannot be read now leaves standing what was known of its owner.
        """
        count = 0
        for slug, calendars in self._calendars.items():
            now = self.now()
            zone = await self.read(partial(_zone_of, slug=slug))
            if zone is None:
                continue
            try:
                found = [await each.busy(now, now + busy.LOOKS_AHEAD, zone) for each in calendars]
            except CalendarUnavailable as fault:
                _log.warning("a calendar could not be read", fault=str(fault))
                continue
            merged = [interval for each in found for interval in each]
            await self.do(partial(_keep_busy, slug=slug, found=merged, now=now))
            count += 1
        return count

    async def keep_house(self) -> None:
        """What is done now and then: roots of the ledger, reviews, retention, keys destroyed; what
        decisions taught about names; digests promised to whom their agency gives one; desks in
        browsers closed in time."""
        now = self.now()
        line = await self.do(lambda session: ledger.add_root(session, now))
        if self.settings.anchor is not None:
            with self.settings.anchor.open("a", encoding="ascii") as anchor:
                anchor.write(line + "\n")
        is_complete = False
        while not is_complete:
            purged = await self.do(
                lambda session: retention.purge(
                    session, now, policy_days=self.settings.keep_messages_days
                )
            )
            is_complete = purged.is_complete
        await self.do(lambda session: digests.promise_missing(session, now))
        await self.do(lambda session: calibration.review(session, now))
        await self.do(lambda session: visits.sweep(session, now=now))
        await self._in_thread(self._writer, lambda: retention.carry_out(self._store, now))

    async def read(self, look: Callable[[Session], T]) -> T:
        """Look at something without changing it."""

        def reading() -> T:
            with self._store.reading() as session:
                session.info.update(self._ambient)
                return look(session)

        return await self._in_thread(self._reader, reading)

    async def do(self, verb: Callable[[Session], T]) -> T:
        """Run *verb* as one unit of work: all of it happens, or none."""
        return await self._in_thread(self._writer, lambda: self.do_now(verb))

    def do_now(self, verb: Callable[[Session], T]) -> T:
        """As `do`, for callers without an event loop: the command line, tests."""
        with self._store.begin() as session:
            session.info.update(self._ambient)
            return verb(session)

    async def close(self) -> None:
        """End the threads. The store stays open: whoever opened it closes it."""
        if self._hearing is not None:
            await self._hearing
        await self.settled()
        self._writer.shutdown()
        self._reader.shutdown()

    async def _show_alone(
        self, by: AccountRef, verb: Callable[[Session, Officer], Words | None]
    ) -> Words | None:
        def work(session: Session) -> Words | UserError | None:
            officer = access.officer_of(session, by)
            if officer is None:
                return None
            try:
                words = verb(session, officer)
                return words and words.timed(ZoneInfo(officer.zone), self.now())
            except UserError as mistake:
                return mistake  # A refusal is kept on record, so this unit of work is too.

        shown = await self.do(work)
        self.woken.set()
        if isinstance(shown, UserError):
            raise shown
        return shown

    async def _hear_waiting(self) -> None:
        while self._inbox:
            batch, self._inbox = self._inbox[:HEAR_AT_ONCE], self._inbox[HEAR_AT_ONCE:]
            now = self.now()

            def keep(session: Session, batch: list[_Waiting] = batch, now: datetime = now) -> None:
                intake.hear(session, [each for w in batch for each in w.inbounds], now=now)
                for waiting in batch:
                    if waiting.cursor is not None:
                        intake.hear(session, (), now=now, cursor=waiting.cursor)

            try:
                await self.do(keep)
            except BaseException as fault:
                await self._hear_singly(batch, fault)
            else:
                for waiting in batch:
                    _settle(waiting.done, None)

    async def _hear_singly(self, batch: list[_Waiting], fault: BaseException) -> None:
        """One message that cannot be kept must not take its neighbours with it."""
        if len(batch) == 1:
            _settle(batch[0].done, fault)
            return
        for waiting in batch:
            try:
                await self.do(
                    lambda session, waiting=waiting: intake.hear(  # type: ignore[misc]  # bound early on purpose
                        session, waiting.inbounds, now=self.now(), cursor=waiting.cursor
                    )
                )
            except BaseException as own:
                _settle(waiting.done, own)
            else:
                _settle(waiting.done, None)

    async def _in_thread(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, work)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose about how the liaison behaves."""

    keep_messages_days: int = 90
    calendar_address: str | None = None
    """Where personal calendar feeds are served, for people outside."""
    web_address: str | None = None
    """Where officers open their desk in a browser."""
    meeting_place: str | None = None
    """Where briefings meet, such as a conference link; {code} stands for the briefing's code."""
    anchor: Path | None = None
    """A file that gets a line each hour, by which the ledger can be checked from outside."""


def _zone_of(session: Session, *, slug: str) -> ZoneInfo | None:
    officer = session.scalar(select(Officer).where(Officer.slug == slug))
    return ZoneInfo(officer.zone) if officer is not None else None


def _keep_busy(
    session: Session, *, slug: str, found: Sequence[busy.Interval], now: datetime
) -> None:
    officer = session.scalar(select(Officer).where(Officer.slug == slug))
    if officer is not None:
        busy.keep(session, officer, found, now=now)


def _settle(done: asyncio.Future[None], fault: BaseException | None) -> None:
    if done.done():
        return
    if fault is None:
        done.set_result(None)
    else:
        done.set_exception(fault)
