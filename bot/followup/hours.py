"""An officer's own clock: their time zone, duty hours and night."""

from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.orm import Session

from bot import clocks
from bot.errors import UserError
from bot.followup import duty, nights
from bot.governance import ledger, own_hours
from bot.governance.ledger import Operation
from bot.wording import hours as wording
from storage.models import Officer


def set_zone(session: Session, officer: Officer, word: str, *, now: datetime) -> str:
    """Let the officer's clock show another zone; without a word, say which it shows."""
    if not word.strip():
        return wording.zone_is(officer.zone, clocks.clock(now, ZoneInfo(officer.zone)))
    zone, before = zone_named(word), officer.zone
    if zone.key == before:
        return wording.zone_is(before, clocks.clock(now, zone))
    officer.zone = zone.key
    own_hours.note(officer, "zone", before=before, now=now)
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer,
        subject=f"officer:{officer.slug}", zone=zone.key, before=before,
    )  # fmt: skip
    return wording.zone_set(zone.key, clocks.clock(now, zone), before)


def set_duty(session: Session, officer: Officer, text: str, *, now: datetime) -> str:
    """Change when the officer is on duty; without a text, say when they are."""
    if not text.strip():
        return wording.duty_is(officer.duty_hours)
    try:
        hours = duty.read(text)
    except ValueError as mistake:
        raise UserError(str(mistake)) from mistake
    before = officer.duty_hours
    officer.duty_hours = "" if hours.is_never else " ".join(text.split())
    own_hours.note(officer, "duty_hours", before=before, now=now)
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer,
        subject=f"officer:{officer.slug}", duty=officer.duty_hours, before=before,
    )  # fmt: skip
    return wording.duty_set(officer.duty_hours, officer.zone, before)


def set_night(session: Session, officer: Officer, text: str, *, now: datetime) -> str:
    """Change when the officer sleeps; without a text, say when they do."""
    word = text.strip().casefold()
    usual, before = officer.agency.night or nights.USUAL, officer.night
    if not word:
        return wording.night_is(before, usual)
    try:
        nights.read(usual if word == nights.AS_AGENCY else word)
    except ValueError as mistake:
        raise UserError(str(mistake)) from mistake
    officer.night = "" if word == nights.AS_AGENCY else word
    ledger.record(
        session, Operation.ADMINISTRATION, now=now, actor=officer,
        subject=f"officer:{officer.slug}", night=officer.night, before=before,
    )  # fmt: skip
    return wording.night_set(officer.night, usual, officer.zone, before)


def zone_named(word: str) -> ZoneInfo:
    """The zone of this name, or of this city. Raises `UserError` with the nearest ones."""
    wanted = word.strip().replace(" ", "_").casefold()
    places = {zone.casefold(): zone for zone in sorted(available_timezones()) if "/" in zone}
    places["utc"] = "UTC"
    if wanted in places:
        return ZoneInfo(places[wanted])
    cities = [zone for folded, zone in places.items() if folded.rsplit("/", 1)[-1] == wanted]
    if len(cities) == 1:
        return ZoneInfo(cities[0])
    by_city = {folded.rsplit("/", 1)[-1]: zone for folded, zone in places.items()}
    near = cities or [
        *(places[name] for name in get_close_matches(wanted, places, n=2, cutoff=0.7)),
        *(by_city[name] for name in get_close_matches(wanted, by_city, n=2, cutoff=0.8)),
    ]
    raise UserError(wording.no_such_zone(word, list(dict.fromkeys(near))[:3]))
