"""Leases: who does what only one process may do, and who is there, while they keep saying so."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.errors import ConfigError
from storage.models import Lease

RUN = "run"
LENGTH = timedelta(seconds=30)


class Taken(ConfigError):
    """Another process has the lease."""


def take(session: Session, name: str, length: timedelta, *, now: datetime) -> None:
    """Take or renew the lease *name*. Raises `Taken` while another process holds it."""
    process: str = session.info["process"]
    lease = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
    if lease is None:
        session.add(Lease(name=name, owner=process, until=now + length))
        return
    if lease.owner != process and _holds(lease, length, now):
        raise _taken(lease, now)
    lease.owner, lease.until = process, now + length


def give_back(session: Session, name: str) -> None:
    """Let somebody else take it now."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.owner == session.info["process"]))


def join(session: Session, name: str, *, now: datetime) -> None:
    """Say that this process is among those who do *name*. Raises `Taken` while one has it alone."""
    process: str = session.info["process"]
    take(session, f"{name}:{process}", LENGTH, now=now)
    lease = session.scalar(select(Lease).where(Lease.name == name))
    if lease is not None and lease.owner != process and _holds(lease, LENGTH, now):
        raise _taken(lease, now)


def leave(session: Session, name: str) -> None:
    """This process is no longer among those who do *name*."""
    give_back(session, f"{name}:{session.info['process']}")


def are_there(session: Session, name: str, *, now: datetime) -> bool:
    """Whether any process is among those who do *name*."""
    others = select(Lease.id).where(Lease.name.startswith(f"{name}:"), Lease.until > now)
    return session.scalar(others.limit(1)) is not None


def _taken(lease: Lease, now: datetime) -> Taken:
    return Taken(
        "Another process of Liaison runs on this database already. End it first. "
        f"If it was killed, wait {_seconds_left(lease, now)} seconds."
    )


def _holds(lease: Lease, length: timedelta, now: datetime) -> bool:
    # Longer than a lease lasts: the clock was set back since, and its holder would have renewed it.
    return now < lease.until <= now + length


def _seconds_left(lease: Lease, now: datetime) -> int:
    return int((lease.until - now).total_seconds()) + 1
