"""Commands that look closer: why, profile, what a case is related to."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.casework import entities, explaining, finding, profiles, tellings
from bot.casework.reading import about, case_of, message_of, moment, passage_in, sought, spans_in
from bot.conversation import commands
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Tap, Words
from bot.conversation.taps import TapHandler
from bot.errors import NotAllowed, UserError
from bot.followup import prompts
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.wording import casework as wording
from bot.wording import evidence as evidence_wording
from bot.wording import matches as matches_wording
from bot.wording import ties as ties_wording
from storage.models import Case, Category, Entity, Match, Officer


def _why(session: Session, asked: Asked) -> Reply:
    if asked.rest.strip():
        explained = _explained_by_name(session, asked)
    else:
        message = message_of(session, asked)
        explained = (
            explaining.of_message(session, message, asked.officer, now=asked.now)
            if message is not None
            else None
        )
    if explained is None:
        # No error: that somebody asked stays on record.
        is_named = bool(asked.rest.strip())
        return Reply(Words(evidence_wording.nothing_to_explain(is_named=is_named)))
    return Reply(
        Words(explained.text),
        marking=markings.join([case.marking for case in explained.cases]),
        cases=explained.cases,
    )


def _explained_by_name(session: Session, asked: Asked) -> explaining.Explained | None:
    """By the code of a question, or by an identifier or a name that was said."""
    try:
        prompt = prompts.find(session, asked.officer, asked.rest, asked.now)
    except NotAllowed:
        spans = spans_in(session, asked.rest, asked.officer)
        if any(span.label in entities.IDENTIFYING and span.value for span in spans):
            return explaining.of_value(session, spans, asked.officer, now=asked.now)
        if any(map(str.isdigit, asked.rest)):  # as there are in each code, and in no name
            raise
        said = passage_in(session, asked.rest, asked.officer)
        return explaining.of_name(session, said, asked.officer, now=asked.now)
    return explaining.of_prompt(session, prompt, asked.officer, now=asked.now)


def _told(session: Session, asked: Asked) -> Reply:
    prompt = prompts.find(session, asked.officer, asked.rest, asked.now)
    match = session.get(Match, prompt.match_id) if prompt.match_id else None
    case = session.get(Case, prompt.case_id) if prompt.case_id else None
    if match is None or case is None or case.agency_id != asked.officer.agency_id:
        raise UserError(matches_wording.nothing_was_told(prompt.code))
    told = [
        (
            each.room,
            moment(each.at, asked) or "",
            moment(each.corrected_at, asked) or "",
            [(name, moment(seen_at, asked) or "") for name, seen_at in each.readers],
        )
        for each in tellings.of(session, match)
    ]
    ledger.record(
        session, Operation.CONSULTATION, now=asked.now, actor=asked.officer, case_id=case.id,
        subject=f"match:{match.id}", purpose="told",
    )  # fmt: skip
    return about(
        case, matches_wording.told_list(told) or matches_wording.nothing_was_told(prompt.code)
    )


def _profile(session: Session, asked: Asked) -> Reply:
    what, purpose, case = sought(session, asked, PROFILE.usage)
    said = passage_in(session, what, asked.officer)
    found = finding.find(session, asked.officer, said, purpose=purpose, now=asked.now, case=case)
    if not found or found[0].is_near:
        return finding.told(what, found)
    best = {each.entity_id: each.caption for each in found if each.score == found[0].score}
    if len(best) > 1:
        raise UserError(wording.several_found(list(best.values())))
    entity = session.get_one(Entity, found[0].entity_id)
    known = profiles.profile(session, entity, asked.officer, now=asked.now)
    text = wording.profile(
        caption=known.caption,
        category=known.category.value if known.category is not Category.UNKNOWN else None,
        names=known.names,
        identifiers=known.identifiers,
        facts=known.facts,
        cases=[each.code for each in known.cases],
        sightings=[
            (
                moment(each.at, asked) or "",
                (each.where or wording.elsewhere())
                + evidence_wording.doubts(negated=each.negated, hearsay=each.hearsay),
                each.confirmed_by,
            )
            for each in known.sightings
        ],
        ties=[
            ties_wording.of_profile(
                each.said, each.case.code, each.by, moment(each.at, asked) or ""
            )
            for each in known.ties
        ],
    )
    against = profiles.contradictions(session, entity, asked.officer, now=asked.now)
    text = "\n".join([text, *against])
    stated = [*(case.marking for case in known.cases), *(tie.marking for tie in known.ties)]
    return Reply(Words(text), marking=markings.join(stated), cases=known.cases)


def _case_related(session: Session, asked: Asked) -> Reply:
    case = case_of(session, asked, asked.rest, RELATED.usage)
    found = profiles.related(session, case, asked.officer, now=asked.now)
    shown = [(each.case.code, each.case.agency.title, each.reasons) for each in found]
    concerned = [case, *(each.case for each in found)]
    return Reply(
        Words(wording.related(case.code, shown)),
        marking=markings.join([each.marking for each in concerned]),
        cases=concerned,
    )


def _tapped_why(
    session: Session, officer: Officer, parts: list[str], _tap: Tap, now: datetime
) -> Words:
    """A tap on *Why?* beside a question: `CODE:open`."""
    reply = _why(session, Asked(officer, parts[0], now))
    return commands.shown_alone(session, officer, reply, subject="command:why", now=now)


WHY = Command(
    "why",
    "why [QUESTION|IDENTIFIER|NAME]",
    "What speaks for a match and against it, and what would change it.",
    _why,
)
PROFILE = Command(
    "profile",
    "profile WHAT for PURPOSE | profile WHAT in CODE",
    "All you may know of one person or thing, and when it was seen.",
    _profile,
)
RELATED = Command(
    "case related", "case related CODE", "Cases that share something with it.", _case_related
)
TOLD = Command(
    "told",
    "told QUESTION",
    "Who was told what you answered, and who has seen that it was taken back.",
    _told,
)
COMMANDS: tuple[Command, ...] = (WHY, TOLD, PROFILE, RELATED)

TAPS: Mapping[str, TapHandler] = {"why": _tapped_why}
