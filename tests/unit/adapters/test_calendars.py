"""People's own calendars, asked on a real CalDAV server and as feeds."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]  # ships without types

from adapters.calendar import reading
from adapters.calendar.reading import CalDav, Feed, calendar_at
from bot.errors import CalendarUnavailable
from bot.meetings import calendar
from tests.radicale import Radicale, running

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = datetime(2027, 3, 22, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)

WEEKLY = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VTIMEZONE\r
TZID:Europe/Lisbon\r
BEGIN:STANDARD\r
DTSTART:19701025T020000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0000\r
END:STANDARD\r
BEGIN:DAYLIGHT\r
DTSTART:19700329T010000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
TZOFFSETFROM:+0000\r
TZOFFSETTO:+0100\r
END:DAYLIGHT\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:weekly@test\r
DTSTAMP:20270101T000000Z\r
DTSTART;TZID=Europe/Lisbon:20270302T100000\r
DTEND;TZID=Europe/Lisbon:20270302T110000\r
RRULE:FREQ=WEEKLY;BYDAY=TU\r
EXDATE;TZID=Europe/Lisbon:20270406T100000\r
SUMMARY:Something private\r
END:VEVENT\r
END:VCALENDAR\r
"""


def event(uid: str, start: str, end: str, *more: str) -> bytes:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", f"UID:{uid}",
        "DTSTAMP:20270101T000000Z", f"DTSTART:{start}", f"DTEND:{end}", *more,
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with running(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="module")
def work(radicale: Radicale) -> str:
    """A calendar with a weekly meeting, one that is free, and one that is cancelled."""
    address = radicale.make("work")
    for name, content in (
        ("weekly", WEEKLY),
        ("free", event("free@test", "20270324T090000Z", "20270324T100000Z", "TRANSP:TRANSPARENT")),
        ("off", event("off@test", "20270325T090000Z", "20270325T100000Z", "STATUS:CANCELLED")),
    ):
        assert radicale.put(f"{address}{name}.ics", content) == 201
    return address


def test_a_caldav_server_says_when_its_owner_is_busy_over_a_change_of_the_clocks(
    radicale: Radicale, work: str
) -> None:
    asked = CalDav(work, radicale.user, radicale.password)
    found = asyncio.run(asked.busy(MONDAY, MONDAY + FORTNIGHT, LISBON))
    assert list(found) == [
        (datetime(2027, 3, 23, 10, tzinfo=UTC), datetime(2027, 3, 23, 11, tzinfo=UTC)),
        (datetime(2027, 3, 30, 9, tzinfo=UTC), datetime(2027, 3, 30, 10, tzinfo=UTC)),
    ]


def test_a_feed_says_the_same(radicale: Radicale, work: str) -> None:
    found = asyncio.run(Feed(f"{work}weekly.ics").busy(MONDAY, MONDAY + FORTNIGHT, LISBON))
    assert [start.isoformat() for start, _ in found] == [
        "2027-03-23T10:00:00+00:00",
        "2027-03-30T09:00:00+00:00",
    ]


def test_a_calendar_that_is_not_there_is_unavailable_and_its_address_untold(
    radicale: Radicale,
) -> None:
    address = f"{radicale.address}/ana/secret-token.ics"
    with pytest.raises(CalendarUnavailable) as fault:
        asyncio.run(calendar_at(address).busy(MONDAY, MONDAY + FORTNIGHT, LISBON))
    assert "secret" not in str(fault.value)


def test_nobody_listening_is_unavailable_too() -> None:
    with pytest.raises(CalendarUnavailable):
        asyncio.run(calendar_at("http://127.0.0.1:9/").busy(MONDAY, MONDAY + FORTNIGHT, LISBON))


def test_an_address_that_names_a_file_is_a_feed_and_any_other_a_server() -> None:
    assert isinstance(calendar_at("webcal://cal.example/a/b.ics"), Feed)
    assert isinstance(calendar_at("https://cal.example/ana/work/"), CalDav)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_radicale_accepts_an_invitation_without_its_method(
    radicale: Radicale, work: str, method: calendar.Method
) -> None:
    content = calendar.invitation(
        "briefing-1@liaison.invalid", 1, MONDAY, MONDAY + timedelta(hours=1),
        organiser="desk@liaison.invalid", attendee="ana@liaison.invalid", method=method,
        stamp=MONDAY, zone=LISBON,
    )  # fmt: skip
    # A calendar program stores what it was asked, without the method (RFC 4791, 4.1).
    stored = content.replace(f"METHOD:{method}\r\n".encode(), b"")
    assert radicale.put(f"{work}briefing-1.ics", stored) in (201, 204)


def test_radicale_accepts_a_feed_as_a_calendar(radicale: Radicale) -> None:
    told = calendar.Entry("a@liaison.invalid", 0, MONDAY, MONDAY + timedelta(hours=1), "Joint")
    planned = replace(told, uid="b@liaison.invalid", is_tentative=True)
    content = calendar.feed([told, planned], stamp=MONDAY, zone=LISBON)
    assert [event.status.value for event in vobject.readOne(content.decode()).vevent_list] == [
        "CONFIRMED", "TENTATIVE",
    ]  # fmt: skip
    stored = content.replace(b"METHOD:PUBLISH\r\n", b"")
    kind = "text/calendar; charset=utf-8"
    assert radicale.send("PUT", f"{radicale.address}/ana/feed/", stored, kind) == 201


