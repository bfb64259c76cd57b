"""Opening what a configuration names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect, make_url, select
from sqlalchemy.orm import Session

from bot import config as configuration
from bot.config import Config
from bot.errors import ConfigError
from storage.database import Store, is_current, open_store
from storage.engines import can_encrypt, file_of, is_encrypted
from storage.errors import WrongKey
from storage.models import Officer

if TYPE_CHECKING:
    from nlp.apart import Apart
    from nlp.pipeline import Pipeline

WRONG_KEY = (
    "The master key does not open the keyring: it is not the one the keyring was made with, or was "
    "last rotated to. Name the right one under [keys]. Nothing was changed."
)


def now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


@contextmanager
def opened(config: Config, *, any_version: bool = False) -> Iterator[Store]:
    """The store that the configuration names, closed in the end.

    Raises `ConfigError` when it is not there, or its schema is not this version's; with
    *any_version*, it is made.
    """
    master = configuration.master_key(config)
    must_have_folders(config)
    must_be_encrypted(config)
    must_have_keyring(config)
    if not any_version and not is_there(config.database.url):
        raise ConfigError(f"There is no database at {shown(config.database.url)} yet. {UPGRADE}")
    try:
        store = open_store(
            config.database.url,
            keyring_url=config.database.keyring_url,
            master=master,
            encrypted=config.database.encrypted,
        )
    except WrongKey as fault:
        raise ConfigError(WRONG_KEY) from fault
    try:
        if not any_version and not is_current(store.engine):
            raise ConfigError(f"The database is older than this version. {UPGRADE}")
        yield store
    finally:
        store.close()


def must_have_folders(config: Config) -> None:
    """Raise `ConfigError` that names every folder to be made."""
    urls = (config.database.url, config.database.keyring_url)
    files = [file for url in urls if (file := file_of(url)) is not None]
    missing = sorted({str(file.parent) for file in files if not file.parent.is_dir()})
    if missing:
        are = "folder is" if len(missing) == 1 else "folders are"
        raise ConfigError(
            f"database: the {are} not there: {', '.join(missing)}. Do: mkdir -p {' '.join(missing)}"
        )


def must_have_keyring(config: Config) -> None:
    """Raise `ConfigError` when the data is there and its keyring is not.

    A new keyring would be made then, and nothing that is kept could be read with it.
    """
    ring = config.database.keyring_url
    if is_there(config.database.url) and not is_there(ring):
        raise ConfigError(
            f"The database is there, and its keyring {shown(ring)} is not. Without it nothing can "
            "be read: bring it back from its copy, or correct database.keyring_url."
        )


def must_be_encrypted(config: Config) -> None:
    """Raise `ConfigError` unless the file is encrypted as it is said to be, and can be."""
    is_wanted, file = config.database.encrypted, file_of(config.database.url)
    if is_wanted and file is None:
        raise ConfigError(
            "database.encrypted is for a SQLite file. A PostgreSQL server's disk is encrypted by "
            "its machine. Leave the key out."
        )
    if is_wanted and not can_encrypt():
        raise ConfigError(
            "database.encrypted = true, and SQLCipher is not installed. Do: pip install sqlcipher3"
        )
    if file is None or not is_there(config.database.url):
        return
    if is_encrypted(file) is not is_wanted:
        is_so = "is not" if is_wanted else "is"
        raise ConfigError(
            f"database.encrypted = {str(is_wanted).lower()}, and {file} {is_so} encrypted. Correct "
            "it; or make a backup, name another file as database.url, and restore it there."
        )


def is_there(url: str) -> bool:
    """Whether a database has been begun at *url*. Makes none."""
    file = file_of(url)
    if file is not None:
        return file.is_file() and file.stat().st_size > 0
    if make_url(url).get_backend_name() == "sqlite":
        return False
    engine = create_engine(url)
    try:
        return not _OURS.isdisjoint(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def shown(url: str) -> str:
    """An address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def pipeline_of(config: Config) -> "Pipeline":
    """The pipeline that the configuration names. Raises `ConfigError` when it is not installed."""
    from nlp import pipeline
    from nlp.identifiers.custom import RuleFault, Wanted

    name = config.language.pipeline
    own = [Wanted(**rule.model_dump()) for rule in config.language.rules]
    try:
        return pipeline.load(name, own=own)
    except RuleFault as fault:
        raise ConfigError(f"language.rules: {fault}.") from fault
    except (OSError, ImportError, ValueError) as fault:
        raise ConfigError(
            f'language.pipeline = "{name}" cannot be loaded: is it installed, and for this '
            f"version of spaCy? Do: python -m spacy download {name}. Or leave the key out."
        ) from fault


def reader_of(config: Config) -> "Apart":
    """The same in a process of its own, for who listens to chats. Raises `ConfigError`."""
    from nlp import pipeline
    from nlp.apart import Apart

    name = config.language.pipeline
    if name is not None:
        pipeline_of(config)  # What is wrong with it is said here, not over there.
    return Apart(partial(pipeline.load, name))


def officer_named(session: Session, slug: str) -> Officer:
    """The officer on whose behalf a command is done. Raises `ConfigError`."""
    officer = session.scalar(
        select(Officer).where(Officer.slug == slug, Officer.retired_at.is_(None))
    )
    if officer is None:
        raise ConfigError(
            f'--as {slug}: the directory knows no officer "{slug}". Use the "slug" of one who is '
            "there and not retired."
        )
    return officer


UPGRADE = "Do: liaison upgrade"
_OURS = frozenset({"alembic_version", "wrapped_key"})
