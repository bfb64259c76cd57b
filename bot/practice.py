"""What the practice room asks of the bot: who plays, where, what time it is, and how it fares."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversation.messages import AccountRef
from bot.governance import ledger
from bot.governance.ledger import Operation
from storage.models import (
    Account,
    Delivery,
    Entry,
    Message,
    Officer,
    Progress,
    Prompt,
    PromptState,
    Role,
    Room,
    Setting,
)

_CLOCK = "practice clock"
_OFFICER = "officer:"


@dataclass(frozen=True, slots=True)
class Persona:
    """An officer whom somebody may play here, and nowhere else."""

    slug: str
    name: str
    agency: str
    agency_slug: str
    country: str
    unit: str
    roles: tuple[Role, ...]
    clearance: str
    zone: str
    duty_hours: str
    duty_rank: int
    account: AccountRef


@dataclass(frozen=True, slots=True)
class Place:
    """A shared room as its members see it."""

    slug: str
    address: str
    title: str
    purpose: str
    ceiling: str
    listens: str


@dataclass(frozen=True, slots=True)
class Stand:
    """The practice clock: how far it is from real time, or at which moment it stands."""

    ahead: timedelta = timedelta(0)
    stands_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the ledger, in references."""

    at: datetime
    operation: Operation
    actor: str
    """The slug of an officer; empty for the bot itself."""
    subject: str
    told: tuple[str, ...] = ()
    """The slugs of those who heard of it, where it says so."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A message that the bot could not make sense of, and where it stands."""

    at: datetime
    author: str
    room: str
    title: str
    event: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot fares: what waits, what it could not do, whether its record holds."""

    waiting_words: int
    unsaid_words: int
    unread_messages: int
    set_aside: tuple[Aside, ...]
    open_prompts: int
    entries: int
    is_whole: bool
    latest: tuple[Step, ...]

    @property
    def is_well(self) -> bool:
        return self.is_whole and not self.set_aside


def personas(session: Session, platform: str) -> list[Persona]:
    """Everyone who can be played on this platform, by agency, else in the directory's order."""
    found = session.scalars(
        select(Account)
        .join(Officer, Account.officer_id == Officer.id)
        .where(Account.platform == platform, Officer.retired_at.is_(None))
        .order_by(Account.id)
    )
    return sorted(map(_persona, found), key=lambda persona: persona.agency)


def places(session: Session, platform: str) -> list[Place]:
    """Every room on this platform that the directory lists."""
    found = session.scalars(
        select(Room).where(Room.platform == platform, Room.retired_at.is_(None)).order_by(Room.slug)
    )
    return [
        Place(
            room.slug,
            room.address,
            room.title,
            room.purpose,
            f"TLP:{room.ceiling}",
            room.listens.value,
        )
        for room in found
    ]


def guests(session: Session, platform: str) -> dict[str, list[AccountRef]]:
    """Who belongs in each room: everyone of its agencies but those who watch over them."""
    people = [each for each in personas(session, platform) if Role.OVERSIGHT not in each.roles]
    found = session.scalars(
        select(Room).where(Room.platform == platform, Room.retired_at.is_(None)).order_by(Room.slug)
    )
    return {
        room.address: [each.account for each in people if each.agency_slug in room.agencies]
        for room in found
    }


def clock_stand(session: Session) -> Stand | None:
    """How the practice clock was left; `None` before it was ever set."""
    setting = session.scalar(select(Setting).where(Setting.name == _CLOCK))
    if setting is None:
        return None
    stands_at = setting.value["stands_at"]
    return Stand(
        timedelta(seconds=setting.value["ahead"]),
        None if stands_at is None else datetime.fromisoformat(stands_at),
    )


def keep_clock(session: Session, stand: Stand, *, now: datetime) -> None:
    """Remember how the practice clock is set."""
    setting = session.scalar(select(Setting).where(Setting.name == _CLOCK))
    if setting is None:
        setting = Setting(name=_CLOCK, value={})
        session.add(setting)
    seconds = stand.ahead.total_seconds()
    setting.value = {
        "ahead": seconds,
        "stands_at": stand.stands_at and stand.stands_at.isoformat(),
    }
    ledger.record(
        session,
        Operation.CLOCK,
        now=now,
        subject="practice clock",
        ahead=round(seconds),
        stands=stand.stands_at is not None,
    )


def health(session: Session, now: datetime, *, latest: int = 12) -> Health:
    """How the bot fares at this moment. Walks the whole ledger: for small deployments."""
    checked = ledger.verify(session)
    newest = session.scalars(
        select(Entry)
        .where(Entry.operation.not_in((Operation.CLOCK.value, Operation.ROOT.value)))
        .order_by(Entry.id.desc())
        .limit(latest)
    )
    return Health(
        waiting_words=_count(
            session, Delivery.progress == Progress.PENDING, Delivery.due_at <= now
        ),
        unsaid_words=_count(
            session, Delivery.progress == Progress.FAILED, Delivery.said_at.is_(None)
        ),
        unread_messages=_count(session, Message.progress == Progress.PENDING),
        set_aside=_set_aside(session),
        open_prompts=_count(session, Prompt.state.in_((PromptState.OPEN, PromptState.PAUSED))),
        entries=_count(session, Entry.id.is_not(None)),
        is_whole=isinstance(checked, ledger.Verified),
        latest=tuple(map(_step, newest)),
    )


def _step(entry: Entry) -> Step:
    told = entry.details.get("to") or entry.details.get("told") or ()
    by_officer = entry.actor.startswith(_OFFICER)
    return Step(
        entry.at,
        Operation(entry.operation),
        entry.actor.removeprefix(_OFFICER) if by_officer else "",
        entry.subject,
        (told,) if isinstance(told, str) else tuple(told) if isinstance(told, list) else (),
    )


def _set_aside(session: Session) -> tuple[Aside, ...]:
    """What was set aside, the latest first."""
    rows = session.execute(
        select(Message.sent_at, Officer.slug, Room.slug, Room.title, Message.event)
        .join(Officer, Officer.id == Message.officer_id)
        .outerjoin(Room, Room.id == Message.room_id)
        .where(Message.progress == Progress.FAILED)
        .order_by(Message.id.desc())
    )
    return tuple(
        Aside(at, by, room or "", title or "", event) for at, by, room, title, event in rows
    )


def _count(session: Session, *conditions: object) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]  # conditions, all


def _persona(account: Account) -> Persona:
    officer = account.officer
    return Persona(
        slug=officer.slug,
        name=officer.name,
        agency=officer.agency.title,
        agency_slug=officer.agency.slug,
        country=officer.agency.country,
        unit=officer.unit.title if officer.unit else "",
        roles=tuple(Role(role) for role in officer.roles),
        clearance=f"TLP:{officer.clearance}",
        zone=officer.zone,
        duty_hours=officer.duty_hours,
        duty_rank=officer.duty_rank,
        account=AccountRef(account.platform, account.home, account.user),
    )
