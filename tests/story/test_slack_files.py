"""What is in files on Slack: read where the directory lets it, and asked of Slack alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.manifest import scopes
from tests.faults.test_slack import kept
from tests.slack_house import JOINT, MODES, SlackHouse, user
from tests.slack_server import Fault
from tests.story.harbour import PLATE

LIST = f"seen at night\n{PLATE}, grey van\n".encode()


@pytest.fixture(params=MODES)
def any_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SlackHouse]:
    yield from opened(tmp_path, request.param)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SlackHouse]:
    yield from opened(tmp_path, MODES[0])


def opened(folder: Path, mode: str) -> Iterator[SlackHouse]:
    """A house that may read what is in files, with a channel in which it does."""
    house = SlackHouse(folder, mode, scopes=scopes(reads_files=True))
    house.change_room(reads_files=True)
    yield house
    house.close()


def shares(
    house: SlackHouse, file: dict[str, Any], text: str = "the list", who: str = "ada"
) -> str:
    ts = house.wait(house.slack.says(user(who), JOINT, text, files=[file]))
    house.passes()
    return ts


def test_what_is_in_a_text_file_is_read(any_house: SlackHouse) -> None:
    house = any_house
    shares(house, house.slack.file("list.txt", LIST))
    assert "LARCH" in house.said()[-1]


def test_where_the_directory_does_not_let_it_nothing_is_fetched(house: SlackHouse) -> None:
    house.change_room(reads_files=False)
    shares(house, house.slack.file("list.txt", LIST))
    assert house.slack.fetched == []
    assert not any("LARCH" in text for text in house.said())


@pytest.mark.parametrize(
    ("text", "who"), [("@liaison case show LARCH", "ada"), ("the list", "stranger")]
)
def test_neither_a_command_nor_a_stranger_has_files_fetched(
    house: SlackHouse, text: str, who: str
) -> None:
    house.slack.person(user("stranger"), "stranger")
    house.slack.channels[JOINT].members.append(user("stranger"))
    shares(house, house.slack.file("list.txt", LIST), text, who)
    assert house.slack.fetched == []


def test_a_file_that_is_not_given_now_is_fetched_when_slack_tells_again(
    any_house: SlackHouse,
) -> None:
    house = any_house
    house.slack.ack_within = 0.5
    house.slack.fails("files-pri", Fault(status=503), times=2)
    ts = shares(house, house.slack.file("list.txt", LIST))
    assert "LARCH" in house.said()[-1]
    assert kept(house) == {ts: 2}  # What was said, and it with the file.


def test_an_edit_of_the_comment_keeps_what_is_in_the_file(house: SlackHouse) -> None:
    ts = shares(house, house.slack.file("list.txt", LIST))
    house.wait(house.slack.edits(user("ada"), JOINT, ts, "the right list"))
    house.passes()
    assert "LARCH" in house.said()[-1]


def test_what_was_in_a_file_goes_with_its_message(house: SlackHouse) -> None:
    ts = shares(house, house.slack.file("list.txt", LIST))
    before = house.said()
    house.wait(house.slack.deletes(JOINT, ts))
    house.passes()
    assert len(house.said()) == len(before) - 1


def test_a_channel_is_told_that_files_are_read(house: SlackHouse) -> None:
    house.change_room(announced_at=None)
    house.passes()
    assert "with what is in text files" in house.said()[-1]
