"""The seeded base of a benchmark: a directory, its cases and many entities. All of it fictional."""

import hashlib
import multiprocessing
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import names
from bot.casework import entities
from bot.casework.entities import Hard, Known
from bot.conversation import intake
from bot.conversation.messages import AccountRef, MembershipChanged
from bot.governance import directory, keys
from bot.governance.directory import (
    Directory,
    ListedAccount,
    ListedAgency,
    ListedOfficer,
    ListedRoom,
    ListedUnit,
)
from nlp.spans import Label
from storage import sealing
from storage.database import Store, open_store, upgrade
from storage.models import Agency, Case, Category, Grant, Listening, Officer, Role, Tlp, Unit

PLATFORM = HOME = "benchmark"
SEED = 20270309
MASTER = b"for benchmarks only, never kept!"
ROOMS, FIELD_PER_ROOM, CASES, CARRIED = 60, 17, 480, 2
"""So many rooms, field officers in each, cases, and cases carried by each room."""

_AGENCIES = (
    ("alder", "BE"),
    ("birch", "PT"),
    ("cedar", "US"),
    ("doum", "FR"),
    ("elm", "DE"),
    ("fir", "GB"),
)
_DESKS = 3
_CASES_AT_ONCE = 16
_ROOT = Path(__file__).resolve().parent.parent
_SHAPED_BY = (
    "benchmarks/base.py",
    "benchmarks/names.py",
    "bot/casework/entities.py",
    "nlp/names",
    "storage",
)
"""Whatever changes here may change what the base looks like: it is made anew then."""


@dataclass(frozen=True, slots=True)
class Population:
    """What is known in the base, as an officer would write it. The same seed, the same people."""

    persons: Sequence[str]
    organisations: Sequence[str]
    plates: Sequence[str]
    ibans: Sequence[str]
    phones: Sequence[str]
    cases: Sequence[int]
    """In which case each stands, in the order of `known`."""

    def __len__(self) -> int:
        return sum(
            map(len, (self.persons, self.organisations, self.plates, self.ibans, self.phones))
        )

    def known(self) -> Iterator[Known]:
        """Everything as it is added."""
        for name in self.persons:
            yield Known("Person", [name], category=Category.SUSPECT)
        for name in self.organisations:
            yield Known("Organization", [name])
        for plate in self.plates:
            yield Known("Vehicle", identifiers=[Hard(Label.PLATE, plate.replace(" ", ""))])
        for iban in self.ibans:
            yield Known("BankAccount", identifiers=[Hard(Label.IBAN, iban)])
        for phone in self.phones:
            yield Known("LegalEntity", identifiers=[Hard(Label.PHONE, phone.replace(" ", ""))])


