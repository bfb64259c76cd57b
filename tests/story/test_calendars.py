"""What people's own calendars read and answer."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2 as httpx
import icalendar
import pytest
from sqlalchemy import select

from adapters.web.feeds import feeds_app
from adapters.web.serving import served
from bot.errors import CalendarUnavailable, NotAllowed, UserError
from bot.followup import rosters
from bot.followup.rosters import Shift
from bot.liaison import Liaison, Settings
from bot.meetings import busy, feeds, replies, series
from storage.models import Busy, Invitation, Officer, Rsvp, Series
from tests.desk import MONDAY, Desk
from tests.house import policy

OURS = Settings(
    calendar_address="https://liaison.example", meeting_place="https://m.example/{code}"
)


def answered(desk: Desk, who: str, partstat: str, **said: Any) -> bytes:
    """What this attendee's calendar makes of the last invitation."""
    attachment = next(w.attachment for w in reversed(desk.told(who)) if w.attachment is not None)
    whole = icalendar.Calendar.from_ical(attachment.content)
    event = whole.events[0]
    whole["method"] = "COUNTER" if partstat == "COUNTER" else "REPLY"
    event["attendee"].params["PARTSTAT"] = "TENTATIVE" if partstat == "COUNTER" else partstat
    event["dtstamp"] = icalendar.vDatetime(said.get("stamp", desk.now))
    if "begin" in said:
        event["dtstart"] = icalendar.vDatetime(said["begin"])
    if "sequence" in said:
        event["sequence"] = said["sequence"]
    content: bytes = whole.to_ical()
    return content


def takes(desk: Desk, who: str, content: bytes) -> str:
    with desk.store.begin() as session:
        officer = session.get_one(Officer, desk.officers[who])
        return replies.take(session, officer, content, now=desk.now).text


def rsvp(desk: Desk, who: str) -> Rsvp:
    with desk.store.reading() as session:
        return session.scalars(
            select(Invitation.rsvp).where(Invitation.officer_id == desk.officers[who])
        ).one()


@pytest.mark.parametrize(("partstat", "kept"), [("ACCEPTED", Rsvp.YES), ("DECLINED", Rsvp.NO)])
def test_a_calendar_s_answer_counts_as_if_it_was_tapped(
    desk: Desk, partstat: str, kept: Rsvp
) -> None:
    desk.brief()
    takes(desk, "bo", answered(desk, "bo", partstat))
    assert rsvp(desk, "bo") is kept


def test_a_calendar_s_other_time_reaches_the_organiser(desk: Desk) -> None:
    desk.brief()
    wish = datetime(2027, 3, 9, 14, 0, tzinfo=UTC)
    takes(desk, "bo", answered(desk, "bo", "COUNTER", begin=wish))
    assert "somebody would rather meet Tue 9 Mar, 15:00 Brussels (1400Z" in desk.last("alva")


@pytest.mark.parametrize(
    "wish", [MONDAY - timedelta(hours=1), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)]
)
def test_a_calendar_s_other_time_that_cannot_be_is_refused(desk: Desk, wish: datetime) -> None:
    desk.brief()
    before = desk.told("alva")
    with pytest.raises(UserError):
        takes(desk, "bo", answered(desk, "bo", "COUNTER", begin=wish))
    assert desk.told("alva") == before


def test_the_calendar_that_asked_for_another_time_is_told_that_it_stays(desk: Desk) -> None:
    code = desk.brief()
    wish = datetime(2027, 3, 9, 14, 0, tzinfo=UTC)
    takes(desk, "bo", answered(desk, "bo", "COUNTER", begin=wish))
    desk.taps("alva", f"briefing:{code}:keep")
    attached = desk.told("bo")[-1].attachment
    assert attached is not None
    assert b"METHOD:DECLINECOUNTER" in attached.content


def test_a_calendar_speaks_for_its_owner_alone(desk: Desk) -> None:
    desk.brief("brief tomorrow 0900Z with bo, hugo about LARCH")
    with pytest.raises(NotAllowed):
        takes(desk, "hugo", answered(desk, "bo", "DECLINED"))


