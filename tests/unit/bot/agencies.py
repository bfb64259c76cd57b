"""A small world for claims about who may what: two agencies, their officers, a room, a case."""

import atexit
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework import entities
from bot.conversation.messages import AccountRef
from bot.governance import directory, keys
from nlp.spans import Label
from storage import indexing, sealing
from storage.database import Store, open_store, upgrade
from storage.models import (
    Agency,
    Case,
    Category,
    Entity,
    Match,
    MatchState,
    Mention,
    Message,
    Officer,
    Progress,
    Room,
    Tlp,
)

NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)

DIRECTORY = """
[[agency]]
slug = "alder"
title = "Alder Customs"
country = "BE"
[[agency]]
slug = "birch"
title = "Birch Police"
country = "PT"

[[unit]]
slug = "alder-harbour"
agency = "alder"
title = "Antwerp harbour desk"
zone = "Europe/Brussels"
desk_number = "+1 202 555 0101"
[[unit]]
slug = "birch-lisbon"
agency = "birch"
title = "Lisbon desk"
zone = "Europe/Lisbon"
desk_number = "+1 202 555 0121"

[[officer]]
slug = "ada"
agency = "alder"
unit = "alder-harbour"
name = "Ada Quill"
roles = ["field"]
clearance = "AMBER+STRICT"
zone = "Europe/Brussels"
accounts = [{ platform = "practice", home = "practice", user = "ada" }]
[[officer]]
slug = "aron"
agency = "alder"
unit = "alder-harbour"
name = "Aron Vale"
roles = ["liaison"]
clearance = "AMBER+STRICT"
zone = "Europe/Brussels"
accounts = [{ platform = "practice", home = "practice", user = "aron" }]
[[officer]]
slug = "alma"
agency = "alder"
unit = "alder-harbour"
name = "Alma Reed"
roles = ["head"]
clearance = "RED"
zone = "Europe/Brussels"
duty_rank = 1
accounts = [{ platform = "practice", home = "practice", user = "alma" }]
[[officer]]
slug = "otis"
agency = "alder"
name = "Otis Fern"
roles = ["oversight"]
clearance = "RED"
zone = "Europe/Brussels"
accounts = [{ platform = "practice", home = "practice", user = "otis" }]
[[officer]]
slug = "opal"
agency = "alder"
unit = "alder-harbour"
name = "Opal Dunn"
roles = ["oversight"]
clearance = "RED"
zone = "Europe/Brussels"
duty_rank = 1
accounts = [{ platform = "practice", home = "practice", user = "opal" }]
[[officer]]
slug = "bela"
agency = "birch"
unit = "birch-lisbon"
name = "Bela Stroud"
roles = ["field"]
clearance = "AMBER"
zone = "Europe/Lisbon"
accounts = [{ platform = "practice", home = "practice", user = "bela" }]
[[officer]]
slug = "bruno"
agency = "birch"
unit = "birch-lisbon"
name = "Bruno Marsh"
roles = ["liaison"]
clearance = "AMBER+STRICT"
zone = "Europe/Lisbon"
accounts = [{ platform = "practice", home = "practice", user = "bruno" }]

[[room]]
slug = "joint"
platform = "practice"
address = "#joint"
title = "Joint harbour"
purpose = "Harbour work"
ceiling = "AMBER"
default_marking = "AMBER"
listens = "all"
agencies = ["alder", "birch"]
carries = ["LARCH"]

[[agreement]]
slug = "alder-birch"
from = "alder"
to = "birch"
labels = ["PLATE"]
up_to = "AMBER"
notice = "contact"
purpose = "Harbour work"
until = 2028-01-01
"""


