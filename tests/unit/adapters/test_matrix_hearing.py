"""Matrix events into our values: pure, and unshaken by anything."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix import answering, hearing, looks
from adapters.matrix.answering import Chosen, Offer
from adapters.matrix.hearing import Ear, Heard, Reaction, Reply, Vote
from adapters.matrix.identities import Grade
from adapters.matrix.listening import Cursor, Waiting
from adapters.matrix.rooms import Room, account, user_of
from bot.conversation.messages import (
    AccountRef,
    Attachment,
    Control,
    Deleted,
    Edited,
    MembershipChanged,
    Said,
    Trust,
    Unreadable,
    Words,
)

NOW = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
ADA, BOT = "@ada:example.org", "@liaison:example.org"
EAR = Ear(BOT, (BOT, "Liaison bot"))
ALONE = Ear(BOT, (BOT,), private_with=ADA)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "body msgtype m.relates_to rel_type event_id key m.new_content filename geo_uri "
                "m.mentions user_ids m.in_reply_to membership m.selections "
                "org.matrix.msc3381.poll.start org.matrix.msc3381.poll.response "
                "answers question".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


def said(text: str = "", *, kind: str = "m.room.message", **more: Any) -> Heard:
    content = more.pop("content", {"msgtype": "m.text", "body": text})
    grade = more.pop("grade", Grade.SIGNED)
    sender = more.pop("sender", ADA)
    return Heard("!room", "$event", sender, NOW, kind, content, grade, **more)


def test_what_is_said_encrypted_from_a_signed_device_is_heard() -> None:
    inbound = hearing.inbound_from(said("plate XX00 TST"), EAR)
    ada = AccountRef("matrix", "example.org", "ada")
    assert inbound == Said("matrix", "!room", "$event", ada, "plate XX00 TST", NOW)


@pytest.mark.parametrize(
    ("heard", "why"),
    [
        (said("hello", grade=None), hearing.NOT_ENCRYPTED),
        (said("hello", grade=Grade.UNSIGNED), hearing.UNSIGNED_DEVICE),
        (said("hello", grade=Grade.CHANGED), hearing.NEW_IDENTITY),
        (said(kind="m.room.encrypted", shut="its key has not come"), "its key has not come"),
    ],
)
def test_what_may_be_another_s_is_kept_and_not_believed(heard: Heard, why: str) -> None:
    inbound = hearing.inbound_from(heard, EAR)
    assert isinstance(inbound, Unreadable)
    assert inbound.why == why


def test_unsigned_devices_may_talk_where_an_operator_lets_them_but_not_command() -> None:
    lax = Ear(BOT, (BOT,), only_signed=False)
    talk = hearing.inbound_from(said("plate XX00 TST", grade=Grade.UNSIGNED), lax)
    command = hearing.inbound_from(said("!liaison help", grade=Grade.UNSIGNED), lax)
    assert isinstance(talk, Said)
    assert isinstance(command, Unreadable)


@pytest.mark.parametrize(
    ("text", "is_to_bot"),
    [
        ("!liaison help", True),
        ("@Liaison, help", True),
        ("Liaison bot: help", True),
        (f"{BOT} help", True),
        ("!liaisons dangereuses", False),
        ("ask !liaison", False),
    ],
)
def test_words_to_the_bot_are_known_by_their_beginning(text: str, is_to_bot: bool) -> None:
    inbound = hearing.inbound_from(said(text), EAR)
    assert isinstance(inbound, Said)
    assert inbound.to_bot is is_to_bot


def test_a_mention_is_to_the_bot() -> None:
    content = {"msgtype": "m.text", "body": "help", "m.mentions": {"user_ids": [BOT]}}
    inbound = hearing.inbound_from(said(content=content), EAR)
    assert isinstance(inbound, Said)
    assert inbound.to_bot


def test_everything_said_alone_with_the_bot_is_private_and_to_it() -> None:
    inbound = hearing.inbound_from(said("desk"), ALONE)
    assert isinstance(inbound, Said)
    assert (inbound.to_bot, inbound.is_private) == (True, True)


def test_a_machines_notice_is_never_obeyed() -> None:
    content = {"msgtype": "m.notice", "body": "!liaison help"}
    inbound = hearing.inbound_from(said(content=content), EAR)
    assert isinstance(inbound, Said)
    assert not inbound.to_bot
    assert hearing.inbound_from(said(content=content), ALONE) is None


def test_an_edit_says_what_it_replaces() -> None:
    content = {
        "msgtype": "m.text",
        "body": "* XX00 TSS",
        "m.new_content": {"msgtype": "m.text", "body": "XX00 TSS"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$first"},
    }
    inbound = hearing.inbound_from(said(content=content), EAR)
    assert isinstance(inbound, Edited)
    assert (inbound.event, inbound.revision, inbound.text) == ("$first", "$event", "XX00 TSS")


def test_what_was_taken_back_is_deleted_also_when_it_was_never_seen() -> None:
    after = hearing.inbound_from(said(kind="m.room.redaction", redacts="$first"), EAR)
    before = hearing.inbound_from(said(kind="m.room.encrypted", is_redacted=True), EAR)
    assert isinstance(after, Deleted)
    assert isinstance(before, Deleted)
    assert (after.event, before.event) == ("$first", "$event")


def test_a_file_says_its_caption_and_its_name() -> None:
    content = {"msgtype": "m.file", "body": "plates of today", "filename": "quay7.csv"}
    assert hearing.text_of(content) == "plates of today\nquay7.csv"
    assert hearing.text_of({"msgtype": "m.file", "body": "quay7.csv"}) == "quay7.csv"


def test_what_older_clients_repeat_of_the_message_before_is_not_heard_again() -> None:
    content = {
        "body": "> <@bo:example.org> plate XX11 TST\n> twice\n\nno, XX00 TST",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$first"}},
    }
    assert hearing.text_of(content) == "no, XX00 TST"


@pytest.mark.parametrize(
    ("membership", "is_member"),
    [("join", True), ("invite", True), ("leave", False), ("ban", False), ("knock", False)],
)
def test_whoever_is_invited_counts_as_present(membership: str, is_member: bool) -> None:
    heard = said(
        kind="m.room.member", state_key="@bo:example.org", content={"membership": membership}
    )
    bo = AccountRef("matrix", "example.org", "bo")
    expected = MembershipChanged("matrix", "!room", bo, is_member, NOW)
    assert hearing.inbound_from(heard, EAR) == expected


def test_encryption_is_never_taken_back() -> None:
    room = Room("!room")
    room.take({"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "x"}})
    room.take({"type": "m.room.encryption", "state_key": "", "content": {}})
    assert room.is_encrypted


@pytest.mark.parametrize(
    "milliseconds", [None, "now", True, -1, 10**30, NOW.timestamp() * 1000 + 10**9]
)
def test_no_clock_of_a_homeserver_is_ahead_of_ours(milliseconds: object) -> None:
    assert hearing.moment(milliseconds, NOW) <= NOW


@given(JSON, st.sampled_from(["m.room.message", "m.reaction", "m.room.member", "m.sticker"]))
def test_no_content_shakes_the_ear(content: Any, kind: str) -> None:
    heard = said(kind=kind, content=content if isinstance(content, dict) else {"body": content})
    for ear in (EAR, ALONE):
        hearing.inbound_from(heard, ear)
        answer = hearing.answer_from(heard)
        if answer is not None:
            answering.chosen(answer, OFFER)


# Answers


SAME = Control("Same", "prompt:4F2:confirm")
NOT_THE_SAME = Control("Not the same", "prompt:4F2:not_same")
MORE = Control("Need more", "prompt:4F2:need_more", asks="What do you need?")
OFFER = Offer("$card", "$card", "txn", (SAME, NOT_THE_SAME, MORE))


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("same", Chosen(SAME.token, {})),
        ("  Not the same. ", Chosen(NOT_THE_SAME.token, {})),
        ("1", Chosen(SAME.token, {})),
        ("2.", Chosen(NOT_THE_SAME.token, {})),
        ("need more which street?", Chosen(MORE.token, {"text": "which street?"})),
        ("3 which street?", Chosen(MORE.token, {"text": "which street?"})),
        ("need more", Chosen(MORE.token, {})),
        ("same van as yesterday", None),
        ("4", None),
        ("0", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_word_or_a_number_chooses(text: str, choice: Chosen | None) -> None:
    assert answering.chosen(Reply("$card", True, text), OFFER) == choice


def test_an_emoji_with_a_number_chooses_whatever_way_it_is_drawn() -> None:
    for emoji in ("2\u20e3", "2\ufe0f\u20e3"):
        chosen = answering.chosen(Reaction("$card", emoji), OFFER)
        assert chosen == Chosen(NOT_THE_SAME.token, {})
    assert answering.chosen(Reaction("$card", "👍"), OFFER) is None


def test_a_vote_counts_in_its_own_poll_only() -> None:
    """A homeserver can move a vote to another poll; it chooses nothing there."""
    poll = looks.poll(Words("?", OFFER.controls), txn="txn", thread="$card")
    names = [each["id"] for each in poll[looks.POLL_START]["answers"]]
    moved = Offer("$other", "$other", "other", OFFER.controls)
    assert answering.chosen(Vote("$poll", names[1]), OFFER) == Chosen(NOT_THE_SAME.token, {})
    assert answering.chosen(Vote("$poll", names[1]), moved) is None


def test_only_what_is_encrypted_and_signed_is_sure() -> None:
    assert hearing.trust_in(said("same")) is Trust.AUTHENTICATED
    assert hearing.trust_in(said("same", grade=None)) is Trust.TAP
    assert hearing.trust_in(said("same", grade=Grade.UNSIGNED)) is Trust.TAP


# Looks


def test_nothing_that_is_said_is_markup() -> None:
    content = looks.message(Words('<img src="x"> & <b>'), txn="t", is_quiet=False, thread=None)
    assert content["formatted_body"] == "&lt;img src=&quot;x&quot;&gt; &amp; &lt;b&gt;"
    assert content["m.mentions"] == {}


def test_choices_are_listed_for_clients_without_buttons() -> None:
    content = looks.message(Words("?", (SAME, MORE)), txn="t", is_quiet=True, thread="$root")
    assert content["body"].endswith("1 Same · 2 Need more")
    assert looks.unpacked(content) == (SAME, MORE)


def test_a_poll_offers_what_needs_no_words() -> None:
    assert looks.votable((SAME, NOT_THE_SAME, MORE)) == [SAME, NOT_THE_SAME]
    assert looks.votable((SAME, MORE)) == []


@given(
    st.text(max_size=50) | st.sampled_from(["x", "\u00e9", "\U0001f690"]), st.integers(1, 60_000)
)
def test_an_event_is_never_larger_than_a_homeserver_takes(text: str, times: int) -> None:
    words = Words((text * times)[:100_000])
    for content in (
        looks.message(words, txn="t" * 32, is_quiet=False, thread="$" + "r" * 43),
        looks.revision("$" + "e" * 43, words, txn="t" * 32, is_quiet=False),
    ):
        assert len(json.dumps(content)) * 4 / 3 + 1000 < 65_536


def test_a_file_is_told_with_where_it_is() -> None:
    ics = Attachment("7F3.ics", "text/calendar", b"BEGIN:VCALENDAR")
    content = looks.file(ics, {"url": "mxc://example.org/1", "v": "v2"}, txn="t", thread="$root")
    assert content["file"]["url"] == "mxc://example.org/1"
    assert content["info"] == {"mimetype": "text/calendar", "size": 15}


# What is kept


def test_a_cursor_is_read_back_as_it_was_written() -> None:
    cursor = Cursor("s1", (Waiting("!room", "$event", "session"),))
    assert Cursor.unpacked(cursor.packed()) == cursor
    assert Cursor.unpacked(None) == Cursor()


def test_an_account_is_written_as_it_was_read() -> None:
    assert user_of(account("@ada:example.org:8448")) == "@ada:example.org:8448"
    assert account(ADA) == AccountRef("matrix", "example.org", "ada")


def test_the_same_key_has_the_same_name_which_tells_nothing() -> None:
    assert looks.txn_of("card:1") == looks.txn_of("card:1") != looks.txn_of("card:2")
    assert "card" not in looks.txn_of("card:1")


def test_a_homeserver_s_clock_a_little_behind_is_believed() -> None:
    before = NOW - timedelta(seconds=3)
    assert hearing.moment(int(before.timestamp() * 1000), NOW) == before
