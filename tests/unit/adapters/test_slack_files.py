"""Which files are fetched from Slack, and what is taken for their contents."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from adapters.slack import files
from adapters.slack.files import MOST_BYTES
from adapters.slack.manifest import scopes
from adapters.slack.workspace import opened
from bot.errors import ChatUnavailable
from tests.slack_server import BOT_TOKEN, FakeSlack, Fault

LIST = b"seen at night\nXX00 TST, grey van\n"
READ = f"list.txt\n{LIST.decode()}".strip()
File = dict[str, Any]
FileOf = Callable[[FakeSlack], File]


def read(*made: FileOf, may: bool = True) -> tuple[str, list[str]]:
    """What is found in these files, and which of them were fetched."""

    async def story() -> tuple[str, list[str]]:
        async with (
            FakeSlack(scopes=scopes(reads_files=may)) as slack,
            opened(BOT_TOKEN, slack.api) as workspace,
        ):
            return await files.contents(workspace, [each(slack) for each in made]), slack.fetched

    return asyncio.run(story())


def listed(slack: FakeSlack, **more: Any) -> File:
    return slack.file("list.txt", LIST) | more


def test_a_text_file_is_read_after_its_name() -> None:
    assert read(listed)[0] == READ


def test_only_so_many_of_one_message_are_fetched() -> None:
    assert len(read(*[listed] * (files.MOST_FILES + 1))[1]) == files.MOST_FILES


@pytest.mark.parametrize(
    "made",
    [
        lambda slack: slack.file("list.txt", LIST + b"x" * MOST_BYTES),
        lambda slack: slack.file("list.jpg", LIST, "image/jpeg"),
        lambda slack: listed(slack, is_external=True),
        lambda slack: listed(slack, url_private="https://files.example/F1"),
        lambda slack: listed(slack, url_private_download="http://127.0.0.1:1/F1"),
        lambda slack: listed(slack, size="1"),
        lambda _: {"id": "F404", "file_access": "check_file_info"},
        lambda _: {"mimetype": None},
    ],
    ids=[
        "too long", "a picture", "elsewhere", "not Slack's address", "another port", "no size",
        "gone", "nothing",
    ],
)  # fmt: skip
def test_others_are_left_for_people_to_read(made: FileOf) -> None:
    assert read(made) == ("", [])


def test_one_that_is_longer_than_it_says_is_not_kept() -> None:
    found, fetched = read(lambda slack: slack.file("a", LIST + b"x" * MOST_BYTES) | {"size": 9})
    assert (found, len(fetched)) == ("", 1)


def test_the_page_on_which_one_logs_in_is_no_file() -> None:
    def lost(slack: FakeSlack) -> File:
        file = listed(slack)
        del slack.files[file["id"]]
        return file

    found, fetched = read(lost)
    assert (found, len(fetched)) == ("", 1)


def test_of_a_guests_file_slack_is_asked_first() -> None:
    def stub(slack: FakeSlack) -> File:
        return {"id": listed(slack)["id"], "file_access": "check_file_info"}

    assert read(stub)[0] == READ


def test_one_that_is_not_given_now_may_be_had_later() -> None:
    def busy(slack: FakeSlack) -> File:
        slack.fails("files-pri", Fault(status=503))
        return listed(slack)

    with pytest.raises(ChatUnavailable):
        read(busy)


def test_nobody_leads_the_token_elsewhere() -> None:
    def led(slack: FakeSlack) -> File:
        slack.fails("files-pri", Fault(status=302))
        return listed(slack)

    found, fetched = read(led)
    assert (found, len(fetched)) == ("", 1)


def test_without_the_scope_nothing_is_fetched() -> None:
    assert read(listed, may=False) == ("", [])
