"""Leases: a job that only one process may do, for as long as it keeps saying so."""

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
        raise Taken(
            "Another process of Liaison runs on this database already. End it first. "
            f"If it was killed, wait {_seconds_left(lease, now)} seconds."
        )
    lease.owner, lease.until = process, now + length


def give_back(session: Session, name: str) -> None:
    """Let somebody else take it now."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.owner == session.info["process"]))


def _holds(lease: Lease, length: timedelta, now: datetime) -> bool:
    # Longer than a lease lasts: the clock was set back since, and its holder would have renewed it.
    return now < lease.until <= now + length


def _seconds_left(lease: Lease, now: datetime) -> int:
    return int((lease.until - now).total_seconds()) + 1
