"""What Slack tells becomes our values: who, where, when, and in which words."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import looks
from adapters.slack.hearing import Installation, commander, inbound_from, is_for, tapper
from adapters.slack.text import escaped, mentioned, plain, unescaped, unmarked, with_names
from bot.conversation.messages import (
    AccountRef,
    Deleted,
    Edited,
    MembershipChanged,
    Said,
)

CASES = Path("tests/cases/slack")
US = Installation(team="T0HARBOUR", user="U0LIAISON", bot="B0LIAISON", enterprise="E0HARBOUR")
ADA = AccountRef("slack", "T0HARBOUR", "U123ABC456")


def told(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return body


def heard(name: str) -> Any:
    return inbound_from(told(name), US)


def test_a_message_is_what_was_meant() -> None:
    assert heard("message") == Said(
        platform="slack",
        address="C123ABC456",
        event="1355517523.000005",
        by=ADA,
        text="Live long & prosper, @liaison",
        sent_at=datetime(2012, 12, 14, 20, 38, 43, 5, tzinfo=UTC),
    )


def test_an_answer_names_its_thread() -> None:
    assert heard("message_in_thread").thread == "1482960100.000001"


def test_what_is_said_to_the_bot_alone_is_to_the_bot() -> None:
    said = heard("message_im")
    assert (said.is_private, said.to_bot) == (True, True)


def test_a_guest_is_at_home_where_the_event_says_and_not_at_the_host() -> None:
    assert heard("message_from_another_organisation").by.home == "T0CEDAR"


def test_an_edit_names_what_it_changed() -> None:
    assert heard("message_changed") == Edited(
        platform="slack",
        address="C123ABC456",
        event="1355517523.000005",
        revision="1358878755.000001",
        by=ADA,
        text="Hello, world!",
        sent_at=datetime(2013, 1, 22, 18, 19, 15, 1, tzinfo=UTC),
    )


def test_a_preview_is_no_edit() -> None:
    assert heard("message_unfurled") is None


def test_a_deletion_names_what_is_gone() -> None:
    gone = heard("message_deleted")
    assert isinstance(gone, Deleted)
    assert gone.event == "1358878749.000002"


def test_the_deleted_first_message_of_a_thread_is_gone_too() -> None:
    gone = heard("tombstone")
    assert isinstance(gone, Deleted)
    assert (gone.event, gone.by) == ("1355517523.000005", ADA)


@pytest.mark.parametrize("name", ["bot_message", "message_of_an_app", "channel_join"])
def test_bots_and_notices_say_nothing(name: str) -> None:
    assert heard(name) is None


def test_a_file_says_its_comment_and_its_name() -> None:
    assert heard("file_share").text == "seen on quay 7\nPlate XX00 TST"


def test_coming_and_going_is_membership() -> None:
    come, gone = heard("member_joined_channel"), heard("member_left_channel")
    assert isinstance(come, MembershipChanged)
    assert (come.account.home, come.is_member) == ("T024BE7LD", True)
    assert (gone.account.home, gone.is_member) == ("T0HARBOUR", False)


def test_the_bot_itself_comes_and_goes_unheard() -> None:
    body = told("member_joined_channel")
    body["event"]["user"] = US.user
    assert inbound_from(body, US) is None


def test_who_clicks_is_at_home_where_the_body_says() -> None:
    assert tapper(told("block_actions"), US) == AccountRef("slack", "T0CEDAR", "U0GUEST")


def test_who_sends_a_modal_without_a_team_is_of_the_workspace() -> None:
    assert tapper(told("view_submission"), US) == AccountRef("slack", "T0HARBOUR", "UA8RXUSPL")


def test_who_commands_is_of_the_workspace() -> None:
    assert commander(told("slash_command"), US).home == "T0HARBOUR"


def test_another_workspace_of_our_organisation_is_our_home() -> None:
    assert US.home("E0HARBOUR", "T0OTHER") == "T0HARBOUR"
    assert US.home("E0OTHERS", "T0OTHER") == "E0OTHERS"


def test_events_of_another_installation_are_not_for_us() -> None:
    body = told("message")
    assert is_for(body, US)
    body["authorizations"][0]["team_id"] = "T0ELSEWHERE"
    assert not is_for(body, US)


def test_buttons_of_the_documents_carry_our_token() -> None:
    action = told("block_actions")["actions"][0]
    assert looks.tapped(action["value"]) == looks.Tapped("card:4F2:ask")


@pytest.mark.parametrize(
    ("marked", "meant"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("call <tel:+12025550143|+1 202 555 0143>", "call +1 202 555 0143"),
        ("<mailto:ada@a.example|ada@a.example>", "ada@a.example"),
        ("<http://a.example|a.example>", "a.example"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("<https://evil.example|a.example>", "a.example (https://evil.example)"),
        (
            "<https://evil.example/a.example|a.example>",
            "a.example (https://evil.example/a.example)",
        ),
        ("<#C123|harbour> <#C123>", "#harbour #C123"),
        ("<@U123|ada> <@U123>", "@ada @U123"),
        ("<!here> <!subteam^S1|@desk>", "@here @desk"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
        ("<@U0LIAISON> help", "@liaison help"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<" * 5000, "<" * 5000),
    ],
)
def test_markup_reads_as_people_see_it(marked: str, meant: str) -> None:
    assert unmarked(marked, "U0LIAISON") == meant


def test_rich_text_reads_as_people_see_it() -> None:
    def section(*parts: dict[str, Any]) -> dict[str, Any]:
        return {"type": "rich_text_section", "elements": list(parts)}

    message = {
        "text": "*not this*",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    section(
                        {"type": "user", "user_id": "U0LIAISON"},
                        {"type": "text", "text": " see "},
                        {"type": "link", "url": "https://a.example", "text": "this"},
                        {"type": "emoji", "name": "ship"},
                    ),
                    {
                        "type": "rich_text_list",
                        "elements": [
                            section({"type": "text", "text": "XX00 TST", "style": {"bold": True}}),
                            section({"type": "text", "text": "XX11 TST"}),
                        ],
                    },
                    {
                        "type": "rich_text_quote",
                        "elements": [{"type": "text", "text": "so he said"}],
                    },
                ],
            }
        ],
    }
    assert plain(message, "U0LIAISON") == (
        "@liaison see this (https://a.example):ship:\nXX00 TST\nXX11 TST\nso he said"
    )


def test_a_forwarded_message_is_read_and_a_preview_is_not() -> None:
    message = {
        "text": "see below",
        "attachments": [
            {"is_msg_unfurl": True, "text": "plate XX00 TST"},
            {"from_url": "https://a.example", "text": "a page"},
        ],
    }
    assert plain(message, "U0LIAISON") == "see below\nplate XX00 TST"


@given(st.text())
def test_what_we_escape_reads_as_it_was(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert unmarked(escaped(text)) == text


@given(st.text(), st.text())
def test_no_text_can_become_markup(before: str, after: str) -> None:
    said = escaped(f"{before}<!channel>{after}<@U123>")
    assert mentioned(said) == []
    assert "<" not in said


def test_people_are_called_as_the_directory_calls_them() -> None:
    text = "brief with <@U0ARON|aron.vale>, <@U0BO> and <@U0CY|cy>"
    assert mentioned(text) == ["U0ARON", "U0BO", "U0CY"]
    named = with_names(text, {"U0ARON": "aron", "U0BO": "bo"})
    assert unmarked(named) == "brief with @aron, @bo and @cy"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
)
def test_no_event_upsets_the_ear(strange: Any) -> None:
    inbound_from({"event": {"type": "message", "user": "U1", "ts": strange, "text": "x"}}, US)
    inbound_from({"event": {"type": strange}}, US)
