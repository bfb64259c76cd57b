"""What a message says besides a name speaks for or against whom it may mean."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities, judgements
from nlp.spans import Label
from storage.models import Agency, Case, Match
from tests.house import House
from tests.story.harbour import ROOM, opened, questions, thread

DANEK = {"birthDate": "1955-01-02", "nationality": "CZ", "gender": "male"}
PASSPORT = "12AB34567"


def knows(house: House, name: str, facts: dict[str, str], passport: str | None = None) -> None:
    """LARCH has known somebody for long, and more of them than the name."""

    def verb(session: Session) -> None:
        case = session.scalars(select(Case).where(Case.code == "LARCH")).one()
        hard = [entities.Hard(Label.PASSPORT, passport)] if passport else []
        known = entities.Known("Person", names=[name], identifiers=hard, facts=facts)
        agency = session.get_one(Agency, case.agency_id)
        entities.add(session, agency, known, now=house.now, case=case)

    house.do(verb)


def reasons(house: House) -> list[str]:
    """What speaks for any of it, in the words of the case's desk."""
    return house.read(
        lambda session: [
            reason.text
            for match in session.scalars(select(Match))
            for reason in judgements.evidence(session, match)
        ]
    )


def score(house: House) -> float:
    return house.read(lambda session: max(session.scalars(select(Match.score))))


def test_another_birth_date_and_nationality_speak_against_it_and_are_said(house: House) -> None:
    knows(house, "Viktor Danek", DANEK)
    house.says("ada", ROOM, "Viktor Danek, born 12/03/1991, Slovak, at quay 7")
    said = opened(house, "bruno")
    assert "Against: Birth dates differ: 1955-01-02 / 1991-03-12; " in said
    assert "Nationalities differ: CZ / SK" in said
    assert score(house) < 0.7


def test_the_same_birth_date_speaks_for_it(house: House) -> None:
    knows(house, "Viktor Danek", DANEK)
    house.says("ada", ROOM, "Viktor Danek, DOB 02.01.1955, is at quay 7")
    said = opened(house, "bruno")
    assert "Same birth date: 1955-01-02" in said
    assert "Against: nothing known." in said


def test_a_place_said_with_a_name_speaks_a_little(house: House) -> None:
    knows(house, "Viktor Danek", {"address": "12 Quay Street, Porto", "country": "pt"})
    house.says("ada", ROOM, "Viktor Danek from Porto called")
    house.says("ada", ROOM, "Viktor Danek from Belgium called")
    said = reasons(house)
    assert "Same place: Porto" in said
    assert "Countries differ: BE / PT" in said


def test_an_identifier_said_with_a_name_speaks_for_who_holds_it(house: House) -> None:
    knows(house, "Viktor Danek", {}, PASSPORT)
    house.says("ada", ROOM, f"Viktor Danek, passport {PASSPORT}")
    assert f"The passport said with it is known of the same one: {PASSPORT}" in reasons(house)
    assert "This room carries the case" in reasons(house)


def test_a_name_is_looked_up_with_what_is_known_of_its_bearer(house: House) -> None:
    knows(house, "Jon Larkfield", {"birthDate": "1979-05-02"})
    said = house.asks("bruno", "find Jon Larkfield born 1979 for a check")
    assert "Same year of birth: 1979 / 1979-05-02" in said
    said = house.asks("bruno", "find Jon Larkfield born 1955 for a check")
    assert "against: Birth dates differ: 1955 / 1979-05-02" in said
    assert "Birth date: 1979-05-02" in house.asks(
        "bruno", "profile Jon Larkfield born 1979 for a check"
    )


def test_a_rejection_holds_for_what_was_known_when_it_was_said(any_house: House) -> None:
    house = any_house
    knows(house, "Milan Horak", {"birthDate": "1970-01-01"})
    house.says("ada", ROOM, "Milan Horak, born 1970, at the gate")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    house.passes(days=1)
    house.says("ada", ROOM, "Milan Horak, born 1970, is back")
    assert len(questions(house, "bruno")) == 1
    house.passes(minutes=5)
    event = house.says("ada", ROOM, f"Milan Horak, born 01/01/1970, passport {PASSPORT}")
    assert "LARCH" in thread(house, event)[0]
    assert len(questions(house, "bruno")) == 2
    assert "Same birth date: 1970-01-01" in opened(house, "bruno")
