"""Polls, agendas put in order, minutes, and lessons."""

import pytest
from sqlalchemy import select

from bot.errors import NotAllowed, UserError
from bot.governance import erasing
from storage.models import (
    Action,
    Briefing,
    Case,
    Debrief,
    MeetingState,
    Prompt,
    PromptState,
    Tlp,
)
from tests.desk import MONDAY, Desk


def polled(desk: Desk) -> str:
    """Alva asks everybody which of three times suits; returns the code."""
    desk.says("alva", "brief Tuesday with bo, hugo about LARCH")
    with desk.store.reading() as session:
        code = session.scalars(select(Briefing.code)).one()
    proposed = desk.says("alva", f"briefing move {code} Tuesday")
    asking = next(c for c in proposed.controls if c.label == "Ask everybody")
    desk.taps("alva", asking.token)
    return code


def tap(desk: Desk, who: str, number: int) -> str:
    return desk.taps(who, desk.told(who)[-1].controls[number].token).text


def test_a_poll_shows_the_times_to_each_in_their_own_zone_and_names_nobody(desk: Desk) -> None:
    code = polled(desk)
    asked = desk.last("bo")
    assert asked.startswith(f"Joint briefing {code}: which times suit you?")
    assert "Tue 9 Mar, 09:00 (Lisbon): not answered" in asked
    for word in ("Hugo", "Alva", "LARCH"):
        assert word not in asked


def test_further_times_that_are_asked_about_are_shown_beside_the_first(desk: Desk) -> None:
    code = polled(desk)
    desk.delivers()
    proposed = desk.says("alva", f"briefing move {code} Thursday")
    desk.taps("alva", next(c.token for c in proposed.controls if c.label == "Ask everybody"))
    (asked,) = (words.text for words in desk.told("bo"))
    assert "Tue 9 Mar, 09:00 (Lisbon): not answered" in asked
    assert "Thu 11 Mar, 09:00 (Lisbon): not answered" in asked


def test_the_organiser_reads_how_the_times_suit_and_books_the_best_with_one_tap(
    desk: Desk,
) -> None:
    code = polled(desk)
    tap(desk, "bo", 1)
    tap(desk, "hugo", 0)
    tap(desk, "hugo", 1)
    tally = desk.told("alva")[-1]
    assert "Everybody has answered." in tally.text
    assert "09:30 (Brussels)" not in tally.text.splitlines()[1]
    assert "suits 2 of 2" in tally.text.splitlines()[1]
    desk.taps("alva", tally.controls[0].token)
    with desk.store.reading() as session:
        assert session.scalars(select(Briefing.state)).one() is MeetingState.BOOKED
    assert "the time is settled" in " ".join(words.text for words in desk.told("bo"))
    assert f"Joint briefing {code}: Tuesday 9 March 2027" in desk.last("bo")


def test_a_time_at_which_an_agency_is_missing_says_so_and_comes_last(desk: Desk) -> None:
    polled(desk)
    tap(desk, "bo", 3)
    tap(desk, "hugo", 0)
    assert "nobody yet of Birch Police" in desk.last("alva").splitlines()[1]


def test_after_the_time_is_settled_a_poll_is_answered_no_more(desk: Desk) -> None:
    polled(desk)
    token = desk.told("bo")[-1].controls[0].token
    tap(desk, "bo", 0)
    desk.taps("alva", desk.told("alva")[-1].controls[0].token)
    with pytest.raises(UserError, match="settled"):
        desk.taps("bo", token)


def test_by_friday_leaves_all_the_time_until_then(desk: Desk) -> None:
    said = desk.says("alva", "brief by Friday with bo about LARCH").text
    assert "when? Nobody has been told yet." in said


# Agendas


def points(desk: Desk, code: str, *said: str) -> None:
    for each in said:
        desk.says("bo", f"agenda add {code} {each}")


def numbered(desk: Desk, code: str, who: str = "alva") -> list[str]:
    return [
        line.partition(". ")[2]
        for line in desk.says(who, f"briefing agenda {code}").text.splitlines()[1:]
    ]


