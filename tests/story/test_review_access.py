"""What nobody is told, counted for, or shown who may not know of it."""

from tests.house import House

ROOM = "#joint-harbour"
HIDDEN_PLATE, UNKNOWN_PLATE = "XX11 TST", "XX12 TST"
"""Known in HAZEL, which Birch keeps to itself; known nowhere."""


def test_a_hidden_hit_counts_nowhere_but_with_its_owner(house: House) -> None:
    """Alder's oversight counts the same for a plate that a hidden case knows and for any other."""

    def counted(plate: str) -> str:
        before = numbers(house.asks("otis", "ledger"))
        house.says("ada", ROOM, f"Coach {plate} at gate 7")
        after = numbers(house.asks("otis", "ledger"))
        return str([right - left for left, right in zip(before, after, strict=True)])

    house.says("ada", ROOM, "Van XX33 TST at gate 7")
    house.asks("otis", "ledger")
    house.passes(minutes=10)
    hidden = counted(HIDDEN_PLATE)
    house.passes(minutes=10)
    assert hidden == counted(UNKNOWN_PLATE)


def numbers(answer: str) -> list[int]:
    """Every number of an answer, in its order."""
    return [int(word) for word in answer.replace(",", " ").split() if word.isdigit()]