def population(size: int) -> Population:
    """So many: 45 % persons, 15 % organisations, 20 % plates, 10 % IBANs and 10 % phones, as far as
    there are numbers reserved for fiction; IBANs for the rest."""
    chance = random.Random(SEED)
    phones = min(size * 10 // 100, len(_AREAS[::2]) * 100 * 3 // 4)
    return Population(
        persons=[names.person(chance) for _ in range(size * 45 // 100)],
        organisations=[names.organisation(chance) for _ in range(size * 15 // 100)],
        plates=_unlike(plate, size * 20 // 100, chance),
        ibans=_unlike(iban, size * 20 // 100 - phones, chance),
        phones=_unlike(phone, phones, chance),
        cases=[chance.randrange(CASES) for _ in range(size)],
    )


def plate(chance: random.Random) -> str:
    """A plate of the British form with a mark that no office gives out."""
    return f"XX{chance.randrange(100):02} {''.join(chance.choices('ABCDEFGHJKLMNPRSTUVWXYZ', k=3))}"


def iban(chance: random.Random) -> str:
    """A German IBAN that passes its check; no bank code begins with 0, so it is nobody's."""
    account = f"0{chance.randrange(10**7):07}{chance.randrange(10**10):010}"
    check = 98 - int(account + "131400") % 97
    return f"DE{check:02}{account}"


def phone(chance: random.Random) -> str:
    """A number that is reserved for fiction: 555-0100 to 555-0199 of some area in North America."""
    return f"+1 {chance.choice(_AREAS[::2])} 555 01{chance.randrange(100):02}"


def strange_phone(chance: random.Random) -> str:
    """As `phone`, of areas of which the base holds none."""
    return f"+1 {chance.choice(_AREAS[1::2])} 555 01{chance.randrange(100):02}"


def prepared(size: int, cache: Path, folder: Path, tell: Callable[[str], None]) -> None:
    """A fresh copy of the base in *folder*; made once, and then kept in *cache*."""
    kept = cache / f"base-{size}-{_fingerprint()}"
    if not (kept / "liaison.db").exists():
        tell(f"Making a base of {size:,} entities, once; it is kept in {kept}.")
        making = cache / f"{kept.name}.part"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        # In a process of its own: what making it takes is not what running takes.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
            apart.submit(_make, size, making).result()
        making.rename(kept)
    for name in ("liaison.db", "keyring.db"):
        shutil.copyfile(kept / name, folder / name)


def opened(folder: Path) -> Store:
    return open_store(
        f"sqlite:///{folder / 'liaison.db'}",
        keyring_url=f"sqlite:///{folder / 'keyring.db'}",
        master=MASTER,
        chance=random.Random(SEED),
    )


def address(room: int) -> str:
    return f"#room-{room:02}"


def room_of(case: int) -> int | None:
    """The room that carries this case; most are carried by none."""
    return case % ROOMS if case < CARRIED * ROOMS else None


def account(room: int, officer: int) -> AccountRef:
    """The account of one field officer of a room."""
    return AccountRef(PLATFORM, HOME, f"field-{room:02}-{officer:02}")


def _make(size: int, folder: Path) -> None:
    store = opened(folder)
    upgrade(store.engine)
    now = datetime.now(UTC)
    with store.begin() as session:
        directory.apply(session, _directory(), by="benchmark", now=now)
        _open_cases(session, now)
    _let_in(store, now)
    _add_entities(store, population(size), now)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("ANALYZE")
        connection.exec_driver_sql("BEGIN")
    store.close()


def _directory() -> Directory:
    slugs = [slug for slug, _ in _AGENCIES]
    units = [
        ListedUnit(f"{slug}-{desk}", slug, f"{slug.title()} desk {desk}", "UTC", "+1 202 555 0100")
        for slug in slugs
        for desk in range(_DESKS)
    ]
    desks = [
        _officer(f"{unit.slug}-{number}", unit.agency, unit.slug, Role.LIAISON, duty_rank=number)
        for unit in units
        for number in range(2)
    ]
    field = [
        _officer(account(room, number).user, _agencies_of(room)[number % 3], None, Role.FIELD)
        for room in range(ROOMS)
        for number in range(FIELD_PER_ROOM)
    ]
    rooms = [
        ListedRoom(
            f"room-{room:02}",
            PLATFORM,
            address(room),
            f"Room {room}",
            "Sightings",
            Tlp.AMBER,
            Tlp.AMBER,
            Listening.ALL,
            _agencies_of(room),
            tuple(_carried(room)),
        )
        for room in range(ROOMS)
    ]
    agencies = tuple(ListedAgency(slug, slug.title(), country) for slug, country in _AGENCIES)
    return Directory(agencies, tuple(units), (*desks, *field), tuple(rooms))


def _officer(
    slug: str, agency: str, unit: str | None, role: Role, *, duty_rank: int = 0
) -> ListedOfficer:
    return ListedOfficer(
        slug,
        agency,
        slug.title(),
        (role,),
        Tlp.AMBER_STRICT,
        "UTC",
        unit,
        ("en",),
        "always" if role is Role.LIAISON else "",
        duty_rank,
        (ListedAccount(PLATFORM, HOME, slug),),
    )


def _agencies_of(room: int) -> tuple[str, str, str]:
    slugs = [slug for slug, _ in _AGENCIES]
    first, second, third = (slugs[(room + step) % len(slugs)] for step in (0, 1, 3))
    return first, second, third


def _carried(room: int) -> list[str]:
    """Cases of the room's own agencies, which the other two may see."""
    return [_code(case) for case in range(CASES) if room_of(case) == room]


def _code(case: int) -> str:
    return f"CASE{case:04}"


def _open_cases(session: Session, now: datetime) -> None:
    agencies = {agency.slug: agency for agency in session.scalars(select(Agency))}
    units = {unit.slug: unit for unit in session.scalars(select(Unit))}
    officers = {officer.slug: officer for officer in session.scalars(select(Officer))}
    for number in range(CASES):
        ours, *others = _agencies_of(number % ROOMS)
        desk = f"{ours}-{number % _DESKS}"
        case = Case(
            code=_code(number),
            agency_id=agencies[ours].id,
            unit_id=units[desk].id,
            owner_id=officers[f"{desk}-0"].id,
            marking=Tlp.AMBER,
            opened_at=now,
            review_on=(now + timedelta(days=365)).date(),
            key_id=keys.of_case(session, agencies[ours]),
        )
        sealing.seal(session, case, "title", f"Synthetic case {number}")
        session.add(case)
        session.flush()
        for other in others:
            session.add(
                Grant(
                    case_id=case.id,
                    agency_id=agencies[other].id,
                    granted_by=officers[f"{desk}-0"].id,
                    granted_at=now,
                )
            )


def _let_in(store: Store, now: datetime) -> None:
    """Each room holds its field officers and a liaison officer of each of its agencies."""
    for room in range(ROOMS):
        present = [account(room, number) for number in range(FIELD_PER_ROOM)]
        present += [AccountRef(PLATFORM, HOME, f"{slug}-0-0") for slug in _agencies_of(room)]
        with store.begin() as session:
            intake.hear(
                session,
                [MembershipChanged(PLATFORM, address(room), who, True, now) for who in present],
                now=now,
            )


def _add_entities(store: Store, people: Population, now: datetime) -> None:
    by_case: dict[str, list[Known]] = {}
    for known, case in zip(people.known(), people.cases, strict=True):
        by_case.setdefault(_code(case), []).append(known)
    for codes in _parts(sorted(by_case), _CASES_AT_ONCE):
        with store.begin() as session:
            for case in session.scalars(select(Case).where(Case.code.in_(codes))):
                known = by_case[case.code]
                entities.add_many(
                    session, case.agency, known, now=now, case=case, expected=len(people)
                )


def _parts(codes: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(codes), size):
        yield codes[start : start + size]


def _unlike(make: Callable[[random.Random], str], wanted: int, chance: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < wanted:
        found[make(chance)] = None
    return list(found)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for place in _SHAPED_BY:
        path = _ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


_AREAS = [
    area
    for area in map(str, range(200, 1000))
    if phonenumbers.is_valid_number(phonenumbers.parse(f"+1{area}5550100"))
]
