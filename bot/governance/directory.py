"""The directory: who is who, where they talk and what they agreed, read from a file."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ConfigError
from bot.followup import digests, duty, nights
from bot.governance import keys, ledger, own_hours, visits
from bot.governance.agreements import EVERY, Notice
from bot.governance.directory_file import Reader, Table
from bot.governance.ledger import Operation
from bot.governance.own_hours import Kept
from nlp.spans import Label
from storage.models import (
    Account,
    Agency,
    Agreement,
    DirectoryVersion,
    Listening,
    Officer,
    Role,
    Room,
    Tlp,
    Unit,
)


@dataclass(frozen=True, slots=True)
class ListedAgency:
    slug: str
    title: str
    country: str
    night: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ListedUnit:
    slug: str
    agency: str
    title: str
    zone: str
    desk_number: str = ""
    watch: bool = False
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class ListedAccount:
    platform: str
    home: str
    user: str


@dataclass(frozen=True, slots=True)
class ListedOfficer:
    slug: str
    agency: str
    name: str
    roles: tuple[Role, ...]
    clearance: Tlp
    zone: str
    unit: str | None = None
    languages: tuple[str, ...] = ()
    duty_hours: str = ""
    duty_rank: int = 0
    accounts: tuple[ListedAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedRoom:
    slug: str
    platform: str
    address: str
    title: str
    purpose: str
    ceiling: Tlp
    default_marking: Tlp
    listens: Listening
    agencies: tuple[str, ...]
    carries: tuple[str, ...] = ()
    zone: str = "UTC"
    reads_files: bool = False
    discreet: bool | None = None


@dataclass(frozen=True, slots=True)
class ListedAgreement:
    slug: str
    from_agency: str
    to_agency: str
    labels: tuple[str, ...]
    up_to: Tlp
    notice: str
    purpose: str
    until: date


Listed = ListedAgency | ListedUnit | ListedOfficer | ListedRoom | ListedAgreement


@dataclass(frozen=True, slots=True)
class Directory:
    """A whole directory, found to be without a fault."""

    agencies: tuple[ListedAgency, ...] = ()
    units: tuple[ListedUnit, ...] = ()
    officers: tuple[ListedOfficer, ...] = ()
    rooms: tuple[ListedRoom, ...] = ()
    agreements: tuple[ListedAgreement, ...] = ()

    @property
    def fingerprint(self) -> str:
        canonical = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()


class Did(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Field:
    """One value that differs."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What applying a directory does to one thing in it."""

    kind: str
    slug: str
    did: Did
    fields: tuple[Field, ...] = ()


