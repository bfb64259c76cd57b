"""A chat on Matrix: says, revises and retracts, in encrypted rooms only."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from nio.crypto.attachments import encrypt_attachment

from adapters.matrix import looks
from adapters.matrix.answering import Offer
from adapters.matrix.hearing import POLL_START
from adapters.matrix.homeserver import Homeserver, Refused, path
from adapters.matrix.identities import Device, Grade, Identities
from adapters.matrix.machine import Machine, Shut
from adapters.matrix.rooms import HERE, PLATFORM, Rooms, account, server_of, user_of
from bot.conversation.messages import AccountRef, Attachment, Words
from bot.errors import ChatRefused, ChatUnavailable

log = structlog.get_logger()

PAGES = 10
PAGE = 100
"""So far back what was said under a key is looked for: it was tried minutes ago, not days."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What an operator chose about how the bot behaves on Matrix."""

    servers: tuple[str, ...] = ()
    """Whose people may be told something alone, and may invite; the bot's own server always."""
    inviters: tuple[str, ...] = ()
    """Who may invite the bot; everybody of `servers` where nobody is named."""
    only_signed: bool = True
    """Whether devices that their owner has not signed are left out."""
    seeds_reactions: bool = False
    """Whether the bot puts the numbers of the choices under what it asks, to be tapped."""
    is_discreet: bool = False
    """Whether what names anything waits, in private rooms too, until its reader opens it."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Something the bot said, opened again."""

    event: str
    content: Mapping[str, Any]
    latest: Mapping[str, Any]
    """As it reads now."""


