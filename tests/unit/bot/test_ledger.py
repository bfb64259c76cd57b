"""The ledger: no effect without its entry, and no entry changed unnoticed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.governance import erasing, ledger, retention
from bot.governance.ledger import Broken, Operation, Verified
from storage.database import Store, open_store, savepoint, upgrade
from storage.models import Chain, Entry, Setting
from tests.unit.bot.agencies import NOW, Agencies, open_agencies


@pytest.fixture
def agencies(tmp_path: Path) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path)
    yield agencies
    agencies.store.close()


def write(store: Store, count: int = 1, *, now: datetime = NOW) -> None:
    for number in range(count):
        with store.begin() as session:
            ledger.record(session, Operation.CLOCK, now=now, subject=f"due:{number}", number=number)


def alter(store: Store, name: str, *, fails: bool = False) -> None:
    with store.begin() as session:
        session.add(Setting(name=name, value={}))
        ledger.record(session, Operation.ALTERATION, now=NOW, subject=name, fails=fails)
        if fails:
            raise RuntimeError


def alter_in_a_step(session: Session, *, fails: bool) -> None:
    with savepoint(session):
        ledger.record(session, Operation.ALTERATION, now=NOW, subject="effect", fails=fails)
        if fails:
            raise RuntimeError


def is_there(store: Store, name: str) -> bool:
    with store.reading() as session:
        return session.scalar(select(Setting.id).where(Setting.name == name)) is not None


def verify(store: Store) -> Verified | Broken:
    with store.reading() as session:
        return ledger.verify(session)


def test_an_untouched_ledger_holds(agencies: Agencies) -> None:
    write(agencies.store, 5)
    found = verify(agencies.store)
    assert isinstance(found, Verified)
    assert found.entries >= 5


TAMPERINGS = {
    "its moment": {"at": NOW + timedelta(days=1)},
    "its operation": {"operation": "erasure"},
    "its actor": {"actor": "officer:otis"},
    "its case": {"case_id": 4},
    "its subject": {"subject": "due:other"},
    "its purpose": {"purpose": "curiosity"},
    "its details": {"details": {"number": 99}},
    "its link": {"previous": "0" * 64},
    "its hash": {"hash": "0" * 64},
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_an_altered_entry_is_noticed(agencies: Agencies, what: str) -> None:
    write(agencies.store, 4)
    with agencies.begin() as session:
        [middle] = session.scalars(select(Entry.id).where(Entry.subject == "due:2"))
        session.execute(update(Entry).where(Entry.id == middle).values(**TAMPERINGS[what]))
    assert isinstance(verify(agencies.store), Broken)


def test_an_entry_altered_together_with_its_own_hash_is_noticed_by_the_next(
    agencies: Agencies,
) -> None:
    write(agencies.store, 4)
    with agencies.begin() as session:
        middle = session.scalars(select(Entry).where(Entry.subject == "due:2")).one()
        middle.actor = "officer:otis"
        middle.hash = ledger._hash("test", middle)
    found = verify(agencies.store)
    assert isinstance(found, Broken)
    assert "does not follow" in found.why


def test_a_chain_whose_head_was_torn_off_is_noticed(agencies: Agencies) -> None:
    write(agencies.store, 2)
    agencies.store.engine.dispose()
    with closing(sqlite3.connect(str(agencies.store.engine.url.database))) as database, database:
        database.execute("DELETE FROM chain")  # this connection keeps no foreign keys
    found = verify(agencies.store)
    assert isinstance(found, Broken)
    assert "no chain" in found.why


@pytest.mark.parametrize("which", ["due:0", "due:2"])
def test_a_deleted_entry_is_noticed(agencies: Agencies, which: str) -> None:
    write(agencies.store, 4)
    with agencies.begin() as session:
        session.execute(delete(Entry).where(Entry.subject == which))
    found = verify(agencies.store)
    assert isinstance(found, Broken)
    assert "missing" in found.why


def test_entries_that_changed_places_are_noticed(agencies: Agencies) -> None:
    write(agencies.store, 4)
    with agencies.begin() as session:
        one, other = session.scalars(
            select(Entry).where(Entry.subject.in_(["due:1", "due:2"])).order_by(Entry.sequence)
        )
        first, second = one.sequence, other.sequence
        for row, sequence in ((one, -1), (other, first), (one, second)):
            session.execute(update(Entry).where(Entry.id == row.id).values(sequence=sequence))
    assert isinstance(verify(agencies.store), Broken)


def test_a_cut_off_end_is_noticed(agencies: Agencies) -> None:
    write(agencies.store, 4)
    with agencies.begin() as session:
        session.execute(delete(Entry).where(Entry.subject == "due:3"))
    found = verify(agencies.store)
    assert isinstance(found, Broken)
    assert "end" in found.why


def test_a_cut_off_end_with_its_head_put_back_is_noticed_by_the_root(agencies: Agencies) -> None:
    write(agencies.store, 4)
    other = open_store(
        agencies.store.engine.url.render_as_string(hide_password=False),
        keyring_url=agencies.store.engine.url.render_as_string(hide_password=False).replace(
            "liaison.db", "keyring.db"
        ),
        master=b"k" * 32,
        process="other",
    )
    with other.begin() as session:
        ledger.add_root(session, NOW)
    other.close()
    with agencies.begin() as session:
        cut_off_end(session)
    found = verify(agencies.store)
    assert isinstance(found, Broken)
    assert "root" in found.why


def test_a_whole_chain_gone_is_noticed_by_the_root(agencies: Agencies) -> None:
    write(agencies.store, 2)
    other = open_store(
        f"sqlite:///{agencies.store.engine.url.database}",
        keyring_url=f"sqlite:///{Path(str(agencies.store.engine.url.database)).parent}/keyring.db",
        master=b"k" * 32,
        process="other",
    )
    with other.begin() as session:
        ledger.add_root(session, NOW)
    other.close()
    with agencies.begin() as session:
        [chain] = session.scalars(select(Chain).where(Chain.process == "test"))
        session.execute(delete(Entry).where(Entry.chain_id == chain.id))
        session.execute(delete(Chain).where(Chain.id == chain.id))
    assert isinstance(verify(agencies.store), Broken)


def by_another(agencies: Agencies, name: str) -> Store:
    """Another process on the same database."""
    file = Path(str(agencies.store.engine.url.database))
    return open_store(
        f"sqlite:///{file}",
        keyring_url=f"sqlite:///{file.parent}/keyring.db",
        master=b"k" * 32,
        process=name,
    )


def add_root(store: Store) -> dict[str, list[object]]:
    """Returns what the root entry tells of."""
    with store.begin() as session:
        ledger.add_root(session, NOW)
    with store.reading() as session:
        roots = select(Entry.details).where(Entry.operation == Operation.ROOT.value)
        newest = session.scalars(roots.order_by(Entry.id.desc()).limit(1)).one()
        heads: dict[str, list[object]] = newest["heads"]
        return heads


def test_a_root_tells_only_of_chains_that_went_on_since_the_one_before(
    agencies: Agencies,
) -> None:
    """A process ends, and leaves its chain for good: it must not weigh on every hour to come."""
    for number in range(5):
        with closing(by_another(agencies, f"command {number}")) as store:
            write(store)
    assert len(add_root(agencies.store)) >= 5
    assert list(add_root(agencies.store)) == ["test"]
    with closing(by_another(agencies, "command 9")) as store:
        write(store)
    assert sorted(add_root(agencies.store)) == ["command 9", "test"]
    assert isinstance(verify(agencies.store), Verified)


@pytest.mark.parametrize("is_whole", [True, False])
def test_what_ended_long_ago_is_missed_though_later_roots_do_not_tell_of_it(
    agencies: Agencies, *, is_whole: bool
) -> None:
    with closing(by_another(agencies, "dead")) as store:
        write(store, 3)
    for _ in range(4):
        add_root(agencies.store)
    with agencies.begin() as session:
        [chain] = session.scalars(select(Chain).where(Chain.process == "dead"))
        session.execute(
            delete(Entry).where(Entry.chain_id == chain.id, Entry.sequence > (0 if is_whole else 2))
        )
        if is_whole:
            session.delete(chain)
        else:
            kept = session.scalars(select(Entry).where(Entry.chain_id == chain.id))
            chain.sequence = chain.rooted = 2
            chain.head = max(kept, key=lambda entry: entry.sequence).hash
    found = verify(agencies.store)
    assert isinstance(found, Broken)
    assert (found.process, "root" in found.why) == ("dead", True)


def test_a_root_in_a_chain_that_died_is_covered_by_the_next(agencies: Agencies) -> None:
    """Roots come from whichever process keeps house: the newest stands on those of the others."""
    write(agencies.store, 2)
    with closing(by_another(agencies, "dead")) as store:
        add_root(store)
    heads = add_root(agencies.store)
    assert "dead" in heads


def test_a_ledger_rewritten_as_a_whole_is_noticed_by_what_was_anchored_outside(
    agencies: Agencies,
) -> None:
    write(agencies.store, 3)
    with agencies.begin() as session:
        line = ledger.add_root(session, NOW)
    with agencies.store.reading() as session:
        assert ledger.is_anchored(session, line)
    with agencies.begin() as session:
        rewrite_everything(session)
    assert isinstance(verify(agencies.store), Verified), "nothing inside can tell"
    with agencies.store.reading() as session:
        assert not ledger.is_anchored(session, line)


def test_a_ledger_that_cannot_be_written_stops_the_effect(agencies: Agencies) -> None:
    with agencies.begin() as session:
        session.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON entry "
                "BEGIN SELECT RAISE(ABORT, 'no entry'); END"
            )
        )
    with pytest.raises(IntegrityError):
        alter(agencies.store, "effect")
    assert not is_there(agencies.store, "effect")


def test_an_effect_that_fails_leaves_no_entry(agencies: Agencies) -> None:
    with pytest.raises(RuntimeError):
        alter(agencies.store, "effect", fails=True)
    with agencies.begin() as session:
        with pytest.raises(RuntimeError):
            alter_in_a_step(session, fails=True)
        alter_in_a_step(session, fails=False)
    with agencies.store.reading() as session:
        told = session.scalars(select(Entry.details).where(Entry.subject == "effect")).all()
    assert told == [{"fails": False}]


def test_whoever_only_looks_cannot_make_an_effect(agencies: Agencies) -> None:
    with agencies.store.reading() as session, pytest.raises(KeyError):
        ledger.record(session, Operation.CONSULTATION, now=NOW, subject="case:LARCH")


def test_the_chain_is_locked_last_in_the_transaction(agencies: Agencies) -> None:
    written: list[str] = []
    event.listen(
        agencies.store.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: written.append(statement),
    )
    with agencies.begin() as session:
        ledger.record(session, Operation.ALTERATION, now=NOW, subject="setting")
        session.add(Setting(name="effect", value={}))
    touched = [each.split()[2] for each in written if each.startswith("INSERT")]
    assert touched == ["setting", "entry"]


def test_the_ledger_holds_after_everything_in_it_was_erased(agencies: Agencies) -> None:
    with agencies.begin() as session:
        case = agencies.case(session)
        person = agencies.person(session, "Jon Sampleton", case)
        message = agencies.message(session, "XX00 TST at the gate")
        agencies.match(session, message, person, case)
        ledger.record(
            session, Operation.CONSULTATION, now=NOW, case_id=case.id, subject="case:LARCH"
        )
    with agencies.begin() as session:
        case = session.merge(case)
        erasing.messages(session, [session.merge(message)], now=NOW)
        erasing.case(session, case, now=NOW)
    carried = retention.carry_out(agencies.store, NOW)
    assert carried.destroyed >= 2
    assert isinstance(verify(agencies.store), Verified)


def test_no_name_of_anybody_is_in_the_ledger_of_an_erasure(agencies: Agencies) -> None:
    with agencies.begin() as session:
        case = agencies.case(session)
        agencies.person(session, "Jon Sampleton", case)
    with agencies.begin() as session:
        erasing.case(session, session.merge(case), now=NOW)
    with agencies.store.reading() as session:
        whole = " ".join(
            f"{entry.subject} {entry.purpose} {entry.details}"
            for entry in session.scalars(select(Entry))
        )
    assert "Sampleton" not in whole
    assert "Grey vans" not in whole


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.just(NOW),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(0, 99), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    st.dictionaries(st.text("abcdefg_", min_size=1, max_size=8), values, max_size=4),
    st.text(),
    st.text(),
)
def test_whatever_is_recorded_can_be_verified(
    tmp_path_factory: pytest.TempPathFactory, details: dict[str, object], subject: str, purpose: str
) -> None:
    store = one_store(tmp_path_factory)
    with store.begin() as session:
        ledger.record(
            session, Operation.CLOCK, now=NOW, subject=subject, purpose=purpose, held=details
        )
    assert isinstance(verify(store), Verified)


def test_the_ledger_keeps_a_short_line_that_every_database_can_hold(agencies: Agencies) -> None:
    purpose = "a\x00b\nc\ud800" + "d" * 10_000
    with agencies.begin() as session:
        ledger.record(session, Operation.CLOCK, now=NOW, subject="long", purpose=purpose)
    with agencies.store.reading() as session:
        kept = session.scalars(select(Entry.purpose).where(Entry.subject == "long")).one()
    assert kept.startswith("a b c d")
    assert len(kept) < 1000


_stores: list[Store] = []


def one_store(folders: pytest.TempPathFactory) -> Store:
    """One store for all examples: opening one takes longer than the claim."""
    if not _stores:
        folder = folders.mktemp("ledger")
        store = open_store(
            f"sqlite:///{folder}/liaison.db", keyring_url=f"sqlite:///{folder}/keyring.db",
            master=b"k" * 32, process="test",
        )  # fmt: skip
        upgrade(store.engine)
        _stores.append(store)
    return _stores[0]


def cut_off_end(session: Session) -> None:
    """What somebody with the whole database in hand would do to lose the last entry."""
    chain = session.scalars(select(Chain).where(Chain.process == "test")).one()
    *_, before, last = session.scalars(
        select(Entry).where(Entry.chain_id == chain.id).order_by(Entry.sequence)
    )
    session.execute(delete(Entry).where(Entry.id == last.id))
    session.execute(
        update(Chain).where(Chain.id == chain.id).values(sequence=before.sequence, head=before.hash)
    )


def rewrite_everything(session: Session) -> None:
    """The same, to change an entry: every later hash is computed anew, roots included."""
    chain = session.scalars(select(Chain).where(Chain.process == "test")).one()
    previous = ""
    heads: dict[int, str] = {0: ""}
    for entry in session.scalars(
        select(Entry).where(Entry.chain_id == chain.id).order_by(Entry.sequence)
    ):
        if entry.subject == "due:1":
            entry.actor = "officer:somebody"
        if entry.operation == Operation.ROOT.value:
            sequence, _ = entry.details["heads"]["test"]
            entry.details = {"heads": {"test": [sequence, heads[sequence]]}}
        entry.previous = previous
        entry.hash = previous = heads[entry.sequence] = ledger._hash("test", entry)
    chain.head = previous
