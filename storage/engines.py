"""Connecting to the database that an address names."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

STOPPED_AFTER = timedelta(seconds=20)
"""A PostgreSQL server takes back what a process holds that does nothing for so long in the midst
of a unit of work: it was stopped, or its machine is gone, and the others wait for its rows."""


def address_of(file: Path) -> str:
    """The address of a SQLite database in this file, whatever signs are in its name."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def read_only(file: Path) -> str:
    """As `address_of`, for who only reads, and makes nothing that is not there."""
    query = {"mode": "ro", "uri": "true"}
    named = f"file:{quote(str(file.resolve()))}"
    return URL.create("sqlite", database=named, query=query).render_as_string()


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; `None` for what is none."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite" or not place.database or place.database == ":memory:":
        return None
    return Path(place.database.removeprefix("file:"))


def writer(url: str) -> Engine:
    """Where units of work begin."""
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "connect", _end_when_stopped)
    return engine


def reader(url: str) -> Engine:
    """Where looks begin, which block nobody."""
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_deferred)
    return engine


def of_keyring(url: str) -> Engine:
    """Where wrapped keys are kept: what is deleted there is overwritten."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_keyring)
    else:
        event.listen(engine, "connect", _end_when_stopped)
    return engine


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"check_same_thread": False}, pool_size=8)
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # We say BEGIN ourselves, below.
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
        "secure_delete=FAST",
    ):
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as fault:
            # A read-only file cannot change its journal; that is said when something is written.
            if "readonly" not in str(fault):
                raise


def _tune_keyring(connection: Any, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "busy_timeout=10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: SQLite has no row locks, so two readers could both act."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _end_when_stopped(connection: Any, _record: object) -> None:
    limit = int(STOPPED_AFTER.total_seconds())
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{limit}s'")
    connection.commit()
