"""Making sense of what was heard: mentions, matches, questions and a card, or nothing at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.casework import linking, matching, watches
from bot.casework.linking import Finding, Reading
from bot.casework.matching import Sense
from bot.conversation import cards, commands, outbox, recall
from bot.conversation.messages import Words
from bot.conversation.ports import Extract
from bot.governance import markings
from bot.wording import conversation as wording
from nlp.pipeline import MAX_CHARS, Text
from nlp.spans import Label, Span
from storage import sealing
from storage.database import savepoint
from storage.errors import StorageError
from storage.models import Agency, Case, Mention, Message, Officer, Progress, Room, Tlp, Watch

Read = Sequence[Span] | Exception
"""What a text says, or why it could not be read."""

log = structlog.get_logger()

MOST_TRIES = 5
MOST_CASES = 500
"""So many are asked for together; what is beyond is asked for when it is needed."""
FIRST_WAIT = timedelta(seconds=5)
NOT_CARDED = frozenset({Label.TIME, Label.MARKING, Label.QUANTITY, Label.PLACE, Label.NATIONALITY})
ALONE_IS_NOTHING = NOT_CARDED | {
    Label.MONEY,
    Label.DRUG,
    Label.WEAPON,
    Label.VEHICLE,
    Label.POSTCODE,
}
NAMES = frozenset({Label.PERSON, Label.ORG})
SURE_NAME = 0.5
"""Below this it is a given name among colleagues, or an agency that everybody knows."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits to be understood."""

    id: int
    text: str
    sent_at: datetime
    region: str | None
    is_content: bool


def waiting(session: Session, now: datetime, limit: int) -> list[Waiting]:
    """The oldest messages that wait, at most *limit*."""
    rows = session.scalars(
        select(Message)
        .where(
            Message.progress == Progress.PENDING,
            or_(Message.next_try_at.is_(None), Message.next_try_at <= now),
        )
        .order_by(Message.id)
        .limit(limit)
    ).all()
    sealing.keyring(session).preload([row.key_id for row in rows])
    authors = {row.officer_id for row in rows}
    countries = session.execute(
        select(Officer.id, Agency.country)
        .join(Agency, Agency.id == Officer.agency_id)
        .where(Officer.id.in_(authors))
    )
    regions: dict[int | None, str] = {row.id: row.country for row in countries}
    found = []
    for row in rows:
        is_content = _is_content(session, row)
        try:
            text = _text(session, row) if is_content else ""
        except StorageError:  # It is set aside, and the others are not, when it is settled.
            is_content, text = False, ""
        found.append(Waiting(row.id, text, row.sent_at, regions.get(row.officer_id), is_content))
    return found


def read(extract: Extract, messages: Sequence[Waiting]) -> list[Read]:
    """What each of these says. Commands and strangers' words are not looked into."""
    found = iter(
        _read(extract, [Text(m.text, m.region, m.sent_at) for m in messages if m.is_content])
    )
    return [next(found) if m.is_content else () for m in messages]