def test_an_agenda_is_put_in_order_and_matters_are_left_out(desk: Desk) -> None:
    code = desk.brief()
    points(desk, code, "the gate", "the scale", "the crew")
    desk.says("alva", f"agenda put {code} 3 at 1")
    assert numbered(desk, code) == ["the crew", "the gate", "the scale"]
    desk.says("alva", f"agenda put {code} 1 at 2")
    assert numbered(desk, code) == ["the gate", "the crew", "the scale"]
    desk.says("alva", f"agenda drop {code} 2")
    assert numbered(desk, code, "bo") == ["the gate", "the scale"]


@pytest.mark.parametrize("said", ["put {} 2", "put {} 2 at", "put {} 2 1", "drop {} 2 at 1"])
def test_a_matter_is_dropped_by_no_word_but_drop(desk: Desk, said: str) -> None:
    code = desk.brief()
    points(desk, code, "the gate", "the scale")
    with pytest.raises(UserError, match="Write: agenda"):
        desk.says("alva", f"agenda {said.format(code)}")
    assert numbered(desk, code) == ["the gate", "the scale"]


def test_a_point_that_two_people_raise_is_one_point(desk: Desk) -> None:
    code = desk.brief()
    points(desk, code, "the gate")
    with pytest.raises(UserError, match="on the agenda already"):
        desk.says("alva", f"agenda add {code} The  Gate")
    points(desk, code, "the scale")
    desk.says("alva", f"agenda drop {code} 1")
    assert numbered(desk, code) == ["the scale"]


def test_a_late_action_still_comes_before_what_was_put_in_order(desk: Desk) -> None:
    code = desk.brief("brief Friday 0900Z with birch-lisbon about LARCH")
    points(desk, code, "the gate", "the scale")
    desk.says("alva", f"agenda put {code} 2 at 1")
    desk.says("alva", "action add bo by Tuesday 12:00: weigh the boxes about LARCH")
    desk.passes(days=2)
    assert [line[:6] for line in numbered(desk, code)] == ["Action", "the sc", "the ga"]


def test_only_the_organiser_orders_an_agenda(desk: Desk) -> None:
    code = desk.brief()
    points(desk, code, "the gate")
    with pytest.raises(NotAllowed):
        desk.says("bo", f"agenda drop {code} 1")
    with pytest.raises(UserError, match="no line 9"):
        desk.says("alva", f"agenda drop {code} 9")


def test_a_question_that_was_closed_without_information_is_a_gap_on_the_agenda(
    desk: Desk,
) -> None:
    with desk.store.begin() as session:
        case = session.scalars(select(Case)).one()
        session.add(
            Prompt(
                code="4F2", kind="generic", agency_id=case.agency_id, unit_id=None,
                officer_id=None, because="", profile="", received_at=MONDAY,
                strict_at=MONDAY, legal_at=MONDAY, rule="", marking=Tlp.AMBER, case_id=case.id,
                asked_by=desk.officers["bo"], state=PromptState.REFUSED, closed_at=MONDAY,
                key_id=case.key_id,
            )
        )  # fmt: skip
    code = desk.brief()
    assert "Still unknown: question 4F2 was closed without information." in numbered(desk, code)


def test_a_read_in_tells_what_was_last_decided_and_where_it_meets(desk: Desk) -> None:
    first = desk.brief()
    desk.passes(days=1, hours=1, minutes=10)
    desk.says("bo", f"decide {first} weigh every box")
    desk.passes(hours=1)
    desk.says("alva", f"briefing held {first} with bo")
    second = desk.brief("brief tomorrow 0900Z with birch-lisbon about LARCH")
    desk.says("alva", f"briefing place {second} https://meet.example/7f3")
    read = desk.says("bo", f"rsvp {second} read-in").text
    assert "Decided when it last met:\n- weigh every box." in read
    assert "Place: https://meet.example/7f3" in read
    desk.passes(hours=23, minutes=50)
    assert any("Place: https://meet.example/7f3" in words.text for words in desk.told("bo"))


# Minutes


def held(desk: Desk) -> str:
    code = desk.brief()
    desk.passes(days=1, hours=1, minutes=10)
    return code


