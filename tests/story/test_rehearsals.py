"""The rehearsals that come with Liaison hold, and a rehearsal that does not hold says so."""

import asyncio
import re
from pathlib import Path

import pytest

from adapters.practice import script
from bot.errors import ConfigError
from tests.house import pipeline, policy

REHEARSALS = sorted(Path("docs/rehearsals").glob("*.toml"))


def played(path: Path) -> script.Played:
    rehearsal = script.read(path)
    return asyncio.run(script.play(rehearsal, extract=pipeline().read, policy=policy()))


@pytest.mark.parametrize("path", REHEARSALS, ids=lambda path: path.stem)
def test_every_rehearsal_holds(path: Path) -> None:
    done = played(path)
    assert done.failures == []
    assert done.expectations >= 5


def test_a_rehearsal_reads_the_same_each_time() -> None:
    rain = next(path for path in REHEARSALS if path.stem == "rain")
    assert played(rain).transcript == played(rain).transcript


def written(folder: Path, steps: str) -> Path:
    path = folder / "own.toml"
    path.write_text(
        f'title = "Own"\nabout = "A try."\nstarts = 2027-03-09T09:00:00Z\n{steps}', "utf-8"
    )
    return path


def test_what_is_not_read_is_a_failure_that_names_the_step(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[step]]\nwho = "ada"\nin = "#joint-harbour"\nsays = "plate XX00 TST"\n'
        '[[step]]\nwho = "ada"\nin = "#joint-harbour"\nreads = "Abracadabra"\n',
    )
    [failure] = played(path).failures
    assert failure.step == 2
    assert "Abracadabra" in failure.why


def test_a_transcript_is_written_in_sentences(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[step]]\nwho = "ada"\nin = "#joint-harbour"\nsays = "plate XX00 TST"\n'
        '[[step]]\npasses = "1 day"\n[[step]]\npasses = "2 days"\n'
        "[[step]]\npurges = true\n[[step]]\nverifies = true\n",
    )
    transcript = "\n".join(played(path).transcript)
    assert " 1 day passes" in transcript
    assert " 2 days pass\n" in transcript
    assert "Purge: erased 0 messages, 0 cases, 0 people and things, " in transcript
    assert re.search(r"The ledger holds: \d+ entries in 1 chain\.", transcript)
    assert "Purged(" not in transcript
    assert "Verified(" not in transcript


def test_what_must_never_be_read_is_a_failure(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[step]]\nwho = "ada"\nin = "#joint-harbour"\nsays = "plate XX00 TST"\n'
        '[[step]]\nwho = "ada"\nin = "#joint-harbour"\nreads = []\nnever = "LARCH"\n',
    )
    assert played(path).failures


def test_different_answers_are_not_equal(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[step]]\nwho = "ada"\nin = "#joint-harbour"\nsays = "plate XX00 TST"\nas = "one"\n'
        '[[step]]\npasses = "3 minutes"\n'
        '[[step]]\nwho = "ada"\nin = "#joint-harbour"\nsays = "plate XX12 TST"\nas = "two"\n'
        '[[step]]\nequal = ["one", "two"]\nexcept = ["XX00 TST", "XX12 TST"]\n',
    )
    assert "differ" in played(path).failures[0].why


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("", "no [[step]]"),
        ("[[step]]\nwho = 'ada'\n", "exactly one of"),
        ("[[step]]\nsays = 'x'\nloudly = true\n", '"loudly" is unknown'),
        ("[[step]\n", "not TOML"),
    ],
)
def test_a_script_that_cannot_be_played_says_why(tmp_path: Path, steps: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("[", r"\[")):
        script.read(written(tmp_path, steps))


def test_a_misspelt_key_is_told_and_not_passed_over(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'sede = 7\n[[step]]\nwho = "ada"\nreads = []\nnevr = "LARCH"\n'
        '[[step]]\nsays = "plate XX00 TST"\n[[step]]\nnote = "x"\nwho = "ada"\n',
    )
    with pytest.raises(ConfigError) as refused:
        script.read(path)
    assert str(refused.value).splitlines()[1:] == [
        '- "sede" is unknown. Did you mean "seed"?',
        '- step 1: "nevr" is unknown. Did you mean "never"?',
        '- step 2: "says" needs "who"',
        '- step 3: "who" is unknown',
    ]
