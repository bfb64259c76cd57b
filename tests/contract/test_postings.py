"""The index of names keeps nothing of what too many share, on both databases and at any moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.casework import entities, postings
from bot.casework.entities import Known
from bot.casework.postings import LEAST_CROWD, MOST_OF_A_NAME, MOST_OF_A_WORD, Of, Posting
from nlp import names
from storage import indexing, sealing
from storage.database import Store
from storage.keyring import ROOT
from storage.models import Agency, Entity, NameKey
from tests.contract.conftest import Open

NOW = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)
PART, NAME, WORD = 7, -7, 0
OF = {PART: Of.PART, NAME: Of.NAME, WORD: Of.WORD}


@pytest.fixture
def store(process: Open) -> Store:
    store = process()
    with store.begin() as session:
        key_id = sealing.keyring(session).mint(ROOT)
        for slug in ("alder", "birch"):
            session.add(Agency(slug=slug, title=slug.title(), country="BE", key_id=key_id))
    return store


def bear(
    session: Session, hashed: int, many: int, *, expected: int = 0, by: str = "alder"
) -> list[int]:
    """So many more entities of an agency that are found under one hash."""
    agency = session.scalars(select(Agency).where(Agency.slug == by)).one()
    made = entities.add_many(session, agency, [Known("Thing")] * many, now=NOW)
    pairs = [Posting(hashed, entity_id, OF[hashed]) for entity_id in made]
    postings.add(session, agency.id, pairs, expected=expected)
    return made


def found(store: Store, hashed: int = PART) -> int:
    with store.reading() as session:
        return len(postings.of(session, [hashed]).get(hashed, ()))


def kept(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(NameKey)) or 0


@pytest.mark.parametrize(
    ("hashed", "most"), [(PART, LEAST_CROWD), (NAME, MOST_OF_A_NAME), (WORD, MOST_OF_A_WORD)]
)
def test_what_too_many_share_is_kept_of_none_of_them(store: Store, hashed: int, most: int) -> None:
    with store.begin() as session:
        bear(session, hashed, most)
    assert found(store, hashed) == most
    with store.begin() as session:
        bear(session, hashed, 1)
    assert kept(store) == 0
    with store.begin() as session:
        bear(session, hashed, 1)
    assert kept(store) == 0


def test_what_one_agency_knows_takes_nothing_from_another_nor_shows_in_it(store: Store) -> None:
    with store.begin() as session:
        theirs = bear(session, PART, 2, by="birch")
        bear(session, PART, LEAST_CROWD - 1)
    assert found(store) == LEAST_CROWD + 1
    with store.begin() as session:
        bear(session, PART, 2)
        theirs += bear(session, PART, 1, by="birch")
    with store.reading() as session:
        assert postings.of(session, [PART])[PART] == sorted(theirs)


def test_a_hash_is_given_up_with_the_step_that_crowds_it_or_not_at_all(store: Store) -> None:
    with store.begin() as session:
        bear(session, PART, LEAST_CROWD)

    def fail() -> None:
        with store.begin() as session:
            bear(session, PART, 1)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
    assert found(store) == LEAST_CROWD


def test_what_was_given_up_stays_so_when_its_bearers_go(store: Store) -> None:
    with store.begin() as session:
        going = bear(session, PART, LEAST_CROWD + 1)
        for entity_id in going:
            postings.drop(session, [entity_id])
    with store.begin() as session:
        bear(session, PART, 1)
    assert kept(store) == 0


def test_who_goes_leaves_room_where_nothing_was_given_up(store: Store) -> None:
    with store.begin() as session:
        postings.drop(session, bear(session, PART, LEAST_CROWD)[:1])
    with store.begin() as session:
        bear(session, PART, 1)
    assert found(store) == LEAST_CROWD


def test_what_is_known_counts_though_nobody_said_how_many_to_expect(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "_SHARE", 1)
    with store.begin() as session:
        bear(session, PART, LEAST_CROWD + 1)
    assert found(store) == LEAST_CROWD + 1


def test_a_part_may_be_shared_by_more_where_more_are_known_or_expected(store: Store) -> None:
    assert postings.most_of_a_part(1_000_000) > LEAST_CROWD
    with store.begin() as session:
        bear(session, PART, LEAST_CROWD + 1, expected=1_000_000)
    assert found(store) == LEAST_CROWD + 1


def test_two_that_add_at_once_do_not_crowd_a_hash_together(store: Store, process: Open) -> None:
    half, second = LEAST_CROWD // 2 + 1, process()
    is_first_in, is_second_done = threading.Event(), threading.Event()

    def add_second() -> None:
        is_first_in.wait()
        with second.begin() as session:
            bear(session, PART, half)
        is_second_done.set()

    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(add_second)
        with store.begin() as session:
            bear(session, PART, half)
            is_first_in.set()
            assert not is_second_done.wait(0.5)
        adding.result()
    assert kept(store) == 0


def test_a_name_learnt_while_names_are_gone_through_anew_is_found(
    store: Store, process: Open
) -> None:
    second, name = process(), "Oda Lux Sample"
    with store.begin() as session:
        agency = session.scalars(select(Agency).where(Agency.slug == "alder")).one()
        [one] = entities.add_many(session, agency, [Known("Person", ["Jon Quarrel"])], now=NOW)

    def learn(session: Session) -> None:
        entity = session.get_one(Entity, one)
        entities.learn_name(session, entity, name, judgement_id=7, case=None, now=NOW)

    def go_through() -> None:
        with second.begin() as session:
            entities.reindex(session, session.get_one(Entity, one))

    def add_again() -> None:
        with second.begin() as session:
            entity = session.get_one(Entity, one)
            index, kind = indexing.of(session), entities.kind_of(entity.schema)
            entities._add_keys(session, entity, entities.name_hashes(index, name, kind))

    for meanwhile in (go_through, add_again):
        with ThreadPoolExecutor(1) as pool:
            with store.begin() as session:
                learn(session)
                doing = pool.submit(meanwhile)
                threading.Event().wait(0.3)
            doing.result(timeout=30)
        with store.begin() as session:
            hashes = entities.name_hashes(indexing.of(session), name, names.Kind.PERSON)
            assert set(postings.of(session, hashes)) == set(hashes)
            if meanwhile is go_through:
                entities.forget_name(session, 7)


def test_a_row_that_is_there_already_is_refused_alike_on_both(store: Store) -> None:
    with store.begin() as session:
        [one] = bear(session, PART, 1)
        agency_id = session.scalars(select(Agency.id).where(Agency.slug == "alder")).one()
    with pytest.raises(IntegrityError), store.begin() as session:
        postings.add(session, agency_id, [Posting(PART, one, Of.PART)])
    assert kept(store) == 1
