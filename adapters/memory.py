"""A chat that lives in memory and behaves like a platform: rehearsals, tests, the practice room."""

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.conversation.messages import (
    AccountRef,
    Attachment,
    Control,
    Deleted,
    Edited,
    Inbound,
    MembershipChanged,
    Said,
    Style,
    Tap,
    Words,
)
from bot.errors import ChatRefused, ChatUnavailable

_TO_BOT = re.compile(r"\s*[!@]liaison(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Posted:
    """What hangs on the wall under one event, as it reads now. `author` is `None` for the bot."""

    event: str
    address: str
    author: AccountRef | None
    text: str
    at: datetime
    thread: str | None = None
    controls: tuple[Control, ...] = ()
    attachment: Attachment | None = None
    revision: int = 0
    deleted: bool = False
    key: str | None = None

    @property
    def edited(self) -> bool:
        return self.revision > 0 and not self.deleted


class MemoryChat:
    """Rooms, threads, private rooms and everything said in them.

    A person's verbs (`post`, `edit`, `delete`, `join`, `leave`) return the value that a platform
    would deliver; `since` delivers it again to whoever missed it. With a *journal* every change
    is on the disk before it is answered, and is there again after a kill. *clock* dates what the
    bot says.

    Each entry of `failures` is raised once, instead of what the bot wanted. While `lost_answers`
    is above zero, the next words are said, and then the connection is gone.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        platform: str = "practice",
        home: str = "practice",
        journal: Path | None = None,
    ) -> None:
        self.home = home
        self.failures: list[Exception] = []
        self.lost_answers = 0
        self.versions: list[Posted] = []
        """Every version of everything, in the order in which it appeared."""
        self.watchers: list[Callable[[], None]] = []
        """Called after each change."""
        self._platform = platform
        self._clock = clock
        self._wall: dict[str, Posted] = {}
        self._said: dict[str, str] = {}
        self._rooms: dict[str, dict[AccountRef, datetime]] = {}
        self._read: dict[tuple[str, str], int] = {}
        self._position = 0
        self._inbound: list[tuple[int, Inbound]] = []
        self._journal = journal
        if journal is not None:
            for change in _replayed(journal):
                self._apply(change)

    # What the bot does: the port.

    @property
    def platform(self) -> str:
        return self._platform

    async def say(self, key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        self._fail()
        if key not in self._said:
            self._must_exist(address)
            self._post(
                Posted(
                    event=self._next_event(),
                    address=address,
                    author=None,
                    text=words.text,
                    at=self._clock(),
                    thread=self._root(thread, address),
                    controls=words.controls,
                    attachment=words.attachment,
                    key=key,
                )
            )
        if self.lost_answers > 0:
            self.lost_answers -= 1
            raise ChatUnavailable("The connection broke before the chat answered.")
        return self._said[key]

    async def revise(self, key: str, address: str, event: str, words: Words) -> None:
        self._fail()
        old = self._own(event, address)
        if old.deleted:
            raise ChatRefused(f"{event} in {address} was taken back and cannot be revised.")
        new = replace(old, text=words.text, controls=words.controls, attachment=words.attachment)
        if new != old:
            self._post(replace(new, revision=old.revision + 1))

    async def retract(self, key: str, address: str, event: str) -> None:
        self._fail()
        old = self._own(event, address)
        if not old.deleted:
            self._post(_emptied(old))

    async def members(self, address: str) -> Sequence[AccountRef]:
        self._fail()
        return self.present(address)

    async def private_room(self, account: AccountRef) -> str | None:
        self._fail()
        is_ours = account.platform == self.platform and account.home == self.home
        return f"@{account.user}" if is_ours else None

    async def find_said(
        self,
        key: str,
        address: str,
        *,
        thread: str | None = None,
        since: datetime | None = None,
    ) -> str | None:
        self._fail()
        event = self._said.get(key)
        return event if event is not None and self._wall[event].address == address else None

    # What people do. Who may not do it is refused, as on a platform.

    def post(
        self,
        account: AccountRef,
        address: str,
        text: str,
        *,
        now: datetime,
        thread: str | None = None,
        once: str = "",
    ) -> Said:
        """Say something in a room, in one of its threads, or to the bot alone.

        The same words with the same mark *once* are said once, however often they are sent.
        """
        self._must_be_in(account, address)
        key = f"post:{account.user}:{once}" if once else None
        known = self._wall.get(self._said.get(key, "")) if key is not None else None
        if known is not None and (known.address, known.text) == (address, text):
            return _said(self.platform, known)
        posted = Posted(
            event=self._next_event(),
            address=address,
            author=account,
            text=text,
            at=now,
            thread=self._root(thread, address),
            key=key,
        )
        self._post(posted)
        return _said(self.platform, posted)

    def edit(self, account: AccountRef, event: str, text: str, *, now: datetime) -> Edited:
        """Let one's own message read differently."""
        old = self._written_by(account, event)
        new = replace(old, text=text, revision=old.revision + 1)
        self._post(new, now)
        return _edited(self.platform, new, now)

    def delete(self, account: AccountRef, event: str, *, now: datetime) -> Deleted:
        """Take one's own message back."""
        old = self._written_by(account, event)
        self._post(_emptied(old), now)
        return Deleted(self.platform, old.address, event, account, now)

    def join(self, account: AccountRef, address: str, *, now: datetime) -> MembershipChanged:
        """Come into a room; the first who comes opens it."""
        return self._move(account, address, now, is_member=True)

    def leave(self, account: AccountRef, address: str, *, now: datetime) -> MembershipChanged:
        """Go out of a room."""
        return self._move(account, address, now, is_member=False)

    def tap(
        self,
        account: AccountRef,
        event: str,
        label: str,
        fields: Mapping[str, str] | None = None,
    ) -> Tap:
        """Tap the control that reads *label* under what the bot said as *event*."""
        posted = self._shown(account, event)
        for control in posted.controls:
            if control.label == label:
                return Tap(by=account, token=control.token, fields=dict(fields or {}))
        there = ", ".join(control.label for control in posted.controls) or "nothing to tap"
        raise ChatRefused(f'There is no "{label}" under {event}. There is: {there}.')

    def mark_read(self, account: AccountRef, address: str) -> None:
        """Remember that this person has seen everything in the room."""
        seen = max((int(p.event) for p in self._wall.values() if p.address == address), default=0)
        if self._read.get((account.user, address), 0) < seen:
            self._change({"is": "read", "user": account.user, "address": address, "up_to": seen})

    # What hangs on the wall.

    @property
    def posted(self) -> list[Posted]:
        """Everything on the wall, oldest first, deleted messages as empty places."""
        return list(self._wall.values())

    def find(self, event: str) -> Posted | None:
        return self._wall.get(event)

    def shown_to(self, account: AccountRef, address: str) -> list[Posted]:
        """What this person sees in a room: nothing where they are not a member."""
        if account not in self.present(address):
            return []
        return [posted for posted in self._wall.values() if posted.address == address]

    def rooms_of(self, account: AccountRef) -> list[str]:
        """The shared rooms this person is in, in the order in which they were opened."""
        return [address for address, people in self._rooms.items() if account in people]

    def present(self, address: str) -> list[AccountRef]:
        """Who is in the room, the bot left out. Raises `ChatRefused` where there is no room."""
        self._must_exist(address)
        if address.startswith("@"):
            return [AccountRef(self.platform, self.home, address[1:])]
        return list(self._rooms[address])

    def unread(self, account: AccountRef, address: str) -> int:
        """How many messages of others this person has not seen yet."""
        seen = self._read.get((account.user, address), 0)
        return sum(
            int(posted.event) > seen and posted.author != account and not posted.deleted
            for posted in self.shown_to(account, address)
        )

    def since(self, cursor: str | None) -> tuple[list[Inbound], str]:
        """What people did after *cursor*, and the cursor that stands behind it."""
        seen = int(cursor or 0)
        later = [inbound for position, inbound in self._inbound if position > seen]
        return later, str(self._position)

    def _move(
        self, account: AccountRef, address: str, now: datetime, *, is_member: bool
    ) -> MembershipChanged:
        if address.startswith("@"):
            raise ChatRefused(f"{address} is private: nobody joins or leaves it.")
        if (account in self._rooms.get(address, {})) is not is_member:
            self._change(
                {
                    "is": "moved",
                    "account": asdict(account),
                    "address": address,
                    "is_member": is_member,
                    "at": now.isoformat(),
                }
            )
        return MembershipChanged(self.platform, address, account, is_member, now)

    def _post(self, posted: Posted, now: datetime | None = None) -> None:
        self._change(
            {"is": "posted", "on": (now or posted.at).isoformat(), "posted": _packed(posted)}
        )

    def _change(self, change: dict[str, Any]) -> None:
        if self._journal is not None:
            with self._journal.open("a", encoding="ascii") as journal:
                journal.write(json.dumps(change, separators=(",", ":")) + "\n")
                journal.flush()
                os.fsync(journal.fileno())
        self._apply(change)
        for watcher in self.watchers:
            watcher()

    def _apply(self, change: dict[str, Any]) -> None:
        self._position += 1
        match change["is"]:
            case "posted":
                self._hang(_unpacked(change["posted"]), datetime.fromisoformat(change["on"]))
            case "moved":
                account, address = AccountRef(**change["account"]), change["address"]
                at, is_member = datetime.fromisoformat(change["at"]), change["is_member"]
                people = self._rooms.setdefault(address, {})
                if is_member:
                    people[account] = at
                else:
                    people.pop(account, None)
                self._heard(MembershipChanged(self.platform, address, account, is_member, at))
            case "read":
                self._read[change["user"], change["address"]] = change["up_to"]

    def _hang(self, posted: Posted, now: datetime) -> None:
        is_new = posted.event not in self._wall
        self._wall[posted.event] = posted
        self.versions.append(posted)
        if posted.key is not None:
            self._said[posted.key] = posted.event
        if posted.author is None:
            return
        if is_new:
            self._heard(_said(self.platform, posted))
        elif posted.deleted:
            self._heard(Deleted(self.platform, posted.address, posted.event, posted.author, now))
        else:
            self._heard(_edited(self.platform, posted, now))

    def _heard(self, inbound: Inbound) -> None:
        self._inbound.append((self._position, inbound))

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

    def _next_event(self) -> str:
        return str(len(self._wall) + 1)

    def _root(self, thread: str | None, address: str) -> str | None:
        """The first message of the thread: an answer to an answer stays in the same thread."""
        if thread is None:
            return None
        root = self._wall.get(thread)
        if root is None or root.address != address:
            raise ChatRefused(f"There is no thread {thread} in {address}.")
        return root.thread or root.event

    def _own(self, event: str, address: str) -> Posted:
        posted = self._wall.get(event)
        if posted is None or posted.author is not None or posted.address != address:
            raise ChatRefused(f"{event} in {address} is nothing the bot said.")
        return posted

    def _shown(self, account: AccountRef, event: str) -> Posted:
        posted = self._wall.get(event)
        if posted is None or account not in self.present(posted.address):
            raise ChatRefused(f"{account.user} sees no message {event}.")
        return posted

    def _written_by(self, account: AccountRef, event: str) -> Posted:
        posted = self._shown(account, event)
        if posted.author != account or posted.deleted:
            raise ChatRefused(f"{event} is not {account.user}'s to change.")
        return posted

    def _must_exist(self, address: str) -> None:
        if not address.startswith("@") and address not in self._rooms:
            raise ChatRefused(f"There is no room {address}.")

    def _must_be_in(self, account: AccountRef, address: str) -> None:
        if account not in self.present(address):
            raise ChatRefused(f"{account.user} is not in {address}.")


def _said(platform: str, posted: Posted) -> Said:
    assert posted.author is not None
    return Said(
        platform=platform,
        address=posted.address,
        event=posted.event,
        by=posted.author,
        text=posted.text,
        sent_at=posted.at,
        thread=posted.thread,
        to_bot=_is_to_bot(posted),
        is_private=posted.address.startswith("@"),
    )


def _edited(platform: str, posted: Posted, now: datetime) -> Edited:
    assert posted.author is not None
    return Edited(
        platform=platform,
        address=posted.address,
        event=posted.event,
        revision=f"{posted.event}.{posted.revision}",
        by=posted.author,
        text=posted.text,
        sent_at=now,
        thread=posted.thread,
        to_bot=_is_to_bot(posted),
        is_private=posted.address.startswith("@"),
    )


def _is_to_bot(posted: Posted) -> bool:
    return posted.address.startswith("@") or _TO_BOT.match(posted.text) is not None


def _emptied(posted: Posted) -> Posted:
    return replace(
        posted,
        text="",
        controls=(),
        attachment=None,
        revision=posted.revision + 1,
        deleted=True,
    )


def _packed(posted: Posted) -> dict[str, Any]:
    packed = asdict(posted)
    packed["at"] = posted.at.isoformat()
    if posted.attachment is not None:
        packed["attachment"]["content"] = b64encode(posted.attachment.content).decode()
    return packed


def _unpacked(packed: dict[str, Any]) -> Posted:
    author, held = packed["author"], packed["attachment"]
    return Posted(
        **{
            **packed,
            "author": author and AccountRef(**author),
            "at": datetime.fromisoformat(packed["at"]),
            "controls": tuple(
                Control(**{**control, "style": Style(control["style"])})
                for control in packed["controls"]
            ),
            "attachment": held
            and Attachment(held["name"], held["media_type"], b64decode(held["content"])),
        }
    )


def _replayed(journal: Path) -> list[dict[str, Any]]:
    """Every change that was finished. A line that a kill cut off was never answered: it goes."""
    journal.touch(mode=0o600)
    kept = journal.read_bytes()
    whole = kept[: kept.rfind(b"\n") + 1]
    if whole != kept:
        os.truncate(journal, len(whole))
    return [json.loads(line) for line in whole.splitlines()]
