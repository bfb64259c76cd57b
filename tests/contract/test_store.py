"""What every store promises: one unit of work, sealed words, migrations that match the models."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Float,
    bindparam,
    column,
    func,
    inspect,
    literal,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.governance import ledger
from bot.governance.ledger import Operation, Verified
from storage import engines, indexing, sealing
from storage.among import among
from storage.database import Store, add_once, is_current, open_store, savepoint, upgrade
from storage.errors import Busy, Erased, NewerSchema, Unwritable, WrongKey
from storage.keyring import ROOT
from storage.models import Agency, Base, Case, Cursor, Entry, Setting, Tlp, Unit
from storage.questions import Question
from storage.types import fresh_id, words
from tests import postgres
from tests.contract.conftest import Open

MASTER, NEXT_MASTER = b"k" * 32, b"n" * 32
NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(process: Open) -> Store:
    return process()


def agency(session: Session, slug: str = "alder") -> Agency:
    made = Agency(
        slug=slug, title="Alder", country="BE", key_id=sealing.keyring(session).mint(ROOT)
    )
    session.add(made)
    session.flush()
    return made


def case(session: Session, title: str = "Grey vans", code: str = "LARCH") -> Case:
    owner = session.scalar(select(Agency)) or agency(session)
    made = Case(
        code=code,
        agency_id=owner.id,
        unit_id=None,
        owner_id=None,
        marking=Tlp.AMBER,
        opened_at=NOW,
        review_on=NOW.date(),
        key_id=sealing.keyring(session).mint(owner.key_id),
    )
    sealing.seal(session, made, "title", title)
    session.add(made)
    session.flush()
    return made


def titles(store: Store) -> list[str]:
    with store.reading() as session:
        return [
            sealing.unseal(session, each, "title")
            for each in session.scalars(select(Case).order_by(Case.id))
        ]


# One unit of work


def test_all_of_a_unit_of_work_happens_or_none(store: Store) -> None:
    def half() -> None:
        with store.begin() as session:
            case(session)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        half()
    assert titles(store) == []
    with store.begin() as session:
        case(session)
    assert titles(store) == ["Grey vans"]


def test_a_look_sees_everything_as_it_was_at_one_moment(store: Store) -> None:
    with store.begin() as session:
        ledger.record(session, Operation.CLOCK, now=NOW, subject="before")
    with store.reading() as session:
        before = session.scalars(select(Entry.subject)).all()
        with store.begin() as other:
            ledger.record(other, Operation.CLOCK, now=NOW, subject="meanwhile")
        assert session.scalars(select(Entry.subject)).all() == before


@pytest.mark.postgresql
def test_who_is_stopped_in_the_midst_of_a_step_does_not_keep_the_others_from_theirs(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "STOPPED_AFTER", timedelta(seconds=1))
    ring = f"sqlite:///{tmp_path / 'keyring.db'}"
    one, other = (open_store(postgres_url, keyring_url=ring, master=MASTER) for _ in range(2))
    with closing(one), closing(other):
        upgrade(one.engine)
        with one.begin() as session:
            session.add(Setting(name="whose", value={}))
        late = _set(one, "one's")
        next(late)
        with pytest.raises(StopIteration):
            next(_set(other, "other's", stops=False))
        with pytest.raises(Busy, match="undid it"):
            next(late)
        assert _whose(one) == "other's"  # and what was stopped works again


@pytest.mark.postgresql
def test_a_server_that_begins_anew_fails_no_unit_of_work_that_begins_after_it(
    postgres_url: str,
) -> None:
    with closing(open_store(postgres_url, keyring_url=postgres_url, master=MASTER)) as store:
        upgrade(store.engine)
        kept = [engine.connect() for engine in (store.engine, store.keyring._engine) for _ in "123"]
        for each in kept:
            each.close()
        postgres.command(make_url(postgres_url), _END_ALL_OTHERS)
        for _ in kept:
            with store.begin() as session:
                indexing.of(session)


@pytest.mark.postgresql
def test_no_connection_that_ended_under_a_question_is_used_again(postgres_url: str) -> None:
    ends = Question(select(func.pg_terminate_backend(func.pg_backend_pid())))
    opened = open_store(postgres_url, keyring_url=postgres_url, master=MASTER)
    with closing(opened) as store, store.engine.connect() as connection:
        with pytest.raises(DBAPIError):
            ends.ask(connection)
        assert connection.invalidated


_END_ALL_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def _set(store: Store, value: str, *, stops: bool = True) -> Iterator[None]:
    """Set it; be stopped in between."""
    with store.begin() as session:
        row = session.scalars(select(Setting).with_for_update()).one()
        row.value = {"is": value}
        session.flush()
        if stops:
            yield


def _whose(store: Store) -> str:
    with store.begin() as session:
        value: str = session.scalars(select(Setting)).one().value["is"]
        return value


def test_a_ledger_that_is_written_meanwhile_holds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the heads of its chains and their entries, another process goes on."""
    entries = ledger._entries

    def write(*given: Any, **named: Any) -> Any:
        with store.begin() as other:
            ledger.record(other, Operation.CLOCK, now=NOW, subject="meanwhile")
        return entries(*given, **named)

    with store.begin() as session:
        ledger.record(session, Operation.CLOCK, now=NOW, subject="before")
    monkeypatch.setattr(ledger, "_entries", write)
    with store.reading() as session:
        assert isinstance(ledger.verify(session), Verified)


