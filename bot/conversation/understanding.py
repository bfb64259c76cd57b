"""Making sense of what was heard: mentions, matches, questions and a card, or nothing at all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.casework import colleagues, identifying, linking, matching, watches
from bot.casework.candidates import Finding
from bot.casework.matching import Sense
from bot.casework.sought import Passage
from bot.conversation import cards, commands, inbox, intake, outbox, recall, roles, sightings
from bot.conversation.inbox import Kept, Waiting
from bot.conversation.messages import Words
from bot.conversation.ports import Extract
from bot.governance import access, markings
from bot.wording import conversation as wording
from bot.wording.kinds import called
from nlp.pipeline import MAX_CHARS, Reading, Text
from nlp.spans import Label, Span
from storage import sealing
from storage.database import savepoint
from storage.models import Case, Mention, Message, Officer, Progress, Room, Tlp, Watch

Read = Reading | Exception
"""What a text says, or why it could not be read."""

log = structlog.get_logger()

MOST_TRIES = 5
MOST_CASES = 500
"""So many are asked for together; what is beyond is asked for when it is needed."""
NOTHING = Reading(())
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


def read(extract: Extract, messages: Sequence[Waiting]) -> list[Read]:
    """What each of these says. Commands and strangers' words are not looked into."""
    found = iter(
        _read(extract, [Text(m.text, m.region, m.sent_at) for m in messages if m.is_content])
    )
    return [next(found) if m.is_content else NOTHING for m in messages]


def settle(session: Session, heard: Sequence[tuple[int, Read]], now: datetime) -> int:
    """Apply what was read: each message in a step of its own, all kept together.

    A message that fails is tried again later and in the end set aside; it never blocks the next.
    """
    read_of = dict(heard)
    kept = inbox.still_waiting(session, list(read_of))
    rooms = _rooms(session, kept)
    findings = _findings_of_all(session, kept, rooms, read_of)
    cases = _cases_in(session, findings)
    quiet, telling = _told_apart(session, kept, read_of, findings, now)
    around = _rows_of(session, telling)
    try:
        with savepoint(session), access.foreseen(session, cases):
            _apply_all(session, telling, read_of, now)
    except Exception as fault:
        if len(telling) > 1:
            log.warning("messages are applied one by one", fault=type(fault).__name__)
        for each in telling:
            try:
                with savepoint(session):
                    _apply_all(session, [each], read_of, now)
            except Exception as own:
                _set_back(session, each.kept.id, own, now)
    if quiet:
        session.execute(update(Message).where(Message.id.in_(quiet)).values(progress=Progress.DONE))
    del rooms, cases, around  # held until here, so that nobody asked for them again
    return len(kept)


@dataclass(frozen=True, slots=True)
class _Telling:
    """A message that says something, or that nobody could tell the meaning of among others."""

    kept: Kept
    findings: Sequence[Finding] | None
    sighted: Sequence[Watch]
    is_gone: bool
    is_edited: bool


def _told_apart(
    session: Session,
    kept: Sequence[Kept],
    read_of: Mapping[int, Read],
    findings: Mapping[int, Sequence[Finding]],
    now: datetime,
) -> tuple[list[int], list[_Telling]]:
    """The messages that need no more than to be kept, and those that say something."""
    watched = watches.active(session, now)
    gone, edited = recall.revised_among(session, kept)
    quiet: list[int] = []
    telling: list[_Telling] = []
    for each in kept:
        try:
            if each.fault is not None:
                raise each.fault
            found = findings.get(each.id)
            reading = read_of.get(each.id, NOTHING)
            sighted = _sighted(session, each, watched, reading)
            is_quiet = found is not None and not sighted and _is_quiet(each, reading, found)
            if each.id in gone or not is_quiet:
                told = _Telling(each, found, sighted, each.id in gone, each.id in edited)
                telling.append(told)
            else:
                quiet.append(each.id)
        except Exception as fault:  # whatever it is, it must not block the next message
            _set_back(session, each.id, fault, now)
    return quiet, telling


