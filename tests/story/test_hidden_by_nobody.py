"""Nobody who is known is hidden by others who are called the same, here or elsewhere."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities
from storage import sealing
from storage.models import Agency, Case, Entity, Match, NameKey
from tests.house import House
from tests.story.harbour import ROOM, knows, thread


def crowd(house: House, code: str, name: str, many: int) -> None:
    """A case has known so many of one name for long."""

    def verb(session: Session) -> None:
        case = session.scalars(select(Case).where(Case.code == code)).one()
        agency = session.get_one(Agency, case.agency_id)
        known = [entities.Known("Person", [name])] * many
        entities.add_many(session, agency, known, now=house.now, case=case)

    house.do(verb)


def asked(house: House) -> set[str]:
    """The cases whose desks were asked about anybody."""
    rows = select(Case.code).join(Match, Match.case_id == Case.id)
    return house.read(lambda session: set(session.scalars(rows)))


def says(house: House, text: str) -> set[str]:
    house.says("ada", ROOM, text)
    return asked(house)


def test_who_another_agency_knows_hides_nobody_whom_this_one_does(house: House) -> None:
    knows(house, "LARCH", names=("Karel Dvorsky",))
    for elsewhere in ("ROWAN", "ELDER"):
        crowd(house, elsewhere, "Karel Dvorsky", 29)
    house.says("cleo", "#three-desks", "@liaison Karel Dvorski at the gate")
    assert "LARCH" in asked(house)


def test_who_is_known_in_the_case_is_not_hidden_by_the_same_agency_elsewhere(house: House) -> None:
    house.asks("bruno", 'case open FIR "Firs" for a long investigation')
    knows(house, "LARCH", names=("Karel Dvorsky",))
    crowd(house, "FIR", "Karel Dvorsky", 29)
    assert "LARCH" in says(house, "Karel Dvorski at the gate")


@pytest.fixture
def house_with_a_crowd(house: House) -> House:
    """LARCH knows one Mohamed Ahmed, and its agency knows too many more of that name."""
    house.asks("bruno", 'case open FIR "Firs" for a long investigation')
    knows(house, "LARCH", names=("Mohamed Ahmed",))
    crowd(house, "FIR", "Mohamed Ahmed", 301)
    return house


def test_an_import_elsewhere_hides_nobody_in_the_room_that_carries_the_case(
    house_with_a_crowd: House,
) -> None:
    assert says(house_with_a_crowd, "Mohamed Ahmed drove off") == {"LARCH"}


def test_an_import_elsewhere_hides_nobody_from_who_looks_in_the_case(
    house_with_a_crowd: House,
) -> None:
    house = house_with_a_crowd
    assert "Mohamed Ahmed" in house.asks("bruno", "find Mohamed Ahmed in LARCH")
    assert "already" in house.asks("bruno", "link Mohamed Ahmed to LARCH")


def test_one_word_of_a_name_is_enough_to_look_in_a_case(house: House) -> None:
    house.asks("bruno", 'case open FIR "Firs" for a long investigation')
    knows(house, "FIR", names=("Mary Sampleton",))
    found = house.asks("bruno", "find Sampleton in LARCH")
    assert "Jon Sampleton" in found
    assert "Mary" not in found


def test_one_word_asks_the_case_that_the_room_carries_and_no_other(house: House) -> None:
    house.asks("bruno", 'case open FIR "Firs" for a long investigation')
    house.asks("bruno", "link Jon Sampleton to FIR")
    assert says(house, "saw Sampleton at the quay") == {"LARCH"}


def test_who_left_the_case_is_found_under_no_word_there(house: House) -> None:
    def keys(session: Session) -> int:
        [entity_id] = [
            each.id
            for each in session.scalars(select(Entity))
            if sealing.unseal_or(session, each, "caption", "") == "Jon Sampleton"
        ]
        return len(session.scalars(select(NameKey).where(NameKey.entity_id == entity_id)).all())

    house.asks("bruno", 'case open FIR "Firs" for a long investigation')
    before = house.read(keys)
    house.asks("bruno", "link Jon Sampleton to FIR")
    assert house.read(keys) > before
    house.asks("bruno", "unlink Jon Sampleton from LARCH")
    assert house.read(keys) == before
    assert says(house, "Sampleton again at the quay") == set()


@pytest.mark.parametrize("word", ["Sampelton", "Samplton", "Сэмплтон"])
def test_a_word_that_sounds_like_one_of_a_name_is_asked_about_as_unsure(
    house: House, word: str
) -> None:
    event = house.says("ada", ROOM, f"saw {word} at the quay")
    assert asked(house) == {"LARCH"}
    assert "LARCH" in thread(house, event)[0]


def test_a_word_that_is_not_written_as_a_name_is_not_listened_to(house: House) -> None:
    assert says(house, "saw sampelton at the quay") == set()


def test_who_is_called_so_goes_before_who_only_sounds_so(house: House) -> None:
    knows(house, "LARCH", names=("Mary Sempleton",))
    house.says("ada", ROOM, "Sempleton called again")

    def look(session: Session) -> list[str]:
        met = select(Entity).join(Match, Match.entity_id == Entity.id)
        return [sealing.unseal_or(session, each, "caption", "") for each in session.scalars(met)]

    assert house.read(look) == ["Mary Sempleton"]
