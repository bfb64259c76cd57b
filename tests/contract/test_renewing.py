"""The index of names and numbers comes under a new key while work goes on: nothing is missed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.casework import entities, golive, linking, postings, renewing, watches
from bot.casework.entities import Hard, Known
from bot.casework.postings import LEAST_CROWD, MOST_OF_A_NAME, Of
from bot.casework.sought import Passage
from bot.governance import erasing
from nlp import names
from nlp.spans import Label, Span
from storage import indexing, sealing
from storage.database import Store, savepoint
from storage.errors import IndexLost
from storage.keyring import INDEX, ROOT
from storage.models import (
    Agency,
    Case,
    Entity,
    Entry,
    Identifier,
    Live,
    Officer,
    Setting,
    Tlp,
)
from tests.contract.conftest import Open

NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
PLATES = [f"XX{number:02}TST" for number in range(7)]
NAMES = ["Jon Sampleton", "Mara Testova", "Ilja Probe"]


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "BATCH", 2)
    monkeypatch.setattr(renewing, "_LONGEST_REST", 0)


@pytest.fixture
def store(process: Open) -> Store:
    """An agency that knows some plates and people, and watches for one of each."""
    store = process()
    with store.begin() as session:
        key_id = sealing.keyring(session).mint(ROOT)
        agency = Agency(slug="alder", title="Alder", country="BE", key_id=key_id)
        session.add(agency)
        session.flush()
        officer = Officer(
            slug="ada", agency_id=agency.id, unit_id=None, name="Ada Quill", roles=["liaison"],
            clearance=Tlp.AMBER, languages=["en"], zone="UTC",
        )  # fmt: skip
        case = Case(
            code="LARCH", agency_id=agency.id, unit_id=None, owner_id=None, marking=Tlp.AMBER,
            opened_at=NOW, review_on=date(2028, 3, 9), key_id=sealing.keyring(session).mint(key_id),
        )  # fmt: skip
        session.add_all([officer, case])
        session.flush()
        for each in (*map(of_plate, PLATES), *map(of_person, NAMES)):
            entities.add_many(session, agency, [each], now=NOW, case=case)
        for span in (plate(PLATES[0]), person(NAMES[0])):
            watch(session, officer, span)
        watch(session, officer, plate(PLATES[1]), is_mute=True)
        other = Case(
            code="OAK", agency_id=agency.id, unit_id=None, owner_id=None, marking=Tlp.AMBER,
            opened_at=NOW, review_on=date(2028, 3, 9), key_id=sealing.keyring(session).mint(key_id),
        )  # fmt: skip
        session.add(other)
        session.flush()
        for each, place in ((case, "quay 7"), (other, "the gate of quay 7")):
            go_live(session, officer, each, place)
    return store


def go_live(session: Session, officer: Officer, case: Case, place: str) -> None:
    live = Live(
        code=f"{case.code}1", case_id=case.id, commander_id=officer.id, started_at=NOW,
        until=NOW + timedelta(hours=9), members=[officer.slug], place_hashes=[], key_id=case.key_id,
    )  # fmt: skip
    sealing.seal(session, live, "place", f"|{place}")
    live.place_hashes = golive.hashes_of(session, live)
    session.add(live)


def add_to_case(session: Session, *known: Known) -> None:
    case = session.scalars(select(Case).where(Case.code == "LARCH")).one()
    entities.add_many(session, agency_of(session), known, now=NOW, case=case)


def of_plate(value: str) -> Known:
    return Known("Vehicle", identifiers=[Hard(Label.PLATE, value)])


def of_person(name: str) -> Known:
    return Known("Person", names=[name])


def plate(value: str) -> Span:
    return Span(0, len(value), value, Label.PLATE, None, value, True, 0.9)


def person(name: str) -> Span:
    return Span(0, len(name), name, Label.PERSON, None, None, True, 0.9)


def watch(session: Session, officer: Officer, span: Span, *, is_mute: bool = False) -> None:
    watches.watch(
        session, officer, span, purpose="a claim", until=NOW + timedelta(days=30), now=NOW,
        is_mute=is_mute,
    )  # fmt: skip


def met(store: Store, *spans: Span) -> list[int]:
    """How many entities each of these meets, looked up as a message is."""
    with store.begin() as session:
        findings = [linking.find(session, [Passage("", [each], None)])[0] for each in spans]
        return [len(found.candidates) for [found] in findings]


def everything(store: Store) -> tuple[list[int], int, int, int]:
    """What is found of all that is known, watched for and muted, and who is in one place."""
    spans = [*map(plate, PLATES), *map(person, NAMES)]
    with store.begin() as session:
        watched = watches.met(session, watches.active(session, NOW), spans, [])
        muted = sum(len(watches.who_muted(session, span, NOW)) for span in spans)
        near = sum(len(golive._touching(session, live)) for live in session.scalars(select(Live)))
    return met(store, *spans), len(watched), muted, near


ALL = ([1] * (len(PLATES) + len(NAMES)), 2, 1, 2)


def agency_of(session: Session) -> Agency:
    return session.scalars(select(Agency)).one()


def version(store: Store) -> int:
    with store.reading() as session:
        return indexing.state(session).number


def test_all_is_found_before_at_each_step_and_after(store: Store, process: Open) -> None:
    assert everything(store) == ALL
    other, steps = process(), []

    def look(kind: str, _rows: int) -> None:
        steps.append(kind)
        assert everything(other) == ALL

    renewed = renewing.renew(store, lambda: NOW, tell=look)
    assert everything(store) == everything(other) == ALL
    assert set(steps) == {"identifiers", "names", "watches"}
    assert (renewed.is_over, renewed.unreadable) == (True, 0)


def test_in_the_end_the_key_before_is_gone_and_it_is_on_record(store: Store) -> None:
    renewing.renew(store, lambda: NOW)
    assert not store.keyring.has(INDEX)
    with store.reading() as session:
        assert indexing.of(session).before is None
        said = [
            entry.details.get("step")
            for entry in session.scalars(select(Entry).order_by(Entry.sequence))
            if entry.subject == "keys"
        ]
    assert [each for each in said if each] == ["index renewing", "index renewed"]


def test_what_was_killed_halfway_goes_on_where_it_was(store: Store, process: Open) -> None:
    killed_after(store, steps=2)
    other = process()
    with other.reading() as session:
        left = renewing.left(session)
    assert 0 < left["identifiers"] < len(PLATES)
    assert everything(other) == ALL
    renewing.renew(other, lambda: NOW)
    assert version(other) == 1
    assert everything(store) == ALL


def killed_after(store: Store, *, steps: int) -> None:
    """The renewal ends in the midst of its work."""
    done: list[str] = []

    def end(kind: str, _rows: int) -> None:
        done.append(kind)
        if len(done) == steps:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        renewing.renew(store, lambda: NOW, tell=end)


def test_it_can_be_done_again_and_again(store: Store) -> None:
    for number in (1, 2, 3):
        renewing.renew(store, lambda: NOW)
        assert (version(store), everything(store)) == (number, ALL)


def test_what_is_added_while_it_goes_on_is_found_at_once_and_after(
    store: Store, process: Open
) -> None:
    other = process()
    fresh = [
        (f"XX{number}TST", f"Oda {word} Sample") for number, word in enumerate(("Lux", "Max"), 50)
    ]
    added: list[tuple[str, str]] = []

    def add(_kind: str, _rows: int) -> None:
        if len(added) < len(fresh):
            value, name = fresh[len(added)]
            added.append((value, name))
            with other.begin() as session:
                add_to_case(session, of_plate(value), of_person(name))
            assert met(other, plate(value), person(name)) == [1, 1]

    renewing.renew(store, lambda: NOW, tell=add)
    assert met(store, *(plate(value) for value, _ in fresh)) == [1, 1]
    assert met(store, *(person(name) for _, name in fresh)) == [1, 1]


def test_who_writes_under_the_key_before_is_waited_for(store: Store, process: Open) -> None:
    """What it keeps is renewed then, and not left under a key that is destroyed."""
    other, value = process(), "XX77TST"
    with ThreadPoolExecutor(1) as thread:
        with other.begin() as session:
            indexing.of(session)
            renewed = thread.submit(renewing.renew, store, lambda: NOW)
            threading.Event().wait(0.3)
            assert not renewed.done()
            add_to_case(session, of_plate(value))
        renewed.result(timeout=30)
    assert met(store, plate(value)) == [1]
    assert everything(store) == ALL


def test_who_writes_after_a_step_that_failed_is_waited_for_too(store: Store, process: Open) -> None:
    other = process()
    with ThreadPoolExecutor(1) as thread:
        with other.begin() as session:
            with pytest.raises(InterruptedError):
                fail_alone(session)
            indexing.of(session)
            renewed = thread.submit(renewing.renew, store, lambda: NOW)
            threading.Event().wait(0.3)
            assert not renewed.done()
        renewed.result(timeout=30)


def fail_alone(session: Session) -> None:
    """A step of a unit of work that looks something up, and fails."""
    with savepoint(session):
        indexing.of(session)
        raise InterruptedError


def test_a_look_that_began_before_finds_what_it_saw(store: Store) -> None:
    with store.reading() as session:
        wanted = indexing.look_up(session, "i:PLATE", PLATES[0])
        renewing.renew(store, lambda: NOW)
        found = select(func.count()).where(Identifier.hash.in_(indexing.forms([wanted])))
        assert session.scalar(found) == 1


def test_many_write_while_it_goes_on(store: Store, process: Open) -> None:
    """Nobody is refused, nothing is lost, and nothing stands there twice."""
    values = [[f"XX{10 * number + each}TST" for each in range(5)] for number in (3, 4)]

    def write(mine: list[str]) -> None:
        own = process()
        for value in mine:
            with own.begin() as session:
                add_to_case(session, of_plate(value), of_person(f"Jon {value} Sampleton"))

    with ThreadPoolExecutor(len(values)) as threads:
        writing = [threads.submit(write, mine) for mine in values]
        renewing.renew(store, lambda: NOW)
        for each in writing:
            each.result(timeout=60)
    assert met(store, *(plate(value) for mine in values for value in mine)) == [1] * 10
    with store.reading() as session:
        assert not any(renewing.left(session).values())


# What too many share

SHARED = "Jon Quarrel"


def crowd(session: Session, many: int) -> None:
    """So many more bear one name."""
    entities.add_many(session, agency_of(session), [of_person(SHARED)] * many, now=NOW)


def bearers(store: Store, of: Of = Of.PART, name: str = SHARED) -> set[int]:
    """How many are found under each part of that name, or under the whole of it."""
    with store.begin() as session:
        hashes = entities.name_hashes(indexing.of(session), name, names.Kind.PERSON)
        found = postings.of(session, hashes)
        return {len(found.get(each, ())) for each, each_of in hashes.items() if each_of is of}


def test_what_too_many_share_is_found_of_none_of_them_at_any_step(
    store: Store, process: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "BATCH", 20)
    other, seen = process(), set[int]()
    with store.begin() as session:
        crowd(session, LEAST_CROWD + 1)
    assert bearers(store) == {0}
    renewing.renew(store, lambda: NOW, tell=lambda *_: seen.update(bearers(other)))
    with store.begin() as session:
        crowd(session, 1)
    assert seen | bearers(store) == {0}


def test_a_crowd_is_counted_over_both_keys(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of them are renewed: with one more they are too many, as they were before."""
    monkeypatch.setattr(renewing, "BATCH", 20)
    with store.begin() as session:
        crowd(session, LEAST_CROWD)
    killed_after(store, steps=2)
    with store.reading() as session:
        assert renewing.left(session)["names"]
    assert bearers(store) == {LEAST_CROWD}
    with store.begin() as session:
        crowd(session, 1)
    assert bearers(store) == {0}
    renewing.renew(store, lambda: NOW)
    assert bearers(store) == {0}