def test_a_savepoint_fails_alone_and_records_nothing(store: Store) -> None:
    with store.begin() as session:
        case(session, "One", "ONE")
        ledger.record(session, Operation.COLLECTION, now=NOW, subject="one")
        with pytest.raises(RuntimeError):
            _fail_in_a_step(session)
        case(session, "Three", "THREE")
        ledger.record(session, Operation.COLLECTION, now=NOW, subject="three")
    assert titles(store) == ["One", "Three"]
    with store.reading() as session:
        assert session.scalars(select(Entry.subject).order_by(Entry.id)).all() == ["one", "three"]


def _fail_in_a_step(session: Session) -> None:
    with savepoint(session):
        case(session, "Two", "TWO")
        ledger.record(session, Operation.COLLECTION, now=NOW, subject="two")
        session.flush()
        raise RuntimeError("in the middle")


def test_what_must_happen_last_happens_before_the_commit(store: Store) -> None:
    """The ledger chains there: what it adds is kept with all the rest, or nothing is."""
    with store.begin() as session:
        session.info["before_commit"].append(
            lambda session: session.add(Cursor(platform="practice", value="s1"))
        )
        case(session)
    with store.reading() as session:
        assert session.scalars(select(Cursor.value)).all() == ["s1"]

    def fail(_session: Session) -> None:
        raise RuntimeError("the ledger cannot be written")

    def failing() -> None:
        with store.begin() as session:
            session.info["before_commit"].append(fail)
            case(session, "Two", "TWO")

    with pytest.raises(RuntimeError):
        failing()
    assert titles(store) == ["Grey vans"]


def test_each_unit_of_work_begins_with_nothing_to_do_last(store: Store) -> None:
    with store.begin() as session:
        session.info["before_commit"].append(lambda _session: None)
        session.info["mine"] = True
    with store.begin() as session:
        assert session.info["before_commit"] == []
        assert "mine" not in session.info


def test_a_look_changes_nothing(store: Store) -> None:
    with store.reading() as session:
        case(session)
    assert titles(store) == []


def test_a_look_does_not_wait_for_a_unit_of_work(store: Store) -> None:
    with store.begin() as session:
        case(session)
        assert titles(store) == []


def test_once_means_once_and_the_unit_of_work_goes_on(store: Store) -> None:
    with store.begin() as session:
        assert add_once(session, Cursor(platform="practice", value="s1"))
        assert not add_once(session, Cursor(platform="practice", value="s2"))
        case(session)
    with store.reading() as session:
        assert session.scalars(select(Cursor.value)).all() == ["s1"]
    assert titles(store) == ["Grey vans"]


def test_units_of_work_from_many_threads_take_turns(store: Store) -> None:
    with store.begin() as session:
        session.add(Setting(name="count", value={"is": 0}))
    lock = threading.Barrier(4)

    def count(_: int) -> None:
        lock.wait()
        for _each in range(5):
            with store.begin() as session:
                row = session.scalars(
                    select(Setting).where(Setting.name == "count").with_for_update()
                ).one()
                row.value = {"is": row.value["is"] + 1}

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count, range(4)))
    with store.reading() as session:
        assert session.scalars(select(Setting.value)).one() == {"is": 20}


def test_numbers_are_known_before_their_rows_and_never_twice() -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = [
            each for part in threads.map(lambda _: [fresh_id() for _ in range(500)], range(8))
            for each in part
        ]  # fmt: skip
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) < 2**63


# Moments and values


