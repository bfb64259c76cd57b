"""Duty: who is on, who is away, who steps in, and whom a question would reach."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.followup import rosters
from bot.followup.rosters import Shift
from storage.models import Agency, Officer
from tests.house import START, House
from tests.story.test_followup import asks

# Whom a question would reach


def test_a_question_is_routed_by_the_place_its_words_name(house: House) -> None:
    assert house.asks("bruno", "who plate AB12CDE in Antwerp, tomorrow 03:00") == (
        "Alder harbour desk, because it covers Antwerp.\n"
        "At Wed 10 Mar, 03:00 (Lisbon): a liaison officer of Alder Customs, chosen because nobody "
        "is on duty for Alder harbour desk and they are first in its order."
    )


def test_within_one_s_agency_the_officer_and_the_next_are_named(house: House) -> None:
    said = house.asks("aron", "who alder-harbour, tomorrow 1000")
    assert said.endswith("Alma Reed, chosen because they are on duty for Alder harbour desk.")
    said = house.asks("ada", "who alder-harbour, tomorrow 1000")
    assert said.endswith(
        "Aron Vale, chosen because they are on duty for Alder harbour desk; "
        "next would be Alma Reed."
    )


@pytest.mark.parametrize(
    ("about", "desk", "because"),
    [
        ("who drives 1-ABC-234?", "Alder harbour desk", "it covers Belgium, as the plate says"),
        ("+351 210 123 456 rang us", "Birch Lisbon desk", "it covers Portugal, as the phone says"),
        ("a flat in Portugal", "Birch Lisbon desk", "it covers Portugal"),
        ("a flat in Lisbon, Portugal", "Birch Lisbon desk", "it covers Lisbon"),
        ("birch-watch about anything", "Birch watch desk", "you named it"),
        ("who drives the van about LARCH", "Birch Lisbon desk", "case LARCH is theirs"),
    ],
)
def test_each_clue_leads_to_its_desk(house: House, about: str, desk: str, because: str) -> None:
    assert house.asks("aron", f"who {about}").startswith(f"{desk}, because {because}.")


def test_what_was_seen_before_would_be_asked_now(house: House) -> None:
    said = house.asks("bruno", "who plate AB12CDE seen in Antwerp yesterday 0300")
    assert "\nAt 09:00 (Lisbon): " in said


def test_what_no_desk_covers_is_said(house: House) -> None:
    assert house.asks("aron", "who a man in Ulan Bator").startswith("No desk covers")


def test_asking_an_agency_reaches_the_desk_that_covers_what_is_asked(house: House) -> None:
    said = house.asks("ada", "ask birch who drives the grey van in Lisbon?")
    assert "is with Birch Lisbon desk" in said
    assert '"who drives the grey van in Lisbon?"' in house.taps("bruno", "Open")
    house.asks("ada", "ask Birch Lisbon desk who drives it?")
    assert '"who drives it?"' in house.taps("bruno", "Open")


def test_a_question_without_a_desk_is_told_where_it_would_go_and_is_not_sent(
    house: House,
) -> None:
    said = house.asks("bruno", "ask who drives AB12CDE in Antwerp?")
    assert "write ask alder-harbour and your question" in said
    assert not house.private("aron")


# Away, and who steps in


def called(house: House, who: str, said: str) -> str:
    """The code of a briefing that somebody calls."""
    found = re.search(r"briefing (\d\w\d)", house.asks(who, said))
    assert found is not None
    return found[1]


def test_who_is_away_hears_at_which_briefings_they_are_expected_meanwhile(house: House) -> None:
    guest = called(house, "bodil", "brief today 1000 with bruno for 30 min")
    called(house, "bodil", "brief Friday 1000 with bruno for 30 min")
    refused = called(house, "bodil", "brief today 1400 with bruno for 30 min")
    house.asks("bruno", f"rsvp {refused} no")
    own = called(house, "bruno", "brief today 1600 with bice for 30 min")
    said = house.asks("bruno", "away until tomorrow 0900")
    assert said.splitlines()[1] == (
        f"You are still expected at briefing {guest} at 10:00 (Lisbon); "
        f"briefing {own} at 16:00 (Lisbon). "
        '"rsvp CODE no" says that you do not come, "rsvp CODE deputy WHO" who does. '
        'One that you called: "briefing move CODE TIME" or "briefing cancel CODE".'
    )


def test_the_briefings_that_one_is_expected_at_are_listed(house: House) -> None:
    assert house.asks("bruno", "briefings") == "You are expected at no briefing."
    own = called(house, "bruno", "brief Friday 1000 with bice for 30 min")
    theirs = called(house, "bice", "brief Friday 1400 with bruno for 30 min")
    refused = called(house, "bice", "brief Friday 1500 with bruno for 30 min")
    house.asks("bruno", f"rsvp {refused} no")
    assert house.asks("bruno", "briefings").splitlines() == [
        "You are expected at:",
        f"{own}: Fri 12 Mar, 10:00 (Lisbon), called by you",
        f"{theirs}: Fri 12 Mar, 14:00 (Lisbon)",
    ]


def test_whose_head_says_that_they_are_away_hears_alone_where_they_are_expected(
    house: House,
) -> None:
    code = called(house, "bice", "brief tomorrow 1000 with bruno for 30 min")
    assert code not in house.asks("bodil", "away bruno until Friday 0900")
    assert f"You are still expected at briefing {code} at " in house.private("bruno")[-1]


def test_who_is_away_is_not_asked_and_the_next_in_line_steps_in(house: House) -> None:
    code = asks(house, more="")
    said = house.asks("bruno", "away until Friday 0900")
    assert said == (
        f"You are away until Fri 12 Mar, 09:00 (Lisbon). "
        f'The next in line stepped in: {code} to Bice Holm. Back sooner: "back".'
    )
    assert house.private("bice")[-1] == (
        f"Question {code}, by Tue 16 Mar, 09:00 (Lisbon). You step in for a colleague."
    )
    assert "because you step in for somebody who is away" in house.taps("bice", "Open")
    asks(house, more="about quay 7")
    assert len(house.private("bice")) == 2


def test_who_is_back_is_asked_again(house: House) -> None:
    house.asks("bruno", "away until Friday 0900")
    assert house.asks("bruno", "back").startswith("You are back.")
    asks(house)
    assert house.private("bruno")[-1].startswith("Question ")
    assert house.asks("bruno", "back") == "You are not away."


def test_an_absence_to_come_moves_nothing_before_it_begins(house: House) -> None:
    house.asks("bruno", "away Wednesday 0900 to Thursday 0900")
    code = asks(house, more="")
    house.taps("bruno", "Open")
    house.passes(hours=23)
    assert not house.private("bice")
    house.passes(hours=1, seconds=10)
    assert code in house.private("bice")[-1]
    house.passes(days=1)
    assert house.private("bruno")[-1] == (
        f"While you were away the next in line stepped in: {code} to Bice Holm."
    )


def test_of_two_absences_to_come_each_has_others_step_in(house: House) -> None:
    house.asks("bruno", "away Wednesday 0900 to 1700")
    house.asks("bruno", "away Friday 0900 to 1700")
    code = asks(house, more="")
    house.taps("bruno", "Open")
    house.passes(days=1, seconds=10)
    [told] = house.private("bice")
    assert told.startswith(f"Question {code}")
    assert told.endswith("You step in for a colleague.")


def test_a_head_says_it_of_somebody_who_is_ill_and_nobody_else_does(house: House) -> None:
    assert house.asks("bice", "away bruno until Friday 0900").startswith("Only the head")
    assert house.asks("bodil", "away Bruno Marsh until Friday 0900").startswith(
        "Bruno Marsh is away"
    )
    assert 'If that is wrong: "back".' in house.private("bruno")[-1]
    asks(house)
    assert house.private("bice")


def test_stepping_aside_from_a_case_leaves_no_question_behind(house: House) -> None:
    said = house.asks("aron", "ask birch-lisbon whose van is it about LARCH")
    code = said.split()[1]
    house.asks("bruno", "case recuse LARCH")
    assert code in house.private("bice")[-1]
    assert house.private("bruno")[0] == (
        f"Question {code} is with somebody else now. Nothing more to do."
    )
    assert house.asks("bruno", f"answer {code}").startswith("I can show you no question")


def test_stepping_aside_from_one_question_needs_no_reason(house: House) -> None:
    code = asks(house)
    house.taps("bruno", "Open")
    assert house.taps("bruno", "Step aside") == (
        f"Question {code} is with somebody else now, and goes round you. Nobody was told why."
    )
    assert code in house.private("bice")[-1]


# Shifts, swaps, the roster


def test_an_extra_shift_makes_one_the_one_who_is_asked(house: House) -> None:
    house.asks("bruno", "duty off")
    house.asks("bice", "duty off")
    house.asks("bice", "shift tomorrow 0700 to tomorrow 1900")
    house.passes(hours=23)
    asks(house)
    assert any(each.startswith("Question ") for each in house.private("bice"))
    assert house.asks("bice", "shift off").startswith("One shift was taken back")
    assert house.asks("bice", "shift off") == "You have no shifts besides your hours."


def test_a_swap_counts_when_it_is_accepted(house: House) -> None:
    house.asks("bruno", "swap bice tomorrow 0700 to 2300 for Thursday 0700 to 2300")
    shown = house.taps("bice", "Open")
    assert "Bruno Marsh asks you to take their duty from Wed 10 Mar, 07:00 (Lisbon)" in shown
    assert "In return they take yours from Thu 11 Mar" in shown
    before = house.asks("ada", "who birch-lisbon, tomorrow 1000")
    house.taps("bice", "Accept")
    roster = house.asks("bodil", "roster birch-lisbon at tomorrow 1000")
    assert "Bruno Marsh: off, next Wed 10 Mar, 23:00 (Lisbon)" not in roster
    assert "Bruno Marsh: off" in roster
    assert "Bice Holm: on duty" in roster
    assert "Bice Holm: off" in house.asks("bodil", "roster birch-lisbon at Thursday 1000")
    assert before == house.asks("ada", "who birch-lisbon, tomorrow 1000")
    assert house.private("bruno")[-1].endswith("agreed; the roster is changed.")


def test_an_accepted_swap_is_undone_within_the_minute(house: House) -> None:
    house.asks("bruno", "swap bice tomorrow 0700 to 2300")
    house.taps("bice", "Open")
    house.taps("bice", "Accept")
    house.taps("bice", "Undo")
    assert "Bruno Marsh: on duty" in house.asks("bodil", "roster birch-lisbon at tomorrow 1000")


def test_a_swap_that_nobody_answers_changes_nothing(house: House) -> None:
    said = house.asks("bruno", "swap bice Friday 0700 to 2300")
    code = re.match(r"Swap (\w+)", said)
    assert code is not None
    house.passes(days=1, minutes=1)
    assert house.private("bruno")[-1] == (
        f"Swap {code[1]}: no answer came. The roster stays as it was."
    )
    assert "Bruno Marsh: on duty" in house.asks("bodil", "roster birch-lisbon at Friday 1000")


def test_the_roster_names_people_within_their_agency_only(house: House) -> None:
    assert "Bruno Marsh: on duty until 23:00 (Lisbon)" in house.asks("bice", "roster")
    seen = house.asks("aron", "roster birch-lisbon")
    assert seen == "Birch Lisbon desk, 10:00 (Brussels):\nSomebody is on duty."


def test_one_s_own_desk_need_not_be_named(house: House) -> None:
    at_ten = "Birch Lisbon desk, Wed 10 Mar, 10:00 (Lisbon):\n"
    assert house.asks("bice", "roster at tomorrow 1000").startswith(at_ten)


def test_a_public_holiday_is_rest_for_who_rests_on_sundays(house: House) -> None:
    house.passes(days=17)  # Good Friday, in Portugal.
    assert "Bodil Crane: off" in house.asks("bice", "roster")
    assert "Bice Holm: on duty" in house.asks("bice", "roster")


# The digest of a day


def digests(house: House, who: str) -> list[str]:
    return [each for each in house.private(who) if each.startswith("Today.")]


def test_who_wants_it_reads_their_desk_as_the_shift_begins(house: House) -> None:
    said = house.asks("aron", "digest on")
    assert "next Wed 10 Mar, 07:00 (Brussels)" in said
    house.asks("bruno", "ask alder-harbour is it yours?")
    house.passes(hours=20)
    assert not digests(house, "aron")
    house.passes(hours=2)
    [today] = digests(house, "aron")
    assert today.startswith("Today.\nYou owe: ")
    house.passes(days=1)
    assert len(digests(house, "aron")) == 2


def test_a_clear_desk_and_a_day_off_are_no_digest(house: House) -> None:
    house.asks("aron", "digest 07:30")
    house.passes(days=2)
    assert not digests(house, "aron")
    house.asks("bruno", "ask alder-harbour is it yours?")
    house.asks("aron", "away until Monday 1200")
    house.passes(days=4, hours=20)  # Until Tuesday morning, before half past seven.
    assert not digests(house, "aron")
    house.passes(hours=2)
    assert len(digests(house, "aron")) == 1


def test_an_agency_gives_its_desks_a_digest_until_one_of_them_wants_none(house: House) -> None:
    def is_wished(session: Session) -> None:
        session.scalars(select(Agency).where(Agency.slug == "alder")).one().digest = "shift"

    house.asks("bruno", "ask alder-harbour is it yours?")
    house.do(is_wished)
    for _ in range(2):
        house.wait(house.stage.liaison.keep_house())
    house.passes(hours=22)
    assert len(digests(house, "aron")) == 1
    assert not digests(house, "ada"), "a field officer is asked nothing"
    house.asks("aron", "digest off")
    house.passes(days=1)
    assert len(digests(house, "aron")) == 1
    assert "next Fri 12 Mar, 07:00 (Brussels)" in house.asks("aron", "digest default")


def test_a_night_is_one_s_own_or_one_s_agency_s(house: House) -> None:
    def is_late(session: Session) -> None:
        session.scalars(select(Agency).where(Agency.slug == "alder")).one().night = "23:00-09:30"

    assert "22:00-07:00, as your agency has it" in house.asks("ada", "night")
    house.do(is_late)
    assert "23:00-09:30, as your agency has it" in house.asks("ada", "night")
    assert 'Undo: "night default"' in house.asks("ada", "night 21:30-06:30")
    assert "at any hour now" in house.asks("ada", "night off")
    assert "is no night" in house.asks("ada", "night 25:00-06:30")


def test_a_digest_missed_in_an_outage_comes_the_next_day_only(house: House) -> None:
    house.asks("aron", "digest on")
    house.asks("bruno", "ask alder-harbour is it yours?")
    house.stage.now += timedelta(days=1)
    house.passes(seconds=1)
    assert not digests(house, "aron")
    house.passes(days=1)
    assert len(digests(house, "aron")) == 1


def test_who_has_the_night_on_a_roster_still_reads_their_desk_in_the_morning(house: House) -> None:
    def is_planned(session: Session) -> None:
        aron = session.scalars(select(Officer).where(Officer.slug == "aron")).one()
        night = START + timedelta(hours=34), START + timedelta(hours=44)
        rest = Shift(START, START + timedelta(days=3), False, rosters.ROSTER)
        rosters.add(aron, rest, Shift(*night, True, rosters.ROSTER), now=START)

    house.asks("bruno", "ask alder-harbour is it yours?")
    house.do(is_planned)
    house.asks("aron", "digest 07:30")
    house.passes(days=1)
    assert len(digests(house, "aron")) == 1


def test_a_digest_is_read_until_it_is_not_wanted(house: House) -> None:
    assert house.asks("aron", "digest").startswith("Write: digest on")
    house.asks("aron", "digest on")
    house.asks("bruno", "ask alder-harbour is it yours?")
    house.asks("aron", "digest off")
    house.passes(days=2)
    assert not digests(house, "aron")