def _rooms(session: Session, kept: Sequence[Kept]) -> dict[int, Room]:
    wanted = {each.room_id for each in kept if each.room_id is not None}
    if not wanted:
        return {}
    # A room is understood by one process at a time, so that two do not write on one card.
    rooms = session.scalars(
        select(Room)
        .where(Room.id.in_(wanted))
        .order_by(Room.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {room.id: room for room in rooms}


def _rows_of(session: Session, telling: Sequence[_Telling]) -> list[Message | Officer]:
    """These messages and their authors, with one question each; the session knows them then."""
    ids = [heard.kept.id for heard in telling]
    authors = {heard.kept.officer_id for heard in telling} - {None}
    messages = session.scalars(select(Message).where(Message.id.in_(ids))).all() if ids else ()
    officers = session.scalars(select(Officer).where(Officer.id.in_(authors))) if authors else ()
    return [*messages, *officers]


def _cases_in(session: Session, findings: Mapping[int, Sequence[Finding]]) -> list[Case]:
    """The cases that these findings may lead to, as `_rows_of`."""
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


def _sighted(
    session: Session, kept: Kept, watched: Mapping[int, list[Watch]], read: Read
) -> list[Watch]:
    if not watched or isinstance(read, Exception) or not kept.is_content:
        return []
    return watches.met(session, watched, read.spans, read.runs)


def _is_quiet(kept: Kept, read: Read, found: Sequence[Finding]) -> bool:
    """Nothing that needs more than to be kept: no finding, no stated marking, no revision."""
    return (
        kept.kind == "said"
        and kept.is_content
        and not kept.to_bot
        and not _says_something(found)
        and not _unread(read)
        and markings.stated(kept.text) is None
    )


def _findings_of_all(
    session: Session, kept: Sequence[Kept], rooms: Mapping[int, Room], read_of: Mapping[int, Read]
) -> dict[int, list[Finding]]:
    """What each of these may mean; none of them when one cannot be told with the others."""
    able = [each for each in kept if not isinstance(read_of.get(each.id), Exception)]
    try:
        with savepoint(session):
            return _findings(session, able, rooms, read_of)
    except Exception as fault:  # each is tried alone then, and only the one that fails is set back
        log.warning("messages are linked one by one", fault=type(fault).__name__)
        return {}


def _findings(
    session: Session, kept: Sequence[Kept], rooms: Mapping[int, Room], read_of: Mapping[int, Read]
) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = {each.id: [] for each in kept}
    passages: dict[int, Passage] = {}
    for each in kept:
        reading = read_of.get(each.id, NOTHING)
        if isinstance(reading, Exception):
            raise reading
        if each.is_content:
            room = rooms.get(each.room_id) if each.room_id is not None else None
            passages[each.id] = Passage(
                each.talk[:MAX_CHARS],
                reading.spans,
                room,
                reading.runs,
                relations=reading.relations,
            )
    found.update(zip(passages, linking.find(session, list(passages.values())), strict=True))
    return _without_colleagues(session, found, passages)


def _without_colleagues(
    session: Session, found: dict[int, list[Finding]], passages: Mapping[int, Passage]
) -> dict[int, list[Finding]]:
    """What was found but for the names of a room's own officers: they are not spoken of."""
    naming = {
        number: passages[number].room
        for number, findings in found.items()
        if any(finding.span.label is Label.PERSON for finding in findings)
    }
    here = {number: room for number, room in naming.items() if room is not None}
    if not here:
        return found
    known = colleagues.in_rooms(session, {room.id: room for room in here.values()}.values())
    spared = {
        number: [each for each in found[number] if not known[room.id].include(each.span)]
        for number, room in here.items()
    }
    return {**found, **spared}


def _unread(read: Read) -> int:
    """How many of a text's last characters nobody looked at."""
    return 0 if isinstance(read, Exception) else read.unread


def _says_something(findings: Sequence[Finding]) -> bool:
    return any(f.candidates or _is_something(f.span) for f in findings)


def _is_something(said: Span | Mention) -> bool:
    """Whether a card may be shown for this alone."""
    is_bare = said.label in NAMES and said.confidence < SURE_NAME
    return said.label not in ALONE_IS_NOTHING and not is_bare


def _is_talk(kept: Kept, findings: Sequence[Finding]) -> bool:
    return kept.kind == "said" and kept.is_content and _says_something(findings)


def _asks_unaddressed(kept: Kept, findings: Sequence[Finding]) -> bool:
    """Whether this is a command to explain one thing, and no word more, said to nobody: no
    sighting. What a text says alone decides, and never what is known."""
    asked = _ASKS.match(kept.text)
    if asked is None or kept.to_bot or kept.kind != "said" or not kept.is_content:
        return False
    end = len(kept.text.rstrip(" \t\n?"))
    return any(
        finding.span.end == end
        and not finding.is_known_name
        and _is_something(finding.span)
        and kept.text[asked.end() : finding.span.start].strip().casefold()
        in ("", called(finding.span.label))
        for finding in findings
    )


def _tell_how_to_ask(session: Session, row: Message, now: datetime) -> None:
    officer = session.get(Officer, row.officer_id) if row.officer_id else None
    room = session.get(Room, row.room_id) if row.room_id else None
    if officer is not None and room is not None:
        words = Words(wording.asked_nobody(room.title))
        outbox.tell(session, key=f"unaddressed:{row.id}", officer=officer, words=words, now=now)


_ASKS = re.compile(r"\s*why\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Talk:
    """A message of which something is to be kept, and perhaps shown."""

    row: Message
    author: Officer
    room: Room
    told: Sequence[Finding]
    known: Mapping[Sense, Mention]
    sighted: Sequence[Watch]


def _apply_all(
    session: Session, telling: Sequence[_Telling], read_of: Mapping[int, Read], now: datetime
) -> None:
    """Do what each of these asks for, and keep and show what was read of all of them."""
    talk: list[_Talk] = []
    for heard in telling:
        row, findings = session.get_one(Message, heard.kept.id), heard.findings
        row.progress = Progress.DONE
        row.unread = _unread(read_of.get(row.id, NOTHING))
        if heard.is_gone:
            recall.forget(session, row, now=now)
            continue
        if findings is None:
            rooms = _rooms(session, [heard.kept])
            findings = _findings(session, [heard.kept], rooms, read_of)[row.id]
        if _asks_unaddressed(heard.kept, findings):
            _tell_how_to_ask(session, row, now)
            continue
        if _is_talk(heard.kept, findings):
            talk += _apply(session, row, heard, findings, now)
            continue
        # A command, or a deletion, may be about a card, and judge something, or grant it.
        _keep(session, talk, now)
        talk = _apply(session, row, heard, findings, now)
    _keep(session, talk, now)
    for heard in telling:
        if heard.kept.kind == "edited":
            recall.erase_deleted_edit(session, session.get_one(Message, heard.kept.id), now=now)


def _apply(
    session: Session, row: Message, heard: _Telling, findings: Sequence[Finding], now: datetime
) -> list[_Talk]:
    """Do what it asks for. Returns what is to be kept of what it says, if anything is."""
    kept = heard.kept
    if row.kind == "deleted":
        recall.deleted(session, row, now=now)
        return []
    officer = session.get(Officer, row.officer_id) if row.officer_id else None
    if officer is None:
        return []  # Strangers are heard, never answered.
    is_talk = kept.is_content and (row.kind == "edited" or _says_something(findings))
    if row.to_bot and not is_talk:
        if not row.revision.startswith(intake.WITHOUT):  # Nobody has said that anew.
            otherwise = sightings.offer if row.is_private else None
            commands.obey(session, row, officer, now=now, otherwise=otherwise)
        return []
    room = session.get(Room, row.room_id) if row.room_id else None
    if room is None or (heard.is_edited and recall.is_outdated(session, row)):
        return []
    if row.kind == "edited" and recall.is_foreign(session, row):
        return []
    if row.kind == "edited" and recall.was_withdrawn(session, row):
        row.recalled_at = now
        return []
    row.marking = markings.stated(kept.text) or room.default_marking
    fits = row.marking is not Tlp.RED and markings.is_within(row.marking, room.ceiling)
    known: dict[Sense, Mention] = {}
    if row.kind == "edited":
        known = recall.supersede(session, row, findings if fits else (), now=now)
    if not fits:
        cards.refresh_for(session, row, now=now)
        cards.warn_author(session, row, officer, room, now=now)
        return []
    told: list[Finding] = []
    if known or _says_something(findings):
        told = [f for f in findings if f.span.label not in NOT_CARDED or f.candidates]
    return [_Talk(row, officer, room, told, known, heard.sighted)]


def _keep(session: Session, talk: Sequence[_Talk], now: datetime) -> None:
    """Keep what these messages mention, ask about it, and show it."""
    if not talk:
        return
    heard = [
        matching.Heard(each.row, each.author, each.room, each.told, each.known)
        for each in talk
        if each.told or each.known
    ]
    matched = matching.match(session, heard, now=now)
    shown = {each.message.id: kept.shown for each, kept in zip(heard, matched, strict=True)}
    linked = _linked(session, shown)
    told: list[tuple[Message, Officer, Room]] = []
    for each in talk:
        watches.tell(session, each.sighted, each.row, each.room, now=now)
        # What only a hidden case knows must not bring a card forth.
        is_something = any(_is_something(mention) for mention in shown.get(each.row.id, ()))
        if is_something or each.row.id in linked or each.row.unread:
            told.append((each.row, each.author, each.room))
        elif each.row.kind == "edited":
            cards.refresh_for(session, each.row, now=now)
    if told:
        cards.show(session, told, now=now)
    for message, author, room in told:
        roles.ask(session, message, author, room, now=now)
    for kept in matched:
        identifying.tell_linked(session, kept.linked, now=now)


def _linked(session: Session, shown: Mapping[int, Sequence[Mention]]) -> set[int]:
    """The messages with a name that says little alone, but may be somebody the room may know."""
    bare = {
        mention.id: message_id
        for message_id, mentions in shown.items()
        for mention in mentions
        if mention.label in NAMES and not _is_something(mention)
    }
    if not bare:
        return set()
    return {
        bare[mention.id]
        for mention, match in matching.matches_of(session, list(set(bare.values())))
        if mention.id in bare and not match.is_hidden
    }


def _set_back(session: Session, message_id: int, fault: Exception, now: datetime) -> None:
    row = session.get_one(Message, message_id, populate_existing=True)
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
