"""Commands about what may be kept, told and checked: record, subject, hold, agreement, ledger."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import cases
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Attachment, Control, Style, Tap, Trust, Words
from bot.conversation.taps import TapHandler
from bot.errors import NotAllowed, UserError
from bot.followup.dues import DueHandler
from bot.governance import agreements, concerns, erasing, holds, ledger, record, retention, subjects
from bot.governance.ledger import Broken, Operation
from bot.wording import governance as wording
from nlp import times
from storage.models import Card, Case, Category, Message, Officer, Role
from storage.types import row_id

DESK = frozenset({Role.LIAISON, Role.HEAD, Role.OVERSIGHT})
OVERSIGHT = frozenset({Role.OVERSIGHT})
_LEDGER_LOOKS_BACK = timedelta(days=30)

_RECORD = re.compile(r"(?P<code>\S+)\s+for\s+(?P<purpose>.{3,200})", re.IGNORECASE)
_HOLD = re.compile(
    r"(?P<what>case\s+\S+|card\s+\S+|here)(?:\s+until\s+(?P<until>.{1,60}?))?"
    r"\s+because\s+(?P<reason>.{3,400})",
    re.IGNORECASE | re.DOTALL,
)
_LIFT = re.compile(r"(?P<what>case\s+\S+|card\s+\S+|here)", re.IGNORECASE)
_FIND = re.compile(r"(?P<whom>.{2,200}?)\s+for\s+(?P<purpose>.{3,200})", re.IGNORECASE)
_BECAUSE = re.compile(r"(?P<whom>.{2,200}?)\s+because\s+(?P<reason>.{3,200})", re.IGNORECASE)
_CORRECT = re.compile(
    r"(?P<whom>\S.{1,200}?)\s+[\"“](?P<wrong>[^\"“”]{1,200})[\"”]\s+to\s+"
    r"[\"“](?P<right>[^\"“”]{1,200})[\"”]\s+because\s+(?P<reason>.{3,200})",
    re.IGNORECASE,
)
_ROLE = re.compile(r"(?P<whom>.{2,200}?)\s+is\s+(?P<category>\w+)", re.IGNORECASE)


def _record(session: Session, asked: Asked) -> Reply:
    given = _read(_RECORD, asked, "record CODE for PURPOSE")
    case = _recorded(session, asked, given["code"])
    story = record.record(session, case, asked.officer, given["purpose"], asked.now)
    file = Attachment(f"record-{case.code}.txt", "text/plain", story.encode("utf-8", "replace"))
    return Reply(
        Words(wording.record_is_attached(case.code, story.count("\n")), attachment=file),
        marking=case.marking,
        cases=[case],
    )


def _hold(session: Session, asked: Asked) -> Reply:
    given = _read(_HOLD, asked, "hold case CODE [until DATE] because REASON")
    until = _until(given["until"], asked) if given["until"] else None
    targets = _targets(session, given["what"], asked)
    for kind, subject_id in targets:
        holds.hold(session, kind, subject_id, asked.officer, given["reason"], until, asked.now)
    return Reply(Words(wording.held(given["what"], len(targets), until, _zone(asked))))


def _lift(session: Session, asked: Asked) -> Reply:
    given = _read(_LIFT, asked, "hold lift case CODE")
    targets = _targets(session, given["what"], asked)
    lifted = 0
    for kind, subject_id in targets:
        for held in holds.on(session, kind, [subject_id], asked.now):
            holds.lift(session, held, asked.officer, asked.now)
            lifted += 1
    if not lifted:
        raise UserError(wording.nothing_held_there())
    return Reply(Words(wording.lifted(given["what"], lifted)))


def _subject_find(session: Session, asked: Asked) -> Reply:
    given = _read(_FIND, asked, "subject find NAME or IDENTIFIER for PURPOSE")
    holding = subjects.find(session, asked.officer, given["whom"], given["purpose"], asked.now)
    controls = tuple(
        control
        for held in holding.entities[:3]
        for control in (
            Control(
                wording.restrict_label(held.reference),
                f"subject:{held.reference}:restrict",
                Style.DANGER,
                asks=wording.why_restrict(),
            ),
            Control(wording.tell_label(held.reference), f"subject:{held.reference}:tell"),
        )
    )
    return Reply(
        Words(
            wording.holding(asked.officer.agency.title, holding_lines(holding), holding.mentions),
            controls,
        ),
        marking=asked.officer.clearance,
    )


def holding_lines(holding: subjects.Holding) -> list[str]:
    return [
        wording.held_entity(
            each.reference, each.caption, each.schema, each.category, each.cases,
            names=each.names, identifiers=each.identifiers, review_on=each.review_on,
            is_assessment=each.is_assessment, is_restricted=each.is_restricted,
            recipients=each.recipients,
        )
        for each in holding.entities
    ]  # fmt: skip


def _subject_restrict(session: Session, asked: Asked) -> Reply:
    given = _read(_BECAUSE, asked, "subject restrict REFERENCE because REASON")
    entity = subjects.of_reference(session, asked.officer, given["whom"], asked.now)
    subjects.restrict(session, asked.officer, entity, given["reason"], asked.now)
    return Reply(Words(wording.restricted(subjects.reference(entity))))


def _subject_release(session: Session, asked: Asked) -> Reply:
    given = _read(_BECAUSE, asked, "subject release REFERENCE because REASON")
    entity = subjects.of_reference(session, asked.officer, given["whom"], asked.now)
    subjects.release(session, asked.officer, entity, given["reason"], asked.now)
    return Reply(Words(wording.released(subjects.reference(entity))))


def _subject_correct(session: Session, asked: Asked) -> Reply:
    given = _read(_CORRECT, asked, 'subject correct REFERENCE "WRONG" to "RIGHT" because REASON')
    entity = subjects.of_reference(session, asked.officer, given["whom"], asked.now)
    changed = subjects.correct(
        session, asked.officer, entity,
        wrong=given["wrong"], right=given["right"], reason=given["reason"], now=asked.now,
    )  # fmt: skip
    ref = subjects.reference(entity)
    tell = Control(wording.tell_label(ref), f"subject:{ref}:tell", Style.PRIMARY)
    return Reply(Words(wording.subject_corrected(ref, changed), (tell,)))


def _subject_is(session: Session, asked: Asked) -> Reply:
    given = _read(_ROLE, asked, "subject role REFERENCE is suspect")
    try:
        category = Category(given["category"].casefold())
    except ValueError as fault:
        known = [each.value for each in Category]
        raise UserError(wording.no_such_category(given["category"], known)) from fault
    entity = subjects.of_reference(session, asked.officer, given["whom"], asked.now)
    subjects.categorise(session, asked.officer, entity, category, asked.now)
    return Reply(Words(wording.categorised(subjects.reference(entity), category)))


def _subject_tell(session: Session, asked: Asked) -> Reply:
    entity = subjects.of_reference(session, asked.officer, asked.rest, asked.now)
    informed = subjects.tell(session, asked.officer, entity, asked.now)
    return Reply(Words(wording.informed(len(informed.told), informed.unreachable)))


def _concern(session: Session, asked: Asked) -> Reply:
    """Comes here only when the words were heard as a command: they are erased at once."""
    if asked.message is not None:
        erasing.messages(session, [asked.message], now=asked.now, why="confidential")
    if asked.room is not None:
        raise UserError(wording.concern_in_private())
    words, _ = concerns.heard(session, asked.officer, asked.rest, now=asked.now)
    return Reply(words)


def _concern_reply(session: Session, asked: Asked) -> Reply:
    return _concern(
        session,
        Asked(
            asked.officer, f"reply {asked.rest}", asked.now, asked.room, asked.thread, asked.message
        ),
    )


def _agreement(session: Session, asked: Asked) -> Reply:
    officer, wanted = asked.officer, asked.rest.strip().casefold()
    known = {each.slug: each for each in agreements.of(session, officer)}
    if wanted and wanted not in known:
        raise UserError(wording.no_such_agreement(wanted))
    ledger.record(
        session, Operation.CONSULTATION, now=asked.now, actor=officer,
        subject=f"agreement:{wanted}" if wanted else "agreements",
    )  # fmt: skip
    if wanted:
        text = "\n".join(agreements.preview(session, known[wanted], officer, asked.now))
    else:
        text = wording.agreements(
            [(slug, agreements.terms(session, each), each.until) for slug, each in known.items()]
        )
    return Reply(Words(text), marking=officer.clearance)


def _ledger(session: Session, asked: Asked) -> Reply:
    counted = ledger.counts(session, asked.now - _LEDGER_LOOKS_BACK, asked.officer.agency)
    found = ledger.verify(session)
    ledger.record(
        session, Operation.CONSULTATION, now=asked.now, actor=asked.officer, subject="ledger",
        purpose="oversight", holds=not isinstance(found, Broken),
    )  # fmt: skip
    lines = [wording.ledger_counts(counted, _LEDGER_LOOKS_BACK.days)]
    match found:
        case Broken(process, sequence, why):
            lines.append(wording.ledger_broken(process, sequence, why))
        case ledger.Verified(chains):
            lines.append(wording.ledger_holds(chains))
    return Reply(Words("\n".join(lines)))


COMMANDS: tuple[Command, ...] = (
    Command(
        "record", "record CODE for PURPOSE",
        "A case's whole story for a court: words, decisions, who was told, what is withheld.",
        _record, DESK,
    ),
    Command(
        "hold", "hold case CODE | card CODE | here [until DATE] because REASON",
        "Keep it against deletion and purge.", _hold, DESK,
    ),
    Command(
        "hold lift", "hold lift case CODE | card CODE | here", "Let a hold go.", _lift, DESK
    ),
    Command(
        "subject find", "subject find NAME or IDENTIFIER for PURPOSE",
        "Everything your agency holds on somebody.", _subject_find, DESK,
    ),
    Command(
        "subject restrict", "subject restrict REFERENCE because REASON",
        "Keep it, and use it no more.", _subject_restrict, DESK,
    ),
    Command(
        "subject release", "subject release REFERENCE because REASON",
        "Let it be used again.", _subject_release, DESK,
    ),
    Command(
        "subject correct", 'subject correct REFERENCE "WRONG" to "RIGHT" because REASON',
        "Put right what is wrong.", _subject_correct, DESK,
    ),
    Command(
        "subject role", "subject role REFERENCE is suspect | convicted | victim | other",
        "Say what somebody is to the matter.", _subject_is, DESK,
    ),
    Command(
        "subject tell", "subject tell REFERENCE",
        "Tell everybody who was told that it changed.", _subject_tell, DESK,
    ),
    Command(
        "concern", "concern WORDS",
        "Raise a worry in confidence, in private only. I keep no copy of your message.", _concern,
    ),
    Command(
        "concern reply", "concern reply CODE [WORDS]",
        "Read what came back to your concern, or add to it.", _concern_reply,
    ),
    Command(
        "agreement", "agreement [NAME]",
        "What was agreed with other agencies, and what that would tell them today.",
        _agreement, DESK,
    ),
    Command(
        "ledger", "ledger", "What was logged of late, and whether the record holds.",
        _ledger, OVERSIGHT,
    ),
)  # fmt: skip


def _on_subject(
    session: Session, officer: Officer, token: list[str], tap: Tap, now: datetime
) -> Words | None:
    ref, verb = (*token, "", "")[:2]
    if verb == "notice":
        return subjects.notice(session, officer, row_id(ref), now)
    if tap.trust is not Trust.AUTHENTICATED:
        raise NotAllowed(wording.needs_sure_hand())
    entity = subjects.of_reference(session, officer, ref, now)
    if verb == "restrict":
        subjects.restrict(session, officer, entity, tap.fields.get("text", ""), now)
        return Words(wording.restricted(subjects.reference(entity)))
    if verb == "tell":
        informed = subjects.tell(session, officer, entity, now)
        return Words(wording.informed(len(informed.told), informed.unreachable))
    raise NotAllowed(wording.no_longer_there())


TAPS: Mapping[str, TapHandler] = {
    "review": retention.on_tap,
    "concern": concerns.on_tap,
    "subject": _on_subject,
}

DUES: Mapping[str, DueHandler] = {
    retention.DUE: retention.remind,
    concerns.DUE: concerns.remind,
}


def _recorded(session: Session, asked: Asked, code: str) -> Case:
    """The case whose record the asker may read."""
    officer, now = asked.officer, asked.now

    def known_of(them: Sequence[Case]) -> list[Case]:
        return [case for case in them if record.may_read(session, officer, case, now)]

    return cases.named(session, officer, code, known_of)


def _targets(session: Session, what: str, asked: Asked) -> list[tuple[str, int]]:
    """What is to be held: a case, the messages of a card, or all that was said in this thread."""
    kind, _, code = what.strip().partition(" ")
    match kind.casefold():
        case "case":
            case = _recorded(session, asked, code)
            return [(holds.CASE, case.id)]
        case "card":
            card = session.scalar(select(Card).where(Card.code == code.strip().upper()))
            return _ours(session, card.message_ids if card else (), asked)
        case _:
            if asked.room is None or asked.thread is None:
                raise UserError(wording.hold_here_needs_thread())
            said = session.scalars(
                select(Message.id).where(
                    Message.room_id == asked.room.id,
                    (Message.thread == asked.thread) | (Message.event == asked.thread),
                )
            )
            return _ours(session, said.all(), asked)


def _ours(session: Session, ids: Sequence[int], asked: Asked) -> list[tuple[str, int]]:
    """Those of these messages that the officer's agency decides about and that still speak."""
    own = session.scalars(
        select(Message.id).where(
            Message.id.in_(ids),
            Message.agency_id == asked.officer.agency_id,
            Message.text_sealed.is_not(None),
        )
    ).all()
    if not own:
        raise NotAllowed(wording.nothing_to_hold())
    return [(holds.MESSAGE, message_id) for message_id in own]


def _until(phrase: str, asked: Asked) -> datetime:
    zone = _zone(asked)
    match times.read(phrase, asked.now, zone):
        case times.Instant(at):
            return at
        case times.Day(day):
            return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
        case times.Window(_, end) | times.Range(_, end):
            return end
        case times.Nothing(why):
            raise UserError(wording.date_not_read(phrase, why))
        case _:
            raise UserError(wording.date_not_read(phrase, ""))


def _zone(asked: Asked) -> ZoneInfo:
    return ZoneInfo(asked.officer.zone)


def _read(pattern: re.Pattern[str], asked: Asked, usage: str) -> Mapping[str, str]:
    match = pattern.fullmatch(asked.rest.strip())
    if match is None:
        raise UserError(wording.how_written(usage))
    return {name: value or "" for name, value in match.groupdict().items()}
