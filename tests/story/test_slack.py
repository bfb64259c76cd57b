"""The whole story on Slack, by sockets and by HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slack_house import MODES, SlackHouse
from tests.story.harbour import PLATE


@pytest.fixture(params=MODES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SlackHouse]:
    house = SlackHouse(tmp_path, request.param)
    yield house
    house.close()


def test_a_sighting_becomes_a_card_a_question_and_an_outcome(house: SlackHouse) -> None:
    seen = house.says("ada", f"Plate {PLATE}, a grey van on quay 7")
    card = house.newest()
    assert card["thread_ts"] == seen
    assert "In 1 case this room may see: LARCH" in house.said()[-1]
    [question] = [text for text in house.private("bruno") if text.startswith("Question ")]
    assert PLATE not in question
    assert "LARCH" not in question
    opened = house.taps("bruno", "Open")
    assert PLATE in opened
