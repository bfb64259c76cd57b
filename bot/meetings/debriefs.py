"""Debriefs: four questions after a case, asked in private and answered without names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot import references
from bot.casework import cases
from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.errors import NotAllowed, UserError
from bot.followup import dues
from bot.governance import access, ledger, markings
from bot.governance.ledger import Operation
from bot.meetings import actions, finding, guests, hours, lessons, moments, timeline
from bot.meetings.said import revise_all
from bot.wording import actions as actions_wording
from bot.wording import debriefs as wording
from bot.wording import meetings as meeting
from bot.wording import minutes as minutes_wording
from bot.wording.forms import ALL_FOUR
from storage import sealing
from storage.models import (
    Action,
    Answer,
    Case,
    Contribution,
    Debrief,
    Due,
    Match,
    MatchState,
    Mention,
    Message,
    Officer,
    Prompt,
    Recusal,
    Tlp,
)

KIND: Final = "debrief"
QUESTIONS: Final = (1, 2, 3, 4)
LONGEST_ANSWER: Final = 4000
MERGED_BELOW: Final = 5
"""Fewer contributions to a question than this are shown as one paragraph, without roles."""

REMIND_AFTER: Final = timedelta(days=3)
REPORT_AFTER: Final = timedelta(days=14)

_WAS_ASKED = 0
"""The question number of the row that says somebody was asked."""

_REMIND, _REPORT = 0, 1


class State(StrEnum):
    OFFERED = "offered"
    ASKING = "asking"
    DECLINED = "declined"
    CLOSED = "closed"


class Part(StrEnum):
    """Who somebody was in a case. Debriefs show these, never names."""

    OWNER = "the case's owner"
    LIAISON = "a liaison officer"
    FIELD = "a field officer"


def offer(session: Session, case: Case, *, now: datetime) -> Debrief:
    """Offer a debrief of a case to its liaison officer; the one there is, if it is not over."""
    known = _running(session, case)
    if known is not None and known.state != State.DECLINED:
        return known
    debrief = known or _opened(session, case, now)
    debrief.state = State.OFFERED.value
    liaison = guests.liaison_of(session, case, now)
    if liaison is not None:
        outbox.tell(
            session,
            key=f"debrief:{debrief.id}:offer:{moments.stamp(now)}",
            officer=liaison,
            words=Words(
                wording.debrief_offered(debrief.code),
                (
                    Control(wording.START, f"debrief:{debrief.code}:start", Style.PRIMARY),
                    Control(wording.NOT_NOW, f"debrief:{debrief.code}:decline"),
                ),
            ),
            now=now,
            cases=(case,),
        )
    return debrief


def start(session: Session, case: Case, officer: Officer, *, now: datetime) -> Debrief:
    """Ask everybody who took part, in private. The owner agency's desk decides."""
    if not cases.decides(officer, case):
        raise NotAllowed(wording.only_the_desk_debriefs(case.code))
    debrief = _running(session, case) or _opened(session, case, now)
    if debrief.state == State.ASKING:
        raise UserError(wording.debrief_is_running(debrief.code))
    debrief.state = State.ASKING.value
    _answer_offer(session, debrief, wording.debrief_is_running(debrief.code), now)
    asked = _to_be_asked(session, case, now)
    for each in asked:
        _put(session, debrief, each, _WAS_ASKED, None, now)
    for each in asked:  # Each reads whether they are few.
        _ask(session, debrief, case, each, QUESTIONS[0], now)
        dues.add(
            session, kind=KIND, subject_id=debrief.id, officer_id=each.id, occurrence=_REMIND,
            due_at=hours.morning_after(each, now + REMIND_AFTER), zone=each.zone,
        )  # fmt: skip
    dues.add(
        session, kind=KIND, subject_id=debrief.id, due_at=now + REPORT_AFTER, occurrence=_REPORT
    )
    _record(session, debrief, Operation.ALTERATION, officer, now, asked=len(asked))
    return debrief


def started(session: Session, debrief: Debrief) -> Words:
    """What whoever started a debrief reads: how many are asked, and what comes next."""
    case = session.get_one(Case, debrief.case_id)
    asked, _ = _progress(session, debrief)
    return Words(wording.debrief_started(debrief.code, case.code, asked))


