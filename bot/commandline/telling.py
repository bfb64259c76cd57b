"""Telling an operator how it went."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sqlalchemy.exc import DBAPIError

from bot.errors import LiaisonError
from storage.errors import StorageError


@contextmanager
def told_plainly() -> Iterator[None]:
    """End with words an operator can act on, status 1, and no traceback."""
    try:
        yield
    except (LiaisonError, StorageError) as fault:
        tell(str(fault))
        sys.exit(1)
    except DBAPIError as fault:
        tell(refusal(fault))
        sys.exit(1)
    except KeyboardInterrupt:
        tell("Ended.")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has gone: nobody to tell. Python would still try to flush it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def end_before_it_begins() -> None:
    """Let SIGTERM end a start in order, until whoever runs then takes it over."""

    def end(_number: int, _frame: object) -> NoReturn:
        tell("Ended before it began. Nothing was done.")
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)


def refusal(fault: DBAPIError) -> str:
    """What a database said, without the statement and the values it said it about."""
    lines = str(fault.orig).strip().splitlines()
    return f"The database refuses: {lines[0] if lines else type(fault).__name__}"


def tell(text: str) -> None:
    """Say something to the operator, beside what a command prints."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say(text: str) -> None:
    """Print a command's result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
