"""A decision about a hidden hit holds against what an agreement had told before it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Agency, Agreement, Delivery, Officer, Progress, Prompt, Tlp
from tests.house import House

HIT = "money goes to DE89 3704 0044 0532 0130 00"
TAKEN_BACK = "was taken back"


@pytest.fixture
def house(any_house: House) -> House:
    """Every story here is told on every database."""
    return any_house


@pytest.fixture
def hit(house: House) -> tuple[str, str]:
    """Cedar agreed that Alder is given its desk number; Ada has touched what Cedar hides."""
    house.do(lambda session: _agree(session, house))
    house.says("ada", "#joint-harbour", HIT)
    return house.read(_asked)


def test_silence_after_an_agreement_spoke_takes_back_what_it_said(
    house: House, hit: tuple[str, str]
) -> None:
    assert any("call Cedar" in text for text in house.private("ada"))
    said = _decides(house, hit, "silent")
    assert "learns nothing" not in said
    assert "taken back" in said
    assert not any("call Cedar" in text for text in house.private("ada"))
    assert TAKEN_BACK in house.private("ada")[-1]


def test_an_undone_silence_says_nothing_again(house: House, hit: tuple[str, str]) -> None:
    _decides(house, hit, "silent")
    _decides(house, hit, "undo")
    assert sum(TAKEN_BACK in text for text in house.private("ada")) == 1
    _decides(house, hit, "contact")
    assert any("call Cedar" in text for text in house.private("ada"))


def test_whoever_was_not_told_yet_hears_of_nothing(house: House, hit: tuple[str, str]) -> None:
    before = house.private("ada")
    house.do(_unsay)
    assert "learns nothing" in _decides(house, hit, "silent")
    assert house.private("ada") == before


def test_an_agency_reads_what_its_agreement_would_tell_today(house: House) -> None:
    house.do(lambda session: _agree(session, house))
    listed = house.asks("cyrus", "agreement")
    assert "cedar-alder: On a verified hit of Alder Customs" in listed
    assert "Until Thursday 8 April 2027" in listed
    assert "1 IBAN in 1 case would be answered so today" in house.asks(
        "cyrus", "agreement cedar-alder"
    )


def test_who_is_told_by_an_agreement_reads_its_terms_and_no_count(house: House) -> None:
    house.do(lambda session: _agree(session, house))
    told = house.asks("aron", "agreement cedar-alder")
    assert "is given the desk number" in told
    assert "for them alone to see" in told
    assert "IBAN" not in told


def test_what_two_agreed_is_nothing_to_a_third(house: House) -> None:
    house.do(lambda session: _agree(session, house))
    assert "Your agency has agreed nothing" in house.asks("bruno", "agreement")
    unknown = house.asks("bruno", "agreement birch-alder")
    assert house.asks("bruno", "agreement cedar-alder") == unknown.replace("birch", "cedar")


def _decides(house: House, hit: tuple[str, str], choice: str) -> str:
    who, code = hit
    return house.asks(who, f"answer {code} {choice}")


def _agree(session: Session, house: House) -> None:
    agencies = {each.slug: each.id for each in session.scalars(select(Agency))}
    session.add(
        Agreement(
            slug="cedar-alder",
            from_agency_id=agencies["cedar"],
            to_agency_id=agencies["alder"],
            labels=["IBAN"],
            up_to=Tlp.AMBER,
            notice="contact",
            purpose="Money",
            until=house.now + timedelta(days=30),
        )
    )


def _asked(session: Session) -> tuple[str, str]:
    """The question about the hit, and who is asked it."""
    prompt = session.scalars(select(Prompt).where(Prompt.kind == "hidden")).one()
    return session.get_one(Officer, prompt.officer_id).slug, prompt.code


def _unsay(session: Session) -> None:
    """The words still wait, as while a chat is down."""
    for delivery in session.scalars(select(Delivery).where(Delivery.key.startswith("notice:"))):
        delivery.progress, delivery.attempts = Progress.PENDING, 0
        delivery.due_at += timedelta(days=1)
