"""Who is told, and when, while a question waits: each rung re-reads it before it acts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import clocks
from bot.conversation import outbox
from bot.conversation.messages import Control, Words
from bot.followup import askers, contents, copies, dues, kinds, routing
from bot.followup.deadlines import Deadline, Policy, Rung, rung_instants
from bot.governance import ledger
from bot.governance.ledger import Operation
from bot.wording import asking as to_asker
from bot.wording import followup as wording
from nlp import times
from storage.models import (
    Agency,
    Due,
    DueState,
    Officer,
    Prompt,
    PromptState,
    Role,
    Unit,
)

RUNG, BREACH, SNOOZE = "rung", "breach", "snooze"
CLOSED, PAUSED, ACKNOWLEDGED = "closed", "paused", "acknowledged"
LATE = timedelta(seconds=90)
"""From when on a promise is kept late: after an outage, not for a slow second."""

OFFICER_WAITING = "officer_waiting"
_TO_HOLDERS = ("duty", "asker")


def plan(session: Session, prompt: Prompt, deadline: Deadline, now: datetime) -> None:
    """Promise every rung of a new question's profile, its overdue notice and its breach record."""
    policy: Policy = session.info["policy"]
    profile = policy.profiles[prompt.profile]
    climbs = kinds.of(session, prompt).climbs
    rungs = list(rung_instants(profile, prompt.received_at, deadline))
    if all(due_at < deadline.strict_at for _, due_at in rungs):
        # Whatever a policy leaves out: when the time is over, somebody hears of it.
        rungs.append((Rung(len(rungs) + 1, 1.0, None, ("duty",), ""), deadline.strict_at))
    for rung, due_at in rungs:
        whom = rung.whom if climbs else tuple(r for r in rung.whom if r in _TO_HOLDERS)
        if not whom:
            continue
        due = dues.add(
            session,
            kind=RUNG,
            subject_id=prompt.id,
            occurrence=rung.number,
            due_at=due_at,
            whom=whom,
            needs_no_ack=rung.until == "acknowledged",
            rule=prompt.rule,
            is_first=True,
        )
        if due_at <= prompt.received_at:
            dues.settle(due, DueState.FIRED, now)  # The officer is told as the question is asked.
    dues.add(
        session,
        kind=BREACH,
        subject_id=prompt.id,
        due_at=prompt.legal_at,
        rule=prompt.legal_rule or prompt.rule,
        is_first=True,
    )


def acknowledge(session: Session, prompt: Prompt, now: datetime) -> None:
    """Somebody has the question before them: what waits for that alone is not needed."""
    if prompt.acknowledged_at is None:
        prompt.acknowledged_at = now
        dues.supersede(session, RUNG, prompt.id, now, note=ACKNOWLEDGED, only_no_ack=True)


def stop(session: Session, prompt: Prompt, now: datetime, *, note: str = CLOSED) -> None:
    """Nobody is told any more of this question."""
    for kind in (RUNG, BREACH) if note == PAUSED else (RUNG, BREACH, SNOOZE):
        dues.supersede(session, kind, prompt.id, now, note=note)


def restart(session: Session, prompt: Prompt) -> None:
    """Climb on from where it stopped, at the moments promised before."""
    for kind in (RUNG, BREACH):
        dues.revive(session, kind, prompt.id, note=CLOSED)


def run_on(
    session: Session, prompt: Prompt, *, stood: timedelta, strict_was: datetime, legal_was: datetime
) -> None:
    """Climb on after the clock stood still for so long; the question has its new limits already."""
    for due in dues.revive(session, RUNG, prompt.id, note=PAUSED):
        # The ends are computed, not shifted; what hangs on them follows them exactly.
        if due.due_at == legal_was:
            due.due_at = prompt.legal_at
        elif due.due_at == strict_was:
            due.due_at = prompt.strict_at
        else:
            due.due_at += stood
    for due in dues.revive(session, BREACH, prompt.id, note=PAUSED):
        due.due_at = prompt.legal_at
    session.flush()


