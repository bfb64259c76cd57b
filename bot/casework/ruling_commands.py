"""What officers say and tap about a case's own rule: on and off, what it linked, undo."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.casework import explaining, identifying, quoting, ruling
from bot.casework.commands import DESK
from bot.casework.reading import about, case_of, moment, parts_of
from bot.conversation import commands
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Control, Tap, Trust, Words
from bot.conversation.taps import TapHandler
from bot.errors import NotAllowed, UserError
from bot.followup import answers
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as case_wording
from bot.wording import conversation as talk
from bot.wording import ruling as wording
from nlp.spans import Label
from storage import sealing
from storage.models import Case, Judgement, Match, Mention, Message, Officer, Room
from storage.types import row_id

_LINKS = re.compile(
    r"(?P<code>\S+)(?:\s+verified\s+(?P<turn>on|off)(?:\s+because\s+(?P<reason>.{3,400}))?)?",
    re.IGNORECASE,
)


def _case_links(session: Session, asked: Asked) -> Reply:
    given = parts_of(_LINKS, asked, LINKS.usage)
    case = case_of(session, asked, given["code"], LINKS.usage)
    turn, reason = (given["turn"] or "").casefold(), given["reason"] or ""
    if turn == "on" and not reason:
        raise UserError(talk.how_written(LINKS.usage))
    if turn == "on":
        ruling.turn_on(session, case, asked.officer, reason, now=asked.now)
        return about(case, wording.turned_on(case.code))
    if turn == "off":
        ruling.turn_off(session, case, asked.officer, reason, now=asked.now)
        return about(case, wording.turned_off(case.code))
    return _shown(session, case, asked)


def _shown(session: Session, case: Case, asked: Asked) -> Reply:
    """Whether it has the rule, and to its own desk what that linked, each with its undo."""
    rule = ruling.stands(session, case, asked.officer, asked.now)
    undoable: list[tuple[Judgement, Label, str, str]] = []
    for judgement in ruling.linked_of(session, case):
        match = session.get_one(Match, judgement.match_id)
        if not ruling.may_undo(session, asked.officer, match, asked.now):
            continue
        mention, message = _said(session, match)
        what = _words(session, mention, message, asked.officer)
        undoable.append((judgement, mention.label, what, moment(message.sent_at, asked) or ""))
    links = [wording.one_link(label, what, at) for _, label, what, at in undoable]
    is_one = len(undoable) == 1
    controls = [
        ruling.undoing(judgement, wording.undo_of(label, what, "" if is_one else at))
        for judgement, label, what, at in undoable
    ]
    text = "\n".join(filter(None, [rule or wording.stands_not(case.code), wording.latest(links)]))
    ledger.record(
        session, Operation.CONSULTATION, now=asked.now, actor=asked.officer, case_id=case.id,
        subject="case", purpose="links", shown=len(links),
    )  # fmt: skip
    return Reply(Words(text, tuple(controls)), marking=case.marking, cases=[case])


def _tapped(session: Session, officer: Officer, parts: list[str], tap: Tap, now: datetime) -> Words:
    """A tap on what a case's rule linked: `JUDGEMENT:open` or `JUDGEMENT:undo`."""
    number, verb = (*parts, "")[:2]
    judgement = session.get(Judgement, row_id(number))
    match = session.get(Match, judgement.match_id) if judgement and judgement.rule_id else None
    if judgement is None or match is None:
        raise UserError(talk.no_longer_there())
    if not ruling.may_undo(session, officer, match, now):
        raise NotAllowed(wording.not_yours())
    if verb == "undo":
        return _undo(session, judgement, officer, tap, now)
    return _open(session, match, officer, now)


def _open(session: Session, match: Match, officer: Officer, now: datetime) -> Words:
    """What was said, what speaks for each that was linked, and its undo."""
    case = session.get_one(Case, match.case_id)
    _, message = _said(session, match)
    standing = ruling.linked_of(session, case, message)
    matches = [session.get_one(Match, each.match_id) for each in standing]
    explained = explaining.of_matches(session, matches, officer, now=now)
    if explained is None:
        return Words(wording.undone_already())
    author = session.get(Officer, message.officer_id) if message.officer_id else None
    room = session.get(Room, message.room_id) if message.room_id else None
    quote = quoting.quoted(session, message, officer)
    wrote = wording.said_by(
        author.agency.title if author is not None else "", room.title if room else "", quote
    )
    reply = Reply(
        Words(f"{wrote}\n{explained.text}", _undoing(session, standing, officer)),
        marking=markings.join([each.marking for each in explained.cases]),
        cases=explained.cases,
    )
    return commands.shown_alone(session, officer, reply, subject=f"tap:{ruling.AREA}", now=now)


def _undo(
    session: Session, judgement: Judgement, officer: Officer, tap: Tap, now: datetime
) -> Words:
    if tap.trust is not Trust.AUTHENTICATED:
        raise UserError(talk.needs_a_sure_hand())
    if judgement.undone_by is not None:
        raise UserError(wording.undone_already())
    prompt = identifying.take_back_linked(session, judgement, officer, now=now)
    case = session.get_one(Case, session.get_one(Match, judgement.match_id).case_id)
    said = wording.undone(case.code)
    if prompt is None or prompt.officer_id != officer.id:
        return Words(said)
    opened = answers.open(session, prompt, officer, now=now)
    return Words(f"{said}\n\n{opened.text}", opened.controls)


def _undoing(
    session: Session, standing: Sequence[Judgement], officer: Officer
) -> tuple[Control, ...]:
    controls = []
    for judgement in standing:
        mention, message = _said(session, session.get_one(Match, judgement.match_id))
        what = _words(session, mention, message, officer)
        controls.append(ruling.undoing(judgement, wording.undo_of(mention.label, what)))
    return tuple(controls)


def _said(session: Session, match: Match) -> tuple[Mention, Message]:
    mention = session.get_one(Mention, match.mention_id)
    return mention, session.get_one(Message, mention.message_id)


def _words(session: Session, mention: Mention, message: Message, reader: Officer) -> str:
    if not quoting.may_read(session, message, reader):
        return ""
    return sealing.unseal_or(session, mention, "text", case_wording.erased())


LINKS = Command(
    "case links",
    "case links CODE [verified on because REASON | verified off [because REASON]]",
    "Let verified identifiers join it without a person, or not; what did, each with its undo.",
    _case_links,
    DESK,
)
COMMANDS: tuple[Command, ...] = (LINKS,)
TAPS: Mapping[str, TapHandler] = {ruling.AREA: _tapped}