def test_an_answer_to_an_earlier_invitation_is_not_taken_for_one_to_this(desk: Desk) -> None:
    code = desk.brief()
    early = answered(desk, "bo", "ACCEPTED")
    desk.delivers()
    desk.says("alva", f"briefing move {code} tomorrow 1300Z")
    with pytest.raises(UserError, match="earlier"):
        takes(desk, "bo", early)
    assert rsvp(desk, "bo") is Rsvp.NONE


def test_answers_that_arrive_in_the_wrong_order_leave_the_last_one_standing(desk: Desk) -> None:
    desk.brief()
    first = answered(desk, "bo", "ACCEPTED", stamp=desk.now)
    last = answered(desk, "bo", "DECLINED", stamp=desk.now + timedelta(minutes=1))
    takes(desk, "bo", last)
    with pytest.raises(UserError, match="earlier"):
        takes(desk, "bo", first)
    assert rsvp(desk, "bo") is Rsvp.NO


@pytest.mark.parametrize("partstat", ["TENTATIVE", "DELEGATED"])
def test_what_is_neither_yes_nor_no_is_not_guessed(desk: Desk, partstat: str) -> None:
    desk.brief()
    with pytest.raises(UserError, match="yes, no or another time"):
        takes(desk, "bo", answered(desk, "bo", partstat))
    assert rsvp(desk, "bo") is Rsvp.NONE


def feed_of(desk: Desk, who: str) -> icalendar.Calendar:
    with desk.store.begin() as session:
        session.info["settings"] = OURS
        officer = session.get_one(Officer, desk.officers[who])
        return icalendar.Calendar.from_ical(feeds.content(session, officer, now=desk.now))


def test_a_feed_shows_one_s_own_briefings_and_names_nobody(desk: Desk) -> None:
    code = desk.brief("brief tomorrow 0900Z with bo, hugo about LARCH")
    whole = feed_of(desk, "bo")
    (event,) = whole.events
    assert event["summary"] == f"Joint briefing {code}"
    assert event["location"] == f"https://m.example/{code}"
    assert {"attendee", "organizer", "description"}.isdisjoint(key.lower() for key in event)
    assert b"LARCH" not in whole.to_ical()
    assert feed_of(desk, "cora").events == []


def test_a_feed_follows_what_is_moved_and_called_off(desk: Desk) -> None:
    code = desk.brief()
    desk.says("alva", f"briefing move {code} tomorrow 1300Z")
    (event,) = feed_of(desk, "bo").events
    assert (event.start.hour, event["sequence"]) == (13, 1)
    desk.says("alva", f"briefing cancel {code}")
    (event,) = feed_of(desk, "bo").events
    assert event["status"] == "CANCELLED"


def test_whoever_lost_the_case_has_it_no_more_in_their_feed(desk: Desk) -> None:
    desk.brief()
    desk.revoke()
    assert feed_of(desk, "bo").events == []


def test_a_feed_holds_what_a_series_has_planned_until_it_is_called(desk: Desk) -> None:
    desk.says("alva", "brief every Tuesday 10:00 with birch-lisbon about LARCH")
    told, *planned = feed_of(desk, "bo").events
    assert [told["status"], *(each["status"] for each in planned)] == ["CONFIRMED"] + [
        "TENTATIVE"
    ] * (series.SHOWN - 1)
    brussels = ZoneInfo("Europe/Brussels")
    walls = {each.start.astimezone(brussels).strftime("%a %H:%M") for each in planned}
    assert walls == {"Tue 10:00"}, "also after the clocks have changed"
    assert b"LARCH" not in feed_of(desk, "bo").to_ical()
    desk.passes(days=2)
    called = next(each for each in feed_of(desk, "bo").events if each["uid"] == planned[0]["uid"])
    assert called["status"] == "CONFIRMED"


def test_what_a_series_has_planned_goes_by_duty_and_access_as_they_are_now(desk: Desk) -> None:
    desk.says("alva", "brief every Tuesday 10:00 with birch-lisbon about LARCH")
    with desk.store.begin() as session:
        bo, bea = (session.get_one(Officer, desk.officers[who]) for who in ("bo", "bea"))
        bo.duty_hours = bea.duty_hours = "always"
        away = Shift(MONDAY + timedelta(days=7), MONDAY + timedelta(days=10), False, "away")
        rosters.add(bo, away, now=MONDAY)
    days = {who: {each.start.day for each in feed_of(desk, who).events} for who in ("bo", "bea")}
    assert 16 not in days["bo"]
    assert 23 in days["bo"]
    assert days["bea"] == {16}
    desk.revoke()
    assert feed_of(desk, "bo").events == []
    assert feed_of(desk, "cora").events == []