def carry_over(session: Session, prompt: Prompt, successor: Prompt) -> None:
    """The successor climbs the same ladder, from the rung the question stood on."""
    for due in session.scalars(
        select(Due).where(Due.kind.in_((RUNG, BREACH)), Due.subject_id == prompt.id)
    ):
        is_paused = due.state is DueState.SUPERSEDED and due.note == PAUSED
        if due.state is not DueState.WAITING and not is_paused:
            continue
        made = dues.add(
            session,
            kind=due.kind,
            subject_id=successor.id,
            occurrence=due.occurrence,
            due_at=due.due_at,
            whom=due.whom,
            needs_no_ack=due.needs_no_ack,
            rule=due.rule,
        )
        if is_paused:
            made.state, made.note, made.settled_at = due.state, due.note, due.settled_at


def on_rung(session: Session, due: Due, now: datetime) -> None:
    """Climb: tell who this rung names. After an outage the highest rung due speaks for all."""
    prompt = _locked(session, due.subject_id)
    if prompt is None or prompt.state is not PromptState.OPEN:
        dues.settle(due, DueState.SUPERSEDED, now)
        return
    reached = _reached(session, prompt, due, now)
    if not reached:
        return
    highest = reached[-1]
    for each in reached:
        on_time = each is highest or now - each.due_at <= LATE
        dues.settle(each, DueState.FIRED if on_time else DueState.MISSED, now)
    lapse = kinds.of(session, prompt).lapse
    if lapse is not None and highest.due_at >= prompt.strict_at:
        lapse(session, prompt, now)
        _lapsed(session, prompt, now)
        return
    told = _Telling(session, prompt, now, is_late=now - highest.due_at > LATE)
    for role in dict.fromkeys(role for each in reached for role in each.whom):
        told.tell(role)
    ledger.record(
        session,
        Operation.CLOCK,
        now=now,
        case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}",
        rung=highest.occurrence,
        missed=[each.occurrence for each in reached if each.state is DueState.MISSED],
        whom=highest.whom,
        told=len(told.people),
        late_seconds=int((now - highest.due_at).total_seconds()),
    )


def on_breach(session: Session, due: Due, now: datetime) -> None:
    """The legal limit is over: the record says so, and the question stays open."""
    prompt = _locked(session, due.subject_id)
    if prompt is None or prompt.state is not PromptState.OPEN:
        dues.settle(due, DueState.SUPERSEDED, now)
        return
    if kinds.of(session, prompt).lapse is not None:
        return
    prompt.breached_at = prompt.legal_at
    ledger.record(
        session,
        Operation.CLOCK,
        now=now,
        case_id=prompt.case_id,
        subject=f"prompt:{prompt.code}",
        breach=True,
        legal_at=prompt.legal_at,
        rule=prompt.legal_rule or prompt.rule,
    )


def on_snooze(session: Session, due: Due, now: datetime) -> None:
    """An officer's own rest is over: remind them, if it still waits; again, if they said so."""
    prompt = _locked(session, due.subject_id)
    if prompt is None or due.officer_id is None or not _may_remind(prompt, due):
        dues.settle(due, DueState.SUPERSEDED, now)
        return
    officer = session.get_one(Officer, due.officer_id)
    copy = copies.held_by(session, prompt, officer)
    if copy is None or copy.snoozed_until is None:
        dues.settle(due, DueState.SUPERSEDED, now)
        return
    copy.snoozed_until = _again(session, due, officer, now) if due.rule else None
    if prompt.state is not PromptState.OPEN:
        return  # Its clock is stopped: whoever is to be reminded is not the one it waits for.
    if now - due.due_at > LATE:
        copies.push_late(session, prompt, officer, now=now)
    else:
        text = wording.again(prompt.code, copies.by(prompt, officer, now))
        copies.push(session, prompt, officer, text, now=now)


def _may_remind(prompt: Prompt, due: Due) -> bool:
    """What comes again and again outlasts a stopped clock; what comes once does not."""
    is_alive = prompt.state in (PromptState.OPEN, PromptState.PAUSED)
    return is_alive if due.rule else prompt.state is PromptState.OPEN