def decline(session: Session, debrief: Debrief, officer: Officer, *, now: datetime) -> None:
    """Not now: the offer is put away; `debrief CASE` brings it back."""
    if not cases.decides(officer, session.get_one(Case, debrief.case_id)):
        raise NotAllowed(meeting.nothing_to_show())
    if debrief.state == State.OFFERED:
        debrief.state = State.DECLINED.value
        _answer_offer(session, debrief, wording.debrief_put_away(debrief.code), now)
        _record(session, debrief, Operation.ALTERATION, officer, now, state=debrief.state)


def withdraw_offer(session: Session, case: Case, officer: Officer, *, now: datetime) -> None:
    """The case goes on: nobody looks back on it yet. What is being asked already goes on, too."""
    debrief = _running(session, case)
    if debrief is not None and debrief.state == State.OFFERED:
        debrief.state = State.DECLINED.value
        _answer_offer(session, debrief, wording.debrief_of_a_case_reopened(case.code), now)
        _record(session, debrief, Operation.ALTERATION, officer, now, state=debrief.state)


def contribute(
    session: Session,
    debrief: Debrief,
    officer: Officer,
    question: int,
    text: str | None,
    *,
    now: datetime,
) -> Words:
    """Keep somebody's answer to a question, or that they have none; writing again replaces it."""
    asked = _contribution(session, debrief, officer, _WAS_ASKED)
    if asked is None:
        raise NotAllowed(wording.no_such_debrief(debrief.code))
    if debrief.state != State.ASKING:
        raise UserError(wording.debrief_is_over(debrief.code))
    if text is not None and len(text) > LONGEST_ANSWER:
        raise UserError(minutes_wording.too_long(LONGEST_ANSWER))
    if question not in QUESTIONS or (text is not None and not text.strip()):
        raise UserError(wording.debrief_answer_usage())
    _put(session, debrief, officer, question, text, now)
    if text is not None and (stated := markings.stated(text)) is not None:
        debrief.marking = markings.join([debrief.marking, stated])
    # The entry says that an answer was kept; whose it is stays with the answer, under its key.
    _record(session, debrief, Operation.COLLECTION, ledger.SYSTEM, now, question=question)
    case = session.get_one(Case, debrief.case_id)
    following = _next_question(session, debrief, officer)
    if following is None:
        outbox.revise(
            session,
            _key(debrief, officer),
            Words(wording.debrief_thanks(debrief.code, len(QUESTIONS))),
            now=now,
        )
        dues.supersede(session, KIND, debrief.id, now, officer.id)
        return Words(wording.debrief_thanks(debrief.code, len(QUESTIONS)))
    asking = _asking(session, debrief, case, officer, following, now)
    outbox.revise(session, _key(debrief, officer), asking, now=now)
    return Words(f"{wording.debrief_kept(question)}\n{asking.text}", asking.controls)


def rather_talk(
    session: Session, debrief: Debrief, officer: Officer, question: int, *, now: datetime
) -> Words:
    """Somebody would rather talk: they get the desk's number, and the question counts as done."""
    case = session.get_one(Case, debrief.case_id)
    following = contribute(session, debrief, officer, question, None, now=now)
    number = case.unit.desk_number if case.unit else ""
    return Words(f"{wording.debrief_talk(number)}\n{following.text}", following.controls)


def shown(session: Session, debrief: Debrief, reader: Officer, *, now: datetime) -> str:
    """The debrief for one reader: the timeline by roles, answers without names, actions.

    Answers appear when it is closed, when all who were asked are done, or when there are enough
    that a new one does not stand out. Raises `NotAllowed` for those who may not see the case.
    """
    if not finding.sees_debrief(session, reader, debrief, now):
        raise NotAllowed(meeting.nothing_to_show())
    case = session.get_one(Case, debrief.case_id)
    asked, finished = _progress(session, debrief)
    zone = ZoneInfo(reader.zone)
    happened = timeline.of(session, case, reader, roles(session, case))
    tasks = session.scalars(
        select(Action).where(Action.debrief_id == debrief.id).order_by(Action.due_at, Action.code)
    )
    _record(session, debrief, Operation.CONSULTATION, reader, now)
    opens = debrief.state == State.CLOSED or finished == asked
    return wording.debrief(
        code=debrief.code,
        case=case.code,
        marking=debrief.marking,
        asked=asked,
        finished=finished,
        events=[wording.event(each.at, each.text, zone, now) for each in happened],
        answers=[(question, _answers(session, debrief, question, opens)) for question in QUESTIONS],
        lessons=[astuple(each) for each in lessons.of(session, debrief)],
        tasks=[
            actions_wording.state(
                task.code, actions.read(session, task), task.due_at, task.state.value, zone, now
            )
            for task in tasks
            if actions.reaches(session, task, reader)
        ],
    )


