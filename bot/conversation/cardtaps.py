"""What can be done about a card: ask a desk, drop or correct an item, withdraw everything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities, matching, watches
from bot.conversation import cards, recall, roles
from bot.conversation.messages import Control, Style, Tap, Trust, Words
from bot.conversation.ports import Extract
from bot.errors import NotAllowed, UserError
from bot.followup import contents, prompts
from bot.followup.kinds import Choice, Kind
from bot.followup.prompts import Question
from bot.governance import access, ledger
from bot.governance.ledger import Operation
from bot.wording import conversation as wording
from bot.wording.kinds import called
from nlp.names import ngrams
from nlp.pipeline import Text
from nlp.spans import Label, Span
from storage import sealing
from storage.models import (
    Card,
    Judgement,
    Mention,
    Message,
    Officer,
    Prompt,
    Role,
    Room,
    Tlp,
    Unit,
    Verdict,
)
from storage.types import row_id

_ALL = "all"
RIGHT_WITHIN = timedelta(minutes=1)


def handle(
    session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime
) -> Words | None:
    """A tap on a card: `CODE:verb[:mention]`."""
    code, verb, *rest = [*parts, ""]
    card = session.scalar(select(Card).where(Card.code == code))
    if card is None:
        raise UserError(wording.no_longer_there())
    room = session.get_one(Room, card.room_id)
    if verb == "ask":
        return _desks_to_ask(session, card, room, officer)
    author = session.get_one(Officer, card.officer_id)
    if officer.agency_id != author.agency_id:
        raise NotAllowed(wording.not_your_card())
    match verb:
        case "wrong":
            if not rest[0] and (asked := which_message(session, card)):
                return asked
            if tap.trust is not Trust.AUTHENTICATED:  # Not for longer than a minute.
                raise UserError(wording.needs_a_sure_hand())
            only = _message(session, card, rest[0]) if rest[0] not in ("", _ALL) else None
            return wrong_room(session, card, room, officer, now=now, only=only)
        case "right" if tap.trust is Trust.AUTHENTICATED:
            return right_room(session, card, room, officer, rest[0].split("."), now=now)
        case "fix":
            return _what_to_fix(session, card, officer)
        case "drop":
            return drop(session, card, _mention(session, card, rest[0]), officer, now=now)
        case "restore":
            return restore(session, card, rest[0], officer, now=now)
        case "correct":
            mention = _mention(session, card, rest[0])
            return correct(session, card, mention, tap.fields.get("text", ""), officer, now=now)
        case _:
            raise UserError(wording.no_longer_there())


def drop(
    session: Session, card: Card, mention: Mention, officer: Officer, *, now: datetime
) -> Words:
    """Drop an item from a card: what came of it is withdrawn. It is a judgement, and undoable."""
    text = sealing.unseal_or(session, mention, "text", "")
    _let_go(session, mention, officer, Verdict.DROPPED, now)
    matching.ask_each(session, session.get_one(Message, mention.message_id), now=now)
    cards.refresh(session, card, now=now)
    return Words(wording.dropped(mention.label, text), (_restoring(card, mention),))


def correct(
    session: Session,
    card: Card,
    mention: Mention,
    right: str,
    officer: Officer,
    *,
    now: datetime,
) -> Words:
    """Put an item right: the right words are read and searched anew."""
    right = right.strip()[:200]
    before = sealing.unseal_or(session, mention, "text", "")
    message = session.get_one(Message, mention.message_id)
    room = session.get_one(Room, card.room_id)
    span = _read_as(session, mention.label, right, officer)
    if span is None:
        raise UserError(wording.not_recognised(mention.label, right))
    span = replace(span, negated=mention.negated, hearsay=mention.hearsay, role=mention.role)
    author = session.get_one(Officer, card.officer_id)
    known = matching.known(session, message)
    again = known.get(matching.sense_of(span, author.agency_id))
    if again is mention:
        raise UserError(wording.read_so_already(mention.label, before))
    if again is not None:
        again.dropped_by = None
    _let_go(session, mention, officer, Verdict.CORRECTED, now)
    # Spans point into what was said; the corrected words are not in it.
    found = matching.find_again(session, room, right, [span])
    heard = matching.Heard(message, author, room, found, known)
    [kept] = matching.match(session, [heard], now=now)
    for made in kept.shown:
        if made is not again:
            made.corrects = mention.id
    sighted = watches.met(session, watches.active(session, now), [span], ngrams(right))
    watches.tell(session, sighted, message, room, now=now)
    cards.refresh(session, card, now=now)
    return Words(wording.corrected(mention.label, before, right), (_restoring(card, mention),))


def restore(session: Session, card: Card, number: str, officer: Officer, *, now: datetime) -> Words:
    """Take a drop or a correction back: the item stands again as it was read."""
    mention = session.get(Mention, row_id(number))
    message = session.get(Message, mention.message_id) if mention is not None else None
    if (
        mention is None
        or message is None
        or message.id not in card.message_ids
        or message.recalled_at is not None
        or mention.dropped_by is None
    ):
        raise UserError(wording.no_longer_there())
    text = sealing.unseal_or(session, mention, "text", "")
    for right in session.scalars(select(Mention).where(Mention.corrects == mention.id)):
        _let_go(session, right, officer, Verdict.DROPPED, now)
    mention.dropped_by = None
    _judged(session, mention, officer, Verdict.UNSURE, now)
    room = session.get_one(Room, card.room_id)
    span = matching.span_of(session, mention)
    heard = matching.Heard(
        message,
        session.get_one(Officer, card.officer_id),
        room,
        matching.find_again(session, room, text, [span]),
        matching.known(session, message),
    )
    matching.match(session, [heard], now=now)
    cards.refresh(session, card, now=now)
    return Words(wording.restored(mention.label, text))


def wrong_room(
    session: Session,
    card: Card,
    room: Room,
    officer: Officer,
    *,
    now: datetime,
    only: Message | None = None,
) -> Words:
    """Withdraw what came of a card's messages, say who was present, ask about the breach.

    With *only*, of that message alone. Never claims to unsend.
    """
    messages = [session.get_one(Message, each) for each in card.message_ids]
    meant = messages if only is None else [only]
    is_shown = only is None and card.withdrawn_at is None
    if not is_shown and all(m.recalled_at is not None for m in meant):
        return Words(wording.already_withdrawn())
    taken = [message for message in meant if message.recalled_at is None]
    for message in taken:
        recall.take_back(session, message, now=now, why="wrong room")
    in_part = any(m.recalled_at is None for m in messages)
    if card.withdrawn_at is None and not in_part:
        cards.withdraw(session, card, now=now)
    recall.withdraw_questions(session, card, now=now, why="wrong room")
    present = access.present_in(session, room)
    who = [
        f"{each.name} ({each.agency.title})" if each else wording.a_stranger() for each in present
    ]
    guardian = _data_protection_officer(session, officer)
    asked = wording.nobody_guards()
    if guardian is not None:
        prompts.ask(
            session,
            Question(
                kind="breach",
                profile="led_breach",
                # Not of the message: that may be erased while the question must still be answered.
                words={"card": card.code, "room": room.title, "present": "\n".join(who)},
                officer=guardian,
                asked_by=officer,
                marking=Tlp.GREEN,
            ),
            now=now,
        )
        asked = wording.breach_asked(guardian.name)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, subject=f"card:{card.code}",
        wrong_room=room.slug, present=[each.slug for each in present if each],
    )  # fmt: skip
    text = wording.withdrawn_wrong_room(room.title, who, asked, in_part=in_part)
    back = ".".join(str(message.id) for message in taken)
    return Words(text, (Control(wording.UNDO, f"card:{card.code}:right:{back}"),) if back else ())


def right_room(
    session: Session, card: Card, room: Room, officer: Officer, ids: Sequence[str], *, now: datetime
) -> Words:
    """It was tapped by mistake: what was withdrawn is read, asked about and shown anew."""
    messages = [_message(session, card, each) for each in ids]
    breach = _breach_of(session, card, messages)
    gone, _ = recall.revised_among(session, messages)
    is_over = bool(gone) or (breach is not None and breach.state not in prompts.ALIVE)
    at = [message.recalled_at for message in messages]
    if is_over or not all(each is not None and now - each <= RIGHT_WITHIN for each in at):
        raise UserError(wording.room_stays_wrong())
    if breach is not None:
        prompts.withdraw(session, breach, now=now, why=wording.RIGHT_ROOM)
    author = session.get_one(Officer, card.officer_id)
    for message in messages:
        message.recalled_at = None
        known = matching.known(session, message)
        standing = [each for each in known.values() if each.dropped_by is None]
        text = sealing.unseal_or(session, message, "text", "")
        spans = [matching.span_of(session, each) for each in standing]
        found = matching.find_again(session, room, text, spans)
        matching.match(session, [matching.Heard(message, author, room, found, known)], now=now)
    cards.show(session, [(each, author, room) for each in messages], now=now)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, subject=f"card:{card.code}",
        right_room=room.slug,
    )  # fmt: skip
    return Words(wording.right_room(room.title))


def _breach_of(session: Session, card: Card, messages: Sequence[Message]) -> Prompt | None:
    """What was asked of data protection when these messages were withdrawn."""
    since = min((each.recalled_at for each in messages if each.recalled_at), default=None)
    if since is None:
        return None
    asked = session.scalars(
        select(Prompt).where(Prompt.kind == BREACH.name, Prompt.received_at >= since)
    )
    return next(
        (each for each in asked if contents.words(session, each).get("card") == card.code), None
    )


def which_message(session: Session, card: Card) -> Words | None:
    """Ask which message of a card is meant, or all of them; nothing where it speaks of one."""
    items = cards.items(session, card)
    numbers = cards.numbered(card, items)
    if not numbers:
        return None
    token = f"card:{card.code}:wrong"
    each = [
        Control(
            wording.message_with(
                number, [(i.label, i.text) for i in items if i.message_id == message_id]
            ),
            f"{token}:{message_id}",
        )
        for message_id, number in numbers.items()
    ]
    everything = Control(wording.all_of_them(len(each)), f"{token}:{_ALL}", Style.DANGER)
    return Words(wording.wrong_room_which_message(), (*each, everything))


def _desks_to_ask(session: Session, card: Card, room: Room, officer: Officer) -> Words:
    """The desks of the room's agencies, each with an urgent and an ordinary way."""
    desks = session.scalars(
        select(Unit).where(Unit.retired_at.is_(None)).order_by(Unit.title)
    ).all()
    offered = [desk for desk in desks if desk.agency.slug in room.agencies and not desk.is_watch]
    controls: list[Control] = []
    for desk in offered[:8]:
        controls.append(
            Control(wording.ask_waiting(desk.title), f"ask:{card.code}:{desk.slug}:waiting")
        )
        controls.append(
            Control(wording.ask_routine(desk.title), f"ask:{card.code}:{desk.slug}:routine")
        )
    return Words(wording.ask_which_desk(), tuple(controls))


