"""Times as officers write them: understood to the last word, asked about, or refused."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlp import times
from nlp.times import Ambiguous, Day, Instant, Nothing, Range, Reading, Recurrence, Window

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 11, 18, 10, 20, tzinfo=BRUSSELS)
TABLE = Path(__file__).parents[2] / "cases" / "phrases.jsonl"
CASES = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
UNDERSTOOD = sorted({case["phrase"] for case in CASES if case["kind"] != "none"})

zones = st.sampled_from(
    [
        *("Europe/Brussels", "Europe/Lisbon", "America/New_York", "Asia/Kolkata"),
        *("Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "UTC"),
    ]
).map(ZoneInfo)
moments = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2035, 12, 31), timezones=st.just(UTC)
).map(lambda at: at.replace(second=0, microsecond=0))


def read(phrase: str, now: datetime = NOW) -> Reading:
    return times.read(phrase, now, BRUSSELS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}: {case['phrase']}")
def test_the_table_of_phrases_reads_as_it_says(case: dict[str, Any]) -> None:
    answer = times.read_line(case)
    assert answer["kind"] == case["kind"], answer
    match case["kind"]:
        case "instant":
            assert answer["at"] in case["expect"]
        case "date":
            assert answer["date"] in [case["expect"], *case.get("expect_alt", [])]
        case "window":
            assert case["start"] <= answer["start"] < answer["end"] <= case["end"]
        case "range":
            assert (answer["start"], answer["end"]) == (case["start"], case["end"])
        case "recurrence":
            assert (answer["rrule"], answer["at"][0]) == (case["rrule"], case["first"])
        case "ambiguous":
            assert len(answer["readings"]) > 1
            assert set(answer["readings"]) <= set(case["accept"])
            assert answer["question"].endswith("?")
        case "none":
            assert answer["why"]


@given(st.sampled_from(UNDERSTOOD), st.sampled_from(["berth", "xyzzy", "signatures", "not", "%"]))
def test_one_word_too_many_refuses_the_whole_phrase(phrase: str, word: str) -> None:
    assert isinstance(read(f"{phrase} {word}"), Nothing)
    assume(f"{word} {phrase.split()[0]}" != "not before")  # that says something else
    assert isinstance(read(f"{word} {phrase}"), Nothing)


@given(st.text(max_size=260))
def test_any_text_gets_an_answer(text: str) -> None:
    read(text)


WORDS = sorted({word for phrase in UNDERSTOOD for word in phrase.split()})


@given(st.lists(st.sampled_from(WORDS), max_size=12), moments, zones)
def test_any_jumble_of_time_words_gets_an_answer(
    jumble: list[str], now: datetime, zone: ZoneInfo
) -> None:
    answer = times.read(" ".join(jumble), now, zone)
    match answer:
        case Ambiguous(readings):
            assert 2 <= len(set(readings)) <= 4
        case Range(start, end) | Window(start, end):
            assert start < end
        case Recurrence(_, first):
            assert all(a < b for a, b in pairwise(first))
            assert now < first[0]


@pytest.mark.parametrize(
    "unit", ["tomorrow ", "in 2h before ", "at ", "1-", "every ", "24 Nov ", "a a ", "10 to ", "(("]
)
def test_a_hostile_phrase_costs_milliseconds(unit: str) -> None:
    phrase = (unit * 200)[:200]
    read(phrase)
    began = time.process_time()
    read(phrase)
    assert time.process_time() - began < 0.25


def test_a_phrase_has_two_hundred_characters_at_most() -> None:
    assert isinstance(read("tomorrow 0900Z" + " " * 200), Nothing)


# --- written in one way, read as the moment it is


MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
LETTERS = {"Z": 0} | dict(zip("ABCDEFGHIKM", [*range(1, 11), 12], strict=True))
LETTERS |= dict(zip("NOPQRSTUVWXY", range(-1, -13, -1), strict=True))


@given(moments, st.sampled_from(sorted(LETTERS)), zones)
def test_a_date_time_group_is_read_in_the_zone_of_its_letter(
    at: datetime, letter: str, zone: ZoneInfo
) -> None:
    local = at + timedelta(hours=LETTERS[letter])
    group = f"{local:%d%H%M}{letter}{MONTHS[local.month - 1]}{local:%y}"
    assert times.read(group, NOW, zone) == Instant(at)
    assert times.read(f"NLT {group}", NOW, zone) == Instant(at)


@given(
    moments,
    st.sampled_from(
        ["{d:%d.%m.%Y}", "{d:%Y-%m-%d}", "{d.day} {m} {d.year}", "{m} {d.day}, {d.year}"]
    ),
    st.sampled_from(["{d:%H:%M}Z", "{d:%H%M}Z", "{d:%H:%M} UTC", "at {d:%I:%M %p} GMT"]),
    st.booleans(),
)
def test_day_and_clock_may_be_written_in_many_ways_and_in_either_order(
    at: datetime, day: str, clock: str, day_first: bool
) -> None:
    said = [form.format(d=at, m=MONTHS[at.month - 1].title()) for form in (day, clock)]
    phrase = " ".join(said if day_first else said[::-1])
    assert read(phrase) == Instant(at)


@given(moments, zones)
def test_iso_times_are_read_as_they_are_written(at: datetime, zone: ZoneInfo) -> None:
    assert times.read(at.astimezone(zone).isoformat(), NOW, zone) == Instant(at)


@given(moments, zones, zones)
def test_a_wall_clock_names_one_moment_or_is_asked_about(
    at: datetime, there: ZoneInfo, here: ZoneInfo
) -> None:
    wall = at.astimezone(there)
    answer = times.read(f"{wall:%Y-%m-%d %H:%M} {there.key}", NOW, here)
    twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    if twice:
        assert isinstance(answer, Ambiguous)
        assert Instant(at) in answer.readings
    else:
        assert answer == Instant(at)


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York", "Australia/Lord_Howe"])
def test_an_hour_the_clocks_skip_is_asked_about(zone: str) -> None:
    place = ZoneInfo(zone)
    at = datetime(2027, 1, 1, tzinfo=UTC)
    while _offset(at + timedelta(minutes=30), place) <= _offset(at, place):
        at += timedelta(minutes=30)
    skipped = (at + timedelta(minutes=30)).astimezone(place).replace(tzinfo=None)
    skipped -= timedelta(minutes=15)
    answer = times.read(f"{skipped:%Y-%m-%d %H:%M}", NOW, place)
    assert isinstance(answer, Ambiguous)
    assert "is skipped that night" in answer.question


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


# --- what is asked, what is refused


def test_a_question_shows_every_reading_with_its_zone() -> None:
    answer = read("next Friday 10:00")
    assert isinstance(answer, Ambiguous)
    assert answer.question == (
        "Which do you mean: Friday 20 November 2026, 10:00 Brussels (0900Z) "
        "or Friday 27 November 2026, 10:00 Brussels (0900Z)?"
    )


def test_a_repeated_hour_is_asked_about_with_the_reason() -> None:
    answer = read("02:30 on 31 October 2027")
    assert isinstance(answer, Ambiguous)
    assert answer.question.startswith("02:30 comes twice that night in Brussels.")


def test_a_weekday_that_is_not_the_dates_is_refused_with_the_right_one() -> None:
    assert read("Mon 24 Nov 10:00") == Nothing("24 November 2026 is a Tuesday, not a Monday.")


def test_a_weekday_settles_which_order_a_numeric_date_has() -> None:
    assert read("Mon 01/02/2027") == Day(date(2027, 2, 1))


@pytest.mark.parametrize(
    "phrase",
    ["3 April 1985", "April 3, 1985", "3. April 1985", "3 avril 1985", "3 de abril de 1985"],
)
def test_a_year_of_the_last_century_is_no_clock(phrase: str) -> None:
    assert read(phrase) == Day(date(1985, 4, 3))


def test_an_impossible_clock_is_refused_by_name() -> None:
    assert read("25:00 tomorrow") == Nothing("25:00 is not a time of day.")


def test_the_first_word_not_understood_is_named() -> None:
    assert read("tomorrow abut 9") == Nothing('I do not understand "abut" as a time.')


@pytest.mark.parametrize("phrase", ["tomorrow @", "tomorrow at (", "Friday by,", "on the"])
def test_a_word_that_leads_nowhere_is_refused(phrase: str) -> None:
    assert isinstance(read(phrase), Nothing)


def test_working_hours_decide_the_half_of_the_day() -> None:
    assert read("tomorrow at 4") == Instant(datetime(2026, 11, 19, 15, 0, tzinfo=UTC))
    night = times.read("tomorrow at 4", NOW, BRUSSELS, work=(0, 8))
    assert night == Instant(datetime(2026, 11, 19, 3, 0, tzinfo=UTC))


def test_the_close_of_business_is_the_end_of_the_speakers_work() -> None:
    assert times.read("COB", NOW, BRUSSELS, work=(8, 16)) == Instant(
        datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
    )


# --- again and again


def test_a_rule_keeps_its_wall_time_when_the_clocks_change() -> None:
    rule = read("every weekday at 10:00", datetime(2027, 3, 25, 9, 0, tzinfo=BRUSSELS))
    assert isinstance(rule, Recurrence)
    at, walls = rule.first[0], []
    for _ in range(5):
        walls.append(f"{at.astimezone(BRUSSELS):%a %H:%M}")
        following = times.following(rule, at)
        assert following is not None
        at = following
    assert walls == ["Thu 10:00", "Fri 10:00", "Mon 10:00", "Tue 10:00", "Wed 10:00"]


def test_a_rule_in_a_repeated_hour_comes_once_that_day() -> None:
    rule = read("every day at 02:30", datetime(2027, 10, 30, 12, 0, tzinfo=BRUSSELS))
    assert isinstance(rule, Recurrence)
    days = [at.astimezone(BRUSSELS).date() for at in rule.first]
    assert len(set(days)) == len(days) == 3


def test_a_rule_that_has_ended_has_no_following_moment() -> None:
    rule = read("daily 0800 2 times")
    assert isinstance(rule, Recurrence)
    assert len(rule.first) == 2
    assert times.following(rule, rule.first[1]) is None
    until = read("every Monday at 10 until 30 November")
    assert isinstance(until, Recurrence)
    assert len(until.first) == 2


@given(
    st.sampled_from([case["phrase"] for case in CASES if case["kind"] == "recurrence"]),
    moments,
    zones,
)
def test_following_a_rule_step_by_step_gives_its_first_moments(
    phrase: str, now: datetime, zone: ZoneInfo
) -> None:
    rule = times.read(phrase, now, zone)
    if isinstance(rule, Recurrence):
        steps, at = [], now
        while len(steps) < len(rule.first):
            found = times.following(rule, at)
            assert found is not None
            steps.append(found)
            at = found
        assert tuple(steps) == rule.first


# --- lines

GOOD = {"phrase": "in 2 hours", "now": "2026-11-18T10:20:00+01:00", "tz": "Europe/Brussels"}


def test_a_line_is_answered_in_utc() -> None:
    assert times.read_line(GOOD) == {"kind": "instant", "at": "2026-11-18T11:20:00Z"}


@pytest.mark.parametrize(
    "line",
    [
        None,
        [],
        "in 2 hours",
        {},
        GOOD | {"phrase": 7},
        GOOD | {"now": "yesterday"},
        GOOD | {"now": "2026-11-18T10:20:00"},
        GOOD | {"tz": "Europe/Gotham"},
        GOOD | {"tz": "../../etc/passwd"},
        GOOD | {"tz": ""},
        GOOD | {"tz": "Europe"},
        GOOD | {"tz": "a\0b"},
        GOOD | {"now": "0001-01-01T00:00:00+14:00", "tz": "America/New_York"},
    ],
)
def test_a_malformed_line_says_what_is_wrong_with_it(line: object) -> None:
    answer = times.read_line(line)
    assert list(answer) == ["error"]
    assert answer["error"]


@pytest.mark.parametrize("field", list(GOOD))
def test_a_line_that_lacks_a_field_says_which(field: str) -> None:
    line = {name: text for name, text in GOOD.items() if name != field}
    assert times.read_line(line) == {"error": f"{field} is missing"}


def test_a_phrase_at_the_end_of_the_calendar_is_refused() -> None:
    for phrase in ("tomorrow", "in 1000 weeks", "every Monday at 10", "29 Feb"):
        line = GOOD | {"phrase": phrase, "now": "9999-12-31T12:00:00+00:00"}
        assert times.read_line(line)["kind"] == "none"
