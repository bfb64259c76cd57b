"""Listening to a homeserver: what it tells is kept together with how far it was read."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from adapters.matrix import answering, hearing, verification
from adapters.matrix.answering import Offer
from adapters.matrix.hearing import Answer, Ear, Heard, Reply
from adapters.matrix.homeserver import REVOKED, LoggedOut, Refused, path
from adapters.matrix.machine import Shut
from adapters.matrix.rooms import PLATFORM, Room, account, server_of
from adapters.matrix.speaking import MatrixChat
from adapters.matrix.verification import Verifier
from bot.conversation import intake
from bot.conversation.messages import AccountRef, Inbound, Tap, Unreadable, Words
from bot.errors import ChatRefused, ChatUnavailable, ConfigError, UserError
from bot.liaison import Liaison
from bot.wording import conversation as wording

log = structlog.get_logger()

LONG_POLL_SECONDS = 30
TIMELINE = 100
AT_ONCE = 200
"""So much is kept at a time of what was said while nobody listened."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
MOST_WAITING = 1000
"""So many events are kept in mind whose keys have not come."""
SHOW_TRIES = 6

FILTER = json.dumps(
    {
        "room": {
            "timeline": {"limit": TIMELINE},
            "ephemeral": {"types": []},
            "account_data": {"types": []},
        },
        "presence": {"types": []},
        "account_data": {"types": ["m.direct"]},
    },
    separators=(",", ":"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event whose key has not come."""

    room: str
    event: str
    session: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far was read, and what of it could not be opened yet: kept in one transaction."""

    since: str | None = None
    waiting: tuple[Waiting, ...] = ()

    def packed(self) -> str:
        waiting = [[each.room, each.event, each.session] for each in self.waiting]
        return json.dumps({"since": self.since, "waiting": waiting}, separators=(",", ":"))

    @classmethod
    def unpacked(cls, text: str | None) -> "Cursor":
        if text is None:
            return cls()
        held = json.loads(text)
        return cls(held["since"], tuple(Waiting(*each) for each in held["waiting"]))


@dataclass(slots=True)
class _Batch:
    """What came of one sync, before it is kept."""

    inbounds: list[Inbound] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


class Listening:
    """The one loop that reads from the homeserver. Nothing that is sent to it ends it."""

    def __init__(
        self, chat: MatrixChat, liaison: Liaison, verifier: Verifier | None = None
    ) -> None:
        self._chat = chat
        self._liaison = liaison
        self._verifier = verifier
        self._names: tuple[str, ...] = (chat.machine.user,)
        self._introduced: set[str] = set()
        self._warned: set[tuple[str, str]] = set()
        self._invitations: dict[str, Mapping[str, Any]] = {}
        """Told once, and kept until they are answered."""
        self._is_coming = False
        """Whether there were invitations: the next sync tells of those rooms."""
        self._showing: set[asyncio.Task[None]] = set()
        self.is_caught_up = asyncio.Event()
        """Set when everything that was said while nobody listened has been heard."""

    async def run(self) -> None:
        """Listen until cancelled. Raises `ConfigError` when an operator must act."""
        held = await self._liaison.read(lambda session: intake.cursor_of(session, PLATFORM))
        cursor, is_first, wait = Cursor.unpacked(held), True, FIRST_WAIT
        while True:
            try:
                if is_first:
                    await self._find_out_who_we_are()
                cursor = await self._listen_once(cursor, is_first=is_first)
                is_first, wait = False, FIRST_WAIT
                if not self._is_coming:
                    self.is_caught_up.set()
            except LoggedOut as fault:
                raise ConfigError(REVOKED) from fault
            except ConfigError:
                raise
            except Exception as fault:
                # Its kind alone: what a fault says may repeat what somebody said.
                log.warning("listening failed", fault=type(fault).__name__, seconds=wait)
                asked = fault.retry_after if isinstance(fault, ChatUnavailable) else None
                await asyncio.sleep(asked or wait)
                wait = min(wait * 2, LONGEST_WAIT)
                # What a sync told may be half taken in: the next one tells everything again.
                is_first = True

    async def stop(self) -> None:
        """Finish what is being shown."""
        await asyncio.gather(*self._showing, return_exceptions=True)

    async def _find_out_who_we_are(self) -> None:
        chat = self._chat
        user = chat.machine.user
        for what, take in (
            (path("user", user, "account_data", "m.direct"), chat.rooms.take_direct),
            (path("profile", user, "displayname"), self._take_name),
        ):
            try:
                take(await chat.homeserver.get(what))
            except Refused:
                continue  # It was never set.

    def _take_name(self, profile: Mapping[str, Any]) -> None:
        name = profile.get("displayname")
        names = (self._chat.machine.user, name if isinstance(name, str) else "")
        self._names = tuple(each for each in names if each)

    async def _listen_once(self, cursor: Cursor, *, is_first: bool) -> Cursor:
        told = await self._sync(cursor.since, is_first=is_first)
        chat = self._chat
        events = [e for e in _list(_dict(told.get("to_device")).get("events")) if _is_event(e)]
        chat.machine.receive(events)
        self._note_devices(_dict(told.get("device_lists")))
        for each in _list(_dict(told.get("account_data")).get("events")):
            if isinstance(each, dict) and each.get("type") == "m.direct":
                chat.rooms.take_direct(_dict(each.get("content")))
        batch = _Batch()
        rooms = _dict(told.get("rooms"))
        for address in _dict(rooms.get("leave")):
            chat.rooms.left(address)
        heard: list[tuple[str, Mapping[str, Any]]] = []
        for address, joined in _dict(rooms.get("join")).items():
            raws = await self._told_in(address, _dict(joined), cursor, is_first=is_first)
            heard += [(address, raw) for raw in raws]
        for address, raw in _by_turns(heard):
            await self._take(address, raw, batch)
            if len(batch.inbounds) >= AT_ONCE:
                # Kept already, and told again if we die: how far was read is kept at the end.
                await self._liaison.hear(batch.inbounds)
                batch.inbounds.clear()
        chat.rooms.are_known = True
        await self._try_again(cursor.waiting, batch)
        after = Cursor(str(told["next_batch"]), tuple(_fairly(batch.waiting)))
        if batch.inbounds or after != cursor:
            await self._liaison.hear(batch.inbounds, (PLATFORM, after.packed()))
        for address, invited in _dict(rooms.get("invite")).items():
            self._invitations[address] = _dict(invited)
        self._is_coming = bool(self._invitations)
        try:
            await self._keep_house(told, events)
        except LoggedOut:
            raise
        except Exception as fault:  # What was heard is kept: this is tried again next time.
            log.warning("keeping house failed", fault=type(fault).__name__)
        return after

    async def _sync(self, since: str | None, *, is_first: bool) -> Mapping[str, Any]:
        query = {"filter": FILTER, "timeout": "0" if is_first else str(LONG_POLL_SECONDS * 1000)}
        if since is not None:
            query["since"] = since
        if is_first:
            query["full_state"] = "true"
        told: Mapping[str, Any] = await self._chat.homeserver.get(
            path("sync"), query, patience=LONG_POLL_SECONDS * 3
        )
        return told

    def _note_devices(self, lists: Mapping[str, Any]) -> None:
        changed = [*_list(lists.get("changed")), *_list(lists.get("left"))]
        users = [user for user in changed if isinstance(user, str)]
        self._chat.identities.changed(users)
        self._introduced.difference_update(users)

    # Rooms

    async def _told_in(
        self, address: str, joined: Mapping[str, Any], cursor: Cursor, *, is_first: bool
    ) -> list[Mapping[str, Any]]:
        """What was said and done in a room since, oldest first; the room follows its state."""
        known = self._chat.rooms.get(address) is not None
        room = self._chat.rooms.opened(address)
        timeline = _dict(joined.get("timeline"))
        raws = [each for each in _list(timeline.get("events")) if _is_event(each)]
        state = [
            each for each in _list(_dict(joined.get("state")).get("events")) if _is_event(each)
        ]
        start = timeline.get("prev_batch")
        is_gap = timeline.get("limited") is True and isinstance(start, str)
        if is_gap and cursor.since is not None and (known or is_first):
            raws = await self._missed(room, str(start), cursor.since) + raws
        for each in state:
            room.take(each)
        for each in raws:
            if "state_key" in each:
                room.take(each)
        # Where the room is new to us, its state tells who is there; later each coming is told.
        there = [each for each in state if each.get("type") == "m.room.member"]
        if cursor.since is None:
            return there
        raws = _since_we_joined(raws, self._us)
        return raws if known or is_first else [*there, *raws]

    async def _missed(self, room: Room, start: str, since: str) -> list[Mapping[str, Any]]:
        """What the sync left out, oldest first."""
        found: list[Mapping[str, Any]] = []
        at: str | None = start
        while at is not None:
            told = await self._chat.homeserver.get(
                path("rooms", room.id, "messages"),
                {"dir": "b", "limit": "100", "to": since, "from": at},
            )
            chunk = [each for each in _list(told.get("chunk")) if _is_event(each)]
            found += chunk
            end = told.get("end")
            is_over = not chunk or end == at or any(_is_our_coming(e, self._us) for e in chunk)
            at = None if is_over or not isinstance(end, str) else end
        return found[::-1]

    @property
    def _us(self) -> str:
        return self._chat.machine.user

    # Events

    async def _take(self, address: str, raw: Mapping[str, Any], batch: _Batch) -> None:
        try:
            heard = await self._open(address, raw, batch)
            if heard is not None:
                await self._understand(heard, batch)
        except (ChatUnavailable, ConfigError):
            raise  # The whole sync is told again.
        except Exception as fault:
            log.warning("an event cannot be understood", fault=type(fault).__name__)

    async def _open(self, address: str, raw: Mapping[str, Any], batch: _Batch) -> Heard | None:
        sender, event = raw.get("sender"), raw.get("event_id")
        kind = raw.get("type")
        if not isinstance(sender, str) or not isinstance(event, str) or not isinstance(kind, str):
            return None
        content = _dict(raw.get("content"))
        redacts = content.get("redacts", raw.get("redacts"))
        heard = Heard(
            room=address,
            event=event,
            sender=sender,
            sent_at=hearing.moment(raw.get("origin_server_ts"), self._liaison.now()),
            type=kind,
            content=content,
            state_key=raw["state_key"] if isinstance(raw.get("state_key"), str) else None,
            redacts=redacts if isinstance(redacts, str) else None,
            is_redacted="redacted_because" in _dict(raw.get("unsigned")),
        )
        if kind != "m.room.encrypted" or heard.is_redacted or sender == self._us:
            return heard
        await self._introduce(sender)
        opened = self._chat.machine.open(address, raw)
        if isinstance(opened, Shut):
            if opened.session is not None:
                batch.waiting.append(Waiting(address, event, opened.session))
            return replace(heard, shut=opened.why)
        device = await self._chat.identities.device(sender, opened.curve25519, opened.ed25519)
        if device is None:
            return replace(heard, shut="from a device that is not the sender's")
        inner = dict(opened.content)
        # What stands inside the encryption is the sender's; what stands outside, the server's.
        if "m.relates_to" not in inner and "m.relates_to" in content:
            inner["m.relates_to"] = content["m.relates_to"]
        return replace(
            heard,
            type=opened.type,
            content=inner,
            grade=device.grade,
            replay_key=f"{opened.session}:{opened.index}",
        )

    async def _introduce(self, user: str) -> None:
        """Let the Olm machine know somebody's devices, so that it can mend what breaks."""
        if user not in self._introduced:
            await self._chat.machine.know([user])
            self._introduced.add(user)

    async def _understand(self, heard: Heard, batch: _Batch) -> None:
        ear = self._ear(heard.room)
        if verification.concerns(heard.type, heard.content):
            if self._verifier is not None:
                await self._verifier.heard_in_room(heard)
            return
        if await self._answered(heard, ear):
            return
        inbound = hearing.inbound_from(heard, ear)
        if inbound is not None:
            batch.inbounds.append(inbound)
        await self._warn(heard, ear)

    def _ear(self, address: str) -> Ear:
        chat = self._chat
        room = chat.rooms.get(address)
        alone = chat.rooms.private_with(room) if room is not None else None
        return Ear(self._us, self._names, alone, chat.manners.only_signed)

    async def _try_again(self, waiting: Iterable[Waiting], batch: _Batch) -> None:
        """Open what could not be opened, where the key has come since."""
        chat = self._chat
        for each in waiting:
            if not chat.machine.has_key(each.room, each.session):
                batch.waiting.append(each)
                continue
            try:
                raw = await chat.homeserver.get(path("rooms", each.room, "event", each.event))
            except Refused:
                continue  # Taken back, or out of our reach: nothing to wait for.
            again = _Batch()
            await self._take(each.room, raw, again)
            batch.inbounds += [i for i in again.inbounds if not isinstance(i, Unreadable)]

    # Answers

    async def _answered(self, heard: Heard, ear: Ear) -> bool:
        """Whether this was an answer to something the bot offered; if so, it is done."""
        answer = hearing.answer_from(heard) if heard.sender != self._us else None
        if answer is None:
            return False
        is_reaction = isinstance(answer, hearing.Reaction)
        if not is_reaction and hearing.unheard(heard, ear):
            return False
        offer = await self._offer(heard.room, answer)
        choice = answering.chosen(answer, offer) if offer is not None else None
        if offer is None or choice is None:
            return False
        by = account(heard.sender)
        # A sync that was not kept is told again, and a homeserver can tell anything again.
        key = heard.replay_key or heard.event
        tap = Tap(by, choice.token, hearing.trust_in(heard), dict(choice.fields), key=key)
        try:
            shown = await self._liaison.tap(tap)
        except UserError as mistake:
            shown = Words(str(mistake))
        if shown is not None:
            self._show(by, heard, offer, shown)
        return True

    async def _offer(self, address: str, answer: Answer) -> Offer | None:
        if isinstance(answer, Reply) and answer.is_thread:
            return await self._chat.offer_in_thread(address, answer.event)
        return await self._chat.offer(address, answer.event)

    async def _warn(self, heard: Heard, ear: Ear) -> None:
        """Tell somebody, once, that they are not listened to, and why. Only where they are alone
        with the bot, or spoke to it.
        """
        if heard.shut or heard.grade is None:
            return
        why = hearing.unheard(heard, ear)
        if not why or not hearing.is_for_bot(heard, ear) or (heard.sender, why) in self._warned:
            return
        self._warned.add((heard.sender, why))
        is_new = why == hearing.NEW_IDENTITY
        words = Words(wording.new_identity() if is_new else wording.unsigned_device())
        self._show(account(heard.sender), heard, None, words)

    def _show(self, by: AccountRef, heard: Heard, offer: Offer | None, words: Words) -> None:
        """Show it to this person alone, however long that takes, while we listen on."""
        task = asyncio.create_task(self._show_alone(by, heard, offer, words))
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)

    async def _show_alone(
        self, by: AccountRef, heard: Heard, offer: Offer | None, words: Words
    ) -> None:
        chat, wait = self._chat, FIRST_WAIT
        for _ in range(SHOW_TRIES):
            try:
                address, thread = heard.room, offer.root if offer is not None else None
                if not await chat.is_private_with(address, by):
                    address, thread = await chat.private_room(by) or "", None
                if address and await chat.is_private_with(address, by):
                    await chat.show(f"shown {heard.event}", address, words, thread=thread)
                return
            except ChatRefused as fault:
                log.warning("an answer could not be shown", fault=type(fault).__name__)
                return
            except ChatUnavailable as fault:
                await asyncio.sleep(fault.retry_after or wait)
                wait = min(wait * 2, LONGEST_WAIT)

    # House

    async def _keep_house(self, told: Mapping[str, Any], events: Sequence[Any]) -> None:
        chat = self._chat
        for address, invited in list(self._invitations.items()):
            await self._invited(address, invited)
            del self._invitations[address]
        await chat.machine.keep_stocked(
            _dict(told.get("device_one_time_keys_count")),
            told.get("device_unused_fallback_key_types"),
        )
        await chat.machine.mend()
        if self._verifier is not None:
            for event in events:
                await self._verifier.heard_to_device(event)

    async def _invited(self, address: str, invited: Mapping[str, Any]) -> None:
        """Come when one of ours calls; else say no."""
        events = _list(_dict(invited.get("invite_state")).get("events"))
        ours = [
            each
            for each in events
            if _is_event(each)
            and each.get("type") == "m.room.member"
            and each.get("state_key") == self._us
        ]
        inviter = ours[-1].get("sender") if ours else None
        if not isinstance(inviter, str) or not self._may_invite(inviter):
            log.warning("an invitation was refused", room=address)
            await self._try(path("rooms", address, "leave"))
            return
        is_direct = _dict(ours[-1].get("content")).get("is_direct") is True
        if await self._try(path("rooms", address, "join")) and is_direct:
            await self._chat.remember_private(address, inviter)

    def _may_invite(self, user: str) -> bool:
        manners = self._chat.manners
        if manners.inviters:
            return user in manners.inviters
        return server_of(user) in self._chat.servers

    async def _try(self, what: str) -> bool:
        try:
            await self._chat.homeserver.post(what, {})
        except Refused as fault:
            log.warning("the homeserver refuses", code=fault.code)
            return False
        return True


def _by_turns(
    heard: Sequence[tuple[str, Mapping[str, Any]]],
) -> list[tuple[str, Mapping[str, Any]]]:
    """Each sender's in their order; where it is much, everybody's first, then everybody's second.

    Whoever floods a room waits for nobody but themselves, and nobody waits for them.
    """
    if len(heard) <= TIMELINE:
        return list(heard)
    told: Counter[str] = Counter()
    turns = []
    for place, raw in heard:
        # Who is there is one story, whoever tells it.
        queue = "state" if "state_key" in raw else str(raw.get("sender"))
        turns.append((told[queue], (place, raw)))
        told[queue] += 1
    return [each for _, each in sorted(turns, key=lambda turn: turn[0])]


def _fairly(waiting: Sequence[Waiting]) -> list[Waiting]:
    """At most `MOST_WAITING`: where it is too much, the loudest room forgets its oldest."""
    kept = list(waiting)
    while len(kept) > MOST_WAITING:
        loudest, _ = Counter(each.room for each in kept).most_common(1)[0]
        kept.remove(next(each for each in kept if each.room == loudest))
    return kept


def _since_we_joined(raws: Sequence[Mapping[str, Any]], user: str) -> list[Mapping[str, Any]]:
    """Without what was said before the bot came: it was not told that anybody would listen."""
    came = [number for number, each in enumerate(raws) if _is_our_coming(each, user)]
    return list(raws[came[-1] :] if came else raws)


def _is_our_coming(raw: Mapping[str, Any], user: str) -> bool:
    if raw.get("type") != "m.room.member" or raw.get("state_key") != user:
        return False
    before = _dict(_dict(raw.get("unsigned")).get("prev_content")).get("membership")
    return _dict(raw.get("content")).get("membership") == "join" and before != "join"


def _is_event(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str)


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
