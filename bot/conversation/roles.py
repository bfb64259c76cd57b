"""Who somebody is in what happened: asked of the author alone where their words suppose it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.casework import judgements, matching, network, relating, spared
from bot.conversation import cards, outbox
from bot.conversation.messages import Control, Style, Tap, Trust, Words
from bot.conversation.taps import TapHandler
from bot.errors import UserError
from bot.followup import routing
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.wording import conversation as wording
from nlp import meaning, supposed
from nlp.roles import Role
from nlp.spans import Label
from storage import sealing
from storage.models import Card, Case, Mention, Message, Officer, Room
from storage.types import row_id

_AREA, _ASK, _IS, _IS_NOT = "role", "ask", "is", "isnot"


def ask(session: Session, message: Message, author: Officer, room: Room, *, now: datetime) -> None:
    """Tell the author, and nobody else, that somebody in what they wrote may have to be spared."""
    if not waiting(session, [message]):
        return
    card = cards.of_message(session, message.id)
    if card is None:
        return
    at = clocks.clock(message.sent_at, ZoneInfo(author.zone))
    opening = asking(card, wording.OPEN)
    outbox.tell(
        session,
        key=f"role:{message.id}",
        officer=author,
        words=Words(wording.role_waits(room.title, at), (opening,)),
        now=now,
        due_at=cards.said_at(session, message, author, now),
    )


def asking(card: Card, label: str) -> Control:
    """What the author of a card taps to be asked."""
    return Control(label, f"{_AREA}:{card.code}:{_ASK}", Style.PRIMARY)


def tapped(session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime) -> Words:
    """A tap of a card's author: `CODE:ask`, `CODE:is:MENTION:ROLE` or `CODE:isnot:MENTION:ROLE`."""
    card = session.scalar(select(Card).where(Card.code == parts[0]))
    if card is None or card.officer_id != officer.id:  # To others there is nothing there.
        raise UserError(wording.no_longer_there())
    if tap.trust is not Trust.AUTHENTICATED:
        raise UserError(wording.needs_a_sure_hand())
    match parts[1:]:
        case ["ask"]:
            return asked(session, card)
        case ["is" | "isnot" as verb, number, word] if word in spared.ROLES:
            mention = session.get(Mention, row_id(number))
            if mention is None or not _stands(session, card, mention):
                raise UserError(wording.no_longer_there())
            return settle(session, card, mention, Role(word), now=now, is_so=verb == _IS)
        case _:
            raise UserError(wording.no_longer_there())


TAPS: Mapping[str, TapHandler] = {_AREA: tapped}


def asked(session: Session, card: Card) -> Words:
    """What the author of a card is asked about who is named on it."""
    messages = [session.get_one(Message, each) for each in card.message_ids]
    found = waiting(session, messages)
    lines, controls = [], []
    for mention, role in found:
        name, token = sealing.unseal_or(session, mention, "text", ""), f"{_AREA}:{card.code}"
        lines.append(wording.is_in_role(name, role))
        controls += [
            Control(wording.role_yes(name, role), f"{token}:{_IS}:{mention.id}:{role}"),
            Control(wording.role_no(name, role), f"{token}:{_IS_NOT}:{mention.id}:{role}"),
        ]
    if not lines:
        return Words(wording.no_role_waits())
    return Words("\n".join([*lines, wording.why_roles_are_asked()]), tuple(controls))


def waiting(session: Session, messages: Iterable[Message]) -> list[tuple[Mention, Role]]:
    """Who in these messages is supposed to be spared, and nobody has said yet whether they are."""
    found: dict[tuple[int, str], tuple[Mention, Role]] = {}
    for message in messages:
        text = sealing.unseal_or(session, message, "text", "")
        if message.recalled_at is not None or not supposed.may_be_in(text):
            continue
        for mention in _people(session, message):
            span = matching.span_of(session, mention)
            role = supposed.role_of(text, span)
            if role is not None:
                found.setdefault((message.id, span.value or span.text), (mention, role))
    return list(found.values())


