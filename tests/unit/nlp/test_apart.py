import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from nlp.apart import Apart, Unread
from nlp.pipeline import Reading, Text, load

LINES = [Text("plate XX00 TST", "GB"), Text("nothing of note"), Text("a" * 70_000)]
ROOT = Path(__file__).parents[3]


class Moody:
    """A reader that does as the text says."""

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        for text in texts:
            match text.text:
                case "die":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "sleep":
                    time.sleep(60)
                case "stumble":
                    raise ValueError("a word of the text")
        return [Reading((), os.getpid()) for _ in texts]


@pytest.fixture
def moody() -> Iterator[Apart]:
    apart = Apart(Moody, longest=3)
    yield apart
    apart.close()


def test_what_is_read_apart_is_what_is_read_here() -> None:
    apart = Apart(load)
    try:
        assert apart.read(LINES) == load().read(LINES)
    finally:
        apart.close()


@pytest.mark.parametrize("what", ["die", "sleep"])
def test_a_text_that_ends_the_reader_is_unread_and_the_next_are_read(
    moody: Apart, what: str
) -> None:
    [before] = moody.read([Text("well")])
    with pytest.raises(Unread):
        moody.read([Text(what)])
    [after] = moody.read([Text("well")])
    assert after.unread != before.unread
    assert not psutil.pid_exists(before.unread)


def test_a_fault_tells_its_kind_and_no_word_of_the_text(moody: Apart) -> None:
    [before] = moody.read([Text("well")])
    with pytest.raises(Unread, match=r"^ValueError$"):
        moody.read([Text("stumble")])
    [after] = moody.read([Text("well")])
    assert after.unread == before.unread


def test_the_reader_works_on_one_core_unless_the_operator_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for said, expected in ((None, b"1"), ("3", b"3")):
        monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
        if said is not None:
            monkeypatch.setenv("OPENBLAS_NUM_THREADS", said)
        apart = Apart(Moody)
        [told] = apart.read([Text("well")])
        begun = Path(f"/proc/{told.unread}/environ").read_bytes().split(b"\0")
        apart.close()
        assert b"OPENBLAS_NUM_THREADS=" + expected in begun


def test_closing_ends_the_process() -> None:
    apart = Apart(Moody)
    pid = apart.pid
    apart.close()
    assert not psutil.pid_exists(pid)


def test_the_reader_ends_when_the_process_that_began_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from tests.unit.nlp.test_apart import Moody\n"
        "from nlp.apart import Apart\n"
        "from nlp.pipeline import Text\n"
        "if __name__ == '__main__':\n"
        "    apart = Apart(Moody)\n"
        "    print(apart.read([Text('well')])[0].unread, flush=True)\n"
        "    time.sleep(60)\n"
    )
    script = tmp_path / "begins.py"
    script.write_text(program)
    begun = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert begun.stdout is not None
    reader = psutil.Process(int(begun.stdout.readline()))
    begun.kill()
    begun.wait()
    begun.stdout.close()
    reader.wait(timeout=20)
