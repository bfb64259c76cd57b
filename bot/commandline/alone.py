"""Being the only process at work on a database that has room for one."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ConfigError
from bot.governance.leases import Taken
from storage.engines import file_of

LOCK = "-lock"
"""How the name of the file ends that is locked."""


@contextmanager
def alone(url: str) -> Iterator[bool]:
    """Whether nobody else works on the database at *url*, for as long as this lasts.

    On SQLite nobody does, or `Taken` is raised. Elsewhere there is room for several: they tell
    each other by leases.
    """
    file = file_of(url)
    if file is None:
        yield False
        return
    # A file of its own: SQLite forgets its own locks when anybody closes the database's file. It
    # stays, for a lock on a file that was removed keeps nobody out.
    lock = _opened(file.with_name(file.name + LOCK))
    try:
        _take(lock)
        yield True
    finally:
        os.close(lock)


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise ConfigError(f"{file} cannot be written: {fault.strerror}. Is its folder ours?") from (
            fault
        )


def _take(lock: int) -> None:
    """Take the lock. The system lets go of it however this process ends, by a kill too."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        if fault.errno in (errno.EAGAIN, errno.EACCES):
            raise Taken(
                "Another process of Liaison runs on this database already. End it first."
            ) from fault
        raise ConfigError(
            f"The database cannot be locked: {fault.strerror}. SQLite needs a disk of this "
            "machine, not one of the network."
        ) from fault
