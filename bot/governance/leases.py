"""Leases: a job that only one process may do, for as long as it keeps saying so."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.errors import Busy
from storage.models import Lease


def take(session: Session, name: str, length: timedelta, *, now: datetime) -> None:
    """Take or renew the lease *name*. Raises `Busy` while another process holds it."""
    process: str = session.info["process"]
    lease = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
    if lease is None:
        session.add(Lease(name=name, owner=process, until=now + length))
        return
    if lease.owner != process and lease.until > now:
        raise Busy(
            "Another process of Liaison runs on this database already. End it first; with SQLite "
            f"there is one at a time. If it was killed, wait {int(length.total_seconds())} seconds."
        )
    lease.owner, lease.until = process, now + length


def give_back(session: Session, name: str) -> None:
    """Let somebody else take it now."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.owner == session.info["process"]))
