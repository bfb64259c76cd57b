"""Reading in a process of its own: another core works, and a text that kills it kills no more."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Protocol

from nlp.garbage import collect_rarely
from nlp.pipeline import Reading, Text

LONGEST = 60.0
"""So many seconds one batch may take; what takes longer will never be read."""
_LOADING = 120.0


class Unread(Exception):
    """The reader failed on these texts. It says how, and nothing of what they say."""


class Reads(Protocol):
    """What is loaded over there."""

    def read(self, texts: Sequence[Text]) -> list[Reading]: ...


class Apart:
    """Reads as the pipeline that *load* gives, in another process. Safe for many threads.

    *load* is called over there, so it must be importable by its name. A reader that dies, or takes
    longer than *longest* seconds, is ended and begun anew for the next texts.
    """

    def __init__(self, load: Callable[[], Reads], *, longest: float = LONGEST) -> None:
        self._load = load
        self._longest = longest
        self._turn = threading.Lock()
        self._context = multiprocessing.get_context("spawn")
        self._is_loaded = False
        self._ours, self._process = self._begin()

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """As `nlp.pipeline.Pipeline.read`. Raises `Unread` when the reader failed on them."""
        with self._turn:
            try:
                if not self._is_loaded:
                    self._is_loaded = self._told(_LOADING) is None
                self._ours.send(list(texts))
                answer = self._told(self._longest)
            except (EOFError, OSError, Unread) as fault:
                self._end()
                self._is_loaded = False
                self._ours, self._process = self._begin()
                raise Unread(str(fault) or "the reader ended") from fault
        if not isinstance(answer, list):
            raise Unread(answer)
        return answer

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end()

    @property
    def pid(self) -> int:
        """The number of the reader's process, for those who measure it."""
        return self._process.pid or 0

    def _told(self, longest: float) -> list[Reading] | str | None:
        if not self._ours.poll(longest):
            raise Unread("it took too long")
        answer: list[Reading] | str | None = self._ours.recv()
        return answer

    def _begin(self) -> tuple[Connection, SpawnProcess]:
        # For matrices as small as ours, more threads only take the core that the writer needs.
        # numpy looks when it is loaded, so it must be said before; the operator's choice stays.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(theirs, self._load), name="liaison-reader", daemon=True
        )
        process.start()
        theirs.close()
        return ours, process

    def _end(self) -> None:
        self._ours.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _work(theirs: Connection, load: Callable[[], Reads]) -> None:
    """Read what comes until nobody is there: the pipe ends with the process that holds its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Whoever started us ends us.
    pipeline = load()
    collect_rarely()
    theirs.send(None)
    while True:
        try:
            texts = theirs.recv()
        except (EOFError, OSError):
            return
        try:
            answer: list[Reading] | str = pipeline.read(texts)
        except Exception as fault:
            answer = type(fault).__name__
        theirs.send(answer)
