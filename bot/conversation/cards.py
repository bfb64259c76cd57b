"""Thread cards: what was read, what this room may know of it, and how to put it right."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, bindparam, cast, literal, or_, select
from sqlalchemy.orm import Session

from bot import clocks, references
from bot.casework import entities, matching, spared
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.followup import quiet
from bot.governance import access, markings
from bot.wording import conversation as wording
from nlp.spans import Label
from storage import sealing
from storage.models import (
    Card,
    Case,
    Delivery,
    Match,
    MatchState,
    Mention,
    Message,
    Officer,
    Room,
    Tlp,
)

JOINS_WITHIN = timedelta(seconds=90)
MOST_JOINED = 10
"""A card of more messages would be read by nobody: the next ones get one of their own."""
SAID_AFTER = timedelta(seconds=1)
"""A fixed wait from hearing, whatever was found: timing tells nobody anything."""
_CARD = "card:"
UNSHOWN = frozenset(
    {Label.TIME, Label.MARKING, Label.QUANTITY, Label.PLACE, Label.NATIONALITY, Label.MONEY}
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a card."""

    mention_id: int
    message_id: int
    label: Label
    text: str
    value: str
    is_valid: bool
    why: str
    negated: bool = False
    hearsay: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether nothing speaks against what was read."""
        return self.is_valid and not self.why


@dataclass(frozen=True, slots=True)
class Contents:
    """What a card tells of: the items that may be repeated, and the matches of its messages."""

    items: Sequence[Item]
    matches: Sequence[tuple[Mention, Match]]


def show(session: Session, read: Sequence[tuple[Message, Officer, Room]], *, now: datetime) -> None:
    """Show what was read under its authors' messages: one card per author and room in 90 seconds.

    The messages come in the order in which they were heard.
    """
    session.flush()
    with session.no_autoflush:  # What is read here was written just now.
        recent = _recent(session, read)
        codes = iter(references.mint_many(session, Card, len(read)))
        due: dict[Card, datetime] = {}
        for message, author, room in read:
            card = _standing(session, message) or _joinable(
                recent.get((room.id, author.id)), message
            )
            if card is None:
                card = _new(next(codes), message, author, room)
                session.add(card)
                recent[room.id, author.id] = card
            elif message.id not in card.message_ids:
                card.message_ids = [*card.message_ids, message.id]
            due.setdefault(card, said_at(session, message, author, now))
        held = _messages(session, list(due), {message.id for message, _, _ in read})
        contents = _contents(session, list(due))
        cases = _look_around(session, list(due), contents)
        standing = outbox.standing(session, [key_of(card) for card in due if card.revision])
        for card, due_at in due.items():
            _say(session, card, contents[card.id], now=now, due_at=due_at, standing=standing)
        del held, cases  # until here, so that nobody asked for them one by one


def said_at(session: Session, message: Message, author: Officer, now: datetime) -> datetime:
    """A fixed while after it was heard; an author in an operation reads it when that is over."""
    soon = due_at(message)
    if not author.shifts:
        return soon
    text = sealing.unseal_or(session, message, "text", "")
    return max(soon, quiet.mutes_until(session, author, text, now) or soon)


def due_at(message: Message) -> datetime:
    """When the card of a message is said at the earliest."""
    return message.heard_at + SAID_AFTER


def unsaid(session: Session, message: Message, author: Officer, room: Room) -> Card:
    """A card for this message that nobody has seen: what can be done about one can be done."""
    card = _new(references.mint(session, Card), message, author, room)
    session.add(card)
    session.flush()
    return card


def refresh_for(session: Session, message: Message, *, now: datetime) -> None:
    """Show the card of this message as it stands now; take it back when nothing is left."""
    for card in _cards_of(session, message):
        refresh(session, card, now=now)


def refresh(session: Session, card: Card, *, now: datetime) -> None:
    """Show a card as it stands now; take it back when nothing is left on it."""
    if card.withdrawn_at is None:
        _say(session, card, _contents(session, [card])[card.id], now=now, due_at=now)


def of(session: Session, message: Message) -> list[Card]:
    """The cards that speak of this message."""
    return list(_cards_of(session, message))


def withdraw(session: Session, card: Card, *, now: datetime) -> None:
    """Take a card back."""
    card.withdrawn_at = now
    outbox.retract(session, key_of(card), now=now)


def replace_message(session: Session, old: Message, new: Message) -> None:
    """Let a card speak of the edited message instead."""
    for card in _cards_of(session, old):
        kept = [new.id if each == old.id else each for each in card.message_ids]
        card.message_ids = list(dict.fromkeys(kept))


def settle(session: Session, card: Card, case: Case, outcome: str, *, now: datetime) -> None:
    """Write what became of it in this case under the card."""
    card.outcome = "\n".join(
        f"{case_id} {words}"
        for case_id, words in {**_outcomes(card), case.id: outcome}.items()
        if words
    )
    refresh(session, card, now=now)


def of_message(session: Session, message_id: int) -> Card | None:
    """The card that speaks of this message."""
    message = session.get(Message, message_id)
    return next(iter(_cards_of(session, message)), None) if message is not None else None


def items(session: Session, card: Card) -> list[Item]:
    """What stands on the card: not dropped, not recalled, and the author's side's own."""
    return _items(session, [card])[card.id]


@dataclass(frozen=True, slots=True)
class Seen:
    """A case that this room may see, and the items that led to it."""

    case: Case
    items: list[Item]
    near: Set[int]
    """The mentions that are known there but for a slip."""
    is_asked: bool
    """Whether its desk has something left to say."""


def visible_cases(session: Session, room: Room, contents: Contents, *, now: datetime) -> list[Seen]:
    """The cases this room may see, with the items that led to each."""
    here = {item.mention_id: item for item in contents.items}
    led: dict[int, list[tuple[Item, Match]]] = defaultdict(list)
    for mention, match in contents.matches:
        if match.is_hidden or match.state is MatchState.REJECTED or mention.id not in here:
            continue
        led[match.case_id].append((here[mention.id], match))
    found = []
    present = access.present_in(session, room) if led else ()
    for case_id, items_and_matches in led.items():
        case = session.get_one(Case, case_id)
        if access.room_may_see(session, room, case, present, now):
            is_asked = any(one.state is MatchState.SUGGESTED for _, one in items_and_matches)
            near = {one.mention_id for _, one in items_and_matches if one.is_near}
            found.append(Seen(case, [item for item, _ in items_and_matches], near, is_asked))
    return sorted(found, key=lambda seen: (seen.case.code, seen.case.id))


def render(
    session: Session, card: Card, room: Room, contents: Contents, *, now: datetime
) -> tuple[Words, list[Case]]:
    """The card's words, and the cases they name."""
    read = contents.items
    seen = visible_cases(session, room, contents, now=now)
    named = {item.mention_id for each in seen for item in each.items}
    decided = _decided(session, card, room, contents, now)
    messages = [session.get_one(Message, each) for each in card.message_ids]
    marking = markings.join([m.marking or room.default_marking for m in messages])
    text = wording.card(
        marking=marking,
        parts=_parts(card, room, messages, read, named),
        cases=[
            (each.case.code, [(item.label, item.mention_id in each.near) for item in each.items])
            for each in seen
        ],
        is_asked=any(each.is_asked for each in seen),
        outcomes=list(decided.values()),
        unread=max((m.unread for m in messages), default=0),
    )
    controls = (
        Control("Ask a desk", f"card:{card.code}:ask", Style.PRIMARY),
        Control("Fix", f"card:{card.code}:fix"),
        Control("Wrong room", f"card:{card.code}:wrong", Style.DANGER),
    )
    told = dict.fromkeys([*(each.case for each in seen), *decided])
    return Words(text, controls), list(told)