def test_what_a_series_leaves_out_is_not_in_the_feed(desk: Desk) -> None:
    desk.says("alva", "brief every Tuesday 10:00 with birch-lisbon about LARCH")
    with desk.store.reading() as session:
        code = session.scalars(select(Series.code)).one()
    desk.says("alva", f"briefing skip {code} 16 March")
    assert 16 not in {each.start.day for each in feed_of(desk, "bo").events}
    desk.says("alva", f"briefing end {code}")
    assert [each["status"] for each in feed_of(desk, "bo").events] == ["CONFIRMED"]


def test_a_token_is_kept_as_its_hash_and_opens_until_it_is_taken_back(desk: Desk) -> None:
    with desk.store.begin() as session:
        officer = session.get_one(Officer, desk.officers["bo"])
        old = feeds.issue(session, officer, now=desk.now)
        new = feeds.issue(session, officer, now=desk.now)
        assert feeds.owner(session, old) is None
        assert feeds.owner(session, new) is officer
        assert feeds.revoke(session, officer, now=desk.now)
        assert feeds.owner(session, new) is None
        assert not feeds.revoke(session, officer, now=desk.now)


def test_where_no_feeds_are_served_none_is_given(desk: Desk) -> None:
    with pytest.raises(UserError, match="No calendar feeds"):
        desk.says("bo", "calendar feed")


def test_a_feed_is_served_under_its_token_and_takes_the_calendar_s_answer(desk: Desk) -> None:
    desk.brief()
    content = answered(desk, "bo", "ACCEPTED")
    with desk.store.begin() as session:
        token = feeds.issue(session, session.get_one(Officer, desk.officers["bo"]), now=desk.now)

    async def visit() -> None:
        liaison = Liaison(
            desk.store, extract=lambda texts: [], clock=lambda: desk.now, policy=policy(),
            settings=OURS,
        )  # fmt: skip
        async with (
            served(feeds_app(liaison), "127.0.0.1", 0) as port,
            httpx.AsyncClient() as visitor,
        ):
            base = f"http://127.0.0.1:{port}/calendar"
            read = await visitor.get(f"{base}/{token}.ics")
            assert read.headers["content-type"].startswith("text/calendar")
            assert read.content.count(b"BEGIN:VEVENT") == 1
            again = await visitor.get(
                f"{base}/{token}.ics", headers={"If-None-Match": read.headers["etag"]}
            )
            assert again.status_code == 304
            wrong = await visitor.get(f"{base}/{'x' * 43}.ics")
            assert (wrong.status_code, wrong.text) == (404, "Not found.")
            said = await visitor.post(f"{base}/{token}.ics", content=content)
            assert said.status_code == 204
            twice = await visitor.post(f"{base}/{token}.ics", content=content)
            assert twice.status_code == 422
        await liaison.close()

    asyncio.run(visit())
    assert rsvp(desk, "bo") is Rsvp.YES


class Own:
    """A calendar that is busy all day, or cannot be read."""

    def __init__(self, found: Sequence[busy.Interval] | None) -> None:
        self.found = found

    async def busy(self, start: datetime, end: datetime, zone: ZoneInfo) -> Sequence[busy.Interval]:
        if self.found is None:
            raise CalendarUnavailable("away")
        return self.found


def reads_calendars(desk: Desk, **calendars: Sequence[busy.Interval] | None) -> int:
    async def read() -> int:
        liaison = Liaison(
            desk.store, extract=lambda texts: [], clock=lambda: desk.now, policy=policy(),
            calendars={who: [Own(found)] for who, found in calendars.items()},
        )  # fmt: skip
        count = await liaison.read_calendars()
        await liaison.close()
        return count

    return asyncio.run(read())


