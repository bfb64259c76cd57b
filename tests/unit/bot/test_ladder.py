"""The ladder: no rung skipped, none after an answer, pauses honoured, one message at a time."""

import random
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Trust
from bot.followup import answers, commands, dues, ladder, prompts
from bot.followup.deadlines import load_policy
from bot.followup.prompts import Question
from bot.governance import keys
from storage.database import Store, open_store, upgrade
from storage.models import (
    Act,
    Agency,
    Copy,
    Delivery,
    Due,
    DueState,
    Officer,
    Progress,
    Prompt,
    PromptState,
    Role,
    Tlp,
    Unit,
)

START = datetime(2027, 3, 9, 9, tzinfo=UTC)
POLICY = load_policy()
PROFILES = ("officer_waiting", "routine", "identify", "eu_2023_977_urgent_direct")


def opened(folder: Path) -> Store:
    """A desk with a liaison officer, a deputy and a head, a watch desk, and an asker elsewhere."""
    store = open_store(
        f"sqlite:///{folder / 'liaison.db'}",
        keyring_url=f"sqlite:///{folder / 'keys.db'}",
        master=b"k" * 32,
        chance=random.Random(7),
        process="test",
    )
    upgrade(store.engine)
    with store.begin() as session:
        alder = Agency(slug="alder", title="Alder", country="BE", key_id=keys.of_agency(session))
        birch = Agency(slug="birch", title="Birch", country="PT", key_id=keys.of_agency(session))
        session.add_all([alder, birch])
        session.flush()
        desks = [
            Unit(slug="harbour", agency_id=alder.id, title="Harbour desk", zone="Europe/Brussels"),
            Unit(slug="lisbon", agency_id=birch.id, title="Lisbon desk", zone="Europe/Lisbon"),
            Unit(
                slug="watch", agency_id=birch.id, title="Watch", zone="Europe/Lisbon", is_watch=True
            ),
        ]
        session.add_all(desks)
        session.flush()
        units = {unit.slug: unit for unit in desks}
        for slug, unit, role, rank in (
            ("ada", "harbour", Role.LIAISON, 0),
            ("abel", "harbour", Role.HEAD, 1),
            ("bo", "lisbon", Role.LIAISON, 0),
            ("bea", "lisbon", Role.LIAISON, 1),
            ("bodil", "lisbon", Role.HEAD, 2),
            ("bram", "watch", Role.LIAISON, 3),
        ):
            session.add(
                Officer(
                    slug=slug,
                    agency_id=units[unit].agency_id,
                    unit_id=units[unit].id,
                    name=slug.title(),
                    roles=[role.value],
                    clearance=Tlp.AMBER,
                    languages=["en"],
                    zone="Europe/Lisbon",
                    duty_hours="always",
                    duty_rank=rank,
                )
            )
    return store


def within(session: Session) -> Session:
    session.info["policy"] = POLICY
    session.info["kinds"] = {kind.name: kind for kind in commands.KINDS}
    return session


def named(session: Session, slug: str) -> Officer:
    return session.scalars(select(Officer).where(Officer.slug == slug)).one()


def asked(session: Session, profile: str, now: datetime) -> Prompt:
    return prompts.ask(
        session,
        Question(
            kind="ask",
            profile=profile,
            unit=session.scalars(select(Unit).where(Unit.slug == "lisbon")).one(),
            words={"text": "Who drives it?"},
            asked_by=named(session, "ada"),
            marking=Tlp.AMBER,
        ),
        now=now,
    )


def delivered(session: Session) -> None:
    for delivery in session.scalars(select(Delivery).where(Delivery.progress == Progress.PENDING)):
        delivery.progress, delivery.attempts = Progress.DONE, 1