def _what_to_fix(session: Session, card: Card, officer: Officer) -> Words:
    controls: list[Control] = []
    items = cards.items(session, card)
    numbers = cards.numbered(card, items)
    for item in items[: wording.MOST_SHOWN]:
        token, number = f"card:{card.code}", numbers.get(item.message_id)
        controls.append(
            Control(
                wording.drop_label(item.label, item.text, number), f"{token}:drop:{item.mention_id}"
            )
        )
        controls.append(
            Control(
                wording.correct_label(item.label, item.text, number),
                f"{token}:correct:{item.mention_id}",
                asks=wording.correct_ask(item.label),
            )
        )
    messages = [session.get_one(Message, each) for each in card.message_ids]
    if officer.id == card.officer_id and roles.waiting(session, messages):
        controls.append(roles.asking(card, wording.roles_to_tell()))
    if not controls:
        return Words(wording.no_longer_there())
    return Words(wording.fix_what(), tuple(controls))


def _message(session: Session, card: Card, number: str) -> Message:
    if row_id(number) not in card.message_ids:
        raise UserError(wording.no_longer_there())
    return session.get_one(Message, row_id(number))


def _mention(session: Session, card: Card, number: str) -> Mention:
    mention = session.get(Mention, row_id(number))
    if mention is None or mention.message_id not in card.message_ids or mention.dropped_by:
        raise UserError(wording.no_longer_there())
    return mention


