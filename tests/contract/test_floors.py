"""Who may import whom, who may be installed: each rule is broken once, and must be noticed."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HOUSE = {
    "adapters/__init__.py": "",
    "adapters/matrix.py": "import nio",
    "adapters/memory.py": "import bot.liaison",
    "adapters/slack.py": "import slack_bolt.async_app",
    "adapters/timer.py": "import apscheduler.schedulers.asyncio",
    "adapters/web/__init__.py": "",
    "adapters/web/app.py": "import adapters.memory\nimport starlette.applications",
    "bot/__init__.py": "",
    "bot/__main__.py": "import bot.commandline.demo\nimport adapters.slack",
    "bot/commandline/__init__.py": "",
    "bot/commandline/demo.py": "import bot.liaison\nimport adapters.web.app",
    "bot/liaison.py": "import bot.casework",
    "bot/casework/__init__.py": "import storage.models\nimport sqlalchemy.orm",
    "storage/__init__.py": "",
    "storage/models.py": "import nlp.spans\nimport alembic.command\nimport cryptography",
    "nlp/__init__.py": "",
    "nlp/spans.py": "import spacy",
}

TRESPASSES = [
    ("adapters/slack.py", "import adapters.matrix"),
    ("adapters/memory.py", "import adapters.web.app"),
    ("adapters/matrix.py", "import slack_sdk"),
    ("adapters/slack.py", "import nio"),
    ("adapters/memory.py", "import jinja2"),
    ("adapters/slack.py", "import apscheduler"),
    ("adapters/web/app.py", "import sqlalchemy"),
    ("bot/liaison.py", "import adapters.memory"),
    ("bot/liaison.py", "import bot.commandline.demo"),
    ("bot/liaison.py", "import aiohttp"),
    ("bot/liaison.py", "import uvicorn"),
    ("bot/casework/__init__.py", "import bot.commandline"),
    ("bot/casework/__init__.py", "import spacy.tokens"),
    ("bot/casework/__init__.py", "import cryptography"),
    ("bot/casework/__init__.py", "import alembic"),
    ("storage/models.py", "import bot.casework"),
    ("nlp/spans.py", "import storage.models"),
    ("nlp/spans.py", "import sqlalchemy"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house that keeps to every rule."""
    for path, words in HOUSE.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return tmp_path


def test_a_house_that_keeps_to_its_floors_is_accepted(house: Path) -> None:
    assert "0 broken" in _inspected(house)


@pytest.mark.parametrize(("path", "trespass"), TRESPASSES)
def test_a_trespass_between_floors_is_noticed(house: Path, path: str, trespass: str) -> None:
    with (house / path).open("a") as file:
        file.write(f"\n{trespass}\n")
    assert "BROKEN" in _inspected(house)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_versions_and_hashes_but_no_place(lock: str) -> None:
    words = (ROOT / lock).read_text()
    assert "://" not in words
    assert not re.search(r"^\s*--(?!hash=)", words, re.MULTILINE)


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert shipped <= tested


def test_everything_that_is_asked_for_is_locked() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = asked["project"]
    everything = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *asked["build-system"]["requires"],
    ]
    locked = {pin.partition("==")[0] for pin in _pins("requirements-dev.lock")}
    assert {_name(wish) for wish in everything} <= locked


def _inspected(house: Path) -> str:
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; "
    code += "sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=house, capture_output=True, check=False, text=True
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.stdout


def _pins(lock: str) -> set[str]:
    pins = re.findall(r"^[a-z0-9][^\s;\\]+", (ROOT / lock).read_text(), re.MULTILINE)
    return set(pins)


def _name(wish: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", wish)
    assert match
    return re.sub(r"[._-]+", "-", match[0]).lower()