def numbered(card: Card, items: Sequence[Item]) -> dict[int, int]:
    """The numbers of the messages these items are of; none where one message has them all."""
    speaking = {item.message_id for item in items}
    if len(speaking) < 2:  # one message needs no number
        return {}
    return {each: number for number, each in enumerate(card.message_ids, 1) if each in speaking}


def _parts(
    card: Card, room: Room, messages: Sequence[Message], items: Sequence[Item], named: Set[int]
) -> list[wording.Part]:
    """What the card says of each of its messages."""
    numbers = numbered(card, items)
    if not numbers:
        return [_part("", items, named)] if items else []
    zone = ZoneInfo(room.zone)
    sent = {m.id: "" if m.kind == "edited" else clocks.clock(m.sent_at, zone) for m in messages}
    return [
        _part(
            wording.message_of_card(number, sent[message_id]),
            [item for item in items if item.message_id == message_id],
            named,
        )
        for message_id, number in numbers.items()
    ]


def _part(said: str, items: Sequence[Item], named: Set[int]) -> wording.Part:
    """Of names, only those are shown as read that lead to a case this room may see."""
    sure = [item for item in items if item.is_sure]
    bare = {i.mention_id for i in sure if i.label in entities.NAMED and i.mention_id not in named}
    return wording.Part(
        said,
        read=[_thing(item) for item in sure if item.mention_id not in bare],
        doubtful=[_thing(item) for item in items if not item.is_sure],
        names=[_thing(item) for item in sure if item.mention_id in bare],
    )