def _again(session: Session, due: Due, officer: Officer, now: datetime) -> datetime | None:
    """Promise the next reminder by the officer's own rule: none of their rest, none of the past."""
    begun = datetime.fromisoformat(due.wall).replace(tzinfo=ZoneInfo(due.zone)).astimezone(UTC)
    rule = times.Recurrence(due.rule, (begun,), due.zone)
    at = times.following(rule, routing.quiet_until(officer, now) or now)
    if at is not None:
        dues.add(
            session, kind=SNOOZE, subject_id=due.subject_id, officer_id=officer.id, due_at=at,
            occurrence=due.occurrence + 1, rule=due.rule, zone=due.zone, wall=due.wall,
        )  # fmt: skip
    return at


def next_in_line(
    session: Session,
    prompt: Prompt,
    now: datetime,
    *,
    role: Role | None = None,
    unit: Unit | None = None,
    beyond: bool = True,
) -> routing.Chosen:
    """Who would be asked next: nobody who has a copy, asked it, or is to be left out of it."""
    if unit is None and prompt.unit_id is not None:
        unit = session.get(Unit, prompt.unit_id)
    return routing.choose(
        session,
        unit=unit,
        agency=session.get(Agency, prompt.agency_id),
        case=next(iter(copies.case_of(session, prompt)), None),
        marking=prompt.marking,
        now=now,
        avoid=_not_to_ask(session, prompt),
        role=role,
        beyond=beyond,
    )


DUES: dict[str, dues.DueHandler] = {RUNG: on_rung, BREACH: on_breach, SNOOZE: on_snooze}


def passing_on(prompt: Prompt) -> Control:
    choice = kinds.PASS_ON
    return Control(choice.label, f"prompt:{prompt.code}:{choice.id}", choice.style, choice.asks)


class _Telling:
    """One climb: each person hears once, whatever roles they have in it."""

    def __init__(self, session: Session, prompt: Prompt, now: datetime, *, is_late: bool) -> None:
        self.people: set[int] = set()
        self._session, self._prompt, self._now, self._is_late = session, prompt, now, is_late
        self._waited = clocks.waited(now - prompt.received_at)
        self._is_over = now >= prompt.strict_at

    def tell(self, role: str) -> None:
        match role:
            case "duty":
                self._holder()
            case "asker":
                self._asker()
            case "head" | "executive":
                self._head(role)
            case "both_heads":
                self._head(role)
                self._asking_head()
            case "watch":
                self._watch()
            case "room":
                self._room()
            case _:
                self._next(role)

    def _holder(self) -> None:
        if self._prompt.officer_id is None:
            self._next("duty")
        else:
            self._remind(self._session.get_one(Officer, self._prompt.officer_id))

    def _head(self, role: str) -> None:
        heads = [each for each in self._holders() if Role.HEAD in each.roles]
        if (role == "executive" or not heads) and self._next(role, needed=Role.HEAD):
            return
        for head in heads:
            self._remind(head)

    def _watch(self) -> None:
        desks = routing.watch_desks(self._session, self._prompt.agency_id)
        asked = [each for each in self._holders() if each.unit_id in {desk.id for desk in desks}]
        for officer in asked:
            self._remind(officer)
        if asked or any(self._next("watch", unit=desk, beyond=False) for desk in desks):
            return
        self._next("deputy")  # No watch desk, or nobody there who may be asked.

    def _asker(self) -> None:
        prompt, session = self._prompt, self._session
        text = to_asker.climbed(askers.code_of(session, prompt), self._waited, len(self._holders()))
        askers.tell(session, prompt, text, now=self._now, controls=askers.while_waiting(prompt))

    def _room(self) -> None:
        """Private first, and where it was asked later: that it is open, never that it is late."""
        if not self._is_over:
            text = to_asker.thread_still_open(askers.code_of(self._session, self._prompt))
            askers.line_in_thread(self._session, self._prompt, text, now=self._now)

    def _next(
        self,
        role: str,
        *,
        needed: Role | None = None,
        unit: Unit | None = None,
        beyond: bool = True,
    ) -> bool:
        """Give the next in line a copy. Says whether there was one."""
        prompt, session = self._prompt, self._session
        chosen = next_in_line(session, prompt, self._now, role=needed, unit=unit, beyond=beyond)
        if chosen.officer is None:
            return False
        if prompt.officer_id is None:
            prompt.officer_id, prompt.because = chosen.officer.id, chosen.because
        by = copies.by(prompt, chosen.officer, self._now)
        if self._is_over:
            text = wording.overdue(prompt.code, by)
        else:
            text = wording.stepping_in(
                prompt.code,
                self._waited,
                wording.standing(role),
                officer_waits=prompt.profile == OFFICER_WAITING,
                by=by,
            )
        self._push(chosen.officer, text, passing_on(prompt))
        return True

    def _remind(self, officer: Officer) -> None:
        by = copies.by(self._prompt, officer, self._now)
        text = wording.overdue if self._is_over else wording.again
        self._push(officer, text(self._prompt.code, by))

    def _holders(self) -> list[Officer]:
        return copies.holders(self._session, self._prompt)

    def _asking_head(self) -> None:
        asker = askers.of(self._session, self._prompt)
        if asker is None or asker.agency_id == self._prompt.agency_id:
            return
        chosen = routing.choose(
            self._session,
            unit=asker.unit,
            agency=asker.agency,
            marking=self._prompt.marking,
            now=self._now,
            role=Role.HEAD,
        )
        if chosen.officer is None or chosen.officer.id in self.people:
            return
        self.people.add(chosen.officer.id)
        outbox.tell(
            self._session,
            key=f"head:{self._prompt.id}:{int(self._now.timestamp())}",
            officer=chosen.officer,
            words=Words(
                to_asker.head_hears(askers.code_of(self._session, self._prompt), self._waited)
            ),
            now=self._now,
        )

    def _push(self, officer: Officer, text: str, *controls: Control) -> None:
        prompt, session, now = self._prompt, self._session, self._now
        if officer.id in self.people or _rests(session, prompt, officer, now):
            return
        if not copies.may_be_shown(session, prompt, officer, now):
            return
        self.people.add(officer.id)
        if self._is_late:
            copies.push_late(session, prompt, officer, now=now)
        else:
            copies.push(session, prompt, officer, text, now=now, controls=controls)


