"""Times to meet, over zones, hours and what people have in their calendars."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.followup import duty
from bot.meetings import slots
from bot.meetings.slots import Outside, Person, Slot, propose

# Two weeks in which the clocks of Europe change, and those of the others do not.
BEGIN = datetime(2027, 3, 22, 0, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
HALF_HOUR, HOUR = timedelta(minutes=30), timedelta(hours=1)
QUARTER = timedelta(minutes=15)
HOURS = ("Mon-Fri 09:00-17:00", "Mon-Fri 08:00-12:00; Mon-Fri 13:00-17:00", "daily 06:00-14:00")


def somebody(
    who: str,
    zone: str = "Europe/Brussels",
    *,
    agency: str | None = None,
    busy: Sequence[tuple[datetime, datetime]] = (),
    is_required: bool = True,
    hours: str = HOURS[0],
) -> Person:
    return Person(who, agency or who, ZoneInfo(zone), duty.read(hours), tuple(busy), is_required)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def starts(found: Sequence[Slot]) -> list[str]:
    return [f"{slot.start:%a %H:%M}" for slot in found]


def test_a_slot_lies_in_everybodys_hours_on_their_own_wall_clock() -> None:
    people = [somebody("ana", "Europe/Athens"), somebody("bo", "Europe/Lisbon")]
    found = propose(people, HOUR, BEGIN, BEGIN + WEEK, BEGIN)
    assert starts(found) == ["Mon 09:00", "Mon 10:00", "Mon 11:00"]
    assert all(slot.outside == () for slot in found)


def test_hours_follow_the_clocks_when_they_change() -> None:
    people = [somebody("ana")]
    first = [propose(people, HOUR, day, day + WEEK, day)[0] for day in (BEGIN, BEGIN + WEEK)]
    assert starts(first) == ["Mon 08:00", "Mon 07:00"]


def test_nothing_is_proposed_while_a_required_person_is_busy() -> None:
    busy = [(at("2027-03-22T08:00"), at("2027-03-22T10:15"))]
    found = propose([somebody("ana", busy=busy)], HOUR, BEGIN, BEGIN + WEEK, BEGIN)
    assert starts(found)[0] == "Mon 10:30"


def test_nothing_is_proposed_in_the_past() -> None:
    now = at("2027-03-22T12:10")
    found = propose([somebody("ana")], HOUR, BEGIN, BEGIN + WEEK, now)
    assert starts(found)[0] == "Mon 12:30"


def test_the_end_of_the_time_asked_for_is_kept() -> None:
    latest = at("2027-03-22T09:29")
    found = propose([somebody("ana")], HOUR, BEGIN, latest, BEGIN)
    assert starts(found) == ["Mon 08:00"]


def test_slots_do_not_overlap_and_are_no_more_than_asked_for() -> None:
    found = propose([somebody("ana")], 2 * HOUR, BEGIN, BEGIN + WEEK, BEGIN, limit=5)
    assert len(found) == 5
    assert all(a.end <= b.start or b.end <= a.start for a, b in combinations(found, 2))


def test_hours_are_widened_only_when_nothing_fits_and_it_is_said_by_how_much() -> None:
    people = [somebody("ana"), somebody("cy", "America/New_York")]
    apart = [somebody("ana"), somebody("di", "America/Los_Angeles")]
    assert all(s.outside == () for s in propose(people, HOUR, BEGIN, BEGIN + WEEK, BEGIN))
    found = propose(apart, HOUR, BEGIN + WEEK, BEGIN + 2 * WEEK, BEGIN)
    assert found[0].outside == (Outside("ana", HOUR), Outside("di", HOUR))


def test_nobody_is_ever_proposed_more_than_four_hours_outside() -> None:
    people = [
        somebody("ana", hours="Mon-Fri 06:00-08:00"),
        somebody("ed", hours="Mon-Fri 18:00-20:00"),
    ]
    assert propose(people, HOUR, BEGIN, BEGIN + WEEK, BEGIN) == []


def test_without_the_optional_a_slot_still_stands_and_says_who_is_missing() -> None:
    busy = [(BEGIN, BEGIN + WEEK)]
    people = [somebody("ana"), somebody("bo", agency="ana", busy=busy, is_required=False)]
    found = propose(people, HOUR, BEGIN, BEGIN + WEEK, BEGIN)
    assert found[0].missing == ("bo",)


def test_a_slot_with_everybody_comes_before_a_sooner_one_without() -> None:
    busy = [(at("2027-03-22T00:00"), at("2027-03-23T10:00"))]
    people = [somebody("ana"), somebody("bo", agency="ana", busy=busy, is_required=False)]
    found = propose(people, HOUR, BEGIN, BEGIN + WEEK, BEGIN)
    assert starts(found)[0] == "Tue 10:00"
    assert found[0].missing == ()


def test_nobody_is_called_in_at_night_because_only_the_optional_are_asked() -> None:
    people = [somebody("ana", is_required=False), somebody("bo", is_required=False)]
    found = propose(people, HOUR, BEGIN, BEGIN + WEEK, BEGIN)
    assert all(slot.outside == () and slot.missing == () for slot in found)


def test_every_agency_has_somebody_there() -> None:
    away = [(at("2027-03-22T00:00"), at("2027-03-22T12:00"))]
    later = [(at("2027-03-22T11:00"), at("2027-03-28T00:00"))]
    people = [
        somebody("ana", agency="alder"),
        somebody("bo", agency="birch", busy=away, is_required=False),
        somebody("cy", agency="birch", busy=later, is_required=False),
    ]
    for slot in propose(people, HOUR, BEGIN, BEGIN + WEEK, BEGIN, limit=50):
        assert set(slot.missing) != {"bo", "cy"}


def test_somebody_always_on_duty_is_never_outside_their_hours() -> None:
    watch = somebody("watch", hours="always")
    assert slots.outside(watch, BEGIN, BEGIN + HOUR) == timedelta()


def test_how_much_lies_outside_is_counted_on_both_sides() -> None:
    ana = somebody("ana")
    begin = at("2027-03-22T07:15")  # 08:15 in Brussels
    assert slots.outside(ana, begin, begin + HOUR) == timedelta(minutes=45)
    assert slots.outside(ana, begin, begin + 9 * HOUR) == timedelta(minutes=60)


def test_a_meeting_of_nobody_or_of_no_length_has_no_slot() -> None:
    assert propose([], HOUR, BEGIN, BEGIN + WEEK, BEGIN) == []
    assert propose([somebody("ana")], timedelta(), BEGIN, BEGIN + WEEK, BEGIN) == []


# --- against brute force

busy_times = st.lists(
    st.tuples(st.integers(0, 3 * 96), st.integers(1, 20)).map(
        lambda t: (BEGIN + 5 * WEEK / 7 + t[0] * QUARTER, BEGIN + 5 * WEEK / 7 + sum(t) * QUARTER)
    ),
    max_size=6,
)
people = st.lists(
    st.tuples(
        st.sampled_from(["Europe/Brussels", "Europe/Lisbon", "Asia/Kolkata", "Africa/Nairobi"]),
        st.sampled_from(HOURS),
        st.sampled_from(["alder", "birch"]),
        busy_times,
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(
    lambda rows: [
        somebody(f"p{i}", zone, agency=agency, busy=busy, is_required=required, hours=hours)
        for i, (zone, hours, agency, busy, required) in enumerate(rows)
    ]
)
durations = st.sampled_from([HALF_HOUR, HOUR, timedelta(minutes=45)])


def looked_at(
    people: Sequence[Person], duration: timedelta, earliest: datetime, latest: datetime
) -> list[datetime]:
    """Every half hour of the time, tried quarter hour by quarter hour."""
    found, start = [], earliest
    while start + duration <= latest:
        quarters = [start + n * QUARTER for n in range(duration // QUARTER)]
        comes = {
            p.who: all(duty.is_on(p.hours, q, p.zone) for q in quarters)
            and not any(b < q + QUARTER and q < e for q in quarters for b, e in p.busy)
            for p in people
        }
        if all(
            comes[p.who]
            if p.is_required
            else any(comes[o.who] for o in people if o.agency == p.agency)
            for p in people
        ):
            found.append(start)
        start += HALF_HOUR
    return found


@given(people, durations)
def test_openings_are_all_the_half_hours_that_looking_finds(
    people: list[Person], duration: timedelta
) -> None:
    # From the Saturday on, over the change of the clocks.
    earliest, latest = BEGIN + timedelta(days=5), BEGIN + timedelta(days=8)
    found = slots.openings(people, duration, earliest, latest)
    assert found == looked_at(people, duration, earliest, latest)


@given(people, durations)
def test_no_proposal_breaks_a_hard_constraint(people: list[Person], duration: timedelta) -> None:
    earliest, latest = BEGIN + timedelta(days=5), BEGIN + timedelta(days=8)
    now = earliest + HOUR
    for slot in propose(people, duration, earliest, latest, now, limit=10):
        assert now <= slot.start < slot.end <= latest
        assert slot.end - slot.start == duration
        for one in people:
            is_free = not any(b < slot.end and slot.start < e for b, e in one.busy)
            assert is_free or one.who in slot.missing
            assert not (one.is_required and one.who in slot.missing)
            said = next((o.outside for o in slot.outside if o.who == one.who), timedelta())
            if one.who not in slot.missing:
                assert said == slots.outside(one, slot.start, slot.end)
        for agency in {one.agency for one in people}:
            assert any(p.who not in slot.missing for p in people if p.agency == agency)


@given(people, durations)
def test_the_first_proposal_is_the_best_that_looking_finds(
    people: list[Person], duration: timedelta
) -> None:
    earliest, latest = BEGIN + timedelta(days=5), BEGIN + timedelta(days=8)
    fitting = looked_at(people, duration, earliest, latest)
    found = propose(people, duration, earliest, latest, earliest)
    if not fitting:
        assert all(slot.outside or slot.missing for slot in found)  # hours had to be widened
        return

    def missing(start: datetime) -> int:
        quarters = [start + n * QUARTER for n in range(duration // QUARTER)]
        return sum(
            not all(duty.is_on(p.hours, q, p.zone) for q in quarters)
            or any(b < q + QUARTER and q < e for q in quarters for b, e in p.busy)
            for p in people
        )

    # Within everybody's hours nobody sits outside them: who misses it decides, then how soon.
    best = min(fitting, key=lambda start: (missing(start), start))
    assert (found[0].start, len(found[0].missing)) == (best, missing(best))


def test_nothing_is_proposed_on_a_public_holiday_unless_somebody_is_always_on_duty() -> None:
    holiday = at("2027-05-06T00:00"), at("2027-05-07T00:00")  # Ascension Day, a Thursday
    ana = Person("ana", "alder", ZoneInfo("Europe/Brussels"), country="BE")
    watch = Person("wil", "alder", ZoneInfo("Europe/Brussels"), duty.ALWAYS, country="BE")
    assert slots.openings([ana], HOUR, *holiday) == []
    assert len(slots.openings([watch], HOUR, *holiday)) == 47
    assert len(slots.openings([ana], HOUR, holiday[1], holiday[1] + timedelta(days=1))) == 15
