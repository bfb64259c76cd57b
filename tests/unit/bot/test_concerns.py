"""Concerns: nobody knows who raised one, nobody named in one reads it, and promises are kept."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.conversation import outbox
from bot.conversation.grammar import Asked
from bot.conversation.messages import Tap, Trust
from bot.errors import NotAllowed, UserError
from bot.followup import dues
from bot.governance import commands, concerns, retention
from storage import sealing
from storage.models import (
    Base,
    Concern,
    ConcernReply,
    Delivery,
    Due,
    DueState,
    Entry,
    Message,
)
from tests.unit.bot.agencies import NOW, Agencies, account, open_agencies

WORRY = "Seals are being opened at night"


@pytest.fixture
def agencies(tmp_path: Path) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path)
    yield agencies
    agencies.store.close()


def raised(agencies: Agencies, text: str = WORRY, *, by: str = "ada") -> str:
    with agencies.begin() as session:
        officer = agencies.officer(session, by)
        return concerns.raise_concern(session, officer, text, now=agencies.now)


def told(agencies: Agencies, slug: str) -> list[str]:
    """What the bot has to say to somebody in private."""
    with agencies.store.reading() as session:
        officer = agencies.officer(session, slug)
        return [
            outbox.words_of(session, row).text
            for row in session.scalars(
                select(Delivery).where(Delivery.officer_id == officer.id).order_by(Delivery.id)
            )
            if row.words_sealed is not None
        ]


def tapped(
    agencies: Agencies, who: str, verb: str, text: str = "", trust: Trust = Trust.AUTHENTICATED
) -> str:
    with agencies.begin() as session:
        code = session.scalars(select(Concern.code)).one()
        tap = Tap(account(who), f"concern:{code}:{verb}", trust, {"text": text})
        shown = concerns.on_tap(
            session, agencies.officer(session, who), [code, verb], tap, agencies.now
        )
        assert shown is not None
        return shown.text


def tick(agencies: Agencies) -> None:
    with agencies.begin() as session:
        dues.fire_due(session, agencies.now, commands.DUES)


@pytest.mark.parametrize("who", ["ada", "aron"])
def test_a_concern_reaches_oversight_and_says_nothing_on_the_way(
    agencies: Agencies, who: str
) -> None:
    assert raised(agencies, by=who)
    [notice] = told(agencies, "otis")
    assert re.fullmatch(r"Confidential matter \w+ is with you\. \[Open\]", notice)
    assert WORRY in tapped(agencies, "otis", "open")


def test_nothing_kept_says_who_raised_it(agencies: Agencies) -> None:
    raised(agencies)
    agencies.passes(days=2)
    tick(agencies)
    with agencies.store.reading() as session:
        ada = agencies.officer(session, "ada")
        for model in (Concern, ConcernReply):
            columns = model.__mapper__.column_attrs.keys()
            for row in session.scalars(select(model)):
                assert ada.id not in [getattr(row, column) for column in columns]
        for due in session.scalars(select(Due)):
            assert due.officer_id is None, "a timer carries only the number"
        for entry in session.scalars(select(Entry).where(Entry.subject.startswith("concern:"))):
            assert "ada" not in f"{entry.actor} {entry.details}"


def test_the_receipt_with_the_code_goes_after_a_day(agencies: Agencies) -> None:
    code = raised(agencies)
    [receipt] = told(agencies, "ada")
    assert code in receipt
    agencies.passes(days=1)
    tick(agencies)
    assert told(agencies, "ada") == []


def test_a_concern_is_found_by_no_index_and_sealed_under_its_own_key(agencies: Agencies) -> None:
    code = raised(agencies)
    with agencies.store.reading() as session:
        concern = session.scalars(select(Concern)).one()
        assert sealing.unseal(session, concern, "text") == WORRY
        kept = [getattr(concern, each.key) for each in concern.__mapper__.column_attrs]
        assert code.replace("-", "") not in str(kept)
        others = [
            row.key_id
            for model in (each.class_ for each in Base.registry.mappers)
            if hasattr(model, "key_id") and model is not Concern
            for row in session.scalars(select(model))
        ]
        assert concern.key_id not in others


@pytest.mark.parametrize(
    "text",
    [
        "Otis Fern opens the seals",
        "I saw Otis at the gate",
        "ask FERN about the seals",
        "it is otis's doing",
        "ótis does it",
        "x " * 20_000 + "Fern",
    ],
)
def test_it_is_routed_around_the_person_named(agencies: Agencies, text: str) -> None:
    raised(agencies, text)
    assert told(agencies, "otis") == []
    assert len(told(agencies, "opal")) == 1


@pytest.mark.parametrize(
    "text", ["Aron Vale opens the seals", "somebody of the Antwerp harbour desk"]
)
def test_it_is_routed_around_the_unit_of_the_person_named(agencies: Agencies, text: str) -> None:
    with agencies.begin() as session:
        agencies.officer(session, "otis").retired_at = NOW
    assert raised(agencies, text) == ""
    assert told(agencies, "opal") == [], "of the same desk"
    assert "nobody here who could take this impartially" in told(agencies, "ada")[0]
    with agencies.store.reading() as session:
        assert session.scalars(select(Concern)).all() == [], "nothing was kept"


def test_nobody_handles_a_concern_of_their_own(agencies: Agencies) -> None:
    raised(agencies, by="otis")
    assert len(told(agencies, "opal")) == 1
    assert len(told(agencies, "otis")) == 1, "the receipt"


def test_another_agencys_oversight_is_the_last_resort(agencies: Agencies) -> None:
    with agencies.begin() as session:
        agencies.officer(session, "bruno").roles = ["oversight"]
    raised(agencies)
    assert told(agencies, "bruno") == []
    raised(agencies, "Otis Fern and Opal Dunn")
    assert len(told(agencies, "bruno")) == 1


def test_whoever_holds_the_code_reads_on_and_nobody_else(agencies: Agencies) -> None:
    code = raised(agencies)
    tapped(agencies, "otis", "reply", "Which gate?")
    raised(agencies, f"reply {code} the north gate")
    assert "Which gate?" in told(agencies, "ada")[-1]
    assert "the north gate" in tapped(agencies, "otis", "open")
    for who, wrong in (("ada", "ABCD-EFGH-JKLM"), ("aron", "ABC2")):
        raised(agencies, f"reply {wrong} tell me", by=who)
        assert told(agencies, who)[-1] == "That code opens nothing."


def test_an_exchange_shows_no_name(agencies: Agencies) -> None:
    code = raised(agencies)
    tapped(agencies, "otis", "reply", "Which gate?")
    raised(agencies, f"reply {code}")
    assert "Otis" not in told(agencies, "ada")[-1]
    assert "Ada" not in tapped(agencies, "otis", "open")


@pytest.mark.parametrize("who", ["opal", "alma", "ada", "bruno"])
def test_nobody_but_its_handler_opens_it(agencies: Agencies, who: str) -> None:
    raised(agencies)
    with pytest.raises(NotAllowed, match="no longer there"):
        tapped(agencies, who, "open")


def test_a_tap_that_may_be_forged_opens_nothing(agencies: Agencies) -> None:
    raised(agencies)
    with pytest.raises(NotAllowed):
        tapped(agencies, "otis", "open", trust=Trust.TAP)


def test_who_steps_aside_reads_it_no_more(agencies: Agencies) -> None:
    raised(agencies)
    tapped(agencies, "otis", "aside")
    assert len(told(agencies, "opal")) == 1
    with pytest.raises(NotAllowed):
        tapped(agencies, "otis", "open")
    with pytest.raises(UserError, match="nobody else"):
        tapped(agencies, "opal", "aside")


def test_an_acknowledgement_is_promised_in_seven_days(agencies: Agencies) -> None:
    raised(agencies)
    agencies.passes(days=4, hours=23)
    tick(agencies)
    assert len(told(agencies, "otis")) == 1
    agencies.passes(hours=16)
    tick(agencies)
    assert "its acknowledgement is due by Tuesday 16 March 2027" in told(agencies, "otis")[-1]
    agencies.passes(days=2)
    tick(agencies)
    assert "its acknowledgement is overdue" in told(agencies, "otis")[-1]


def test_an_acknowledgement_stops_its_reminders_and_starts_the_feedbacks(
    agencies: Agencies,
) -> None:
    raised(agencies)
    agencies.passes(days=1)
    tapped(agencies, "otis", "acknowledge")
    agencies.passes(days=10)
    tick(agencies)
    assert len(told(agencies, "otis")) == 1
    with agencies.store.reading() as session:
        assert session.scalars(select(Concern.feedback_by)).one() == datetime(
            2027, 6, 10, 9, tzinfo=UTC
        )
    agencies.passes(days=85)
    tick(agencies)
    assert "its feedback is overdue" in told(agencies, "otis")[-1]


def test_feedback_closes_it_and_stops_every_clock(agencies: Agencies) -> None:
    code = raised(agencies)
    with pytest.raises(UserError, match="needs feedback"):
        tapped(agencies, "otis", "close", " ")
    tapped(agencies, "otis", "close", "The seals are counted now.")
    agencies.passes(days=200)
    tick(agencies)
    assert len(told(agencies, "otis")) == 1
    raised(agencies, f"reply {code}")
    assert "The seals are counted now." in told(agencies, "ada")[-1]
    with agencies.store.reading() as session:
        waiting = select(Due).where(Due.kind == "concern", Due.state == DueState.WAITING)
        assert [due.occurrence for due in session.scalars(waiting)] == [concerns._RECEIPT]


@pytest.mark.parametrize(
    ("verb", "stale"),
    [
        ("acknowledge", [concerns._ACKNOWLEDGE]),
        ("close", [concerns._ACKNOWLEDGE, concerns._FEEDBACK]),
    ],
)
def test_a_reminder_that_comes_too_late_looks_before_it_speaks(
    agencies: Agencies, verb: str, stale: list[int]
) -> None:
    raised(agencies)
    tapped(agencies, "otis", verb, "The seals are counted now.")
    with agencies.begin() as session:
        for due in session.scalars(select(Due).where(Due.occurrence.in_(stale))):
            concerns.remind(session, due, agencies.now)
    assert len(told(agencies, "otis")) == 1


def test_a_closed_concern_is_kept_no_longer_than_needed(agencies: Agencies) -> None:
    code = raised(agencies)
    tapped(agencies, "otis", "close", "The seals are counted now.")
    agencies.passes(days=91)
    with agencies.begin() as session:
        retention.purge(session, agencies.now)
    retention.carry_out(agencies.store, agencies.now)
    with agencies.store.reading() as session:
        concern = session.scalars(select(Concern)).one()
        assert sealing.unseal_or(session, concern, "text", "gone") == "gone"
        [reply] = session.scalars(select(ConcernReply))
        assert sealing.unseal_or(session, reply, "text", "gone") == "gone"
    raised(agencies, f"reply {code}")
    assert told(agencies, "ada")[-1] == "That code opens nothing."


def test_a_concern_said_in_a_room_is_erased_and_told_to_be_private(agencies: Agencies) -> None:
    with agencies.begin() as session:
        message = agencies.message(session, f"!liaison concern {WORRY}")
        asked = Asked(
            agencies.officer(session, "ada"), WORRY, NOW, agencies.room(session), "e1", message
        )
        with pytest.raises(UserError, match="in private"):
            commands._concern(session, asked)
        session.flush()
        assert session.get_one(Message, message.id).text_sealed is None
        assert session.scalars(select(Concern)).all() == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("concern the seals are open", True),
        ("!liaison Concern: the seals", True),
        ("concern", True),
        ("concerned citizens called", False),
        ("case open CONCERN", False),
        ("", False),
    ],
)
def test_what_is_a_concern_is_plain(text: str, is_one: bool) -> None:
    assert concerns.is_concern(text) is is_one


@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)))
def test_three_months_are_three_months(start: datetime) -> None:
    moment = start.replace(tzinfo=UTC)
    later = concerns._months_later(moment, 3)
    assert (later.year * 12 + later.month) - (moment.year * 12 + moment.month) == 3
    assert later.day == moment.day or (later + timedelta(days=1)).day == 1
