"""Deadlines: the strict one, the legal one, and the rungs between."""

import calendar
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.followup import deadlines
from bot.followup.deadlines import Profile, deadline, load_policy, paused, rung_instants

POLICY = load_policy()
BRUSSELS = ZoneInfo("Europe/Brussels")
WEDNESDAY = datetime(2026, 11, 18, 10, 20, tzinfo=BRUSSELS)

profiles = st.sampled_from(sorted(POLICY.profiles)).map(lambda name: POLICY.profiles[name])
zones = st.sampled_from(
    ["Europe/Brussels", "Europe/Lisbon", "Asia/Kolkata", "America/St_Johns", "Asia/Kathmandu"]
).map(ZoneInfo)
countries = st.sampled_from(["BE", "PT", "DE", "GB", None])
receipts = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2030, 12, 31), timezones=st.just(UTC)
)


def profile(name: str) -> Profile:
    return POLICY.profiles[name]


def due(name: str, received: datetime, country: str | None = "BE") -> tuple[str, str]:
    found = deadline(profile(name), received, BRUSSELS, country)
    return tuple(
        f"{at.astimezone(BRUSSELS):%d %b %H:%M}" for at in (found.strict_at, found.legal_at)
    )


# --- the rule, by example


def test_the_hour_of_receipt_is_not_counted() -> None:
    assert due("eu_2023_977_urgent_direct", WEDNESDAY) == ("18 Nov 18:20", "18 Nov 19:00")


def test_an_hour_that_has_just_begun_is_not_counted_either() -> None:
    on_the_hour = WEDNESDAY.replace(minute=0)
    assert due("eu_2023_977_urgent_direct", on_the_hour) == ("18 Nov 18:00", "18 Nov 19:00")


def test_the_day_of_receipt_is_not_counted_and_the_last_day_is_whole() -> None:
    assert due("eu_2023_977_other", WEDNESDAY) == ("25 Nov 10:20", "26 Nov 00:00")


def test_a_limit_that_ends_on_a_saturday_ends_with_the_next_working_day() -> None:
    assert due("eu_2023_977_urgent_indirect", WEDNESDAY) == ("21 Nov 10:20", "24 Nov 00:00")


def test_a_limit_that_ends_on_a_public_holiday_ends_with_the_next_working_day() -> None:
    friday_before_christmas = datetime(2026, 12, 18, 9, 0, tzinfo=BRUSSELS)
    assert due("eu_2023_977_other", friday_before_christmas)[1] == "29 Dec 00:00"
    assert due("eu_2023_977_other", friday_before_christmas, None)[1] == "26 Dec 00:00"


def test_two_working_days_at_least_are_in_a_limit_of_days() -> None:
    # Thursday to Sunday: Good Friday to Easter Monday are no working days in Portugal and Belgium.
    before_easter = datetime(2027, 3, 25, 9, 0, tzinfo=BRUSSELS)
    assert due("eu_2023_977_urgent_indirect", before_easter, "PT")[1] == "31 Mar 00:00"


def test_hours_run_through_weekends_and_holidays() -> None:
    christmas_eve = datetime(2026, 12, 24, 22, 10, tzinfo=BRUSSELS)
    assert due("eu_2023_977_urgent_direct", christmas_eve)[1] == "25 Dec 07:00"


def test_eight_hours_stay_eight_hours_when_the_clocks_change() -> None:
    eve = datetime(2027, 3, 27, 22, 30, tzinfo=BRUSSELS)
    assert due("eu_2023_977_urgent_direct", eve) == ("28 Mar 07:30", "28 Mar 08:00")


def test_a_day_cut_short_by_the_clocks_ends_the_strict_limit_with_it() -> None:
    late_on_monday = datetime(2027, 3, 22, 23, 30, tzinfo=BRUSSELS)
    assert due("eu_2023_977_other", late_on_monday, None) == ("30 Mar 00:00", "30 Mar 00:00")


def test_months_end_on_the_date_they_began_or_the_months_last() -> None:
    end_of_november = datetime(2026, 11, 30, 9, 0, tzinfo=BRUSSELS)
    strict, legal = due("whistleblower_feedback", end_of_november)
    assert strict == "28 Feb 09:00"
    assert legal == "02 Mar 00:00"  # the 28th is a Sunday


def test_our_own_limits_end_to_the_second() -> None:
    found = deadline(profile("officer_waiting"), WEDNESDAY, BRUSSELS, "BE")
    assert found.strict_at == found.legal_at == WEDNESDAY + timedelta(minutes=10)


