"""From which score on each agency is asked about a name: as shipped, or as its decisions taught."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.casework import entities, fitting
from bot.casework.fitting import Decision, Trial
from bot.conversation import outbox
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Words
from bot.errors import UserError
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.wording import calibration as wording
from nlp import names
from storage.database import take_turns
from storage.models import (
    Agency,
    Calibration,
    Entity,
    Judgement,
    Match,
    MatchState,
    Mention,
    Officer,
    Role,
    Verdict,
)
from storage.questions import Question

SCORER = f"names {names.VERSION}"
ONE_WORD = 0.5
"""The score of one word of a name inside its case: it was not compared, and teaches nothing."""
ASKED_FROM = names.THRESHOLD
AGAIN_AFTER = 50
"""So many further decisions, and it is learnt anew."""
SUPERVISORS = frozenset({Role.HEAD, Role.OVERSIGHT})


def asked_from(session: Session) -> Mapping[int, float]:
    """From which score on each agency is asked, where its decisions taught another than is shipped.

    Looked up once in each unit of work.
    """
    known: dict[int, float] | None = session.info.get("asked_from")
    if known is None:
        known = session.info["asked_from"] = dict(_IN_USE.ask(session.connection(), scorer=SCORER))
    return known


def review(session: Session, now: datetime) -> int:
    """Learn anew where an agency has decided enough since; use it where it proves better.

    Returns how many were looked at. Each is judged by decisions that it was not learnt from; heads
    hear of what is used, and end it in a line.
    """
    count = 0
    take_turns(session, "calibration")  # Every process keeps house.
    for agency in session.scalars(select(Agency).where(Agency.retired_at.is_(None))):
        last = _last(session, agency)
        if last is not None and last.scorer == SCORER and _since(session, last) < AGAIN_AFTER:
            continue
        decisions = decided(session, agency)
        if not fitting.is_enough(decisions):
            continue
        _keep(session, agency, fitting.trial(decisions, ASKED_FROM), last, now)
        count += 1
    return count


def decided(session: Session, agency: Agency) -> list[Decision]:
    """What this agency's own officers decided about names, the eldest first.

    Scores alone are read, and no name. What was decided about the same evidence twice counts once,
    the last time; what is disputed or taken back does not count.
    """
    rows = session.execute(_DECIDED, {"agency": agency.id, "scorer": SCORER})
    last = {
        signature: Decision(score, verdict is Verdict.SAME, officer_id)
        for signature, score, verdict, officer_id in rows
        if officer_id is not None
    }
    return list(last.values())


def in_use(session: Session, agency_id: int) -> Calibration | None:
    """What this agency's decisions taught, where it is used."""
    return session.scalar(
        select(Calibration).where(
            Calibration.agency_id == agency_id,
            Calibration.scorer == SCORER,
            *_IS_USED,
        )
    )


def end(session: Session, officer: Officer, *, now: datetime) -> Calibration:
    """Ask as shipped again. It is learnt anew when enough more has been decided."""
    used = in_use(session, officer.agency_id)
    if used is None:
        raise UserError(wording.is_as_shipped())
    _end(session, used, now)
    _record(session, used, now, used=False, actor=officer)
    return used


def _show(session: Session, asked: Asked) -> Reply:
    agency = asked.officer.agency
    decisions = decided(session, agency)
    used = in_use(session, agency.id)
    lines = [wording.stands(_score(used), used.version if used else 0, ASKED_FROM)]
    if used is not None:
        lines.append(wording.was_judged(used.figures))
    if not fitting.is_enough(decisions):
        officers = len({each.officer_id for each in decisions})
        lines.append(wording.too_few(len(decisions), officers, fitting.ENOUGH))
    else:
        trial = fitting.trial(decisions, ASKED_FROM)
        lines.append(wording.would_change(trial.asked_from, is_better=trial.is_better))
        lines.append(wording.was_judged(_figures(trial)))
    ledger.record(
        session, Operation.CONSULTATION, now=asked.now, actor=asked.officer, subject="calibration",
        decisions=len(decisions),
    )  # fmt: skip
    return Reply(Words("\n".join(lines)))


def _undo(session: Session, asked: Asked) -> Reply:
    ended = end(session, asked.officer, now=asked.now)
    return Reply(Words(wording.ended(ended.version, ASKED_FROM)))


