"""What a message says about what it names reaches the card and the officers who are asked."""

import pytest

from tests.house import House
from tests.story.harbour import (
    PLATE,
    ROOM,
    UNKNOWN_PLATE,
    opened,
    questions,
    thread,
)

DENIED = "The message says it is not this one"
REPORTED = "The message only reports it"


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (f"The van was not {UNKNOWN_PLATE}.", f"plate {UNKNOWN_PLATE} (said not to be it)."),
        (f"Source says the van is {UNKNOWN_PLATE}.", f"plate {UNKNOWN_PLATE} (only reported)."),
        ("It was not Dana Birch.", 'for the name "Dana Birch" (said not to be it).'),
        (f"Van {UNKNOWN_PLATE} on quay 7.", f"Read: plate {UNKNOWN_PLATE}."),
    ],
)
def test_a_card_says_what_was_denied_and_what_only_reported(
    house: House, words: str, read: str
) -> None:
    assert read in thread(house, house.says("ada", ROOM, words))[0]


@pytest.mark.parametrize(
    ("words", "against"),
    [
        (f"The van was not {PLATE}.", f"Against: {DENIED}."),
        (f"Source says the van is {PLATE}.", f"Against: {REPORTED}."),
        (f"Van {PLATE} on quay 7.", "Against: nothing known."),
        (f"Not {PLATE} as we thought, says the guard. Later {PLATE} left.", "Against: nothing"),
    ],
)
def test_a_denial_is_asked_about_with_that_against_it(
    house: House, words: str, against: str
) -> None:
    house.says("ada", ROOM, words)
    assert against in opened(house, "bruno")


def test_a_name_that_only_a_case_knows_is_denied_like_any_other(house: House) -> None:
    house.says("ada", ROOM, "thanks, it was not sampleton")
    assert DENIED in opened(house, "bruno")


def test_why_says_what_the_message_denies_to_both_sides(house: House) -> None:
    event = house.says("aron", ROOM, f"The van was not {PLATE}.")
    for who in ("aron", "bruno"):
        house.says(who, ROOM, "!liaison why", thread=event)
        assert DENIED in house.private(who)[-1]


def test_a_no_to_what_was_denied_silences_nothing_that_is_said_plainly(house: House) -> None:
    house.says("ada", ROOM, "It was not Jon Sampleton at the gate.")
    opened(house, "bruno")
    house.taps("bruno", "Not the same")
    house.passes(minutes=3)
    house.says("ada", ROOM, "Jon Sampleton is at the gate.")
    assert len(questions(house, "bruno")) == 2


def test_an_edit_that_takes_a_denial_back_asks_anew_without_it(house: House) -> None:
    event = house.says("ada", ROOM, f"The van was not {PLATE}.")
    opened(house, "bruno")
    house.edits("ada", event, f"The van was {PLATE}.")
    assert "said not to be it" not in thread(house, event)[0]
    assert "Against: nothing known." in opened(house, "bruno")


def test_what_is_put_right_or_taken_back_stays_denied(house: House) -> None:
    event = house.says("ada", ROOM, f"The van was not {UNKNOWN_PLATE}.")
    house.taps("ada", "Fix", where=ROOM)
    house.taps("ada", f"Correct plate {UNKNOWN_PLATE}", text=PLATE)
    assert f"plate {PLATE} (said not to be it)" in thread(house, event)[0]
    assert DENIED in opened(house, "bruno")
    house.taps("ada", "Undo")
    assert f"plate {UNKNOWN_PLATE} (said not to be it)" in thread(house, event)[0]