def test_every_deadline_shows_its_rule_and_source() -> None:
    for each in POLICY.profiles.values():
        found = deadline(each, WEDNESDAY, BRUSSELS, "BE")
        assert found.source == each.source
        assert found.rule == f"{deadlines.limit_in_words(each)} after {each.clock_starts}"
        assert ("1182/71" in found.legal_rule) == (each.rule == "1182/71")


def test_an_unknown_country_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match='"XX" is not a country'):
        deadline(profile("eu_2023_977_other"), WEDNESDAY, BRUSSELS, "XX")


# --- the rule, walked hour by hour and day by day


def walked(each: Profile, received: datetime, zone: ZoneInfo, country: str | None) -> datetime:
    """The legal end, by Article 3 read aloud: slowly, and in another way than the code."""
    at = received.astimezone(UTC)
    if each.calendar == "hours":
        hours_left = each.limit // timedelta(hours=1)
        at = at.replace(second=0, microsecond=0)
        while True:  # to the next beginning of an hour on the wall
            at += timedelta(minutes=1)
            if at.astimezone(zone).minute == 0:
                break
        for _ in range(hours_left):
            at += timedelta(hours=1)
        return at
    day = received.astimezone(zone).date()
    period = []
    for _ in range(days_of(each, day)):
        day += timedelta(days=1)
        period.append(day)
    is_long = len(period) >= 2
    while not working(period[-1], country) or (
        is_long and sum(working(d, country) for d in period) < 2
    ):
        period.append(period[-1] + timedelta(days=1))
    midnight = datetime.combine(period[-1] + timedelta(days=1), time(), zone)
    return midnight.astimezone(UTC)


