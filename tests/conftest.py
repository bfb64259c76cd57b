"""What every test may ask for: fresh databases, a real browser, and how hard to look."""

import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from playwright.sync_api import ConsoleMessage, Page, sync_playwright
from sqlalchemy import URL, make_url

from storage import engines
from tests import browser, postgres
from tests.peers.matrix import synapse as homeserver
from tests.peers.matrix.synapse import Synapse

settings.register_profile(
    "quick",
    max_examples=50,
    deadline=None,
    # Where nobody watches, the same commit gives the same answer twice.
    derandomize=browser.is_unattended(),
)
settings.register_profile("deep", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _log_as_ever() -> Iterator[None]:
    """What a test sets up for the log ends with it: its standard error is closed by then."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True, scope="session")
def synchronous_as_shipped() -> Iterator[str]:
    """How SQLite keeps what it has committed; here, where no power is cut, it waits for no disk."""
    with pytest.MonkeyPatch.context() as patch:
        shipped = engines.SYNCHRONOUS
        patch.setattr(engines, "SYNCHRONOUS", "OFF")
        yield shipped


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database: the same promise is tested on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'liaison.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database, which goes when the test ends."""
    name = f"liaison_test_{secrets.token_hex(6)}"
    postgres.command(postgres_server, f'CREATE DATABASE "{name}"')
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    postgres.command(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The server that LIAISON_TEST_POSTGRES names, else one of our own from the wheel."""
    named = os.environ.get("LIAISON_TEST_POSTGRES")
    if named:
        url = make_url(named)
        yield url
        _empty_house(url)
        return
    with postgres.server() as url:
        yield url


@pytest.fixture
def page(chromium: Path) -> Iterator[Page]:
    """An empty page in a real Chromium. A script that fails, or is refused, fails the test."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refused request is for the test to judge: some are refused on purpose.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    # One Playwright for each test: while it runs, no other test of the thread can run a loop.
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=browser.ARGUMENTS)
        context = started.new_context()
        context.on("console", note)
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        yield context.new_page()
        started.close()
    assert not faults


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Where Chromium is. Its absence skips, with the reason; unattended, it fails."""
    path = browser.chromium()
    if path is None:
        if browser.is_unattended():
            pytest.fail(browser.MISSING, pytrace=False)
        pytest.skip(browser.MISSING)
    return path


@pytest.fixture(scope="session")
def synapse() -> Iterator[Synapse]:
    """A homeserver for the whole session. Its absence skips, with the reason; unattended, fails."""
    python = homeserver.python()
    if python is None:
        if browser.is_unattended():
            pytest.fail(homeserver.MISSING, pytrace=False)
        pytest.skip(homeserver.MISSING)
    server = Synapse(python)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _empty_house(server: URL) -> None:
    """Where stories were told, the house they were told in stood on that server too."""
    told = sys.modules.get("tests.house")
    if told is not None:
        told.tear_down(server)