@dataclass
class Agencies:
    """The world, one unit of work at a time."""

    store: Store
    now: datetime = NOW
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    @contextmanager
    def begin(self) -> Iterator[Session]:
        with self.store.begin() as session:
            yield session

    @contextmanager
    def undone(self) -> Iterator[Session]:
        """A unit of work that is taken back at its end, so that claims can share one store."""
        with suppress(_Undone), self.store.begin() as session:
            yield session
            raise _Undone

    def passes(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        return self.now

    def officer(self, session: Session, slug: str) -> Officer:
        return session.scalars(select(Officer).where(Officer.slug == slug)).one()

    def officer_by_id(self, session: Session, officer_id: int | None) -> Officer:
        return session.get_one(Officer, officer_id)

    def agency(self, session: Session, slug: str = "alder") -> Agency:
        return session.scalars(select(Agency).where(Agency.slug == slug)).one()

    def room(self, session: Session) -> Room:
        return session.scalars(select(Room)).one()

    def case(
        self,
        session: Session,
        code: str = "LARCH",
        *,
        owner: str = "aron",
        marking: Tlp = Tlp.AMBER,
        review_on: date | None = None,
    ) -> Case:
        officer = self.officer(session, owner)
        case = Case(
            code=code,
            agency_id=officer.agency_id,
            unit_id=officer.unit_id,
            owner_id=officer.id,
            marking=marking,
            opened_at=self.now,
            review_on=review_on or (self.now + timedelta(days=365)).date(),
            key_id=keys.of_case(session, officer.agency),
        )
        sealing.seal(session, case, "title", "Grey vans on quay 7")
        sealing.seal(session, case, "purpose", "Smuggling through the harbour")
        session.add(case)
        session.flush()
        return case

    def message(
        self,
        session: Session,
        text: str,
        *,
        by: str = "ada",
        event: str | None = None,
        revision: str = "",
        kind: str = "said",
        marking: Tlp | None = None,
    ) -> Message:
        officer, room = self.officer(session, by), self.room(session)
        number = next(self._numbers)
        message = Message(
            platform="practice",
            address="#joint",
            event=event or f"e{number}",
            revision=revision,
            thread=None,
            room_id=room.id,
            officer_id=officer.id,
            agency_id=officer.agency_id,
            home="practice",
            user=by,
            kind=kind,
            to_bot=False,
            is_private=False,
            sent_at=self.now,
            heard_at=self.now,
            marking=marking,
            progress=Progress.DONE,
            key_id=keys.of_message(session, keys.room_month(session, room, self.now)),
        )
        if text:
            sealing.seal(session, message, "text", text)
        session.add(message)
        session.flush()
        return message

    def person(
        self,
        session: Session,
        name: str,
        case: Case | None,
        *,
        agency: str = "alder",
        plate: str = "",
    ) -> Entity:
        known = entities.Known(
            schema="Person",
            names=[name],
            identifiers=[entities.Hard(Label.PLATE, plate)] if plate else [],
            category=Category.SUSPECT,
        )
        return entities.add(session, self.agency(session, agency), known, now=self.now, case=case)

    def match(
        self,
        session: Session,
        message: Message,
        entity: Entity,
        case: Case,
        *,
        state: MatchState = MatchState.CONFIRMED,
        text: str = "XX00 TST",
    ) -> Match:
        mention = Mention(
            message_id=message.id,
            agency_id=message.agency_id or 0,
            start=0,
            end=len(text),
            label=Label.PLATE,
            subtype=None,
            valid=True,
            confidence=0.9,
            look_up=indexing.look_up(session, "i:PLATE", "XX00TST"),
            key_id=message.key_id,
        )
        sealing.seal(session, mention, "text", text)
        sealing.seal(session, mention, "value", "XX00TST")
        session.add(mention)
        session.flush()
        match = Match(
            mention_id=mention.id,
            entity_id=entity.id,
            case_id=case.id,
            agency_id=case.agency_id,
            is_verified=True,
            is_hidden=False,
            score=0.99,
            scorer="exact",
            signature=7,
            made_at=self.now,
            state=state,
        )
        session.add(match)
        session.flush()
        return match


class _Undone(Exception):
    pass


def account(user: str) -> AccountRef:
    return AccountRef("practice", "practice", user)


def open_agencies(folder: Path) -> Agencies:
    """The small world on a store of its own."""
    for file in _made_once().iterdir():
        shutil.copy(file, folder)
    return Agencies(_open(folder))


def open_shared(folder: Path, url: str, processes: int) -> list[Agencies]:
    """The small world in an empty database at *url*, as each of several processes has it open."""
    opened = [Agencies(_open(folder, url, process=f"test {each}")) for each in range(processes)]
    upgrade(opened[0].store.engine)
    with opened[0].store.begin() as session:
        directory.apply(session, directory.parse(DIRECTORY), by="test", now=NOW)
    return opened


@cache
def _made_once() -> Path:
    """The same world, kept to be copied: making it takes longer than most claims."""
    folder = Path(tempfile.mkdtemp(prefix="liaison-agencies-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = _open(folder)
    upgrade(store.engine)
    with store.begin() as session:
        directory.apply(session, directory.parse(DIRECTORY), by="test", now=NOW)
    store.close()
    return folder


def _open(folder: Path, url: str | None = None, *, process: str = "test") -> Store:
    return open_store(
        url or f"sqlite:///{folder / 'liaison.db'}",
        keyring_url=f"sqlite:///{folder / 'keyring.db'}",
        master=b"k" * 32,
        chance=random.Random(7),
        process=process,
    )