def close(session: Session, debrief: Debrief, officer: Officer, *, now: datetime) -> None:
    """Close a debrief: its marking becomes the strictest of what went into it."""
    case = session.get_one(Case, debrief.case_id)
    if not cases.decides(officer, case):
        raise NotAllowed(wording.only_the_desk_debriefs(case.code))
    if debrief.state == State.CLOSED:
        raise UserError(wording.debrief_is_over(debrief.code))
    debrief.state, debrief.closed_at = State.CLOSED.value, now
    debrief.marking = markings.join(_inputs(session, debrief, case))
    answers = [(question, _answers(session, debrief, question, True)) for question in QUESTIONS]
    sealing.seal(session, debrief, "summary", wording.debrief_answers(answers))
    dues.supersede(session, KIND, debrief.id, now)
    _record(session, debrief, Operation.ALTERATION, officer, now, marking=debrief.marking)
    over = Words(wording.debrief_is_over(debrief.code))
    for each in _asked(session, debrief):
        outbox.revise(session, _key(debrief, each), over, now=now, cases=(), marking=Tlp.GREEN)
        if each.id != officer.id and finding.sees_debrief(session, each, debrief, now):
            outbox.tell(
                session,
                key=f"{_key(debrief, each)}:closed",
                officer=each,
                words=Words(
                    wording.debrief_closed(debrief.code),
                    (Control(wording.SHOW, f"debrief:{debrief.code}:show"),),
                ),
                now=now,
                cases=(case,),
            )


def open_for(session: Session, officer: Officer, now: datetime) -> list[tuple[Debrief, int]]:
    """The debriefs that still ask this officer something, and how many questions are left."""
    asking = session.scalars(
        select(Debrief)
        .join(Contribution, Contribution.debrief_id == Debrief.id)
        .where(
            Contribution.officer_id == officer.id,
            Contribution.question == _WAS_ASKED,
            Debrief.state == State.ASKING.value,
        )
        .order_by(Debrief.offered_at, Debrief.code)
    )
    found = []
    for debrief in asking:
        left = len(QUESTIONS) - len(_done(session, debrief, officer) & {*QUESTIONS})
        case = session.get_one(Case, debrief.case_id)
        if left and officer in _to_be_asked(session, case, now):
            found.append((debrief, left))
    return found


def controls(debrief: Debrief) -> tuple[Control, ...]:
    """What whoever is asked can do about all of a debrief."""
    return (
        Control(wording.ABOUT_WHAT, f"debrief:{debrief.code}:about"),
        Control(ALL_FOUR, f"form:{debrief.code}:debrief"),
    )


def roles(session: Session, case: Case) -> Mapping[int, Part]:
    """Who took part in a case, by officer: its owner, who answered, whose messages matched."""
    found: dict[int, Part] = {}
    if case.owner_id is not None:
        found[case.owner_id] = Part.OWNER
    answered = session.scalars(
        select(Answer.officer_id)
        .join(Prompt, Prompt.id == Answer.prompt_id)
        .join(Match, Match.id == Prompt.match_id, isouter=True)
        .where(or_(Prompt.case_id == case.id, Match.case_id == case.id), Answer.undone_at.is_(None))
        .order_by(Answer.at)
    )
    for officer_id in answered:
        found.setdefault(officer_id, Part.LIAISON)
    for message in matched(session, case):
        if message.officer_id is not None:
            found.setdefault(message.officer_id, Part.FIELD)
    return found


def matched(session: Session, case: Case) -> list[Message]:
    """The messages that were found to belong to this case, as far as their side knows of it."""
    return list(
        session.scalars(
            select(Message)
            .join(Mention, Mention.message_id == Message.id)
            .join(Match, Match.mention_id == Mention.id)
            .where(
                Match.case_id == case.id,
                Match.state == MatchState.CONFIRMED,
                # Whoever must not know of the case must not be asked about it.
                Match.is_hidden.is_(False),
            )
            .order_by(Message.sent_at, Message.id)
        ).unique()
    )


