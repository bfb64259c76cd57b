"""Commands that put cases and entities together, or take them apart."""

import re
from collections.abc import Sequence
from typing import NoReturn

from sqlalchemy.orm import Session

from bot.casework import cases, entities, finding, merging, profiles
from bot.casework.commands import DESK
from bot.casework.reading import about, case_of, parts_of, spans_in
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Words
from bot.errors import NotAllowed, UserError
from bot.governance import access
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
    one, other = _two(session, asked, given["one"], given["other"])
    merging.merge_entities(session, one, other, asked.officer, now=asked.now)
    captions = (_caption(session, each) for each in (one, other))
    canonical = session.get_one(Entity, other.merged_into or one.id)
    lines = [
        wording.entities_merged(*captions),
        *profiles.contradictions(session, canonical, asked.officer, now=asked.now),
    ]
    return Reply(Words("\n".join(lines)))


def _two(session: Session, asked: Asked, one: str, other: str) -> tuple[Entity, Entity]:
    """The two that are meant: the only ones so written, or the only two."""
    ones, others = _every(session, asked, one), _every(session, asked, other)
    wholes = {_whole(each): each for each in reversed(ones)}
    others_whole = {_whole(each): each for each in reversed(others)}
    if wholes.keys() == others_whole.keys() and len(wholes) == _PAIR:
        first, second = sorted(wholes.values(), key=lambda each: each.id)
        return first, second
    for found, beside in ((wholes, others_whole), (others_whole, wholes)):
        if len(beside) == 1 < len(found):  # what is called so too is not meant by both
            found.pop(next(iter(beside)), None)
    for found in (wholes, others_whole):
        if len(found) > 1:
            _refuse_several(session, asked, sorted(found.values(), key=lambda each: each.id))
    return next(iter(wholes.values())), next(iter(others_whole.values()))


_PAIR = 2


def _take_apart(session: Session, asked: Asked) -> Reply:
    known = _every(session, asked, asked.rest)
    joined = [each for each in known if each.merged_into is not None]
    if not joined:
        parts = (each for one in known for each in merging.referents(session, one))
        joined = [
            each for each in parts if finding.may_know(session, each, asked.officer, asked.now)
        ]
    if len(joined) > 1:
        _refuse_several(session, asked, joined)
    entity = joined[0] if joined else known[0]
    merging.take_apart(session, entity, asked.officer, now=asked.now)
    return Reply(Words(wording.taken_apart(_caption(session, entity))))


def _refuse_several(session: Session, asked: Asked, known: Sequence[Entity]) -> NoReturn:
    """Ask which of these is meant: by the cases that the asker may see, or by an identifier."""
    captions = list(dict.fromkeys(_caption(session, each) for each in known))
    standing = (case for each in known for case in entities.cases_of(session, each))
    places = {
        case.code: case
        for case in standing
        if access.may_see(session, asked.officer, case, asked.now)
    }
    if len(captions) > 1 or len(places) < len(known):
        raise UserError(wording.several_found(captions))
    raise UserError(wording.several_namesakes(captions[0], list(places)))


def _whole(entity: Entity) -> int:
    """Which one it is, whatever it was put together with."""
    return entity.merged_into or entity.id


def _caption(session: Session, entity: Entity) -> str:
    return sealing.unseal_or(session, entity, "caption", "")


def _every(session: Session, asked: Asked, what: str) -> list[Entity]:
    """What the asker's agency knows under these words, "in CODE" if that is said, and they may
    know of."""
    words, _, code = what.strip().rpartition(" in ")
    case = _case_said(session, asked, code) if words else None
    [span, *_] = spans_in(session, words if case is not None else what, asked.officer)
    known = finding.every(session, asked.officer, span, asked.now)
    if case is not None:
        known = [each for each in known if entities.is_in(session, each, case)]
    if not known:
        raise UserError(wording.nothing_found(span.text))
    return known


def _case_said(session: Session, asked: Asked, code: str) -> Case | None:
    try:
        return case_of(session, asked, code, MERGE.usage)
    except NotAllowed:
        return None


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
MERGE = Command(
    "merge",
    "merge WHAT [in CODE] with WHAT [in CODE]",
    "Say that two that we know are one.",
    _merge,
    DESK,
)
COMMANDS: tuple[Command, ...] = (
    CASE_MERGE,
    CASE_SPLIT,
    MERGE,
    Command(
        "take apart", "take apart WHAT [in CODE]", "Let it be on its own again.", _take_apart, DESK
    ),
)