class MatrixChat:
    """Implements the `Chat` port. Whoever is not told of by `members` gets no key to the words."""

    def __init__(
        self,
        homeserver: Homeserver,
        machine: Machine,
        identities: Identities,
        rooms: Rooms,
        manners: Manners,
    ) -> None:
        self.homeserver = homeserver
        self.machine = machine
        self.identities = identities
        self.rooms = rooms
        self.manners = manners
        self._present: dict[str, set[str]] = {}
        self._offers: dict[tuple[str, str], Offer | None] = {}

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def is_discreet(self) -> bool:
        return self.manners.is_discreet

    @property
    def servers(self) -> tuple[str, ...]:
        return (server_of(self.machine.user), *self.manners.servers)

    async def say(self, key: str, address: str, words: Words, *, thread: str | None = None) -> str:
        return await self._say(looks.txn_of(key), address, words, thread, is_sheet=False)

    async def show(self, key: str, address: str, words: Words, *, thread: str | None) -> str:
        """Say something in answer to a tap: quietly, and in its thread."""
        return await self._say(looks.txn_of(key), address, words, thread, is_sheet=True)

    async def send_as_is(self, address: str, kind: str, content: Mapping[str, Any]) -> None:
        """Send what is no words, such as a step of a verification."""
        present = await self._decided_for(address)
        await self._send(address, secrets.token_hex(8), kind, content, present)

    async def revise(self, key: str, address: str, event: str, words: Words) -> None:
        present = await self._decided_for(address)
        ours = await self._ours(address, event)
        txn = looks.txn_of(key)
        is_quiet = ours.content.get("msgtype") == "m.notice"
        content = looks.revision(event, words, txn=txn, is_quiet=is_quiet)
        await self._send(address, txn, "m.room.message", content, present)
        root = _root(ours.content, event)
        if words.attachment is not None:
            await self._attach(address, words.attachment, txn, root, present)
        if not words.controls and address in self.rooms.private:
            await self._end_polls(address, root, present)
        self._forget_offers(address)

    async def retract(self, key: str, address: str, event: str) -> None:
        raw = await self._event(address, event)
        if raw.get("sender") != self.machine.user:
            raise ChatRefused("Only what the bot said itself can be taken back.")
        if _is_redacted(raw):
            return
        ours = self._opened(address, raw)
        for number, part in enumerate(await self._parts(address, event, ours)):
            await self._redact(address, part, looks.txn_of(f"{key} part {number}"))
        await self._redact(address, event, looks.txn_of(key))
        self._forget_offers(address)

    async def members(self, address: str) -> Sequence[AccountRef]:
        users = await self._who_is_there(address)
        self._present[address] = users
        return [account(user) for user in sorted(users - {self.machine.user})]

    async def private_room(self, account: AccountRef) -> str | None:
        user = user_of(account)
        if account.platform != PLATFORM or account.home not in self.servers:
            return None
        self._must_know_rooms()
        for address, person in list(self.rooms.private.items()):
            if person == user and await self._is_private(address, user):
                return address
        return await self._open_private(user)

    async def find_said(
        self,
        key: str,
        address: str,
        *,
        thread: str | None = None,
        since: datetime | None = None,
    ) -> str | None:
        self._sealed(address)
        txn = looks.txn_of(key)
        parts: set[str] = set()
        async for raw in self._said_before(address):
            if _is_redacted(raw):
                if raw.get("unsigned", {}).get("transaction_id") == txn:
                    return str(raw["event_id"])
                continue
            content = self._content(address, raw)
            name = content.get(looks.KEY)
            if name == txn and "m.new_content" not in content:
                wanted = {f"{txn}-{part}" for part in content.get(looks.PARTS) or ()}
                # What was half said is said again: the half that is there is not doubled.
                return str(raw["event_id"]) if wanted <= parts else None
            if isinstance(name, str):
                parts.add(name)
        return None

    # What was offered

    async def offer(self, address: str, event: str) -> Offer | None:
        """What can be answered to this event, if the bot said it and offered something."""
        known = (address, event)
        if known not in self._offers:
            self._remember(known, await self._offer(address, event))
        return self._offers[known]

    async def offer_in_thread(self, address: str, root: str) -> Offer | None:
        """What can be answered in this thread: what the bot offered in it last."""
        known = (address, f"thread {root}")
        if known not in self._offers:
            found = None
            for raw in await self._thread(address, root):
                ours = self._opened(address, raw)
                if ours is None or POLL_START in ours.content:
                    continue  # A poll offers less than the words above it.
                found = _offered(ours)
                if found is not None:
                    break
            self._remember(known, found or await self._offer(address, root))
        return self._offers[known]

    async def is_private_with(self, address: str, account: AccountRef) -> bool:
        """Whether this account alone reads what is said there, asked of the homeserver now."""
        return await self._is_private(address, user_of(account))

    def _remember(self, known: tuple[str, str], offer: Offer | None) -> None:
        if len(self._offers) > 2000:
            self._offers.clear()
        self._offers[known] = offer

    def _forget_offers(self, address: str) -> None:
        for known in [each for each in self._offers if each[0] == address]:
            del self._offers[known]

    async def _offer(self, address: str, event: str) -> Offer | None:
        try:
            ours = await self._ours(address, event)
        except ChatRefused:
            return None
        return _offered(ours)

    # Saying

    async def _say(
        self, txn: str, address: str, words: Words, thread: str | None, *, is_sheet: bool
    ) -> str:
        present = await self._decided_for(address)
        is_private = address in self.rooms.private
        options = looks.votable(words.controls) if is_private else []
        parts = [looks.FILE] if words.attachment is not None else []
        parts += [looks.POLL] if options else []
        is_quiet = is_sheet or not is_private
        content = looks.message(words, txn=txn, is_quiet=is_quiet, thread=thread, parts=parts)
        event = await self._send(address, txn, "m.room.message", content, present)
        root = thread or event
        if words.attachment is not None:
            await self._attach(address, words.attachment, txn, root, present)
        if options:
            poll = looks.poll(words, txn=txn, thread=root)
            await self._send(address, f"{txn}-{looks.POLL}", POLL_START, poll, present)
        if self.manners.seeds_reactions:
            await self._seed(address, event, txn, len(words.controls))
        self._forget_offers(address)
        return event

    async def _attach(
        self, address: str, attachment: Attachment, txn: str, root: str, present: set[str]
    ) -> None:
        sealed, place = encrypt_attachment(attachment.content)
        where = {**place, "url": await self.homeserver.upload(sealed)}
        content = looks.file(attachment, where, txn=txn, thread=root)
        await self._send(address, f"{txn}-{looks.FILE}", "m.room.message", content, present)

    async def _seed(self, address: str, event: str, txn: str, count: int) -> None:
        for number, keycap in enumerate(looks.KEYCAPS[:count]):
            relation = {"rel_type": "m.annotation", "event_id": event, "key": keycap}
            await self.homeserver.put(
                path("rooms", address, "send", "m.reaction", f"{txn}-{number}"),
                {"m.relates_to": relation},
            )

    async def _send(
        self, address: str, txn: str, kind: str, content: Mapping[str, Any], present: set[str]
    ) -> str:
        """Send it encrypted for these people, and for nobody else."""
        sealed = await self.machine.encrypt(address, kind, content, await self.readers(present))
        answer = await self.homeserver.put(
            path("rooms", address, "send", "m.room.encrypted", txn), sealed
        )
        return str(answer["event_id"])

    async def readers(self, users: set[str]) -> list[Device]:
        """The devices of these people that may read what the bot says."""
        left_out = {Grade.CHANGED} | ({Grade.UNSIGNED} if self.manners.only_signed else set())
        devices = await self.identities.devices(sorted(users - {self.machine.user}))
        return [device for device in devices if device.grade not in left_out]

    async def _decided_for(self, address: str) -> set[str]:
        """Who may read what is said next: those for whom it was decided, else who is there now.

        Raises `ChatRefused` unless the room is known to be encrypted.
        """
        self._sealed(address)
        return self._present.pop(address, None) or await self._who_is_there(address)

    def _sealed(self, address: str) -> None:
        """Raises `ChatRefused` unless this room is known to be encrypted."""
        room = self.rooms.get(address)
        if room is None:
            self._must_know_rooms()
            raise ChatRefused("The bot is not in that room.")
        if not room.is_encrypted:
            raise ChatRefused("The room is not encrypted: nothing is said there.")

    def _must_know_rooms(self) -> None:
        if not self.rooms.are_known:
            raise ChatUnavailable("The homeserver has not told yet in which rooms the bot is.")

    async def _redact(self, address: str, event: str, txn: str) -> None:
        await self.homeserver.put(path("rooms", address, "redact", event, txn), {})

    async def _end_polls(self, address: str, root: str, present: set[str]) -> None:
        for raw in await self._thread(address, root):
            ours = self._opened(address, raw)
            if ours is not None and POLL_START in ours.content:
                txn = looks.txn_of(f"end {ours.event}")
                end = looks.poll_end(ours.event)
                await self._send(address, txn, "org.matrix.msc3381.poll.end", end, present)

    # Looking

    async def _who_is_there(self, address: str) -> set[str]:
        told = await self.homeserver.get(path("rooms", address, "members"))
        return {
            str(event["state_key"])
            for event in told.get("chunk", ())
            if event.get("content", {}).get("membership") in HERE
        }

    async def _is_private(self, address: str, user: str) -> bool:
        room = self.rooms.get(address)
        if room is None or not room.is_encrypted:
            return False
        try:
            present = await self._who_is_there(address)
        except Refused:
            return False
        return present == {self.machine.user, user}

    async def _open_private(self, user: str) -> str | None:
        try:
            made = await self.homeserver.post(path("createRoom"), _private_room(user))
        except Refused as fault:
            log.warning("no private room can be opened", code=fault.code)
            return None
        address = str(made["room_id"])
        room = self.rooms.opened(address)
        room.is_encrypted = True
        room.members |= {self.machine.user: "join", user: "invite"}
        await self.remember_private(address, user)
        return address

    async def remember_private(self, address: str, user: str) -> None:
        """Keep on the homeserver that this room is for this person and the bot alone."""
        self.rooms.private[address] = user
        await self.homeserver.put(
            path("user", self.machine.user, "account_data", "m.direct"), self.rooms.direct()
        )

    async def _event(self, address: str, event: str) -> Mapping[str, Any]:
        raw: Mapping[str, Any] = await self.homeserver.get(path("rooms", address, "event", event))
        return raw

    async def _ours(self, address: str, event: str) -> Ours:
        """What the bot said as *event*. Raises `ChatRefused` where it did not, or took it back."""
        raw = await self._event(address, event)
        if raw.get("sender") != self.machine.user:
            raise ChatRefused("Only what the bot said itself can be revised.")
        ours = None if _is_redacted(raw) else self._opened(address, raw)
        if ours is None:
            raise ChatRefused("That was taken back, or is from before this device.")
        return ours

    def _opened(self, address: str, raw: Mapping[str, Any]) -> Ours | None:
        """Opened, if it comes from this very device: nobody else can have made it."""
        content = self._content(address, raw)
        if not content:
            return None
        bundled = raw.get("unsigned", {}).get("m.relations", {}).get("m.replace")
        newer = self._content(address, bundled) if isinstance(bundled, dict) else {}
        return Ours(str(raw["event_id"]), content, newer.get("m.new_content") or content)

    def _content(self, address: str, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """What one event of ours says; empty where it is not ours."""
        if raw.get("sender") != self.machine.user or raw.get("type") != "m.room.encrypted":
            return {}
        opened = self.machine.open(address, raw)
        if isinstance(opened, Shut) or opened.curve25519 != self.machine.curve25519:
            return {}
        return opened.content

    async def _thread(self, address: str, root: str) -> list[Mapping[str, Any]]:
        """What the bot said in a thread, newest first."""
        try:
            told = await self.homeserver.get(
                path("rooms", address, "relations", root, "m.thread", version="v1"),
                {"dir": "b", "limit": str(PAGE)},
            )
        except Refused:
            return []
        return [each for each in told.get("chunk", ()) if each.get("sender") == self.machine.user]

    async def _parts(self, address: str, event: str, ours: Ours | None) -> list[str]:
        """The other events in which the words of this one were said."""
        if ours is None or not ours.content.get(looks.PARTS):
            return []
        txn = ours.content.get(looks.KEY)
        names = {f"{txn}-{part}" for part in ours.content[looks.PARTS]}
        found = []
        for raw in await self._thread(address, _root(ours.content, event)):
            if self._content(address, raw).get(looks.KEY) in names:
                found.append(str(raw["event_id"]))
        return found

    async def _said_before(self, address: str) -> AsyncIterator[Mapping[str, Any]]:
        """What this account said in a room, newest first, as far as a retry could lie back."""
        start: str | None = None
        only = f'{{"senders":["{self.machine.user}"]}}'
        for _ in range(PAGES):
            query = {"dir": "b", "limit": str(PAGE), "filter": only}
            if start is not None:
                query["from"] = start
            told = await self.homeserver.get(path("rooms", address, "messages"), query)
            for raw in told.get("chunk", ()):
                yield raw
            start = told.get("end")
            if not start or not told.get("chunk"):
                return


def _private_room(user: str) -> dict[str, Any]:
    def state(kind: str, **content: str) -> dict[str, Any]:
        return {"type": kind, "state_key": "", "content": content}

    return {
        "preset": "private_chat",
        "is_direct": True,
        "invite": [user],
        "initial_state": [
            state("m.room.encryption", algorithm="m.megolm.v1.aes-sha2"),
            state("m.room.history_visibility", history_visibility="invited"),
            state("m.room.guest_access", guest_access="forbidden"),
        ],
        # Nobody else is let in: it would be private no longer.
        "power_level_content_override": {"invite": 100, "state_default": 100},
    }


def _offered(ours: Ours) -> Offer | None:
    controls = looks.unpacked(ours.latest)
    if not controls:
        return None
    name = str(ours.content.get(looks.KEY, ""))
    return Offer(ours.event, _root(ours.content, ours.event), name, controls)


def _root(content: Mapping[str, Any], event: str) -> str:
    relation = content.get("m.relates_to") or {}
    return str(relation["event_id"]) if relation.get("rel_type") == "m.thread" else event


def _is_redacted(raw: Mapping[str, Any]) -> bool:
    return "redacted_because" in raw.get("unsigned", {})
