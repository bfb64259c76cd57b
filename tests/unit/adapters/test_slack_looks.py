"""How words look on Slack: within its limits, and never as markup."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import looks
from adapters.slack.limits import problems, problems_of_view
from adapters.slack.looks import Tapped
from bot import clocks
from bot.conversation.messages import Control, Field, FieldKind, Form, Style, Words
from tests.slack_server import dates, read

TEXT = st.text(max_size=200) | st.text(alphabet="x\n", min_size=2900, max_size=9000)
CONTROLS = st.lists(
    st.builds(
        Control,
        label=st.text(min_size=1, max_size=200),
        token=st.text(min_size=1, max_size=60),
        style=st.sampled_from(Style),
        asks=st.none() | st.text(max_size=300),
    ),
    max_size=40,
)
FIELDS = st.lists(
    st.builds(
        Field,
        name=st.text(min_size=1, max_size=20),
        label=st.text(min_size=1, max_size=300),
        kind=st.sampled_from(FieldKind),
        options=st.lists(
            st.tuples(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=200)),
            max_size=120,
        ).map(tuple),
        initial=st.text(max_size=4000),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda field: field.name,
)


@given(TEXT, CONTROLS)
def test_whatever_is_said_slack_takes_it(text: str, controls: list[Control]) -> None:
    words = Words(text, tuple(controls))
    assert problems(looks.blocks(words)) == []
    assert problems_of_view(looks.modal(words)) == []
    assert problems_of_view(looks.home(words)) == []


@given(FIELDS)
def test_whatever_is_to_be_filled_in_slack_takes_it(fields: list[Field]) -> None:
    view = looks.modal(
        Words("x", form=Form("sent:-:ask", "Ask a desk of some agency", tuple(fields)))
    )
    assert problems_of_view(view) == []


@given(st.text(max_size=60), st.none() | st.text(max_size=300))
def test_a_button_comes_back_as_it_went(token: str, asks: str | None) -> None:
    assert looks.tapped(Tapped(token, asks).packed()) == Tapped(token, asks)


@pytest.mark.parametrize("value", [None, "", "x", "[]", "[1,2]", '["a"]', '{"a":1}', '["a",1]'])
def test_a_button_that_is_not_ours_means_nothing(value: Any) -> None:
    assert looks.tapped(value) is None


def test_everything_said_is_plain_text() -> None:
    block, actions = looks.blocks(Words("*<!channel>* :ship:", (Control("Fix", "card:1:fix"),)))
    assert block["text"] == {"type": "plain_text", "text": "*<!channel>* :ship:", "emoji": False}
    assert actions["elements"][0]["text"]["type"] == "plain_text"


def test_a_long_text_is_cut_at_the_end_of_a_line_and_nothing_is_lost() -> None:
    text = "".join(f"line {number}\n" for number in range(2000))
    parts = [block["text"]["text"] for block in looks.blocks(Words(text))]
    assert "".join(parts) == text
    assert all(part.endswith("\n") for part in parts)


def test_what_is_too_long_for_slack_says_that_it_was_cut() -> None:
    parts = [block["text"]["text"] for block in looks.blocks(Words("x" * 100_000))]
    assert len(parts) == 20
    assert parts[-1].endswith("[…]")


def test_text_without_blocks_cannot_call_anybody() -> None:
    assert looks.plain_text(Words("<!channel> & <@U1>")) == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def section(text: str = "x") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def said(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(action: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": said("Go"), "action_id": action, **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(number: int, text: str = "o") -> dict[str, Any]:
    return {"text": said(text), "value": f"v{number}"}


def choice(kind: str, count: int) -> dict[str, Any]:
    return {"type": kind, "action_id": "s", "options": [option(each) for each in range(count)]}


BAD: dict[str, list[Any]] = {
    "a section too long": [section("x" * 3001)],
    "51 blocks": [section()] * 51,
    "no blocks": [],
    "a button's text too long": [actions(button(text=said("x" * 76)))],
    "a header in markup": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "a header too long": [{"type": "header", "text": said("x" * 151)}],
    "a block_id twice": [{**section(), "block_id": "q"}] * 2,
    "an action_id twice": [actions(button("a"), button("a"))],
    "101 options": [actions(choice("static_select", 101))],
    "an option too long": [
        actions({"type": "static_select", "action_id": "s", "options": [option(1, "x" * 76)]})
    ],
    "an unknown block": [{"type": "sektion", "text": said("x")}],
    "an image without words": [{"type": "image", "image_url": "https://a.example/y.png"}],
    "an empty text": [section("")],
    "a section without text": [{"type": "section"}],
    "26 buttons": [actions(*(button(f"a{each}") for each in range(26)))],
    "a date written wrongly": [
        actions({"type": "datepicker", "action_id": "d", "initial_date": "22/11/2026"})
    ],
    "a time written wrongly": [
        actions({"type": "timepicker", "action_id": "d", "initial_time": "25:00"})
    ],
    "milliseconds": [
        actions({"type": "datetimepicker", "action_id": "d", "initial_date_time": 1795345498000})
    ],
    "11 elements of context": [{"type": "context", "elements": [said("x")] * 11}],
    "an unknown property of a text": [{"type": "section", "text": {**said("x"), "txet": 1}}],
    "a text input among buttons": [actions({"type": "plain_text_input", "action_id": "v"})],
    "an unknown style": [actions(button(style="warning"))],
    "6 in an overflow": [actions(choice("overflow", 6))],
    "11 fields": [{"type": "section", "fields": [said("x")] * 11}],
    "a field too long": [{"type": "section", "fields": [said("x" * 2001)]}],
    "markup in a button": [actions(button(text={"type": "mrkdwn", "text": "x"}))],
    "a value too long": [actions(button(value="x" * 2001))],
    "an action_id too long": [actions(button("x" * 256))],
    "a text that is a string": [{"type": "section", "text": "x"}],
    "a confirmation too long": [
        actions(button(confirm={"title": said("x" * 101), "text": said("x")}))
    ],
}


@pytest.mark.parametrize("name", BAD)
def test_what_slack_refuses_is_found_before_it_is_sent(name: str) -> None:
    assert problems(BAD[name])


def modal(blocks: list[Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": said("T"), "blocks": blocks, **more}


ASKED = {
    "type": "input",
    "block_id": "i",
    "label": said("L"),
    "element": {"type": "plain_text_input", "action_id": "v"},
}


@pytest.mark.parametrize(
    "view",
    [
        modal([section()], title=said("x" * 25)),
        modal([ASKED]),
        modal([ASKED], submit=said("x" * 25)),
        modal([section()], private_metadata="x" * 3001),
        modal([section()] * 101),
        {"type": "tab", "blocks": [section()]},
    ],
)
def test_a_view_that_slack_refuses_is_found_before_it_is_sent(view: dict[str, Any]) -> None:
    assert problems_of_view(view)


def test_what_slack_takes_is_let_through() -> None:
    assert problems_of_view(modal([ASKED], submit=said("Send"), close=said("Close"))) == []
    assert problems([section(), {"type": "divider"}, actions(button(style="primary"))]) == []


NOW, LISBON = datetime(2027, 3, 9, 9, 0, tzinfo=UTC), ZoneInfo("Europe/Lisbon")


def test_each_reader_sees_moments_in_the_zone_they_are_in() -> None:
    by, at = NOW + timedelta(hours=2), NOW + timedelta(days=1)
    text = (
        f"Question <4F2>, by {clocks.clock(by, LISBON)}, "
        f"asked for {clocks.written(at, LISBON, now=NOW)}."
    )
    made = looks.blocks(Words(text).timed(LISBON, NOW))
    assert problems(made) == []
    assert read({"blocks": made}) == text
    assert dates(made) == [
        ("{time}", int(by.timestamp())),
        ("{date_short_pretty}, {time}", int(at.timestamp())),
    ]


@given(st.integers(0, 9000), st.sampled_from(["message", "modal", "home"]))
def test_nothing_of_words_with_moments_is_lost(before: int, surface: str) -> None:
    text = f"{'x' * before} {clocks.written(NOW, LISBON)} y"
    made = looks.blocks(Words(text).timed(LISBON, NOW), surface)
    assert problems(made, surface) == []
    assert read({"blocks": made}) == text


@pytest.mark.parametrize("lacks", ["timestamp", "format", "fallback"])
def test_a_date_that_slack_would_refuse_is_found_out(lacks: str) -> None:
    [made] = looks.blocks(Words(clocks.clock(NOW, LISBON)).timed(LISBON, NOW))
    del made["elements"][0]["elements"][0][lacks]
    assert problems([made]) == [f"/blocks/0/elements/0/elements/0/{lacks} is missing"]


def test_our_own_link_opens_and_nobody_else_s_does() -> None:
    ours, theirs = "https://liaison.example/desk/enter/x", "https://evil.example/"
    told = Words(f"Your desk: {ours}\nNot {theirs}", link=ours)
    [block] = looks.blocks(Words.unpacked(told.packed()))
    elements = block["elements"][0]["elements"]
    assert [each["url"] for each in elements if each["type"] == "link"] == [ours]
    assert "".join(each.get("text", each.get("url")) for each in elements) == told.text
    assert all(each["type"] == "section" for each in looks.blocks(Words(told.text)))
