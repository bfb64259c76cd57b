"""What is read ahead is what would have been read, and nobody goes on reading for nobody."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from functools import partial

import pytest

from bot.commandline.ahead import ReaderEnded, read_ahead


def counted(most: int) -> Iterator[int]:
    yield from range(most)


def killed() -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def at_fault() -> Iterator[int]:
    yield 1
    raise ValueError("Jon Sampleton")


class Unreadable(Exception):
    """Its words are for whoever reads."""


def unreadable() -> Iterator[int]:
    yield 1
    raise Unreadable("a line that goes on for ever")


def test_everything_is_read_in_its_order_and_its_parts() -> None:
    assert list(read_ahead(partial(counted, 25), at_once=10)) == [
        list(range(10)),
        list(range(10, 20)),
        list(range(20, 25)),
    ]


def test_a_reader_that_ends_before_its_end_is_not_taken_for_the_end() -> None:
    with pytest.raises(ReaderEnded, match="its process was ended"):
        list(read_ahead(killed, at_once=1))


def test_a_fault_is_told_without_the_words_it_was_about() -> None:
    with pytest.raises(ReaderEnded) as told:
        list(read_ahead(at_fault, at_once=1))
    assert str(told.value) == "ValueError"


def test_a_fault_whose_words_are_to_be_read_is_told_in_them() -> None:
    with pytest.raises(ReaderEnded, match="a line that goes on for ever"):
        list(read_ahead(unreadable, at_once=1, told=Unreadable))


def test_who_stops_listening_ends_the_reader() -> None:
    going = read_ahead(partial(counted, 10**9), at_once=10_000)
    assert next(going)[0] == 0
    going.close()
    assert not [each for each in multiprocessing.active_children() if "reader" in each.name]