COMMANDS: tuple[Command, ...] = (
    Command(
        "calibration",
        "calibration",
        "How sure a name must be before you are asked, and what your decisions would change.",
        _show,
        SUPERVISORS,
    ),
    Command(
        "calibration undo",
        "calibration undo",
        "Ask about names as shipped again.",
        _undo,
        SUPERVISORS,
    ),
)


def _keep(
    session: Session, agency: Agency, trial: Trial, last: Calibration | None, now: datetime
) -> None:
    made = Calibration(
        agency_id=agency.id,
        version=last.version + 1 if last is not None else 1,
        scorer=SCORER,
        made_at=now,
        asked_from=trial.asked_from,
        decisions=trial.decisions,
        figures=_figures(trial),
    )
    if trial.is_better:
        for used in session.scalars(
            select(Calibration).where(Calibration.agency_id == agency.id, *_IS_USED)
        ):
            _end(session, used, now)
        made.used_at = now
    session.add(made)
    session.flush()
    session.info.pop("asked_from", None)
    _record(session, made, now, used=trial.is_better)
    if trial.is_better:
        for head in _heads(session, agency):
            outbox.tell(
                session,
                key=f"calibration:{made.id}:{head.id}",
                officer=head,
                words=Words(wording.is_used(made.version, made.asked_from, ASKED_FROM)),
                now=now,
            )


def _end(session: Session, used: Calibration, now: datetime) -> None:
    used.ended_at = now
    session.flush()
    session.info.pop("asked_from", None)


def _figures(trial: Trial) -> dict[str, float]:
    kept = asdict(trial)
    return {each: kept[each] for each in wording.FIGURES}


def _score(used: Calibration | None) -> float:
    return used.asked_from if used is not None else ASKED_FROM


def _last(session: Session, agency: Agency) -> Calibration | None:
    return session.scalar(
        select(Calibration)
        .where(Calibration.agency_id == agency.id)
        .order_by(Calibration.version.desc())
        .limit(1)
    )


def _since(session: Session, last: Calibration) -> int:
    """How much was decided after it was learnt: what was erased meanwhile is not waited for."""
    counting = _DECIDED.with_only_columns(func.count(Match.signature.distinct())).order_by(None)
    later = counting.where(Judgement.at > last.made_at)
    return session.scalar(later, {"agency": last.agency_id, "scorer": SCORER}) or 0


def _heads(session: Session, agency: Agency) -> Sequence[Officer]:
    people = session.scalars(
        select(Officer).where(Officer.agency_id == agency.id, Officer.retired_at.is_(None))
    )
    return [each for each in people if Role.HEAD in each.roles]


def _record(
    session: Session,
    made: Calibration,
    now: datetime,
    *,
    used: bool,
    actor: Officer | str = ledger.SYSTEM,
) -> None:
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=actor,
        subject=f"calibration:{made.id}", version=made.version, scorer=made.scorer,
        asked_from=str(made.asked_from), decisions=made.decisions, used=used,
    )  # fmt: skip


_IS_USED = (Calibration.used_at.is_not(None), Calibration.ended_at.is_(None))
_IN_USE = Question(
    select(Calibration.agency_id, Calibration.asked_from).where(
        Calibration.scorer == bindparam("scorer"), *_IS_USED
    )
)
_DECIDED = (
    select(Match.signature, Match.score, Judgement.verdict, Judgement.officer_id)
    .select_from(Judgement)
    .join(Match, Match.id == Judgement.match_id)
    .join(Mention, Mention.id == Match.mention_id)
    .join(Entity, Entity.id == Match.entity_id)
    .join(Officer, Officer.id == Judgement.officer_id)
    .where(
        Match.agency_id == bindparam("agency"),
        Officer.agency_id == bindparam("agency"),
        Match.scorer == bindparam("scorer"),
        Match.is_verified.is_(False),
        Match.score != ONE_WORD,
        Match.state.in_((MatchState.CONFIRMED, MatchState.REJECTED)),
        Mention.label.in_(entities.NAMED),
        Mention.negated.is_(False),  # what is denied says nothing of how names compare
        Entity.erased_at.is_(None),
        Judgement.verdict.in_((Verdict.SAME, Verdict.DIFFERENT)),
        Judgement.undone_by.is_(None),
        Judgement.undoes.is_(None),
    )
    .order_by(Judgement.at, Judgement.id)
)