def test_a_birthday_is_no_meeting_and_a_day_off_is() -> None:
    birthday = event("b@test", "20270324", "20270325")
    day_off = event("o@test", "20270324", "20270325", "TRANSP:OPAQUE")
    for content in (birthday, day_off):
        dated = content.replace(b"DTSTART:", b"DTSTART;VALUE=DATE:").replace(
            b"DTEND:", b"DTEND;VALUE=DATE:"
        )
        found = calendar.busy_in(dated, MONDAY, MONDAY + FORTNIGHT, LISBON)
        assert bool(found) == (content is day_off)


@pytest.mark.parametrize("mark", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
def test_what_is_free_or_called_off_is_not_busy(mark: str) -> None:
    content = event("f@test", "20270324T090000Z", "20270324T100000Z", mark)
    assert calendar.busy_in(content, MONDAY, MONDAY + FORTNIGHT, LISBON) == []


def test_a_calendar_that_is_too_large_is_not_read_to_its_end(
    radicale: Radicale, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "LARGEST_CALENDAR", 100)
    with pytest.raises(CalendarUnavailable, match="too large"):
        asyncio.run(Feed(f"{work}weekly.ics").busy(MONDAY, MONDAY + FORTNIGHT, LISBON))


@pytest.mark.parametrize("content", [b"", b"BEGIN:VCALENDAR", b"\xff\xfe", b"<html></html>"])
def test_what_is_no_calendar_is_refused_and_not_read_as_free(content: bytes) -> None:
    assert calendar.busy_in(content, MONDAY, MONDAY + FORTNIGHT, LISBON) in (None, [])


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"],
)
def test_a_rule_that_takes_for_ever_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    monkeypatch.setattr(reading, "UNFOLDED_WITHIN", timedelta(seconds=0.5))
    content = event("r@test", "19700101T000000Z", "19700101T000001Z", f"RRULE:{rule}")
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.02)
            turns += 1

    _answer_with(monkeypatch, content)

    async def ask() -> None:
        counting = asyncio.create_task(count())
        with pytest.raises(CalendarUnavailable, match="too long"):
            await Feed("https://cal.example/a.ics").busy(MONDAY, MONDAY + FORTNIGHT, LISBON)
        counting.cancel()

    asyncio.run(ask())
    assert turns > 5


def test_whoever_reads_a_strangers_calendar_gets_none_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # Nothing starts that is given it.

    _answer_with(monkeypatch, event("a@test", "20270324T090000Z", "20270324T100000Z"))
    found = asyncio.run(Feed("https://cal.example/a.ics").busy(MONDAY, MONDAY + FORTNIGHT, LISBON))
    assert len(found) == 1


def test_a_calendar_of_many_pages_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "DESCRIPTION:" + "What was said last time.\r\n " * 50_000
    content = event("a@test", "20270324T090000Z", "20270324T100000Z", said)
    assert len(content) > 1 << 20
    _answer_with(monkeypatch, content)
    found = asyncio.run(Feed("https://cal.example/a.ics").busy(MONDAY, MONDAY + FORTNIGHT, LISBON))
    assert len(found) == 1


def test_whoever_reads_a_strangers_calendar_is_given_so_much_memory_and_no_more() -> None:
    asked = [MONDAY.isoformat(), (MONDAY + FORTNIGHT).isoformat(), LISBON.key]
    reads = f"from adapters.calendar import unfolding; unfolding.main(*{asked})"
    grown = subprocess.run(
        [sys.executable, "-c", f"{reads}; bytearray(unfolding.MOST_MEMORY)"],
        input=event("a@test", "20270324T090000Z", "20270324T100000Z"),
        capture_output=True,
        check=False,
    )
    assert b"MemoryError" in grown.stderr


@pytest.mark.parametrize(
    "written",
    [
        event("a@test", "99991231T235959", "99991231T235959"),
        event("a@test", "00010101T000000", "00010101T010000").replace(
            b"DTEND:00010101T010000", b"DURATION:P9000000D"
        ),
        (
            b"BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nFREEBUSY:20270324T090000Z/P999999999D\r\n"
            b"END:VFREEBUSY\r\nEND:VCALENDAR\r\n"
        ),
    ],
)
def test_a_moment_beyond_every_clock_is_not_understood(written: bytes) -> None:
    assert calendar.busy_in(written, MONDAY, MONDAY + FORTNIGHT, LISBON) in (None, [])


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "DECLINECOUNTER"])
def test_an_independent_library_reads_what_we_write(method: calendar.Method) -> None:
    content = calendar.invitation(
        "briefing-1@liaison.invalid", 2, MONDAY, MONDAY + timedelta(hours=1), "Joint briefing 7F3",
        organiser="desk@liaison.invalid", attendee="ana@liaison.invalid", method=method,
        stamp=MONDAY, zone=LISBON, alarm=timedelta(minutes=10), place="https://m.example/7F3",
    )  # fmt: skip
    whole = vobject.readOne(content.decode())
    event = whole.vevent
    assert whole.method.value == method
    assert (event.uid.value, event.sequence.value) == ("briefing-1@liaison.invalid", "2")
    assert (event.dtstart.value, event.dtend.value) == (MONDAY, MONDAY + timedelta(hours=1))
    assert [each.value for each in event.attendee_list] == ["mailto:ana@liaison.invalid"]
    assert event.status.value == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
    assert event.location.value == "https://m.example/7F3"


def _answer_with(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    async def answered(*_asked: object) -> bytes:
        return content

    monkeypatch.setattr(reading, "_asked", answered)
