"""Commands that put cases and entities together, or take them apart."""

import re

from sqlalchemy.orm import Session

from bot.casework import cases, finding, merging, profiles
from bot.casework.commands import DESK
from bot.casework.reading import about, case_of, parts_of, spans_in
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Words
from bot.errors import UserError
from bot.wording import casework as wording
from storage import sealing
from storage.models import Case, Entity

_INTO = re.compile(r"(?P<code>\S+)\s+into\s+(?P<into>\S+)", re.IGNORECASE)
_SPLIT = re.compile(
    r"""(?P<code>\S+)\s+into\s+(?P<into>\S+)\s+["“”„«](?P<title>[^"“”„«»]{1,200})["“”»]
        \s+with\s+(?P<what>.{1,600})""",
    re.VERBOSE | re.IGNORECASE,
)
_WITH = re.compile(r"(?P<one>.+?)\s+with\s+(?P<other>.+)", re.IGNORECASE)


def _case_merge(session: Session, asked: Asked) -> Reply:
    given = parts_of(_INTO, asked, CASE_MERGE.usage)
    case = case_of(session, asked, given["code"], CASE_MERGE.usage)
    into = case_of(session, asked, given["into"], CASE_MERGE.usage)
    many, waiting = merging.merge_cases(session, case, into, asked.officer, now=asked.now)
    return about(into, wording.case_merged(case.code, into.code, many, waiting))


def _case_split(session: Session, asked: Asked) -> Reply:
    given = parts_of(_SPLIT, asked, CASE_SPLIT.usage)
    case = case_of(session, asked, given["code"], CASE_SPLIT.usage)
    moving = [
        _own(session, asked, what, case)
        for what in re.split(r"[,;]", given["what"])
        if what.strip()
    ]
    into = cases.open_case(
        session,
        asked.officer,
        given["into"],
        title=given["title"],
        purpose=sealing.unseal_or(session, case, "purpose", ""),
        now=asked.now,
        marking=case.marking,
        review_on=case.review_on,
    )
    merging.split_case(session, case, into, moving, asked.officer, now=asked.now)
    captions = [sealing.unseal_or(session, each, "caption", "") for each in moving]
    return about(into, wording.case_split(case.code, into.code, captions))


def _merge(session: Session, asked: Asked) -> Reply:
    given = parts_of(_WITH, asked, MERGE.usage)
    one, other = _own(session, asked, given["one"]), _own(session, asked, given["other"])
    merging.merge_entities(session, one, other, asked.officer, now=asked.now)
    captions = (sealing.unseal_or(session, each, "caption", "") for each in (one, other))
    canonical = session.get_one(Entity, other.merged_into or one.id)
    lines = [
        wording.entities_merged(*captions),
        *profiles.contradictions(session, canonical, asked.officer, now=asked.now),
    ]
    return Reply(Words("\n".join(lines)))


def _take_apart(session: Session, asked: Asked) -> Reply:
    entity = _own(session, asked, asked.rest)
    merging.take_apart(session, entity, asked.officer, now=asked.now)
    return Reply(Words(wording.taken_apart(sealing.unseal_or(session, entity, "caption", ""))))


def _own(session: Session, asked: Asked, what: str, case: Case | None = None) -> Entity:
    """What the asker's agency knows under these words, and they may know of; first in *case*."""
    if not what.strip():
        raise UserError(wording.nothing_found(what))
    [span, *_] = spans_in(session, what, asked.officer)
    known = finding.own(session, asked.officer, span, asked.now, case=case)
    if known is None:
        raise UserError(wording.nothing_found(span.text))
    return known


CASE_MERGE = Command(
    "case merge", "case merge CODE into CODE", "Let a case go on in another.", _case_merge, DESK
)
CASE_SPLIT = Command(
    "case split",
    'case split CODE into NEW "title" with WHAT, WHAT',
    "Open a case with some of what is in another.",
    _case_split,
    DESK,
)
MERGE = Command("merge", "merge WHAT with WHAT", "Say that two that we know are one.", _merge, DESK)
COMMANDS: tuple[Command, ...] = (
    CASE_MERGE,
    CASE_SPLIT,
    MERGE,
    Command("take apart", "take apart WHAT", "Let it be on its own again.", _take_apart, DESK),
)