def settle(session: Session, heard: Sequence[tuple[int, Read]], now: datetime) -> int:
    """Apply what was read: each message in a step of its own, all kept together.

    A message that fails is tried again later and in the end set aside; it never blocks the next.
    """
    read_of = dict(heard)
    rows = session.scalars(
        select(Message)
        .where(Message.id.in_(list(read_of)), Message.progress == Progress.PENDING)
        .order_by(Message.id)
        .with_for_update(skip_locked=True)
    ).all()
    sealing.keyring(session).preload([row.key_id for row in rows])
    around: list[object] = [*_around(session, rows)]
    findings = _findings_of_all(session, rows, read_of)
    around += _cases_in(session, findings)
    watched = watches.active(session, now)
    gone, edited = recall.revised_among(session, rows)
    quiet: list[int] = []
    loud: list[_Heard] = []
    for row in rows:
        try:
            found = findings.get(row.id)
            sighted = _sighted(session, row, watched, read_of.get(row.id, ()))
            if row.id in gone or found is None or sighted or not _is_quiet(session, row, found):
                loud.append(_Heard(row, found, sighted, row.id in gone, row.id in edited))
            else:
                quiet.append(row.id)
        except Exception as fault:  # whatever it is, it must not block the next message
            _set_back(session, row, fault, now)
    try:
        with savepoint(session):
            _apply_all(session, loud, read_of, now)
    except Exception as fault:
        if len(loud) > 1:
            log.warning("messages are applied one by one", fault=type(fault).__name__)
        for heard_one in loud:
            try:
                with savepoint(session):
                    _apply_all(session, [heard_one], read_of, now)
            except Exception as own:
                _set_back(session, heard_one.row, own, now)
    if quiet:
        session.execute(update(Message).where(Message.id.in_(quiet)).values(progress=Progress.DONE))
    del around  # held until here, so that nobody asked for it again
    return len(rows)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message that says something, or that nobody could tell the meaning of among others."""

    row: Message
    findings: Sequence[Finding] | None
    sighted: Sequence[Watch]
    is_gone: bool
    is_edited: bool


def next_try_at(session: Session) -> datetime | None:
    """When a message that failed is tried again, if any."""
    return session.scalar(
        select(func.min(Message.next_try_at)).where(Message.progress == Progress.PENDING)
    )


def _around(session: Session, rows: Sequence[Message]) -> list[Officer | Room]:
    """Authors and rooms of many messages with one question each; the session knows them then."""
    officers = session.scalars(
        select(Officer).where(Officer.id.in_({row.officer_id for row in rows if row.officer_id}))
    )
    rooms = session.scalars(
        select(Room).where(Room.id.in_({row.room_id for row in rows if row.room_id}))
    )
    return [*officers, *rooms]


def _cases_in(session: Session, findings: Mapping[int, Sequence[Finding]]) -> list[Case]:
    """The cases that these findings may lead to, as `_around`."""
    wanted = {
        candidate.case_id
        for found in findings.values()
        for finding in found
        for candidate in finding.candidates
    }
    ordered = sorted(wanted)[:MOST_CASES]
    found = session.scalars(select(Case).where(Case.id.in_(ordered))).all() if ordered else ()
    sealing.keyring(session).preload([case.key_id for case in found])
    return list(found)


def _read(extract: Extract, texts: Sequence[Text]) -> Sequence[Read]:
    """A text that nobody can read must not keep the others from being read."""
    try:
        return extract(texts)
    except Exception as fault:
        if len(texts) == 1:
            return [fault]
        return [read for text in texts for read in _read(extract, [text])]


def _is_content(session: Session, row: Message) -> bool:
    """Whether this is talk to be read: what is said to the bot in a room, unless it is a command,
    is talk too."""
    if row.officer_id is None or row.kind not in ("said", "edited"):
        return False
    return not row.to_bot or (row.room_id is not None and not _is_command(session, row))


def _is_command(session: Session, row: Message) -> bool:
    try:
        return commands.is_command(session, sealing.unseal_or(session, row, "text", ""))
    except StorageError:
        return False


def _text(session: Session, row: Message) -> str:
    """What was said, with the bot's own name blanked where it was spoken to."""
    text = sealing.unseal_or(session, row, "text", "")
    return commands.blank_address(text) if row.to_bot else text


def _sighted(
    session: Session, row: Message, watched: Mapping[int, list[Watch]], read: Read
) -> list[Watch]:
    if not watched or isinstance(read, Exception) or not _is_content(session, row):
        return []
    return watches.met(session, watched, _text(session, row)[:MAX_CHARS], read)


def _is_quiet(session: Session, row: Message, found: Sequence[Finding]) -> bool:
    return (
        row.kind == "said"
        and _is_content(session, row)
        and not row.to_bot
        and not _says_something(found)
        and _is_plain(session, row)
    )


def _is_plain(session: Session, row: Message) -> bool:
    """Nothing that needs more than to be kept: no stated marking, no answer, no revision."""
    text = sealing.unseal_or(session, row, "text", "")
    return markings.stated(text) is None and len(text) <= MAX_CHARS


def _findings_of_all(
    session: Session, rows: Sequence[Message], read_of: Mapping[int, Read]
) -> dict[int, list[Finding]]:
    """What each of these may mean; none of them when one cannot be told with the others."""
    able = [row for row in rows if not isinstance(read_of.get(row.id), Exception)]
    try:
        with savepoint(session):
            return _findings(session, able, read_of)
    except Exception as fault:  # each is tried alone then, and only the one that fails is set back
        log.warning("messages are linked one by one", fault=type(fault).__name__)
        return {}


def _findings(
    session: Session, rows: Sequence[Message], read_of: Mapping[int, Read]
) -> dict[int, list[Finding]]:
    content = [row for row in rows if _is_content(session, row)]
    readings = []
    for row in content:
        spans = read_of.get(row.id, ())
        if isinstance(spans, Exception):
            raise spans
        room = session.get(Room, row.room_id) if row.room_id else None
        readings.append(Reading(_text(session, row)[:MAX_CHARS], spans, room))
    found = linking.find(session, readings)
    told = {row.id: each for row, each in zip(content, found, strict=True)}
    return {row.id: told.get(row.id, []) for row in rows}