def test_what_too_many_share_stays_given_up_where_nothing_else_finds_them(
    store: Store, process: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "BATCH", 100)
    with store.begin() as session:
        crowd(session, MOST_OF_A_NAME + 1)
    assert bearers(store, Of.NAME) == {0}
    for _ in range(2):
        renewing.renew(store, lambda: NOW)
        with store.begin() as session:
            crowd(session, 1)
        assert bearers(store, Of.NAME) == {0}


def test_who_shares_with_too_many_and_learns_a_name_meanwhile_shares_it_still(
    store: Store,
) -> None:
    with store.begin() as session:
        [one] = entities.add_many(session, agency_of(session), [of_person(SHARED)], now=NOW)
        crowd(session, MOST_OF_A_NAME)
        for other in session.scalars(select(Entity).where(Entity.id > one)):
            erasing.entity(session, other, now=NOW)
    killed_after(store, steps=1)
    with store.begin() as session:
        entity = session.get_one(Entity, one)
        name = "Oda Lux Sample"
        entities.learn_name(session, entity, name, judgement_id=7, case=None, now=NOW)
    renewing.renew(store, lambda: NOW)
    assert bearers(store, Of.NAME, name) == {1}
    with store.begin() as session:
        crowd(session, 1)
    assert bearers(store, Of.NAME) == {0}