def read(path: Path) -> Directory:
    """The directory in the file at *path*. Raises `ConfigError` with every problem at once."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"The directory {path} cannot be read: {fault}") from fault
    return parse(text, called=path.name)


def parse(text: str, *, called: str = "directory.toml") -> Directory:
    """As `read`, from the text itself."""
    return _directory(Reader(text, called))


def difference(session: Session, directory: Directory) -> list[Change]:
    """What applying *directory* would change; nothing when it is what is known already."""
    return [change for change, _, _ in _differences(session, directory)]


def kept(session: Session, directory: Directory) -> list[Kept]:
    """What applying *directory* would not change, though it says otherwise: officers set it."""
    return [
        each
        for row, listed in _officers_listed(session, directory)
        for each in own_hours.kept(row, _clock(listed))
    ]


def apply(session: Session, directory: Directory, *, by: str, now: datetime) -> list[Change]:
    """Make *directory* what is known. What vanished from it is retired, never deleted.

    Applying the same directory again changes nothing. *by* is who did it, as the ledger names them.
    """
    # In this order, so that what is referred to is there first.
    changes = []
    for kind in _KINDS:
        found = [each for each in _differences(session, directory) if each[0].kind == kind]
        for change, listed, row in found:
            _carry_out(session, change, listed, row, now)
            changes.append(change)
        session.flush()
    for row, each in _officers_listed(session, directory):
        own_hours.forget_others(row, own_hours.kept(row, _clock(each)))
    visits.sweep(session, now=now)  # Whoever left sits at no desk from now on, come what may.
    if not changes:
        return []
    session.add(
        DirectoryVersion(
            applied_at=now,
            applied_by=by,
            fingerprint=directory.fingerprint,
            changes=[_line(change) for change in changes],
        )
    )
    for change in changes:
        ledger.record(
            session, Operation.ADMINISTRATION, now=now, actor=by,
            subject=f"{change.kind}:{change.slug}", did=change.did,
            fields=[field.name for field in change.fields],
        )  # fmt: skip
    return changes


def _line(change: Change) -> str:
    """A change without its values: the record says what changed, the file says to what."""
    fields = ", ".join(field.name for field in change.fields)
    return f"{change.kind} {change.slug} {change.did}" + (f": {fields}" if fields else "")


# What the file says


def _directory(reader: Reader) -> Directory:
    agencies = tuple(
        ListedAgency(
            table.slug(),
            table.text("title"),
            table.country("country"),
            table.said("night", nights.read),
            table.said("digest", digests.read),
        )
        for table in reader.tables(
            "agency", needs=("slug", "title", "country"), may=("night", "digest")
        )
    )
    known_agencies = [agency.slug for agency in agencies]
    units = tuple(
        ListedUnit(
            slug=table.slug(),
            agency=table.one_of("agency", known_agencies, "agency"),
            title=table.text("title"),
            zone=table.zone("zone"),
            desk_number=table.text("desk_number", ""),
            watch=table.flag("watch", False),
            covers=table.texts("covers"),
        )
        for table in reader.tables(
            "unit",
            needs=("slug", "agency", "title", "zone"),
            may=("desk_number", "watch", "covers"),
        )
    )
    officers = _officers(reader, known_agencies, units)
    rooms = _rooms(reader, known_agencies)
    agreements = _agreements(reader, known_agencies)
    reader.finish()
    return Directory(agencies, units, officers, rooms, agreements)


def _officers(
    reader: Reader, agencies: Sequence[str], units: Sequence[ListedUnit]
) -> tuple[ListedOfficer, ...]:
    home_of = {unit.slug: unit.agency for unit in units}
    owners: dict[ListedAccount, str] = {}
    officers = []
    for table in reader.tables(
        "officer",
        needs=("slug", "agency", "name", "roles", "clearance", "zone"),
        may=("unit", "languages", "duty_hours", "duty_rank", "accounts"),
    ):
        officer = ListedOfficer(
            slug=table.slug(),
            agency=table.one_of("agency", agencies, "agency"),
            name=table.text("name"),
            roles=tuple(Role(role) for role in table.some_of("roles", [*Role], "role")),
            clearance=table.marking("clearance"),
            zone=table.zone("zone"),
            unit=table.one_of("unit", list(home_of), "unit") if table.has("unit") else None,
            languages=table.texts("languages"),
            duty_hours=table.said("duty_hours", duty.read),
            duty_rank=table.number("duty_rank", 0),
            accounts=tuple(
                ListedAccount(**account)
                for account in table.parts("accounts", ("platform", "home", "user"))
            ),
        )
        # What is unknown was told already, and something else stands in for it.
        is_known = table.knows("unit", home_of) and table.knows("agency", agencies)
        if is_known and officer.unit and home_of[officer.unit] != officer.agency:
            table.fault("unit", f'"{officer.unit}" is a unit of "{home_of[officer.unit]}"')
        for account in officer.accounts:
            other = owners.setdefault(account, officer.slug)
            if other != officer.slug:
                table.fault(
                    "accounts",
                    f'"{account.user}" on {account.platform} is the account of "{other}" already',
                )
        officers.append(officer)
    return tuple(officers)


def _rooms(reader: Reader, agencies: Sequence[str]) -> tuple[ListedRoom, ...]:
    places: dict[tuple[str, str], str] = {}
    rooms = []
    for table in reader.tables(
        "room",
        needs=(
            "slug", "platform", "address", "title", "purpose", "ceiling", "default_marking",
            "listens", "agencies",
        ),
        may=("carries", "zone", "reads_files", "discreet"),
    ):  # fmt: skip
        room = ListedRoom(
            slug=table.slug(),
            platform=table.text("platform"),
            address=table.text("address"),
            title=table.text("title"),
            purpose=table.text("purpose"),
            ceiling=table.marking("ceiling"),
            default_marking=table.marking("default_marking"),
            listens=Listening(table.one_of("listens", [*Listening], "way to listen")),
            agencies=table.some_of("agencies", agencies, "agency"),
            carries=_carried(table, agencies),
            zone=table.zone("zone", "UTC"),
            reads_files=table.flag("reads_files", False),
            discreet=table.flag("discreet", False) if table.has("discreet") else None,
        )
        other = places.setdefault((room.platform, room.address), room.slug)
        if other != room.slug:
            table.fault("address", f'"{room.address}" is the room "{other}" already')
        if room.ceiling is Tlp.RED:
            table.fault("ceiling", "TLP:RED goes to named people in private, never into a room")
        order = list(Tlp)
        if order.index(room.default_marking) > order.index(room.ceiling):
            table.fault("default_marking", f"TLP:{room.default_marking} is above the ceiling")
        if not room.agencies:
            table.fault("agencies", "nobody may be in it")
        if room.reads_files and room.listens is not Listening.ALL:
            table.fault("reads_files", f'goes with listens = "{Listening.ALL}" only')
        rooms.append(room)
    return tuple(rooms)


def _carried(table: Table, agencies: Sequence[str]) -> tuple[str, ...]:
    """The cases a room carries: `CODE`, or `agency/CODE` where two agencies have the same."""
    codes = []
    for written in table.texts("carries"):
        agency, slash, code = written.rpartition("/")
        if slash and agency.casefold() not in agencies:
            table.fault("carries", f'"{written}" names no agency of this directory')
        codes.append(f"{agency.casefold()}{slash}{code.upper()}")
    return tuple(codes)


def _agreements(reader: Reader, agencies: Sequence[str]) -> tuple[ListedAgreement, ...]:
    agreements = []
    for table in reader.tables(
        "agreement", needs=("slug", "from", "to", "labels", "up_to", "notice", "purpose", "until")
    ):
        agreement = ListedAgreement(
            slug=table.slug(),
            from_agency=table.one_of("from", agencies, "agency"),
            to_agency=table.one_of("to", agencies, "agency"),
            labels=table.some_of("labels", [EVERY, *Label], "label"),
            up_to=table.marking("up_to"),
            notice=table.one_of("notice", [*Notice], "notice"),
            purpose=table.text("purpose"),
            until=table.day("until"),
        )
        if agreement.from_agency == agreement.to_agency:
            table.fault("to", "an agency needs no agreement with itself")
        if agreement.up_to in (Tlp.AMBER_STRICT, Tlp.RED):
            table.fault("up_to", f"TLP:{agreement.up_to} never leaves its agency by agreement")
        agreements.append(agreement)
    return tuple(agreements)


# What is known

_KINDS = ("agency", "unit", "officer", "room", "agreement")
_Row = Agency | Unit | Officer | Room | Agreement
_Difference = tuple[Change, Listed | None, _Row | None]
_R = TypeVar("_R", Agency, Unit, Officer, Room, Agreement)


def _differences(session: Session, directory: Directory) -> list[_Difference]:
    known = _Known(session)
    found: list[_Difference] = []
    for kind, rows, listed in (
        ("agency", _rows(session, Agency), directory.agencies),
        ("unit", _rows(session, Unit), directory.units),
        ("officer", _rows(session, Officer), directory.officers),
        ("room", _rows(session, Room), directory.rooms),
        ("agreement", _rows(session, Agreement), directory.agreements),
    ):
        by_slug = {row.slug: row for row in rows}
        for each in listed:
            row = by_slug.pop(each.slug, None)
            if row is None:
                found.append((Change(kind, each.slug, Did.ADDED), each, None))
                continue
            if isinstance(row, Officer) and isinstance(each, ListedOfficer):
                each = _with_own_clock(each, row)
            fields = _fields(known.listed(row), each)
            if row.retired_at is not None:
                found.append((Change(kind, each.slug, Did.RESTORED, fields), each, row))
            elif fields:
                found.append((Change(kind, each.slug, Did.CHANGED, fields), each, row))
        for row in by_slug.values():
            if row.retired_at is None:
                found.append((Change(kind, row.slug, Did.RETIRED), None, row))
    return found


class _Known:
    """What is known, as the file would list it."""

    def __init__(self, session: Session) -> None:
        self._agencies = {agency.id: agency.slug for agency in session.scalars(select(Agency))}
        self._units = {unit.id: unit.slug for unit in session.scalars(select(Unit))}
        self._accounts: dict[int, list[ListedAccount]] = {}
        for account in session.scalars(select(Account)):
            self._accounts.setdefault(account.officer_id, []).append(
                ListedAccount(account.platform, account.home, account.user)
            )

    def listed(self, row: _Row) -> Listed:
        match row:
            case Agency():
                return ListedAgency(row.slug, row.title, row.country, row.night, row.digest)
            case Unit():
                return ListedUnit(
                    row.slug, self._agencies[row.agency_id], row.title, row.zone,
                    row.desk_number, row.is_watch, tuple(row.covers),
                )  # fmt: skip
            case Officer():
                return ListedOfficer(
                    slug=row.slug,
                    agency=self._agencies[row.agency_id],
                    name=row.name,
                    roles=tuple(Role(role) for role in row.roles),
                    clearance=row.clearance,
                    zone=row.zone,
                    unit=None if row.unit_id is None else self._units[row.unit_id],
                    languages=tuple(row.languages),
                    duty_hours=row.duty_hours,
                    duty_rank=row.duty_rank,
                    accounts=tuple(self._accounts.get(row.id, [])),
                )
            case Room():
                return ListedRoom(
                    row.slug, row.platform, row.address, row.title, row.purpose, row.ceiling,
                    row.default_marking, row.listens, tuple(row.agencies), tuple(row.carries),
                    row.zone, row.reads_files, row.discreet,
                )  # fmt: skip
            case Agreement():
                return ListedAgreement(
                    row.slug, self._agencies[row.from_agency_id],
                    self._agencies[row.to_agency_id], tuple(row.labels), row.up_to, row.notice,
                    row.purpose, row.until.date(),
                )  # fmt: skip


def _with_own_clock(listed: ListedOfficer, row: Officer) -> ListedOfficer:
    """What the file says of an officer, but for what the officer said since."""
    own = {each.field: each.value for each in own_hours.kept(row, _clock(listed))}
    return replace(
        listed,
        zone=own.get("zone", listed.zone),
        duty_hours=own.get("duty_hours", listed.duty_hours),
    )


def _clock(listed: ListedOfficer) -> dict[str, str]:
    return {"zone": listed.zone, "duty_hours": listed.duty_hours}


def _officers_listed(session: Session, directory: Directory) -> list[tuple[Officer, ListedOfficer]]:
    """The officers that are known and listed."""
    listed = {each.slug: each for each in directory.officers}
    return [(row, listed[row.slug]) for row in _rows(session, Officer) if row.slug in listed]


def _rows(session: Session, model: type[_R]) -> list[_R]:
    return list(session.scalars(select(model).order_by(model.slug)))


def _fields(before: Listed, after: Listed) -> tuple[Field, ...]:
    old, new = _shown(before), _shown(after)
    return tuple(Field(name, old[name], new[name]) for name in old if old[name] != new[name])


def _shown(listed: Listed) -> dict[str, str]:
    shown = {}
    for name in listed.__dataclass_fields__:
        value = getattr(listed, name)
        if isinstance(value, tuple):
            plain = [
                f"{each.user} ({each.platform}, {each.home})"
                if isinstance(each, ListedAccount)
                else str(each)
                for each in (sorted(value) if name == "accounts" else value)
            ]
            shown[name] = ", ".join(plain)
        else:
            shown[name] = "" if value is None else str(value)
    return shown


# What is done


def _carry_out(
    session: Session, change: Change, listed: Listed | None, row: _Row | None, now: datetime
) -> None:
    if listed is None:
        assert row is not None
        row.retired_at = now
        return
    values = _values(session, listed)
    if row is None:
        row = _made(session, listed, values)
        session.add(row)
        session.flush()
    else:
        if isinstance(row, Room) and _reads(row) != (values["listens"], values["reads_files"]):
            row.announced_at = None  # People are told again what is read.
        for name, value in values.items():
            setattr(row, name, value)
        row.retired_at = None
    if isinstance(listed, ListedOfficer):
        _settle_accounts(session, row.id, listed.accounts)


def _reads(room: Room) -> tuple[Listening, bool]:
    return room.listens, room.reads_files


def _values(session: Session, listed: Listed) -> dict[str, Any]:
    match listed:
        case ListedAgency():
            return {
                "title": listed.title,
                "country": listed.country,
                "night": listed.night,
                "digest": listed.digest,
            }
        case ListedUnit():
            return {
                "agency_id": _id(session, Agency, listed.agency),
                "title": listed.title,
                "zone": listed.zone,
                "desk_number": listed.desk_number,
                "is_watch": listed.watch,
                "covers": list(listed.covers),
            }
        case ListedOfficer():
            return {
                "agency_id": _id(session, Agency, listed.agency),
                "unit_id": None if listed.unit is None else _id(session, Unit, listed.unit),
                "name": listed.name,
                "roles": [role.value for role in listed.roles],
                "clearance": listed.clearance,
                "languages": list(listed.languages),
                "zone": listed.zone,
                "duty_hours": listed.duty_hours,
                "duty_rank": listed.duty_rank,
            }
        case ListedRoom():
            return {
                "platform": listed.platform,
                "address": listed.address,
                "title": listed.title,
                "purpose": listed.purpose,
                "ceiling": listed.ceiling,
                "default_marking": listed.default_marking,
                "listens": listed.listens,
                "agencies": list(listed.agencies),
                "carries": list(listed.carries),
                "zone": listed.zone,
                "reads_files": listed.reads_files,
                "discreet": listed.discreet,
            }
        case ListedAgreement():
            return {
                "from_agency_id": _id(session, Agency, listed.from_agency),
                "to_agency_id": _id(session, Agency, listed.to_agency),
                "labels": list(listed.labels),
                "up_to": listed.up_to,
                "notice": listed.notice,
                "purpose": listed.purpose,
                # Until and including that day, in the zone farthest behind nobody argues about.
                "until": datetime.combine(listed.until, time(23, 59, 59), UTC),
            }


def _made(session: Session, listed: Listed, values: dict[str, Any]) -> _Row:
    match listed:
        case ListedAgency():
            return Agency(slug=listed.slug, key_id=keys.of_agency(session), **values)
        case ListedUnit():
            return Unit(slug=listed.slug, **values)
        case ListedOfficer():
            return Officer(slug=listed.slug, **values)
        case ListedRoom():
            return Room(slug=listed.slug, **values)
        case ListedAgreement():
            return Agreement(slug=listed.slug, **values)


def _settle_accounts(session: Session, officer_id: int, listed: Sequence[ListedAccount]) -> None:
    """Let these and no other log-ins be this officer's."""
    wanted = {(account.platform, account.home, account.user) for account in listed}
    for account in session.scalars(select(Account).where(Account.officer_id == officer_id)):
        if (account.platform, account.home, account.user) not in wanted:
            session.delete(account)
    session.flush()
    for platform, home, user in sorted(wanted):
        known = session.scalar(
            select(Account).where(
                Account.platform == platform, Account.home == home, Account.user == user
            )
        )
        if known is None:
            session.add(Account(officer_id=officer_id, platform=platform, home=home, user=user))
        else:
            known.officer_id = officer_id
    session.flush()


def _id(session: Session, model: type[Agency] | type[Unit], slug: str) -> int:
    return session.scalars(select(model.id).where(model.slug == slug)).one()
