"""Telling an operator how it went."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import LiaisonError
from storage.errors import StorageError


@contextmanager
def told_plainly() -> Iterator[None]:
    """End with the words of our own errors, status 1, and no traceback."""
    try:
        yield
    except (LiaisonError, StorageError) as fault:
        tell(str(fault))
        sys.exit(1)
    except KeyboardInterrupt:
        tell("Ended.")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)


def tell(text: str) -> None:
    """Say something to the operator, beside what a command prints."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say(text: str) -> None:
    """Print a command's result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