def test_moments_come_back_in_utc(store: Store) -> None:
    in_brussels = datetime(2027, 3, 9, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    with store.begin() as session:
        case(session).opened_at = in_brussels
    with store.reading() as session:
        opened_at = session.scalars(select(Case.opened_at)).one()
    assert opened_at == NOW
    assert opened_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    def naive() -> None:
        with store.begin() as session:
            case(session).opened_at = datetime(2027, 3, 9, 10, 0)

    with pytest.raises(Exception, match="has no time zone"):
        naive()


def test_choices_are_kept_as_readable_words(store: Store) -> None:
    with store.begin() as session:
        case(session).marking = Tlp.AMBER_STRICT
    with store.reading() as session:
        assert session.scalar(text('SELECT marking FROM "case"')) == "AMBER+STRICT"


def test_a_row_that_points_nowhere_is_refused(store: Store) -> None:
    def orphan() -> None:
        with store.begin() as session:
            session.add(Unit(slug="x", agency_id=42, title="X", zone="UTC"))

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        orphan()


# Sealed words


def test_sealed_words_are_read_by_who_has_the_key_and_stand_nowhere_in_the_open(
    store: Store, process: Open
) -> None:
    with store.begin() as session:
        made = case(session, "Grey vans on quay 7")
        assert made.title_sealed is not None
        assert b"Grey" not in made.title_sealed
    assert titles(process()) == ["Grey vans on quay 7"]


def test_the_same_words_are_sealed_differently_each_time(store: Store) -> None:
    with store.begin() as session:
        made = case(session)
        before = made.title_sealed
        sealing.seal(session, made, "title", "Grey vans")
        assert made.title_sealed != before


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(codec=None), max_size=200))
def test_any_words_come_back_as_they_were(store: Store, words: str) -> None:
    with store.begin() as session:
        made = case(session)
        sealing.seal(session, made, "purpose", words)
        assert sealing.unseal(session, made, "purpose") == words
        session.rollback()


def test_words_moved_to_another_row_or_column_do_not_open(store: Store) -> None:
    with store.begin() as session:
        one, two = case(session, "One", "ONE"), case(session, "Two", "TWO")
        two.key_id = one.key_id
        two.title_sealed = one.title_sealed
        with pytest.raises(WrongKey, match="moved or altered"):
            sealing.unseal(session, two, "title")
        one.purpose_sealed = one.title_sealed
        with pytest.raises(WrongKey, match="moved or altered"):
            sealing.unseal(session, one, "purpose")


def test_altered_words_do_not_open(store: Store) -> None:
    with store.begin() as session:
        made = case(session)
        blob = bytearray(made.title_sealed or b"")
        blob[-1] ^= 1
        made.title_sealed = bytes(blob)
        with pytest.raises(WrongKey):
            sealing.unseal(session, made, "title")
        with pytest.raises(WrongKey):
            sealing.unseal_or(session, made, "title", "nothing")


def test_words_whose_key_is_gone_are_erased(store: Store) -> None:
    with store.begin() as session:
        made = case(session)
    store.keyring.destroy([made.key_id])
    with store.reading() as session:
        again = session.get_one(Case, made.id)
        with pytest.raises(Erased):
            sealing.unseal(session, again, "title")
        assert sealing.unseal_or(session, again, "title", "[erased]") == "[erased]"


def test_losing_a_key_loses_everything_below_it(store: Store, process: Open) -> None:
    with store.begin() as session:
        made = case(session)
        owner = session.get_one(Agency, made.agency_id)
    store.keyring.destroy([owner.key_id])
    for each in (store, process()):
        with each.reading() as session, pytest.raises(Erased):
            sealing.unseal(session, session.get_one(Case, made.id), "title")


def test_look_ups_are_equal_for_equal_words_and_tell_nothing_to_others(
    store: Store, process: Open, tmp_path: Path
) -> None:
    with store.reading() as session:
        found = indexing.look_up(session, "i:PLATE", "XX00TST")
        assert found != indexing.look_up(session, "i:PLATE", "XX01TST")
        assert found != indexing.look_up(session, "i:VIN", "XX00TST")
    with process().reading() as session:
        assert indexing.look_up(session, "i:PLATE", "XX00TST") == found
    other = open_store(
        f"sqlite:///{tmp_path / 'other.db'}",
        keyring_url=f"sqlite:///{tmp_path / 'other-keyring.db'}",
        master=MASTER,
    )
    upgrade(other.engine)
    with other.reading() as session:
        assert indexing.look_up(session, "i:PLATE", "XX00TST") != found
    other.close()


def test_thousands_of_numbers_are_asked_about_in_one_question(store: Store) -> None:
    asked = select(Case.id).where(among(Case.id, "ids"))
    with store.begin() as session:
        kept = {case(session, code=code).id for code in ("LARCH", "OAK")}
        case(session, code="ELM")
        for others in ({-(2**63), 2**63 - 1}, set(range(-20_000, 20_000))):
            assert set(session.scalars(asked, {"ids": kept | others})) == kept
        assert session.scalars(asked, {"ids": ()}).all() == []