def days_of(each: Profile, day: date) -> int:
    if each.calendar == "days":
        return each.limit.days
    end = day
    for _ in range(each.months):
        first = (end.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = first.replace(day=min(day.day, calendar.monthrange(first.year, first.month)[1]))
    return (end - day).days


def working(day: date, country: str | None) -> bool:
    if day.strftime("%a") in ("Sat", "Sun"):
        return False
    return country is None or calendar_of(country).get(day) is None


@cache
def calendar_of(country: str) -> holidays.HolidayBase:
    return getattr(holidays, country)()


@given(profiles.filter(lambda p: p.rule == "1182/71"), receipts, zones, countries)
def test_the_legal_end_is_the_one_found_by_walking(
    each: Profile, received: datetime, zone: ZoneInfo, country: str | None
) -> None:
    found = deadline(each, received, zone, country)
    assert found.legal_at == walked(each, received, zone, country)


@given(profiles, receipts, zones, countries)
def test_the_law_never_ends_before_the_strict_limit(
    each: Profile, received: datetime, zone: ZoneInfo, country: str | None
) -> None:
    found = deadline(each, received, zone, country)
    assert received < found.strict_at <= found.legal_at


# --- a clock that stands still


def test_a_clarification_stops_the_clock() -> None:
    asked = WEDNESDAY + timedelta(hours=1)
    stops = [(asked, asked + timedelta(hours=3))]
    found = paused(profile("eu_2023_977_urgent_direct"), WEDNESDAY, stops, BRUSSELS, "BE")
    assert f"{found.strict_at.astimezone(BRUSSELS):%H:%M}" == "21:20"


def test_stops_that_overlap_count_once() -> None:
    hour = timedelta(hours=1)
    stops = [(WEDNESDAY + hour, WEDNESDAY + 3 * hour), (WEDNESDAY + 2 * hour, WEDNESDAY + 4 * hour)]
    assert deadlines.counted_from(WEDNESDAY, stops) == WEDNESDAY + 3 * hour
    assert deadlines.counted_from(WEDNESDAY, stops[::-1]) == WEDNESDAY + 3 * hour


def test_a_stop_before_receipt_counts_from_receipt() -> None:
    hour = timedelta(hours=1)
    stops = [(WEDNESDAY - 2 * hour, WEDNESDAY + hour), (WEDNESDAY - 9 * hour, WEDNESDAY - 8 * hour)]
    assert deadlines.counted_from(WEDNESDAY, stops) == WEDNESDAY + hour


# --- rungs


def rungs(name: str, received: datetime = WEDNESDAY) -> list[tuple[str, str]]:
    each = profile(name)
    found = deadline(each, received, BRUSSELS, "BE")
    return [
        ("+".join(rung.whom), f"{at.astimezone(BRUSSELS):%d %H:%M}")
        for rung, at in rung_instants(each, received, found)
    ]


def test_a_waiting_officer_reaches_duty_deputy_and_watch_by_fixed_delays() -> None:
    assert rungs("officer_waiting")[:3] == [
        ("duty", "18 10:20"),
        ("deputy", "18 10:23"),
        ("watch+room", "18 10:26"),
    ]


def test_the_ladder_climbs_by_shares_of_the_limit_and_ends_with_the_breach() -> None:
    assert rungs("eu_2023_977_urgent_direct") == [
        ("duty", "18 10:20"),
        ("duty+deputy", "18 10:44"),
        ("head", "18 11:32"),
        ("duty", "18 14:20"),
        ("both_heads", "18 16:20"),
        ("executive", "18 17:32"),
        ("duty+head+asker", "18 18:20"),
        ("head", "18 19:00"),
    ]


def test_a_share_comes_ten_minutes_after_receipt_at_the_soonest() -> None:
    shortened = load_policy_text(SHORT)
    each = shortened.profiles["short"]
    found = deadline(each, WEDNESDAY, BRUSSELS, None)
    away = [at - WEDNESDAY for _, at in rung_instants(each, WEDNESDAY, found)]
    assert away == [timedelta(minutes=m) for m in (0, 1, 10, 20)]


@given(profiles, receipts, zones, countries)
def test_rungs_come_in_order_between_receipt_and_the_legal_end(
    each: Profile, received: datetime, zone: ZoneInfo, country: str | None
) -> None:
    found = deadline(each, received, zone, country)
    at = [at for _, at in rung_instants(each, received, found)]
    assert all(a <= b for a, b in pairwise(at))
    assert received <= at[0]
    assert at[-1] <= found.legal_at


# --- the policy


SHORT = """
version = "1"
[ladders.plain]
source = "ours"
tag = "own"
rungs = [
    { share = 0, whom = ["duty"], note = "asked" },
    { minutes = 1, whom = ["duty"], note = "asked" },
    { share = 0.1, whom = ["deputy"], note = "again" },
    { share = 1.0, whom = ["head"], note = "overdue" },
]
[profiles.short]
title = "Short"
minutes = 20
rule = "exact"
clock_starts = "the question"
source = "ours"
tag = "own"
ladder = "plain"
"""


def load_policy_text(text: str) -> deadlines.Policy:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return load_policy(path)


def test_the_shipped_policy_has_a_source_and_a_tag_for_every_value() -> None:
    assert POLICY.version
    assert {"officer_waiting", "routine", "identify", "hidden_hit"} <= POLICY.profiles.keys()
    for each in POLICY.profiles.values():
        assert each.source
        assert each.tag in ("V", "S", "B", "own")
        assert each.rungs


def test_every_problem_of_a_policy_is_listed_at_once() -> None:
    broken = (
        SHORT.replace('version = "1"', "")
        .replace("share = 0.1", "share = 1.5")
        .replace('["head"]', '["headmaster"]')
        .replace("minutes = 20", "minutes = -20\nhours = 3")
        .replace('ladder = "plain"', 'ladder = "steep"\ncolour = "red"')
    )
    with pytest.raises(ConfigError) as caught:
        load_policy_text(broken)
    for problem in (
        "version is missing",
        "share = 1.5 is not between 0 and 1",
        "whom must name some of",
        "say the limit once",
        'there is no ladder "steep"',
        '"colour" is not known here',
    ):
        assert problem in str(caught.value)


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", '"ten"', "true"])
def test_a_limit_is_a_whole_number_above_zero(amount: str) -> None:
    with pytest.raises(ConfigError, match="is not a whole number above zero"):
        load_policy_text(SHORT.replace("minutes = 20", f"minutes = {amount}"))


@pytest.mark.parametrize("key", ["source", "tag", "title", "rule", "clock_starts", "ladder"])
def test_a_profile_without_one_of_its_values_is_refused(key: str) -> None:
    head, profile_text = SHORT.split("[profiles.short]")
    lines = [line for line in profile_text.splitlines() if not line.startswith(f"{key} =")]
    with pytest.raises(ConfigError, match=key):
        load_policy_text(head + "[profiles.short]" + "\n".join(lines))


def test_a_rung_stands_at_one_moment_only() -> None:
    with pytest.raises(ConfigError, match="say one of share, minutes and at_legal_end"):
        load_policy_text(SHORT.replace("share = 0.1", "share = 0.1, minutes = 3"))


def test_a_policy_that_is_no_toml_or_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_policy_text("version =")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_policy(tmp_path / "nowhere.toml")