def test_minutes_say_who_was_there_what_was_decided_and_what_is_to_be_done(desk: Desk) -> None:
    code = held(desk)
    desk.says("bo", f"minute {code} two boxes were seen")
    desk.says("alva", f"decide {code} weigh every box")
    desk.says("alva", f"action add bo by Friday 12:00: buy a scale briefing {code}")
    desk.passes(hours=1)
    desk.says("alva", f"briefing held {code} with bo")
    lines = desk.says("bo", f"minutes {code}").text.splitlines()
    assert lines[0].startswith(f"TLP:AMBER. Minutes of Joint briefing {code}, Tue 9 Mar, 09:00")
    assert lines[1:4] == [
        "There: Alva Brook (Alder Customs); Bo Reis (Birch Police).",
        "1. Noted (Birch Police): two boxes were seen.",
        "2. DECIDED (Alder Customs): weigh every box.",
    ]
    assert "buy a scale" in lines[-1]


def test_a_line_is_taken_out_by_its_author_or_the_organiser_alone(desk: Desk) -> None:
    code = held(desk)
    desk.says("alva", f"decide {code} weigh every box")
    with pytest.raises(NotAllowed):
        desk.says("bo", f"minute drop {code} 1")
    assert "Nothing was noted." in desk.says("alva", f"minute drop {code} 1").text


def test_nothing_is_noted_before_a_briefing_begins_or_above_its_marking(desk: Desk) -> None:
    code = desk.brief()
    with pytest.raises(UserError, match="has not begun"):
        desk.says("bo", f"minute {code} early")
    desk.passes(days=1, hours=1, minutes=10)
    with pytest.raises(UserError, match="TLP:RED"):
        desk.says("bo", f"minute {code} TLP:RED the informant")


def test_whoever_lost_the_case_reads_no_minutes(desk: Desk) -> None:
    code = held(desk)
    desk.says("alva", f"decide {code} weigh every box")
    desk.revoke()
    with pytest.raises(NotAllowed):
        desk.says("bo", f"minutes {code}")


def test_what_is_erased_with_its_case_is_on_no_agenda_and_in_no_minutes(desk: Desk) -> None:
    code = held(desk)
    desk.says("bo", f"agenda add {code} the gate")
    desk.says("alva", f"decide {code} weigh every box")
    desk.says("alva", f"briefing place {code} quay 7")
    with desk.store.begin() as session:
        erasing.case(session, session.scalars(select(Case)).one(), now=desk.now)
    with desk.store.reading() as session:
        left = session.scalars(select(Briefing)).one()
        assert (left.agenda_sealed, left.minutes_sealed, left.place_sealed) == (None, None, None)


# Lessons


def debriefed(desk: Desk) -> str:
    desk.says("alva", "debrief LARCH")
    with desk.store.reading() as session:
        return session.scalars(select(Debrief.code)).one()


LESSON = "night watch: two boxes left unweighed; why: the scale's failure was told to nobody"


def test_a_lesson_has_its_cause_and_an_action_that_is_reminded_until_it_is_done(
    desk: Desk,
) -> None:
    code = debriefed(desk)
    desk.says("alva", f"lesson add {code} {LESSON}; do: bo by Friday 12:00: call the night watch")
    with desk.store.reading() as session:
        action = session.scalars(select(Action.code)).one()
    shown = desk.says("alva", f"debrief show {code}").text
    assert (
        "Night watch: two boxes left unweighed. Root cause: the scale's failure was told to "
        f"nobody. Action {action}." in shown
    )
    assert "call the night watch" in shown
    desk.passes(days=8)
    assert "late by" in desk.last("bo")


def test_a_lesson_is_for_the_desk_of_the_case_and_has_a_cause(desk: Desk) -> None:
    code = debriefed(desk)
    with pytest.raises(NotAllowed):
        desk.says("bo", f"lesson add {code} {LESSON}")
    with pytest.raises(UserError, match="why: its root cause"):
        desk.says("alva", f"lesson add {code} night watch: it slept")


def test_an_action_that_cannot_be_set_leaves_no_lesson_behind(desk: Desk) -> None:
    code = debriefed(desk)
    with pytest.raises(NotAllowed):
        desk.says("alva", f"lesson add {code} {LESSON}; do: cora by Friday 12:00: call them")
    assert "Lessons:" not in desk.says("alva", f"debrief show {code}").text