def test_a_question_is_answered_as_its_statement_would_be(store: Store) -> None:
    columns = (Case.id, Case.code, Case.marking, Case.title_sealed, Case.opened_at, Case.closed_at)
    asked = select(*columns, literal(0.5, Float()), literal(Tlp.RED, words(Tlp))).where(
        among(Case.id, "ids"), Case.code != bindparam("other")
    )
    question = Question(asked)
    with store.begin() as session:
        kept = {case(session, code=code).id for code in ("LARCH", "OAK")}
        for ids, answers in ((kept | {1}, 1), ((), 0)):
            given = {"ids": ids, "other": "OAK"}
            answer = question.ask(session.connection(), **given)
            assert list(answer) == [tuple(row) for row in session.execute(asked, given)]
            assert len(answer) == answers


def test_a_question_that_fails_says_so_as_every_statement_does(store: Store) -> None:
    question = Question(select(column("id")).select_from(table("nothing_of_the_kind")))
    with store.reading() as session, pytest.raises(DBAPIError):
        question.ask(session.connection())


def test_a_wrong_master_key_is_told_at_once(store: Store, tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="master key"):
        open_store(
            f"sqlite:///{tmp_path / 'x.db'}",
            keyring_url=f"sqlite:///{tmp_path / 'keyring.db'}",
            master=b"w" * 32,
        )


def test_rotation_keeps_every_word_and_ends_the_old_master_key(
    store: Store, tmp_path: Path, migrated_url: str
) -> None:
    with store.begin() as session:
        case(session)
    assert store.keyring.rotate(NEXT_MASTER) > 0
    assert store.keyring.retire()
    assert titles(store) == ["Grey vans"]
    with store.begin() as session:
        case(session, "After", "AFTER")
    ring = f"sqlite:///{tmp_path / 'keyring.db'}"
    with pytest.raises(WrongKey):
        open_store(migrated_url, keyring_url=ring, master=MASTER)
    again = open_store(migrated_url, keyring_url=ring, master=NEXT_MASTER)
    assert titles(again) == ["Grey vans", "After"]
    again.close()


def test_the_keyring_is_its_owner_s_alone_to_read(store: Store, tmp_path: Path) -> None:
    assert (tmp_path / "keyring.db").stat().st_mode & 0o077 == 0
    assert titles(store) == []


# Migrations


def test_migrations_lead_to_what_the_models_say(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_every_table_of_the_models_is_there(store: Store) -> None:
    tables = set(inspect(store.engine).get_table_names())
    assert set(Base.metadata.tables) <= tables


def test_an_upgraded_database_is_current_and_an_empty_one_is_not(
    tmp_path: Path, database_url: str
) -> None:
    keyring = f"sqlite:///{tmp_path / 'keyring.db'}"
    opened = open_store(database_url, keyring_url=keyring, master=MASTER)
    with closing(opened) as store:
        assert not is_current(store.engine)
        upgrade(store.engine)
        assert is_current(store.engine)
        upgrade(store.engine)
        assert is_current(store.engine)


def test_a_newer_schema_is_refused_and_left_alone(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(NewerSchema, match="from-the-future"):
        upgrade(store.engine)
    with pytest.raises(NewerSchema):
        is_current(store.engine)


# What the database refuses


def test_what_is_committed_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synchronous_as_shipped: str
) -> None:
    monkeypatch.setattr(engines, "SYNCHRONOUS", synchronous_as_shipped)
    address = engines.address_of(tmp_path / "any.db")
    for engine in (engines.writer(address), engines.of_keyring(address)):
        with closing(engine.raw_connection()) as connection:
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        engine.dispose()


def test_a_read_only_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "liaison.db"
    made = open_store(
        f"sqlite:///{path}", keyring_url=f"sqlite:///{tmp_path / 'keyring.db'}", master=MASTER
    )
    upgrade(made.engine)
    made.close()
    store = open_store(
        f"sqlite:///file:{path}?mode=ro&uri=true",
        keyring_url=f"sqlite:///{tmp_path / 'keyring.db'}",
        master=MASTER,
    )

    def write() -> None:
        with store.begin() as session:
            case(session)

    with pytest.raises(Unwritable, match="read-only"):
        write()
    store.close()


def test_what_is_kept_is_kept_when_the_store_is_opened_again(store: Store, process: Open) -> None:
    with store.begin() as session:
        case(session)
        ledger.record(session, Operation.COLLECTION, now=NOW, subject="case")
    store.close()
    again = process()
    assert titles(again) == ["Grey vans"]
    with again.reading() as session:
        assert isinstance(ledger.verify(session), ledger.Verified)
        assert session.scalar(select(func.count(Entry.id))) == 1
