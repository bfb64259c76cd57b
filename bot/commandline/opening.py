"""Opening what a configuration names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from bot import config as configuration
from bot.config import Config
from bot.errors import ConfigError
from storage.database import Store, is_current, open_store


def now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


@contextmanager
def opened(config: Config, *, any_version: bool = False) -> Iterator[Store]:
    """The store that the configuration names, closed in the end.

    Raises `ConfigError` when its schema is not this version's, unless *any_version*.
    """
    for name in ("url", "keyring_url"):
        _must_have_folder(name, getattr(config.database, name))
    store = open_store(
        config.database.url,
        keyring_url=config.database.keyring_url,
        master=configuration.master_key(config),
    )
    try:
        if not any_version and not is_current(store.engine):
            raise ConfigError('The database is older than this version. Do: liaison upgrade')
        yield store
    finally:
        store.close()


def _must_have_folder(name: str, url: str) -> None:
    place = make_url(url)
    if place.get_backend_name() != "sqlite" or not place.database:
        return
    folder = Path(place.database).parent
    if not folder.is_dir():
        raise ConfigError(
            f"database.{name}: the folder {folder} is not there. Do: mkdir -p {folder}"
        )