def _let_go(
    session: Session, mention: Mention, officer: Officer, verdict: Verdict, now: datetime
) -> None:
    mention.dropped_by = officer.id
    matching.withdraw_mention(session, mention, now=now, why=verdict.value)
    _judged(session, mention, officer, verdict, now)


def _restoring(card: Card, mention: Mention) -> Control:
    return Control(wording.UNDO, f"card:{card.code}:restore:{mention.id}")


def _judged(
    session: Session, mention: Mention, officer: Officer, verdict: Verdict, now: datetime
) -> None:
    session.add(
        Judgement(
            mention_id=mention.id,
            match_id=None,
            entity_id=None,
            verdict=verdict,
            officer_id=officer.id,
            at=now,
            trust="tap",
            key_id=mention.key_id,
        )
    )
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=officer, subject=f"mention:{mention.id}",
        verdict=verdict,
    )  # fmt: skip


def _read_as(session: Session, label: Label, right: str, officer: Officer) -> Span | None:
    if label in entities.NAMED:
        return Span(0, len(right), right, label, None, right) if right else None
    extract: Extract = session.info["extract"]
    [reading] = extract([Text(f"{called(label)} {right}", officer.agency.country)])
    return next((span for span in reading.spans if span.label is label), None)


def _data_protection_officer(session: Session, officer: Officer) -> Officer | None:
    people = session.scalars(
        select(Officer)
        .where(Officer.agency_id == officer.agency_id, Officer.retired_at.is_(None))
        .order_by(Officer.duty_rank, Officer.id)
    )
    return next((each for each in people if access.has(each, Role.OVERSIGHT)), None)


NOTIFY = Choice("notify", "It is a breach", True)
NO_BREACH = Choice("no_breach", "No breach", True)


def _breach_choices(_session: Session, _prompt: Prompt) -> Sequence[Choice]:
    return (NOTIFY, NO_BREACH)


def _breach_detail(session: Session, prompt: Prompt, _reader: Officer, _now: datetime) -> str:
    # Who was there at that moment: who has come or gone since changes nothing.
    asked = contents.words(session, prompt)
    return wording.breach_question(asked.get("room", ""), asked.get("present", "").splitlines())


BREACH = Kind(
    "breach",
    _breach_choices,
    _breach_detail,
    lambda _session, prompt, _officer, choice, _fields, _now: wording.breach_decided(
        prompt.code, is_breach=choice.id == NOTIFY.id
    ),
    climbs=False,
)
