"""A database file that is encrypted as a whole tells nothing of itself, and holds all the same."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from storage import engines
from storage.database import FILE, Store, add_once, open_store, upgrade
from storage.errors import Busy
from storage.models import Setting
from tests.contract.test_command_line import CONFIG, Desk, desk, prepared, settled

__all__ = ["desk", "prepared", "settled"]

pytestmark = pytest.mark.skipif(not engines.can_encrypt(), reason="SQLCipher is not installed")
MASTER = b"k" * 32


def opened(folder: Path, *, encrypted: bool = True) -> Store:
    return open_store(
        engines.address_of(folder / "liaison.db"),
        keyring_url=engines.address_of(folder / "keyring.db"),
        master=MASTER,
        encrypted=encrypted,
    )


def test_what_is_in_an_encrypted_file_is_read_with_its_key_alone(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        upgrade(store.engine)
        with store.begin() as session:
            session.add(Setting(name="the harbour", value={}))
    with closing(opened(tmp_path)) as store, store.reading() as session:
        assert session.scalars(select(Setting.name)).all() == ["the harbour"]
    for file in tmp_path.glob("liaison.db*"):
        assert b"harbour" not in file.read_bytes()
        assert b"CREATE TABLE" not in file.read_bytes()
    with (
        closing(sqlite3.connect(tmp_path / "liaison.db")) as thief,
        pytest.raises(sqlite3.DatabaseError, match="not a database"),
    ):
        thief.execute("SELECT * FROM setting")


def test_a_file_is_told_from_an_encrypted_one(tmp_path: Path) -> None:
    for encrypted in (True, False):
        folder = tmp_path / str(encrypted)
        folder.mkdir()
        with closing(opened(folder, encrypted=encrypted)) as store:
            upgrade(store.engine)
        assert engines.is_encrypted(folder / "liaison.db") is encrypted


def test_the_other_driver_keeps_the_promises_of_the_first(tmp_path: Path) -> None:
    """A unique key that is taken, a foreign key that leads nowhere, a writer in the way."""
    with closing(opened(tmp_path)) as store:
        upgrade(store.engine)
        with store.begin() as session:
            assert add_once(session, Setting(name="one", value={}))
            assert not add_once(session, Setting(name="one", value={}))
        with store.begin() as session:
            pragmas = ("foreign_keys", "journal_mode")
            found = [
                session.connection().exec_driver_sql(f"PRAGMA {each}").scalar() for each in pragmas
            ]
            assert found == [1, "wal"]
    with closing(opened(tmp_path)) as one, closing(opened(tmp_path)) as other:
        event.listen(other.engine, "connect", _be_impatient)
        with one.begin() as session:
            session.add(Setting(name="two", value={}))
            session.flush()
            with pytest.raises(Busy):
                _add(other, "three")


def _be_impatient(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=1")


def _add(store: Store, name: str) -> None:
    with store.begin() as session:
        session.add(Setting(name=name, value={}))


def test_an_encrypted_file_outlives_a_new_master_key(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        upgrade(store.engine)
        key = store.keyring.secret(FILE)
        store.keyring.rotate(b"n" * 32)
        assert store.keyring.secret(FILE) == key


def test_a_deployment_changes_over_by_a_backup_and_back(settled: Desk) -> None:
    assert "not encrypted as a whole" in settled.does("check").out
    settled.does("backup plain.db")
    encrypts(settled, "data/sealed.db")
    assert settled.does("restore plain.db").status == 0
    assert engines.is_encrypted(settled.folder / "data/sealed.db")
    checked = settled.does("check")
    assert (checked.status, "sqlite, encrypted" in checked.out) == (0, True)
    assert settled.does("backup sealed.db").status == 0
    assert engines.is_encrypted(settled.folder / "sealed.db")
    settled.write("config.toml", CONFIG.replace("data/liaison.db", "data/back.db"))
    assert settled.does("restore sealed.db").status == 0
    assert settled.does("ledger verify").status == 0


def test_who_says_the_wrong_thing_of_a_file_is_told_so_and_changes_nothing(settled: Desk) -> None:
    before = (settled.folder / "data/liaison.db").read_bytes()
    encrypts(settled, "data/liaison.db")
    refused = settled.does("ledger verify")
    assert (refused.status, "is not encrypted. Correct it" in refused.err) == (1, True)
    assert (settled.folder / "data/liaison.db").read_bytes() == before


def test_a_server_is_not_encrypted_by_us(settled: Desk) -> None:
    url = "postgresql+psycopg://liaison@db.example/liaison"
    settled.write("config.toml", CONFIG.replace("sqlite:///data/liaison.db", url))
    encrypts(settled, None)
    assert "is for a SQLite file" in settled.does("upgrade").err


def encrypts(desk: Desk, file: str | None) -> None:
    config = (desk.folder / "config.toml").read_text()
    if file is not None:
        config = CONFIG.replace("data/liaison.db", file)
    desk.write("config.toml", config.replace("[database]", "[database]\nencrypted = true"))