def remind(session: Session, due: Due, now: datetime) -> None:
    """Remind somebody once of what they were asked; later, say how far a debrief has come."""
    debrief = session.get(Debrief, due.subject_id)
    if debrief is None or debrief.state != State.ASKING:
        return
    case = session.get_one(Case, debrief.case_id)
    if due.occurrence == _REPORT:
        _report(session, debrief, case, now)
        return
    officer = session.get(Officer, due.officer_id) if due.officer_id is not None else None
    following = _next_question(session, debrief, officer) if officer is not None else None
    if officer is None or following is None or officer not in _to_be_asked(session, case, now):
        return
    asking = _asking(session, debrief, case, officer, following, now)
    outbox.tell(
        session,
        key=f"{_key(debrief, officer)}:reminder",
        officer=officer,
        words=asking,
        now=now,
        cases=_told_of(session, officer, case, now),
    )
    _record(session, debrief, Operation.CLOCK, ledger.SYSTEM, now, question=following)


def about(session: Session, debrief: Debrief, officer: Officer, *, now: datetime) -> str:
    """What a debrief is about, for somebody who was asked: the case, or their own message."""
    case = session.get_one(Case, debrief.case_id)
    if access.may_see(session, officer, case, now):
        return wording.debrief_about_case(debrief.code, case.code)
    own = [each for each in matched(session, case) if each.officer_id == officer.id]
    if not own:
        raise NotAllowed(meeting.nothing_to_show())
    return wording.debrief_about_message(debrief.code, own[-1].sent_at, ZoneInfo(officer.zone), now)


def _opened(session: Session, case: Case, now: datetime) -> Debrief:
    debrief = Debrief(
        code=references.mint(session, Debrief),
        case_id=case.id,
        agency_id=case.agency_id,
        offered_at=now,
        marking=case.marking,
        key_id=sealing.keyring(session).mint(case.key_id),
    )
    session.add(debrief)
    session.flush()
    _record(session, debrief, Operation.COLLECTION, ledger.SYSTEM, now, state=debrief.state)
    return debrief


def _answer_offer(session: Session, debrief: Debrief, text: str, now: datetime) -> None:
    """Let the offer show what became of it."""
    revise_all(session, f"debrief:{debrief.id}:offer:", Words(text), now=now)


def _running(session: Session, case: Case) -> Debrief | None:
    return session.scalar(
        select(Debrief)
        .where(Debrief.case_id == case.id, Debrief.state != State.CLOSED.value)
        .order_by(Debrief.offered_at.desc())
        .limit(1)
    )


def _to_be_asked(session: Session, case: Case, now: datetime) -> list[Officer]:
    """Who took part, is cleared and has not stepped aside; of RED only those who may see it."""
    recused = set(
        session.scalars(select(Recusal.officer_id).where(Recusal.case_id == case.id)).all()
    )
    found = []
    for officer_id, part in roles(session, case).items():
        officer = session.get_one(Officer, officer_id)
        if officer.retired_at is not None or officer_id in recused:
            continue
        if not access.reaches(case.marking, case.agency_id, officer):
            continue
        is_reporter = part is Part.FIELD and case.marking is not Tlp.RED
        if is_reporter or access.may_see(session, officer, case, now):
            found.append(officer)
    return found


def _ask(
    session: Session, debrief: Debrief, case: Case, officer: Officer, question: int, now: datetime
) -> None:
    outbox.tell(
        session,
        key=_key(debrief, officer),
        officer=officer,
        words=_asking(session, debrief, case, officer, question, now),
        now=now,
        cases=_told_of(session, officer, case, now),
    )


def _asking(
    session: Session, debrief: Debrief, case: Case, officer: Officer, question: int, now: datetime
) -> Words:
    token, are_few = f"debrief:{debrief.code}", len(_asked(session, debrief)) < MERGED_BELOW
    text = wording.debrief_question(debrief.code, question, are_few=are_few)
    return Words(
        text,
        (
            Control(
                wording.WRITE, f"{token}:write:{question}", Style.PRIMARY,
                asks=wording.debrief_asks(question),
            ),
            Control(wording.NOTHING_TO_ADD, f"{token}:nothing:{question}"),
            Control(wording.RATHER_TALK, f"{token}:talk:{question}"),
            *controls(debrief),
        ),
    )  # fmt: skip


def _told_of(session: Session, officer: Officer, case: Case, now: datetime) -> list[Case]:
    """The case, for those who may see it; who only reported is asked without a word of it."""
    return [case] if access.may_see(session, officer, case, now) else []


