"""What comes once a day comes once a day, in every zone, whatever the clocks do there."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.meetings import hours
from nlp import times
from storage.models import Officer, Tlp

FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)
WALLS = (time(1, 30), time(2, 30), time(8, 0))
NEAR = timedelta(days=3)
DAY = timedelta(days=1)


@cache
def changes() -> tuple[tuple[str, date], ...]:
    """Every day from 2026 to 2030 on which some zone's clocks change, in every zone there is."""
    return tuple(
        (zone, day) for zone in sorted(available_timezones()) for day in _changes(ZoneInfo(zone))
    )


def _changes(zone: ZoneInfo) -> Iterator[date]:
    before, day = None, FIRST
    while day <= LAST:
        offset = datetime.combine(day, time(), zone).utcoffset()
        if before is not None and offset != before:
            yield day - DAY
        before, day = offset, day + DAY


def test_there_are_hundreds_of_zones_and_thousands_of_changes() -> None:
    assert len(available_timezones()) > 400
    assert len(changes()) > 1500


@pytest.mark.parametrize("wall", WALLS)
def test_a_daily_rule_comes_once_each_local_day_in_every_zone(wall: time) -> None:
    for name, day in changes():
        zone = ZoneInfo(name)
        start = datetime.combine(day - NEAR, wall, zone).astimezone(UTC)
        again = times.Recurrence("FREQ=DAILY", (start,), name)
        at, fired = start - timedelta(seconds=1), []
        while at < start + 2 * NEAR:
            following = times.following(again, at)
            assert following is not None
            fired.append(following)
            at = following
        days = [each.astimezone(zone).date() for each in fired]
        assert len(days) == len(set(days)), (name, day)
        # A zone may skip a whole day, as Samoa did; a day that exists is never passed over.
        for earlier, later in pairwise(days):
            assert later - earlier == DAY, (name, day)
        for each in fired:
            local = each.astimezone(zone)
            assert local.time() == wall or _is_skipped(local.date(), wall, zone), (name, day)


def test_a_late_task_s_morning_comes_once_each_working_day_in_every_zone() -> None:
    for name, day in changes():
        officer = _officer(name)
        zone = ZoneInfo(name)
        at = datetime.combine(day - NEAR, time(12), zone).astimezone(UTC)
        end = at + 2 * NEAR
        fired = []
        while (at := hours.morning_after(officer, at)) < end:
            fired.append(at.astimezone(zone))
        assert len({each.date() for each in fired}) == len(fired)
        expected = {
            day - NEAR + n * DAY for n in range(1, 7) if (day - NEAR + n * DAY).weekday() < 5
        }
        assert {each.date() for each in fired} <= expected
        assert len(fired) >= len(expected) - 1
        assert {each.time() for each in fired} <= {time(9)}


def test_a_scheduler_s_own_cron_comes_twice_when_the_clocks_go_back() -> None:
    """The control: the same question, asked of what we do not use for it, is answered wrongly."""
    zone = ZoneInfo("America/New_York")
    cron = CronTrigger(hour=1, minute=30, timezone=zone)
    fired, at = Counter[date](), datetime(2026, 10, 30, 16, tzinfo=UTC)
    for _ in range(5):
        found = cron.get_next_fire_time(None, at.astimezone(zone))
        assert found is not None
        fired[found.date()] += 1
        at = found.astimezone(UTC) + timedelta(seconds=1)
    assert fired[date(2026, 11, 1)] == 2


def _is_skipped(day: date, wall: time, zone: ZoneInfo) -> bool:
    there = datetime.combine(day, wall, zone)
    return there.astimezone(UTC).astimezone(zone).time() != wall


def _officer(zone: str) -> Officer:
    return Officer(
        slug="ana", agency_id=1, unit_id=None, name="Ana", roles=[], clearance=Tlp.AMBER,
        languages=["en"], zone=zone,
    )  # fmt: skip
