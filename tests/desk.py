"""A desk with three agencies' officers and one joint case, for stories about meetings."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation import outbox
from bot.conversation.grammar import Asked, Command
from bot.conversation.messages import AccountRef, Tap, Trust, Words
from bot.followup import dues
from bot.governance import access, keys
from bot.meetings import commands
from storage.database import Store, open_store, upgrade
from storage.models import (
    Account,
    Act,
    Agency,
    Briefing,
    Case,
    Delivery,
    Due,
    DueState,
    Grant,
    Officer,
    Progress,
    Role,
    Tlp,
    Unit,
)

MONDAY = datetime(2027, 3, 8, 8, 0, tzinfo=UTC)


@dataclass
class Desk:
    """Three agencies' officers, one joint case, and a clock that moves when told."""

    store: Store
    now: datetime = MONDAY
    officers: dict[str, int] = field(default_factory=dict)

    def says(self, who: str, line: str) -> Words:
        """What comes back to a command, for the asker alone."""
        command = _command(line)
        with self.store.begin() as session:
            asked = Asked(
                officer=session.get_one(Officer, self.officers[who]),
                rest=line[len(command.name) :].strip(),
                now=self.now,
            )
            return command.run(session, asked).words

    def taps(
        self, who: str, token: str, *, trust: Trust = Trust.AUTHENTICATED, **fields: str
    ) -> Words:
        area, *parts = token.split(":")
        with self.store.begin() as session:
            tap = Tap(AccountRef("practice", "practice", who), token, trust, fields)
            officer = session.get_one(Officer, self.officers[who])
            shown = commands.TAPS[area](session, officer, parts, tap, self.now)
            assert shown is not None
            return shown

    def told(self, who: str) -> list[Words]:
        """What stands in this officer's private room now, oldest first, as far as it may."""
        with self.store.reading() as session:
            shown: dict[str, Words] = {}
            for delivery in session.scalars(
                select(Delivery)
                .where(Delivery.officer_id == self.officers[who])
                .order_by(Delivery.made_at, Delivery.id)
            ):
                reader = AccountRef("practice", "practice", who)
                allowed = access.decide(session, delivery, [reader], None, self.now)
                if delivery.act is not Act.RETRACT and isinstance(allowed, access.Allowed):
                    key = delivery.about or delivery.key
                    shown[key] = outbox.words_of(session, delivery)
            return list(shown.values())

    def last(self, who: str) -> str:
        return self.told(who)[-1].text

    def delivers(self) -> None:
        """Everything queued is said, so that what comes after is a revision."""
        with self.store.begin() as session:
            for delivery in session.scalars(select(Delivery)):
                delivery.progress, delivery.attempts = Progress.DONE, 1

    def passes(self, **delta: float) -> None:
        """Time passes, and what falls due is done at its moment."""
        end = self.now + timedelta(**delta)
        while True:
            with self.store.begin() as session:
                due_at = session.scalar(
                    select(Due.due_at)
                    .where(Due.state == DueState.WAITING, Due.due_at <= end)
                    .order_by(Due.due_at)
                    .limit(1)
                )
                if due_at is None:
                    break
                self.now = max(self.now, due_at)
                dues.fire_due(session, self.now, commands.DUES)
        self.now = end

    def sleeps(self, **delta: float) -> None:
        """The bot is down meanwhile, and wakes to what has become due."""
        self.now += timedelta(**delta)
        with self.store.begin() as session:
            dues.fire_due(session, self.now, commands.DUES)

    def revoke(self) -> None:
        """Birch loses its grant of the case."""
        with self.store.begin() as session:
            session.scalars(select(Grant)).one().revoked_at = self.now

    def brief(self, line: str = "brief tomorrow 0900Z with birch-lisbon about LARCH") -> str:
        """Call a briefing as Alva; returns its code."""
        self.says("alva", line)
        with self.store.reading() as session:
            return session.scalars(select(Briefing.code).order_by(Briefing.id.desc())).first() or ""


def _command(line: str) -> Command:
    fitting = [each for each in commands.COMMANDS if f"{line} ".startswith(f"{each.name} ")]
    return max(fitting, key=lambda each: len(each.name))


@pytest.fixture
def desk(staffed: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Desk]:
    folder, officers = staffed
    for file in folder.iterdir():
        shutil.copy(file, tmp_path)
    desk = Desk(_store(tmp_path), officers=officers)
    yield desk
    desk.store.close()


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The files of a store with its staff, to be copied: made once, for it takes a while."""
    folder = tmp_path_factory.mktemp("staffed")
    store = _store(folder)
    upgrade(store.engine)
    officers: dict[str, int] = {}
    with store.begin() as session:
        agencies = {
            slug: Agency(slug=slug, title=title, country=country, key_id=keys.of_agency(session))
            for slug, title, country in (
                ("alder", "Alder Customs", "BE"),
                ("birch", "Birch Police", "PT"),
                ("cedar", "Cedar Bureau", "US"),
            )
        }
        session.add_all(agencies.values())
        session.flush()
        units = {
            slug: Unit(slug=slug, agency_id=agencies[agency].id, title=title, zone=zone,
                       desk_number="+1 202 555 0101")
            for slug, agency, title, zone in (
                ("alder-harbour", "alder", "Antwerp harbour desk", "Europe/Brussels"),
                ("birch-lisbon", "birch", "Lisbon desk", "Europe/Lisbon"),
                ("cedar-york", "cedar", "New York desk", "America/New_York"),
            )
        }  # fmt: skip
        session.add_all(units.values())
        session.flush()
        for slug, unit, name, roles, zone, rank in (
            ("ada", "alder-harbour", "Ada Quill", [Role.FIELD], "Europe/Brussels", 0),
            ("alva", "alder-harbour", "Alva Brook", [Role.LIAISON], "Europe/Brussels", 0),
            ("hugo", "alder-harbour", "Hugo Head", [Role.HEAD], "Europe/Brussels", 1),
            ("bo", "birch-lisbon", "Bo Reis", [Role.LIAISON], "Europe/Lisbon", 0),
            ("bea", "birch-lisbon", "Bea Lima", [Role.LIAISON], "Europe/Lisbon", 1),
            ("cora", "cedar-york", "Cora Lane", [Role.LIAISON], "America/New_York", 0),
        ):
            officer = Officer(
                slug=slug,
                agency_id=units[unit].agency_id,
                unit_id=units[unit].id,
                name=name,
                roles=[role.value for role in roles],
                clearance=Tlp.AMBER_STRICT,
                languages=["en"],
                zone=zone,
                duty_rank=rank,
            )
            session.add(officer)
            session.flush()
            session.add(
                Account(officer_id=officer.id, platform="practice", home="practice", user=slug)
            )
            officers[slug] = officer.id
        case = Case(
            code="LARCH",
            agency_id=agencies["alder"].id,
            unit_id=units["alder-harbour"].id,
            owner_id=officers["alva"],
            marking=Tlp.AMBER,
            opened_at=MONDAY - timedelta(days=30),
            review_on=date(2028, 1, 1),
            key_id=keys.of_case(session, agencies["alder"]),
        )
        session.add(case)
        session.flush()
        session.add(
            Grant(
                case_id=case.id,
                agency_id=agencies["birch"].id,
                granted_by=officers["alva"],
                granted_at=MONDAY,
            )
        )
    store.close()
    return folder, officers


def _store(folder: Path) -> Store:
    return open_store(
        f"sqlite:///{folder / 'liaison.db'}",
        keyring_url=f"sqlite:///{folder / 'keys.db'}",
        master=b"k" * 32,
        chance=random.Random(7),
        process="test",
    )