def _thing(item: Item) -> wording.Thing:
    return wording.Thing(item.label, item.text, item.why, item.negated, item.hearsay)


def warn_author(
    session: Session, message: Message, author: Officer, room: Room, *, now: datetime
) -> None:
    """Tell the author alone that a marking does not fit the room. Nothing is derived."""
    card = unsaid(session, message, author, room)
    outbox.tell(
        session,
        key=f"guard:{message.id}",
        officer=author,
        words=Words(
            wording.wrong_marking(message.marking or Tlp.RED, room.title, room.ceiling),
            (Control("Wrong room", f"card:{card.code}:wrong", Style.DANGER),),
        ),
        now=now,
    )


def key_of(card: Card) -> str:
    return f"{_CARD}{card.id}"


def show_to(author: Officer) -> ColumnElement[bool]:
    """The deliveries that show this author's cards."""
    keys = select(literal(_CARD) + cast(Card.id, String)).where(Card.officer_id == author.id)
    return or_(Delivery.key.in_(keys), Delivery.about.in_(keys))


def _recent(
    session: Session, read: Sequence[tuple[Message, Officer, Room]]
) -> dict[tuple[int, int], Card]:
    """The newest card of each room and author, which these messages may join."""
    return {
        (card.room_id, card.officer_id): card
        for card in session.scalars(
            select(Card)
            .where(
                Card.room_id.in_({room.id for _, _, room in read}),
                Card.officer_id.in_({author.id for _, author, _ in read}),
                Card.withdrawn_at.is_(None),
                Card.opened_at > min(message.heard_at for message, _, _ in read) - JOINS_WITHIN,
                Card.revision > 0,
            )
            .order_by(Card.opened_at, Card.id)
        )
    }


def _joinable(card: Card | None, message: Message) -> Card | None:
    """This card, if it is of the last 90 seconds, in the same thread or at top level."""
    if card is None or card.opened_at <= message.heard_at - JOINS_WITHIN:
        return None
    joins = message.thread is None or message.thread == card.thread
    return card if joins and len(card.message_ids) < MOST_JOINED else None


def _new(code: str, message: Message, author: Officer, room: Room) -> Card:
    return Card(
        code=code,
        room_id=room.id,
        officer_id=author.id,
        thread=message.thread or message.event,
        opened_at=message.heard_at,
        message_ids=[message.id],
    )


def _messages(session: Session, cards: Sequence[Card], known: Set[int]) -> Sequence[Message]:
    """The other messages of these cards than those *known*: the session knows them then."""
    wanted = {each for card in cards for each in card.message_ids} - known
    return session.scalars(select(Message).where(Message.id.in_(wanted))).all() if wanted else ()


def _look_around(
    session: Session, cards: Sequence[Card], contents: Mapping[int, Contents]
) -> list[Case]:
    """The cases that these cards may name, and who is in whose room: asked about all at once."""
    leading = {card.id: contents[card.id].matches for card in cards}
    wanted = {one.case_id for found in leading.values() for _, one in found if not one.is_hidden}
    cases = session.scalars(select(Case).where(Case.id.in_(wanted))).all() if wanted else ()
    access.foresee(session, cases)
    rooms = {card.room_id for card in cards if leading[card.id]}
    access.present_in_all(session, [session.get_one(Room, each) for each in rooms])
    return list(cases)


def _contents(session: Session, cards: Sequence[Card]) -> dict[int, Contents]:
    """What these cards tell of. A victim, a witness, a minor or a source is not repeated."""
    message_ids = [each for card in cards for each in card.message_ids]
    left_out = spared.among(session, message_ids)
    matches: dict[int, list[tuple[Mention, Match]]] = defaultdict(list)
    for mention, match in matching.matches_of(session, message_ids):
        matches[mention.message_id].append((mention, match))
    items = _items(session, cards)
    return {
        card.id: Contents(
            [item for item in items[card.id] if item.mention_id not in left_out],
            [pair for message_id in card.message_ids for pair in matches[message_id]],
        )
        for card in cards
    }