# What somebody is changing


def test_what_somebody_is_changing_is_waited_for_and_counted_once(
    store: Store, process: Open
) -> None:
    other, steps = process(), list[int]()
    with ThreadPoolExecutor(1) as thread:
        with other.begin() as session:
            session.scalars(select(Identifier).limit(1).with_for_update()).one()
            renewed = thread.submit(
                renewing.renew, store, lambda: NOW, tell=lambda _, rows: steps.append(rows)
            )
            threading.Event().wait(1)
            assert not renewed.done()
        rows = renewed.result(timeout=30).rows
    assert rows == sum(steps) == len(PLATES) + len(NAMES) + 3
    assert len(steps) < 40
    assert everything(store) == ALL


# A key that is gone


def test_data_older_than_the_renewal_is_refused_and_then_found_under_a_new_key(
    store: Store,
) -> None:
    """As after a backup of before: what it stands under is gone."""
    renewing.renew(store, lambda: NOW)
    stands_under(store, 0, INDEX)
    with store.begin() as session, pytest.raises(IndexLost):
        indexing.of(session)
    renewing.renew(store, lambda: NOW)
    assert everything(store) == ALL


def test_data_from_the_midst_of_an_old_renewal_is_found_under_a_new_key(store: Store) -> None:
    """Some of it stands under the one key that is gone and some under the other."""
    killed_after(store, steps=2)
    with store.reading() as session:
        stood = indexing.state(session)
    store.keyring.destroy([stood.key, INDEX])
    renewing.renew(store, lambda: NOW)
    assert everything(store) == ALL


def test_data_from_the_midst_of_the_last_renewal_goes_on(store: Store) -> None:
    killed_after(store, steps=2)
    store.keyring.destroy([INDEX])
    renewing.renew(store, lambda: NOW)
    assert (version(store), everything(store)) == (1, ALL)


def stands_under(store: Store, number: int, key: str) -> None:
    with store.begin() as session:
        kept = session.scalars(select(Setting).where(Setting.name == "index")).one()
        kept.value = {"number": number, "key": key, "before": None}