TUESDAY = (datetime(2027, 3, 9, 0, 0, tzinfo=UTC), datetime(2027, 3, 10, 0, 0, tzinfo=UTC))


def test_no_slot_falls_on_what_somebody_s_own_calendar_holds(desk: Desk) -> None:
    assert reads_calendars(desk, bo=[TUESDAY]) == 1
    said = desk.says("alva", "brief Tuesday with bo about LARCH")
    assert "no time fits everybody" in said.text


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("this week", range(8, 13)),
        ("next week", range(15, 20)),
        ("la semaine prochaine", range(15, 20)),
        ("kommende Woche", range(15, 20)),
    ],
)
def test_a_week_leaves_all_of_its_working_days(desk: Desk, said: str, days: range) -> None:
    with desk.store.begin() as session:
        bo = session.get_one(Officer, desk.officers["bo"])
        monday = MONDAY + timedelta(days=7 if 15 in days else 0)
        busy.keep(session, bo, [(monday, monday + timedelta(days=1))], now=desk.now)
    proposed = desk.says("alva", f"brief {said} with bo about LARCH").text
    found = {int(day) for day in re.findall(r"(\d+) Mar", proposed)}
    assert found
    assert found <= set(days)


def test_nothing_is_proposed_while_somebody_is_away_and_why_is_not_told(desk: Desk) -> None:
    with desk.store.begin() as session:
        bo = session.get_one(Officer, desk.officers["bo"])
        rosters.add(bo, Shift(MONDAY, MONDAY + timedelta(days=2), False, "live 4F2"), now=MONDAY)
    said = desk.says("alva", "brief this week with bo about LARCH").text
    assert "Mon 8" not in said
    assert "Tue 9" not in said
    assert "Wed 10 Mar" in said
    fixed = desk.says("alva", "brief tomorrow 0900Z with bo about LARCH").text
    assert "outside their hours" in fixed
    assert "live" not in fixed


def test_a_calendar_that_cannot_be_read_leaves_what_was_known(desk: Desk) -> None:
    reads_calendars(desk, bo=[TUESDAY])
    assert reads_calendars(desk, bo=None) == 0
    with desk.store.reading() as session:
        assert len(session.scalars(select(Busy)).all()) == 1


def test_the_optional_are_asked_and_never_stand_in_the_way(desk: Desk) -> None:
    reads_calendars(desk, hugo=[TUESDAY])
    said = desk.says("alva", "brief Tuesday with bo optionally hugo about LARCH")
    assert "Hugo Head would miss it" in said.text


def test_nothing_is_proposed_on_somebody_s_public_holiday(desk: Desk) -> None:
    # 25 April, a Sunday in 2027; 10 June is a Thursday, and Portugal's day.
    desk.now = datetime(2027, 6, 8, 8, 0, tzinfo=UTC)
    said = desk.says("alva", "brief 10 June with bo about LARCH")
    assert "within the hours of all" not in said.text


# Reminders at one's own lead times


def test_everybody_is_reminded_at_their_own_lead_times(desk: Desk) -> None:
    assert "2 hours and 5 minutes before" in desk.says("bo", "reminders 2h, 5 minutes").text
    code = desk.brief("brief tomorrow 1300Z with bo about LARCH")
    desk.passes(days=1, hours=3)
    assert desk.last("bo").startswith(f"Joint briefing {code}: Tue 9 Mar, 13:00 (Lisbon), in 2 h")
    desk.passes(hours=1, minutes=55)
    assert "in 5 minutes" in desk.last("bo")


def test_new_lead_times_hold_for_what_is_booked_already(desk: Desk) -> None:
    desk.brief("brief tomorrow 1300Z with bo about LARCH")
    desk.says("bo", "reminders none")
    before = len(desk.told("bo"))
    desk.passes(days=1, hours=4, minutes=59)
    assert len(desk.told("bo")) == before


@pytest.mark.parametrize("said", ["soon", "3 weeks", "1h, 2h, 3h, 4h, 5h", "in March"])
def test_lead_times_that_make_no_sense_are_refused(desk: Desk, said: str) -> None:
    with pytest.raises(UserError, match="reminders 1 day"):
        desk.says("bo", f"reminders {said}")
