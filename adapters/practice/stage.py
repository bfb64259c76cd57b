"""A deployment in memory: a fresh store, the chat in memory, and a clock that moves by hand."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adapters.memory import MemoryChat, Posted
from bot import practice
from bot.conversation.messages import AccountRef, Control, Inbound, Tap, Words
from bot.conversation.ports import Extract
from bot.errors import UserError
from bot.exercise import World, settle_in
from bot.followup.deadlines import Policy
from bot.liaison import Liaison, Settings
from storage import engines
from storage.database import Store, open_store, upgrade

_MOMENT = timedelta(seconds=2)
"""How long people wait after they did something: the bot answers within this."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a tap showed to the tapper alone."""

    who: str
    words: Words
    at: datetime


class Stage:
    """Plays people against the liaison. Every verb leaves nothing waiting."""

    def __init__(
        self,
        folder: Path,
        world: World,
        *,
        extract: Extract,
        policy: Policy,
        start: datetime,
        seed: int = 1,
        url: str | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.now = start
        self.folder = folder
        self.sheets: list[Sheet] = []
        self.world = world
        self._extract = extract
        self._policy = policy
        self._seed = seed
        self._settings = settings or Settings()
        self._url = url or engines.address_of(folder / "liaison.db")
        self.chat = MemoryChat(lambda: self.now, journal=folder / "chat.jsonl")
        self.store: Store
        self.liaison: Liaison

    async def begin(self) -> None:
        """Open the store, settle the world in, and let everybody into their rooms."""
        self._open()
        upgrade(self.store.engine)
        await self.liaison.do(lambda session: settle_in(session, self.world, now=self.now))
        invited = await self.liaison.read(
            lambda session: practice.guests(session, self.chat.platform)
        )
        joined = [
            self.chat.join(account, address, now=self.now)
            for address, accounts in invited.items()
            for account in accounts
        ]
        await self.hear(joined)

    async def restart(self) -> None:
        """End the process and start it anew, on the same folder."""
        await self.end()
        await self.resume()

    async def resume(self) -> None:
        """Go on where an earlier stage left its folder and its database."""
        self.chat = MemoryChat(lambda: self.now, journal=self.folder / "chat.jsonl")
        self._open()
        await self.liaison.work()

    async def end(self) -> None:
        await self.liaison.close()
        self.store.close()

    async def hear(self, inbounds: Sequence[Inbound]) -> None:
        """The platform tells; then a moment passes."""
        await self.liaison.hear(inbounds)
        await self.passes(_MOMENT)

    async def says(self, who: str, where: str, text: str, *, thread: str | None = None) -> str:
        """Somebody says something in a room, or ("private") to the bot alone. Returns the event."""
        said = self.chat.post(
            self.account(who), self.address(who, where), text, now=self.now, thread=thread
        )
        await self.hear([said])
        return said.event

    async def edits(self, who: str, event: str, text: str) -> None:
        await self.hear([self.chat.edit(self.account(who), event, text, now=self.now)])

    async def deletes(self, who: str, event: str) -> None:
        await self.hear([self.chat.delete(self.account(who), event, now=self.now)])

    async def joins(self, who: str, where: str) -> None:
        await self.hear([self.chat.join(self.account(who), where, now=self.now)])

    async def leaves(self, who: str, where: str) -> None:
        await self.hear([self.chat.leave(self.account(who), where, now=self.now)])

    async def taps(
        self, who: str, label: str, *, where: str = "private", text: str | None = None
    ) -> Words | None:
        """Somebody taps the newest control that reads *label*: on their sheet, then in the room."""
        control = self._control(who, label, where)
        fields: Mapping[str, str] = {} if text is None else {"text": text}
        try:
            shown = await self.liaison.tap(Tap(self.account(who), control.token, fields=fields))
        except UserError as mistake:
            shown = Words(str(mistake))
        if shown is not None:
            self.sheets.append(Sheet(who, shown, self.now))
        await self.passes(_MOMENT)
        return shown

    async def passes(self, length: timedelta) -> None:
        """Time goes by: everything due is done at its own moment, not before and not late."""
        end = self.now + length
        await self.liaison.work()
        while True:
            due = await self.liaison.next_due_at()
            if due is None or due > end:
                break
            # What is overdue and still not done is not waited for.
            self.now = max(due, self.now + timedelta(milliseconds=100))
            if self.now > end:
                break
            await self.liaison.work()
        self.now = end
        await self.liaison.work()

    def account(self, who: str) -> AccountRef:
        return AccountRef(self.chat.platform, self.chat.home, who)

    def address(self, who: str, where: str) -> str:
        return f"@{who}" if where == "private" else where

    def reads(self, who: str, where: str = "private") -> list[Posted]:
        """What somebody sees in a room, as it reads now."""
        return [
            posted
            for posted in self.chat.shown_to(self.account(who), self.address(who, where))
            if not posted.deleted
        ]

    def heard_from_bot(self, who: str, where: str = "private") -> list[str]:
        """What the bot says there, as it reads now."""
        return [posted.text for posted in self.reads(who, where) if posted.author is None]

    def sheet_of(self, who: str) -> Words | None:
        """What was last shown to somebody alone."""
        return next((s.words for s in reversed(self.sheets) if s.who == who), None)

    def _control(self, who: str, label: str, where: str) -> Control:
        shown = self.sheet_of(who)
        places = [shown.controls] if shown is not None else []
        places += [posted.controls for posted in reversed(self.reads(who, where))]
        for controls in places:
            for control in controls:
                if control.label == label or control.label.startswith(f"{label} "):
                    return control
        seen = ", ".join(dict.fromkeys(c.label for controls in places for c in controls))
        raise LookupError(
            f'{who} sees no "{label}" to tap in {where}. There is: {seen or "nothing"}'
        )

    def _open(self) -> None:
        self.store = open_store(
            self._url,
            keyring_url=engines.address_of(self.folder / "keyring.db"),
            master=b"rehearsal only, never for keeps!",
            chance=random.Random(self._seed),
        )
        self.liaison = Liaison(
            self.store,
            extract=self._extract,
            clock=lambda: self.now,
            policy=self._policy,
            chats=[self.chat],
            settings=self._settings,
        )