def settle(
    session: Session, card: Card, mention: Mention, role: Role, *, now: datetime, is_so: bool
) -> Words:
    """What the author says of somebody: from now on they are spared, or are not, and with them
    where they are reached."""
    author = session.get_one(Officer, card.officer_id)
    message = session.get_one(Message, mention.message_id)
    theirs = _with_theirs(session, message, mention, role)
    changed = [each for each in theirs if (each.role in spared.ROLES) is not is_so]
    for each in theirs:
        each.role, each.role_by = (role.value if is_so else None), author.id
    session.flush()
    for each in changed if is_so else ():
        matching.withdraw_mention(session, each, now=now, why="spared")
    if changed and is_so:
        _take_out(session, message, changed, author, now)
    elif changed:
        judgements.quote_anew(session, message)
        _search(session, message, changed, card, now)
    ledger.record(
        session, Operation.ALTERATION, now=now, actor=author, subject=f"mention:{mention.id}",
        role=role, holds=is_so,
    )  # fmt: skip
    cards.refresh(session, card, now=now)
    name = sealing.unseal_or(session, mention, "text", "")
    other = _IS_NOT if is_so else _IS
    undo = Control(wording.UNDO, f"{_AREA}:{card.code}:{other}:{mention.id}:{role}")
    said = wording.role_settled(name, role) if is_so else wording.role_denied(name, role)
    return Words(said, (undo,))


def _stands(session: Session, card: Card, mention: Mention) -> bool:
    """Whether this is said on a card, and neither withdrawn nor edited away."""
    message = session.get_one(Message, mention.message_id)
    is_gone = message.recalled_at is not None or message.superseded_by is not None
    return mention.message_id in card.message_ids and not is_gone


def _people(session: Session, message: Message) -> list[Mention]:
    """The people whom a message names, as far as its author's side knows of them."""
    return list(
        session.scalars(
            select(Mention)
            .where(
                Mention.message_id == message.id,
                Mention.agency_id == message.agency_id,
                Mention.label == Label.PERSON,
                Mention.is_hidden.is_(False),
                Mention.dropped_by.is_(None),
                Mention.role_by.is_(None),
            )
            .order_by(Mention.start)
        )
    )


def _with_theirs(session: Session, message: Message, mention: Mention, role: Role) -> list[Mention]:
    """A person as a message names them, with where it says that they live and are reached."""
    reading = relating.reading_of(session, message)
    sense = matching.sense_of_mention(session, mention)
    told = {
        place: role
        for place, span in enumerate(reading.spans)
        if matching.sense_of(span, sense[2]) == sense
    }
    text = sealing.unseal_or(session, message, "text", "")
    told |= meaning.of_theirs(text, reading.spans, reading.relations, told)
    senses = {matching.sense_of(reading.spans[place], sense[2]) for place in told}
    known = matching.known(session, message)
    return list({mention, *(known[each] for each in senses if each in known)})


def _take_out(
    session: Session, message: Message, named: list[Mention], author: Officer, now: datetime
) -> None:
    """Take who is spared out of what cases keep of a message; who had put it there hears of it,
    and not of whom."""
    ties = network.naming(session, message, [each.id for each in named])
    lines = judgements.quote_anew(session, message)
    for tie in ties:
        network.take_back(session, tie, author, now=now)
    concerned = {(each.case_id, each.officer_id) for each in ties}
    concerned |= {(each.case_id, each.officer_id) for each in lines}
    cases = {case_id: session.get_one(Case, case_id) for case_id, _ in concerned}
    hearing = {(case_id, who or cases[case_id].owner_id) for case_id, who in concerned}
    for case_id, officer_id in hearing:
        officer = session.get(Officer, officer_id) if officer_id is not None else None
        if officer is None:
            continue
        case = cases[case_id]
        outbox.tell(
            session,
            key=f"spared:{case.id}:{officer.id}:{named[0].id}",
            officer=officer,
            words=Words(wording.taken_out_as_spared(case.code)),
            now=now,
            marking=case.marking,
            cases=[case],
            due_at=routing.quiet_until(officer, now),
        )


def _search(
    session: Session, message: Message, freed: list[Mention], card: Card, now: datetime
) -> None:
    """Who is not to be spared is looked for as anybody is."""
    room = session.get_one(Room, card.room_id)
    text = sealing.unseal_or(session, message, "text", "")
    spans = [matching.span_of(session, each) for each in freed]
    heard = matching.Heard(
        message,
        session.get_one(Officer, card.officer_id),
        room,
        matching.find_again(session, room, text, spans),
        matching.known(session, message),
    )
    matching.match(session, [heard], now=now)
