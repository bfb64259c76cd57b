"""What every test may ask for: fresh databases, a real browser, and how hard to look."""

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlalchemy import URL, make_url

from storage import engines
from storage.database import upgrade
from tests import browser, compiled, postgres
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


@pytest.fixture(autouse=True, scope="session")
def _statements_are_compiled_once() -> Iterator[None]:
    with compiled.once():
        yield


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def unmade_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that is yet to be made: the same promise is tested on both kinds.

    A SQLite database is made by whoever opens it first.
    """
    if request.param == "sqlite":
        return engines.address_of(tmp_path / "liaison.db")
    url: str = request.getfixturevalue("unmade_postgres_url")
    return url


@pytest.fixture
def database_url(unmade_url: str) -> str:
    """The address of a new, empty database of either kind."""
    if _is_postgres(unmade_url):
        postgres.make(make_url(unmade_url))
    return unmade_url


@pytest.fixture
def migrated_url(unmade_url: str, request: pytest.FixtureRequest) -> str:
    """As `database_url`, with every table: migrated once, and copied for each test."""
    if _is_postgres(unmade_url):
        template = request.getfixturevalue("migrated_database")
        postgres.make(make_url(unmade_url), template=template)
    else:
        file = engines.file_of(unmade_url)
        assert file is not None
        shutil.copy(request.getfixturevalue("migrated_file"), file)
    return unmade_url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database without a row, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "liaison.db"
    _migrate(engines.address_of(file))
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_server: URL) -> Iterator[str]:
    """As `migrated_file`, on the server."""
    url = postgres_server.set(database=f"liaison_migrated_{secrets.token_hex(6)}")
    postgres.make(url)
    _migrate(url.render_as_string(hide_password=False))
    yield str(url.database)
    postgres.drop(url)


@pytest.fixture
def postgres_url(unmade_postgres_url: str) -> str:
    """The address of a new, empty PostgreSQL database."""
    postgres.make(make_url(unmade_postgres_url))
    return unmade_postgres_url


@pytest.fixture
def unmade_postgres_url(postgres_server: URL) -> Iterator[str]:
    """As `unmade_url`, on PostgreSQL alone; what was made there goes when the test ends."""
    url = postgres_server.set(database=f"liaison_test_{secrets.token_hex(6)}")
    yield url.render_as_string(hide_password=False)
    postgres.drop(url)


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
def page(started_chromium: Browser) -> Iterator[Page]:
    """An empty page in a real Chromium. A script that fails, or is refused, fails the test."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refused request is for the test to judge: some are refused on purpose.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    context = started_chromium.new_context()
    context.on("console", note)
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    yield context.new_page()
    for each in started_chromium.contexts:
        each.close()
    assert not faults


@pytest.fixture
def started_chromium(chromium: Path) -> Iterator[Browser]:
    """One for each test; a module whose tests run no loop may start one for all of them."""
    with browser.started(chromium) as started:
        yield started


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


def _is_postgres(url: str) -> bool:
    return make_url(url).get_backend_name() == "postgresql"


def _migrate(url: str) -> None:
    engine = engines.writer(url)
    upgrade(engine)
    engine.dispose()


def _empty_house(server: URL) -> None:
    """Where stories were told, the house they were told in stood on that server too."""
    told = sys.modules.get("tests.house")
    if told is not None:
        told.tear_down(server)
