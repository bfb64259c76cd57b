"""The house is kept without anybody asking, and what is said keeps its marking."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.exercise import World, settle_in
from bot.governance import retention
from bot.liaison import Settings
from storage.models import Case, Delivery, Erasure, Message, Officer, Tlp
from tests.house import House


@pytest.fixture
def house(any_house: House) -> House:
    """Every story here is told on every database."""
    return any_house


def test_old_messages_go_by_themselves_after_the_days_that_were_set(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention.purge, "__kwdefaults__", {"policy_days": None, "limit": 1})
    for number in range(3):
        house.says("ada", "#joint-harbour", f"nothing to see at quay {number}")
    house.stage.liaison.settings = Settings(keep_messages_days=5)
    house.wait(house.stage.liaison.keep_house())
    assert house.read(_kept) == 3
    house.passes(days=6)
    house.wait(house.stage.liaison.keep_house())
    assert house.read(_kept) == 0
    keys = house.read(lambda session: session.scalars(select(Erasure.done_at)).all())
    assert keys
    assert None not in keys


def test_an_exercise_opens_its_case_where_another_agency_has_one_of_that_name(
    house: House,
) -> None:
    known = next(each for each in house.stage.world.cases if each["code"] == "ROWAN")
    world = World(house.stage.world.directory, [{**known, "code": "FIR", "entity": []}])

    def settle(session: Session) -> int:
        elder = session.scalars(select(Case).where(Case.code == "ELDER")).one()
        session.add(
            Case(
                code="FIR",
                agency_id=elder.agency_id,
                unit_id=None,
                owner_id=None,
                marking=Tlp.AMBER,
                opened_at=house.now,
                review_on=date(2028, 1, 1),
                key_id=elder.agency.key_id,
            )
        )
        session.flush()
        for _ in range(2):
            settle_in(session, world, now=house.now)
            session.flush()
        return len(session.scalars(select(Case).where(Case.code == "FIR")).all())

    assert house.do(settle) == 2


def test_a_revision_is_marked_as_it_says_and_never_below_its_cases(house: House) -> None:
    def revise(session: Session) -> list[Tlp]:
        bruno = session.scalars(select(Officer).where(Officer.slug == "bruno")).one()
        larch = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        marked = []
        outbox.tell(
            session, key="k", officer=bruno, words=Words("one"), now=house.now, cases=[larch]
        )
        for marking in (Tlp.AMBER_STRICT, Tlp.CLEAR):
            outbox.revise(session, "k", Words("two"), now=house.now, marking=marking)
            session.flush()
            said = session.scalars(select(Delivery).where(Delivery.key == "k")).one()
            marked.append(said.marking)
        return marked

    assert house.do(revise) == [Tlp.AMBER_STRICT, Tlp.AMBER]


def _kept(session: Session) -> int:
    """How many messages of the harbour's room are still there."""
    rows = session.scalars(
        select(Message.id).where(Message.erased_at.is_(None), Message.is_private.is_(False))
    )
    return len(rows.all())
