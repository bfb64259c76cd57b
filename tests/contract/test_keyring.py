"""What every keyring promises: a key that was destroyed is destroyed for every process."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage import keyring, sealing
from storage.database import open_store, upgrade
from storage.errors import Erased, WrongKey
from storage.keyring import ROOT, Keyring, open_keyring

MASTER, NEXT_MASTER = b"k" * 32, b"n" * 32
Open = Callable[[], Keyring]


@pytest.fixture
def process(database_url: str) -> Iterator[Open]:
    """Opens one and the same keyring as another process does."""
    opened: list[Keyring] = []

    def open_one() -> Keyring:
        opened.append(open_keyring(database_url, MASTER))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def minted(ring: Keyring, parent: str = ROOT) -> str:
    key = ring.mint(parent)
    ring.save()
    return key


def test_a_key_destroyed_by_one_process_is_forgotten_by_the_other(process: Open) -> None:
    ours, theirs = process(), process()
    above = minted(ours)
    below = minted(ours, above)
    assert theirs.has(below)
    ours.destroy([above])
    theirs.refresh()
    assert not theirs.has(above)
    assert not theirs.has(below)


def test_each_unit_of_work_asks_what_was_destroyed(tmp_path: Path) -> None:
    stores = [
        open_store(
            f"sqlite:///{tmp_path / 'liaison.db'}",
            keyring_url=f"sqlite:///{tmp_path / 'keyring.db'}",
            master=MASTER,
        )
        for _ in range(2)
    ]
    ours, theirs = stores
    upgrade(ours.engine)
    keys = [minted(ours.keyring) for _ in range(2)]
    assert all(theirs.keyring.has(key) for key in keys)
    ours.keyring.destroy(keys[:1])
    with theirs.reading() as session, pytest.raises(Erased):
        sealing.keyring(session).secret(keys[0])
    ours.keyring.destroy(keys[1:])
    with theirs.begin() as session, pytest.raises(Erased):
        sealing.keyring(session).secret(keys[1])
    for store in stores:
        store.close()


def test_a_key_that_cannot_be_opened_does_not_keep_the_others_shut(process: Open) -> None:
    ours, theirs = process(), process()
    above, kept = minted(ours), minted(ours)
    below = minted(ours, above)
    ours.destroy([above])
    theirs.preload([below, kept])
    assert theirs.has(kept)
    assert not theirs.has(below)


def test_a_key_destroyed_while_it_is_read_is_not_remembered(
    process: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = process(), process()
    key = minted(ours)
    theirs.secret(ROOT)
    unwrap = keyring._unwrap

    def slow(parent: bytes, key_id: str, wrapped: bytes) -> bytes:
        if key_id == key:
            ours.destroy([key])
            theirs.refresh()
        return unwrap(parent, key_id, wrapped)

    monkeypatch.setattr(keyring, "_unwrap", slow)
    theirs.secret(key)
    assert not theirs.has(key)


def test_a_key_made_under_one_that_is_destroyed_meanwhile_cannot_be_read(process: Open) -> None:
    ours, theirs = process(), process()
    above = minted(ours)
    below = theirs.mint(above)
    ours.destroy([above])
    theirs.save()
    assert not theirs.has(below)


def test_what_is_not_kept_yet_outlives_the_destruction_of_others(process: Open) -> None:
    ours, theirs = process(), process()
    gone = minted(ours)
    fresh = theirs.mint(ROOT)
    secret = theirs.secret(fresh)
    ours.destroy([gone])
    theirs.refresh()
    assert theirs.secret(fresh) == secret
    theirs.save()
    assert ours.secret(fresh) == secret


def test_whoever_knows_the_old_master_key_goes_on_until_it_is_retired(process: Open) -> None:
    ours, theirs = process(), process()
    theirs.secret(ROOT)
    ours.rotate(NEXT_MASTER)
    theirs.refresh()
    made = minted(theirs)
    assert ours.secret(made) == theirs.secret(made)
    assert ours.retire()
    theirs.refresh()
    with pytest.raises(WrongKey):
        theirs.mint(ROOT)
    assert not ours.retire()


def test_who_has_not_heard_of_a_new_master_key_yet_reads_what_hangs_under_it(
    process: Open,
) -> None:
    ours, theirs = process(), process()
    one, other = minted(ours), minted(ours)
    theirs.secret(ROOT)
    ours.rotate(NEXT_MASTER)
    assert theirs.secret(one) == ours.secret(one)
    theirs.secret(ROOT)
    theirs.preload([other])
    assert theirs.secret(other) == ours.secret(other)


def test_the_old_master_key_does_not_retire_itself(process: Open) -> None:
    ours, theirs = process(), process()
    ours.rotate(NEXT_MASTER)
    with pytest.raises(WrongKey):
        theirs.retire()


def test_what_was_made_before_and_kept_after_a_new_master_key_can_be_read(process: Open) -> None:
    ours, theirs = process(), process()
    fresh = theirs.mint(ROOT)
    secret = theirs.secret(fresh)
    ours.rotate(NEXT_MASTER)
    theirs.save()
    theirs.ensure("room:1:2027-03", ROOT)
    assert ours.secret(fresh) == secret
    assert ours.secret("room:1:2027-03") == theirs.secret("room:1:2027-03")


def test_a_key_made_while_the_root_is_renewed_hangs_under_the_new_one(
    process: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = process(), process()
    wrap = theirs.cipher

    def wrapped_and_then_renewed(key_id: str) -> object:
        cipher = wrap(key_id)
        monkeypatch.undo()
        ours.rotate(NEXT_MASTER)
        return cipher

    monkeypatch.setattr(theirs, "cipher", wrapped_and_then_renewed)
    theirs.ensure("desk:1:2027-03", ROOT)
    assert ours.secret("desk:1:2027-03") == theirs.secret("desk:1:2027-03")


def test_many_threads_keep_their_keys_at_once(process: Open) -> None:
    ring = process()

    def work(_: int) -> list[str]:
        return [minted(ring) for _ in range(20)]

    with ThreadPoolExecutor(4) as threads:
        keys = [key for made in threads.map(work, range(4)) for key in made]
    assert all(process().has(key) for key in keys)