def _items(session: Session, cards: Sequence[Card]) -> dict[int, list[Item]]:
    rows: dict[int, list[Mention]] = defaultdict(list)
    message_ids = [each for card in cards for each in card.message_ids]
    for row in session.scalars(_MENTIONS, {"message_ids": message_ids}):
        rows[row.message_id].append(row)
    found: dict[int, list[Item]] = {}
    for card in cards:
        author = session.get_one(Officer, card.officer_id)
        here = [row for message_id in sorted(card.message_ids) for row in rows[message_id]]
        told: dict[tuple[int, Label, str], Item] = {}
        for row in here:
            if row.agency_id == author.agency_id:
                item = _item(session, row)
                told.setdefault((item.message_id, item.label, item.value), item)
        found[card.id] = list(told.values())
    return found


def _item(session: Session, row: Mention) -> Item:
    text = sealing.unseal_or(session, row, "text", "")
    value = sealing.unseal_or(session, row, "value", text)
    why = sealing.unseal_or(session, row, "why", "")
    return Item(
        row.id, row.message_id, row.label, text, value, row.valid, why, row.negated, row.hearsay
    )


def _say(
    session: Session,
    card: Card,
    contents: Contents,
    *,
    now: datetime,
    due_at: datetime,
    standing: Mapping[str, outbox.Standing] | None = None,
) -> None:
    room = session.get_one(Room, card.room_id)
    live = [session.get_one(Message, each) for each in card.message_ids]
    live = [m for m in live if m.recalled_at is None]
    if not live or (not contents.items and not any(m.unread for m in live)):
        if card.revision:
            withdraw(session, card, now=now)
        return
    words, cases = render(session, card, room, contents, now=now)
    marking = markings.join([m.marking or room.default_marking for m in live])
    card.revision += 1
    if card.revision == 1:
        outbox.say(
            session,
            key=key_of(card),
            room=room,
            words=words,
            thread=card.thread,
            marking=marking,
            cases=cases,
            now=now,
            due_at=due_at,
            is_new=True,
        )
    else:
        outbox.revise(
            session,
            key_of(card),
            words,
            now=now,
            cases=cases,
            marking=marking,
            due_at=due_at,
            standing=standing,
        )


def _standing(session: Session, message: Message) -> Card | None:
    """The card that speaks of an edited message already."""
    if message.kind != "edited":
        return None
    return next((card for card in of(session, message) if card.withdrawn_at is None), None)


def _decided(
    session: Session, card: Card, room: Room, contents: Contents, now: datetime
) -> dict[Case, str]:
    """What became of it in each case that this room may see, and where anything is found still."""
    if not card.outcome:
        return {}
    present = access.present_in(session, room)
    found = {match.case_id for _, match in contents.matches}
    cases = {
        session.get_one(Case, each): words
        for each, words in _outcomes(card).items()
        if each in found
    }
    return {
        case: words
        for case, words in cases.items()
        if access.room_may_see(session, room, case, present, now)
    }


def _outcomes(card: Card) -> dict[int, str]:
    lines = [line.partition(" ") for line in card.outcome.splitlines()]
    return {int(case_id): words for case_id, _, words in lines}


def _cards_of(session: Session, message: Message) -> Sequence[Card]:
    if message.room_id is None:
        return ()
    recent = session.scalars(
        select(Card).where(
            Card.room_id == message.room_id,
            Card.officer_id == message.officer_id,
            Card.opened_at <= message.heard_at,
            Card.opened_at > message.heard_at - 2 * JOINS_WITHIN,
        )
    ).all()
    named = [card for card in recent if message.id in card.message_ids]
    if named:
        return named
    # An edit may come long after: its card opened with the message it replaces.
    older = session.scalars(
        select(Card).where(Card.room_id == message.room_id, Card.officer_id == message.officer_id)
    ).all()
    return [card for card in older if message.id in card.message_ids]


_MENTIONS = (
    select(Mention)
    .join(Message, Message.id == Mention.message_id)
    .where(
        Mention.message_id.in_(bindparam("message_ids", expanding=True)),
        Mention.label.not_in(UNSHOWN),
        Mention.dropped_by.is_(None),
        Mention.is_hidden.is_(False),
        Message.recalled_at.is_(None),
        Message.superseded_by.is_(None),
    )
    .order_by(Mention.message_id, Mention.start)
)