def _lapsed(session: Session, prompt: Prompt, now: datetime) -> None:
    prompt.state, prompt.closed_at = PromptState.WITHDRAWN, now
    stop(session, prompt, now)

    def text(reader: Officer) -> str:
        return wording.lapsed(prompt.code, clocks.by(now, ZoneInfo(reader.zone), now))

    copies.close(session, prompt, text, now)


def _reached(session: Session, prompt: Prompt, due: Due, now: datetime) -> list[Due]:
    """The rungs whose moment has come, lowest first; what an acknowledgement stops is left out."""
    # A sibling that another process holds is told there: waiting for it could wait for ever.
    siblings = session.scalars(
        select(Due)
        .where(
            Due.kind == RUNG,
            Due.subject_id == prompt.id,
            Due.state == DueState.WAITING,
            Due.due_at <= now,
        )
        .order_by(Due.occurrence)
        .with_for_update(skip_locked=True)
    ).all()
    reached = []
    for each in {due.id: due, **{sibling.id: sibling for sibling in siblings}}.values():
        if each.needs_no_ack and prompt.acknowledged_at is not None:
            dues.settle(each, DueState.SUPERSEDED, now, note=ACKNOWLEDGED)
        else:
            reached.append(each)
    return sorted(reached, key=lambda each: each.occurrence)


def _not_to_ask(session: Session, prompt: Prompt) -> list[Officer]:
    """Who has a copy already, who asked, and whom the question is to go round."""
    avoid = copies.holders(session, prompt)
    if prompt.asked_by is not None:
        avoid.append(session.get_one(Officer, prompt.asked_by))
    avoid.extend(
        session.scalars(select(Officer).where(Officer.slug.in_(contents.avoided(session, prompt))))
    )
    return avoid


def _rests(session: Session, prompt: Prompt, officer: Officer, now: datetime) -> bool:
    copy = copies.held_by(session, prompt, officer)
    return copy is not None and copy.snoozed_until is not None and copy.snoozed_until > now


def _waiting(session: Session, prompt: Prompt, kind: str) -> Sequence[Due]:
    return session.scalars(
        select(Due).where(
            Due.kind == kind, Due.subject_id == prompt.id, Due.state == DueState.WAITING
        )
    ).all()


def _locked(session: Session, prompt_id: int) -> Prompt | None:
    """The question as it is now, and nobody changes it before this unit of work ends."""
    return session.get(Prompt, prompt_id, with_for_update=True, populate_existing=True)
