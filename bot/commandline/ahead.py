"""Reading ahead in a process of its own, while what was read before is kept."""

import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterable
from itertools import islice
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")


class ReaderEnded(Exception):
    """Reading ended before its end. It says how, and nothing of what was read."""


def read_ahead(
    read: Callable[[], Iterable[T]], *, at_once: int, told: type[Exception] = ReaderEnded
) -> Generator[list[T], None, None]:
    """All that *read* gives, so many at once: the next are read while these are worked on.

    *read* is called over there, so it must be importable by its name. Raises `ReaderEnded`, in the
    very words of a fault that is to be *told*, and with no more than the name of any other.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_read, args=(theirs, read, at_once, told), name="liaison-reader", daemon=True
    )
    process.start()
    theirs.close()
    part: list[T]
    try:
        while part := _next(ours):
            yield part
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()


def _next(ours: Connection) -> list[T]:
    try:
        part: list[T] | str = ours.recv()
    except (EOFError, OSError) as fault:
        raise ReaderEnded("its process was ended") from fault
    if isinstance(part, str):
        raise ReaderEnded(part)
    return part


def _read(
    theirs: Connection,
    read: Callable[[], Iterable[T]],
    at_once: int,
    told: type[Exception],
) -> None:
    """Read until nobody is there: the pipe ends with the process that holds its other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Whoever started us ends us.
    try:
        every = iter(read())
        while part := list(islice(every, at_once)):
            theirs.send(part)  # and wait: one part ahead is enough
        theirs.send([])
    except BrokenPipeError:
        return
    except told as fault:
        theirs.send(str(fault))
    except Exception as fault:
        theirs.send(type(fault).__name__)