def _put(
    session: Session,
    debrief: Debrief,
    officer: Officer,
    question: int,
    text: str | None,
    now: datetime,
) -> None:
    row = _contribution(session, debrief, officer, question)
    if row is None:
        row = Contribution(
            debrief_id=debrief.id,
            officer_id=officer.id,
            question=question,
            at=now,
            key_id=sealing.keyring(session).mint(debrief.key_id),
        )
        session.add(row)
    row.at, row.declined = now, text is None and question != _WAS_ASKED
    sealing.seal(session, row, "text", text.strip() if text is not None else None)
    session.flush()


def _contribution(
    session: Session, debrief: Debrief, officer: Officer, question: int
) -> Contribution | None:
    return session.scalar(
        select(Contribution).where(
            Contribution.debrief_id == debrief.id,
            Contribution.officer_id == officer.id,
            Contribution.question == question,
        )
    )


def _next_question(session: Session, debrief: Debrief, officer: Officer) -> int | None:
    done = _done(session, debrief, officer)
    return next((question for question in QUESTIONS if question not in done), None)


def _done(session: Session, debrief: Debrief, officer: Officer) -> set[int]:
    return set(
        session.scalars(
            select(Contribution.question).where(
                Contribution.debrief_id == debrief.id, Contribution.officer_id == officer.id
            )
        )
    )


def _asked(session: Session, debrief: Debrief) -> list[Officer]:
    return list(
        session.scalars(
            select(Officer)
            .join(Contribution, Contribution.officer_id == Officer.id)
            .where(Contribution.debrief_id == debrief.id, Contribution.question == _WAS_ASKED)
            .order_by(Officer.slug)
        )
    )


def _progress(session: Session, debrief: Debrief) -> tuple[int, int]:
    """How many were asked, and how many of them are done."""
    asked = _asked(session, debrief)
    return len(asked), sum(_next_question(session, debrief, each) is None for each in asked)


def _answers(session: Session, debrief: Debrief, question: int, opens: bool) -> list[str] | None:
    """The answers to one question as lines without names; `None` while they are held back."""
    rows = session.scalars(
        select(Contribution)
        .where(
            Contribution.debrief_id == debrief.id,
            Contribution.question == question,
            Contribution.text_sealed.is_not(None),
        )
        # By a key drawn by chance: neither who was first nor who comes first in the alphabet.
        .order_by(Contribution.key_id)
    ).all()
    texts = [sealing.unseal_or(session, row, "text", meeting.erased()) for row in rows]
    if len(rows) < MERGED_BELOW:
        return ([" ".join(texts)] if texts else []) if opens else None
    parts = roles(session, session.get_one(Case, debrief.case_id))
    held = Counter(parts.get(row.officer_id) for row in rows)
    return [
        # A role that one person alone holds would be as good as a name.
        wording.debrief_answer(part if part is not None and held[part] > 1 else None, text)
        for part, text in zip((parts.get(row.officer_id) for row in rows), texts, strict=True)
    ]


def _inputs(session: Session, debrief: Debrief, case: Case) -> list[Tlp]:
    """The markings of everything that went into a debrief."""
    tasks = session.scalars(select(Action.marking).where(Action.debrief_id == debrief.id))
    asked = session.scalars(select(Prompt.marking).where(Prompt.case_id == case.id))
    said = [each.marking for each in matched(session, case) if each.marking is not None]
    return [debrief.marking, case.marking, *tasks, *asked, *said]


def _report(session: Session, debrief: Debrief, case: Case, now: datetime) -> None:
    liaison = guests.liaison_of(session, case, now)
    if liaison is None:
        return
    asked, finished = _progress(session, debrief)
    token = f"debrief:{debrief.code}"
    outbox.tell(
        session,
        key=f"debrief:{debrief.id}:report",
        officer=liaison,
        words=Words(
            wording.debrief_progress(debrief.code, asked, finished),
            (
                Control(wording.SHOW, f"{token}:show"),
                Control(wording.CLOSE, f"{token}:close", Style.PRIMARY),
            ),
        ),
        now=now,
        cases=(case,),
    )
    _record(session, debrief, Operation.CLOCK, ledger.SYSTEM, now, asked=asked, finished=finished)


def _key(debrief: Debrief, officer: Officer) -> str:
    return f"debrief:{debrief.id}:{officer.id}"


def _record(
    session: Session,
    debrief: Debrief,
    operation: Operation,
    actor: Officer | str,
    now: datetime,
    **details: Any,
) -> None:
    ledger.record(
        session, operation, now=now, actor=actor, case_id=debrief.case_id,
        subject=f"debrief:{debrief.code}", **details,
    )  # fmt: skip