def _says_something(findings: Sequence[Finding]) -> bool:
    return any(f.candidates or _is_something(f.span) for f in findings)


def _is_something(said: Span | Mention) -> bool:
    """Whether a card may be shown for this alone."""
    is_bare = said.label in NAMES and said.confidence < SURE_NAME
    return said.label not in ALONE_IS_NOTHING and not is_bare


def _is_linked(session: Session, row: Message, shown: Sequence[Mention]) -> bool:
    """Whether a name that says little alone may be somebody whom the room may know."""
    bare = {each.id for each in shown if each.label in NAMES and not _is_something(each)}
    if not bare:
        return False
    return any(
        mention.id in bare and not match.is_hidden
        for mention, match in matching.matches_of(session, [row.id])
    )


def _apply_all(
    session: Session, loud: Sequence[_Heard], read_of: Mapping[int, Read], now: datetime
) -> None:
    """Do what each of these asks for, and show what was read of all of them."""
    shown: list[tuple[Message, Officer, Room]] = []
    for heard in loud:
        row, findings = heard.row, heard.findings
        row.progress = Progress.DONE
        if heard.is_gone:
            recall.forget(session, row, now=now)
            continue
        if findings is None:
            findings = _findings(session, [row], read_of)[row.id]
        if shown and not _is_talk(session, row, findings):
            # A command, or a deletion, may be about a card.
            cards.show(session, shown, now=now)
            shown = []
        shown += _apply(session, heard, findings, now)
    if shown:
        cards.show(session, shown, now=now)


def _is_talk(session: Session, row: Message, findings: Sequence[Finding]) -> bool:
    return row.kind == "said" and _is_content(session, row) and _says_something(findings)


def _apply(
    session: Session, heard: _Heard, findings: Sequence[Finding], now: datetime
) -> list[tuple[Message, Officer, Room]]:
    """Do what it asks for, and keep what it says. Returns what is to be shown on a card."""
    row = heard.row
    if row.kind == "deleted":
        recall.deleted(session, row, now=now)
        return []
    officer = session.get(Officer, row.officer_id) if row.officer_id else None
    if officer is None:
        return []  # Strangers are heard, never answered.
    is_talk = _is_content(session, row) and (row.kind == "edited" or _says_something(findings))
    if row.to_bot and not is_talk:
        commands.obey(session, row, officer, now=now)
        return []
    room = session.get(Room, row.room_id) if row.room_id else None
    if room is None or (heard.is_edited and recall.is_outdated(session, row)):
        return []
    if row.kind == "edited" and recall.is_foreign(session, row):
        return []
    if row.kind == "edited" and recall.was_withdrawn(session, row):
        row.recalled_at = now
        return []
    text = sealing.unseal_or(session, row, "text", "")
    row.marking = markings.stated(text) or room.default_marking
    fits = row.marking is not Tlp.RED and markings.is_within(row.marking, room.ceiling)
    known: dict[Sense, Mention] = {}
    if row.kind == "edited":
        known = recall.supersede(session, row, findings if fits else (), now=now)
    if not fits:
        cards.refresh_for(session, row, now=now)
        cards.warn_author(session, row, officer, room, now=now)
        return []
    shown: list[Mention] = []
    if known or _says_something(findings):
        told = [f for f in findings if f.span.label not in NOT_CARDED or f.candidates]
        shown = matching.match(session, row, officer, room, told, now=now, known=known)
    watches.tell(session, heard.sighted, row, room, now=now)
    # What only a hidden case knows must not bring a card forth.
    is_told = any(_is_something(each) for each in shown) or _is_linked(session, row, shown)
    if is_told or len(text) > MAX_CHARS:
        return [(row, officer, room)]
    if row.kind == "edited":
        cards.refresh_for(session, row, now=now)
    return []


def _set_back(session: Session, row: Message, fault: Exception, now: datetime) -> None:
    session.refresh(row)
    row.attempts += 1
    # The kind of fault only: its words may quote the message.
    row.fault = type(fault).__name__
    if row.attempts >= MOST_TRIES:
        row.progress = Progress.FAILED
        _tell_author(session, row, now)
    else:
        row.next_try_at = now + FIRST_WAIT * 2**row.attempts
    log.warning("message not understood", message=row.id, fault=row.fault, attempts=row.attempts)


def _tell_author(session: Session, row: Message, now: datetime) -> None:
    officer = session.get(Officer, row.officer_id) if row.officer_id else None
    room = session.get(Room, row.room_id) if row.room_id else None
    if officer is not None:
        outbox.tell(
            session,
            key=f"aside:{row.id}",
            officer=officer,
            words=Words(wording.set_aside(room.title if room is not None else None)),
            now=now,
        )