class Ladder(RuleBasedStateMachine):
    """One question at a time lives through whatever may happen to it."""

    folder: ClassVar[tempfile.TemporaryDirectory[str]]
    store: ClassVar[Store]
    runs: ClassVar[int] = 0

    @initialize(profile=st.sampled_from(PROFILES))
    def somebody_asks(self, profile: str) -> None:
        type(self).runs += 1
        self.now = self.received = START + timedelta(days=400 * self.runs)
        self.paused_at: datetime | None = None
        self.awaits_judge = False
        self.stood = timedelta()
        self.pauses: list[tuple[datetime, datetime]] = []
        with self.store.begin() as session:
            self.prompt_id = asked(within(session), profile, self.now).id
            delivered(session)

    # What may happen

    @rule(minutes=st.sampled_from([1, 2, 3, 4, 30, 60, 600, 1500, 5000]))
    def time_goes_by(self, minutes: int) -> None:
        """The heartbeat is never more than half a minute late."""
        end = self.now + timedelta(minutes=minutes)
        while (due_at := self.next_due()) is not None and due_at <= end:
            self.now = max(self.now, due_at)
            self.ticks()
        self.now = end
        self.ticks()

    @rule(minutes=st.sampled_from([5, 120, 3000, 30000]))
    def the_bot_is_down(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.ticks()

    @precondition(lambda self: self.alive)
    @rule(who=st.sampled_from(["bo", "bea", "bodil", "bram"]))
    def somebody_opens(self, who: str) -> None:
        with self.store.begin() as session:
            prompt = within(session).get_one(Prompt, self.prompt_id)
            if self.is_told(session, who):
                answers.open(session, prompt, named(session, who), now=self.now)

    @precondition(lambda self: self.alive)
    @rule()
    def more_is_needed(self) -> None:
        if self.gives("need_more", text="Which colour?") and self.paused_at is None:
            self.paused_at = self.now
        self.awaits_judge = False

    @precondition(lambda self: self.alive and self.paused_at is None)
    @rule()
    def a_judge_has_to_decide(self) -> None:
        self.gives("await_authorisation", text="in 2 hours, the judge sits then")
        self.paused_at, self.awaits_judge = self.now, True

    @precondition(lambda self: self.awaits_judge and self.alive)
    @rule()
    def the_judge_has_decided(self) -> None:
        self.gives("granted")
        self.clock_ran_on()

    @precondition(lambda self: self.paused_at is not None and self.alive)
    @rule()
    def more_comes(self) -> None:
        if self.awaits_judge:
            return
        with self.store.begin() as session:
            prompt = within(session).get_one(Prompt, self.prompt_id)
            answers.add_more(session, prompt, named(session, "ada"), "Grey", now=self.now)
        self.clock_ran_on()

    def clock_ran_on(self) -> None:
        assert self.paused_at is not None
        self.stood += self.now - self.paused_at
        self.pauses.append((self.paused_at, self.now))
        self.paused_at, self.awaits_judge = None, False

    @precondition(lambda self: self.alive)
    @rule()
    def it_is_answered(self) -> None:
        self.gives("have_it", text="Red Volvo")

    @precondition(lambda self: self.alive)
    @rule()
    def it_is_answered_and_undone(self) -> None:
        if self.gives("have_it", text="Red Volvo"):
            with self.store.begin() as session:
                prompt = within(session).get_one(Prompt, self.prompt_id)
                answers.undo(session, prompt, named(session, "bo"), now=self.now)
                delivered(session)

    # What always holds

    @invariant()
    def no_rung_is_skipped(self) -> None:
        with self.reading() as (session, prompt):
            if prompt.state is not PromptState.OPEN:
                return
            for due in self.rungs(session):
                if due.due_at <= self.now:
                    stopped = due.needs_no_ack and prompt.acknowledged_at is not None
                    assert stopped or due.state in (DueState.FIRED, DueState.MISSED), due.occurrence
                else:
                    assert due.state in (DueState.WAITING, DueState.SUPERSEDED)

    @invariant()
    def nobody_is_told_of_a_closed_or_paused_question(self) -> None:
        with self.reading() as (session, prompt):
            if prompt.state is PromptState.OPEN:
                return
            assert not [each for each in self.rungs(session) if each.state is DueState.WAITING]
            stopped_at = prompt.closed_at or prompt.paused_at
            assert stopped_at is not None
            for due in self.rungs(session):
                if due.state in (DueState.FIRED, DueState.MISSED):
                    assert due.settled_at is not None
                    assert due.settled_at <= stopped_at

    @invariant()
    def the_limit_moves_by_the_time_the_clock_stood(self) -> None:
        with self.reading() as (_, prompt):
            limit = POLICY.profiles[prompt.profile].limit
            assert prompt.strict_at == self.received + limit + self.stood
            assert prompt.legal_at >= prompt.strict_at

    @invariant()
    def no_rung_rings_while_the_clock_stands(self) -> None:
        with self.reading() as (session, _):
            for due in self.rungs(session):
                if due.state is DueState.FIRED and due.settled_at is not None:
                    assert not any(a < due.settled_at < b for a, b in self.pauses)

    @invariant()
    def a_breach_is_on_record_once_the_legal_limit_is_over(self) -> None:
        with self.reading() as (_, prompt):
            if prompt.state is PromptState.OPEN:
                assert (prompt.breached_at is not None) == (prompt.legal_at <= self.now)

    # How it is looked at

    @property
    def alive(self) -> bool:
        with self.reading() as (_, prompt):
            return prompt.state in prompts.ALIVE

    def gives(self, choice: str, **fields: str) -> bool:
        with self.store.begin() as session:
            prompt = within(session).get_one(Prompt, self.prompt_id)
            answers.give(
                session, prompt, named(session, "bo"), choice,
                trust=Trust.AUTHENTICATED, now=self.now, fields=fields,
            )  # fmt: skip
            delivered(session)
        return True

    def ticks(self) -> None:
        """Whoever is told by one heartbeat is told once."""
        with self.store.begin() as session:
            within(session)
            before = set(session.scalars(select(Delivery.id)))
            dues.fire_due(session, self.now, commands.DUES)
            told = Counter(
                delivery.officer_id
                for delivery in session.scalars(select(Delivery))
                if delivery.id not in before
                and delivery.act is Act.SAY
                and delivery.key.startswith(("copy:", "late:"))
            )
            assert max(told.values(), default=0) <= 1
            delivered(session)

    def next_due(self) -> datetime | None:
        with self.store.reading() as session:
            return dues.next_due_at(session, self.now)

    def is_told(self, session: Session, who: str) -> bool:
        return session.scalar(
            select(Copy.id).where(
                Copy.prompt_id == self.prompt_id, Copy.officer_id == named(session, who).id
            )
        ) is not None  # fmt: skip

    def rungs(self, session: Session) -> list[Due]:
        return list(
            session.scalars(
                select(Due).where(Due.subject_id == self.prompt_id, Due.kind == ladder.RUNG)
            )
        )

    def reading(self) -> "_Look":
        return _Look(self.store, self.prompt_id)

    def teardown(self) -> None:
        with self.store.begin() as session:
            prompt = within(session).get_one(Prompt, self.prompt_id)
            prompts.withdraw(session, prompt, now=self.now, why="the story is over")
            delivered(session)


class _Look:
    def __init__(self, store: Store, prompt_id: int) -> None:
        self._context = store.reading()
        self._prompt_id = prompt_id

    def __enter__(self) -> tuple[Session, Prompt]:
        session = self._context.__enter__()
        return session, session.get_one(Prompt, self._prompt_id)

    def __exit__(self, *fault: object) -> None:
        self._context.__exit__(*fault)  # type: ignore[arg-type]  # passed on as it came


class TestLadder(Ladder.TestCase):  # type: ignore[name-defined,misc]  # hypothesis makes it
    settings = settings(
        max_examples=settings.default.max_examples // 4, stateful_step_count=10, deadline=None
    )

    @classmethod
    def setUpClass(cls) -> None:
        Ladder.folder = tempfile.TemporaryDirectory()
        Ladder.store = opened(Path(Ladder.folder.name))

    @classmethod
    def tearDownClass(cls) -> None:
        Ladder.store.close()
        Ladder.folder.cleanup()
