"""What nobody should send, and what a machine should not do: answered each time, nothing lost."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bot.commandline import opening
from bot.config import Config, Database, Keys, new_key
from bot.conversation.messages import Tap
from bot.errors import ConfigError, UserError
from bot.governance import ledger
from bot.governance.ledger import Verified
from storage import sealing
from storage.errors import Busy, StorageError, Unwritable, WrongKey
from storage.models import Card, Delivery, Entry, Message, Progress, Prompt
from tests.house import House

ROOM = "#joint-harbour"
HIT = "XX00 TST, grey van, quay 7"
TURNED = "\u202eXX00 TST\u2066"
ODD = (
    "\x00", "XX00 TST\x00", TURNED, "\ud800 XX00 TST", "\ufeff", "\u200b" * 5000, "(" * 50_000,
)  # fmt: skip
ODD_NUMBERS = ("0", "-1", "²", "٣", "1_0", "9" * 19, "9" * 30, "1" * 5000)
ODD_COMMANDS = (
    "case show \x00", "find \x00 for LARCH", "ask birch-lisbon \x00", "note LARCH \ud800",
    f"case open {TURNED} for x", "brief \x00 with birch-lisbon", "answer \x00 confirm",
    "zone \x00", "duty " + "Mon-" * 5000, "'" * 9000, '"' + "x" * 100_000, "when " + "(" * 9000,
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def either_house(tmp_path: Path, unmade_url: str) -> Iterator[House]:
    """The same on both databases, for what one of them may refuse to store."""
    house = House(tmp_path, url=unmade_url)
    yield house
    house.close()


# Hostile messages


def test_a_paste_of_a_mebibyte_is_kept_whole_and_blocks_nobody(house: House) -> None:
    paste = (f"{HIT}\n" + "log line without a meaning 0123456789\n" * 40_000)[: 1 << 20]
    began = time.perf_counter()
    event = house.says("ada", ROOM, paste)
    house.says("bela", ROOM, "phone +1 202 555 0199")
    assert time.perf_counter() - began < 20
    assert house.read(lambda session: _text(session, event)) == paste
    assert any("+1 202 555 0199" in words for words in house.room())
    assert any("XX00 TST" in words for words in house.room())
    _assert_well(house)


def test_ten_thousand_identifiers_in_one_message_make_one_card_one_can_read(house: House) -> None:
    house.says("ada", ROOM, " ".join(f"+1202555{n:04}" for n in range(10_000)))
    house.says("bela", ROOM, HIT)
    cards = [words for words in house.room() if "+1202" in words or "+1 202" in words]
    assert len(cards) == 1
    assert len(cards[0]) < 4_000
    assert any("XX00 TST" in words for words in house.room())
    _assert_well(house)


def test_ten_thousand_identifiers_we_know_ask_one_question_and_not_ten_thousand(
    house: House,
) -> None:
    house.says("ada", ROOM, "XX00 TST " * 10_000)
    assert house.read(lambda session: session.query(Prompt).count()) == 1
    _assert_well(house)


def test_no_letter_is_too_odd_to_be_kept_and_answered(either_house: House) -> None:
    for text in ODD:
        event = either_house.says("ada", ROOM, text)
        assert either_house.read(lambda session, at=event: _text(session, at)) == text
        _assert_well(either_house)


def test_text_that_turns_writing_around_does_not_turn_ours(house: House) -> None:
    house.says("ada", ROOM, f"plate {TURNED} and \u202eevil\u202c name Jon\u202e Sampleton")
    said = "".join([*house.room(), *house.private("bruno")])
    assert not set(said) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\x00")


def test_no_command_is_too_odd_to_be_answered(either_house: House) -> None:
    for words in ODD_COMMANDS:
        assert either_house.asks("bruno", words), words[:40]
        _assert_well(either_house)


def test_no_token_is_too_odd_to_be_answered(house: House) -> None:
    house.says("ada", ROOM, HIT)
    code = house.read(lambda session: session.scalars(select(Card.code)).one())
    for number in ODD_NUMBERS:
        for token in (
            f"card:{code}:drop:{number}", f"card:{code}:restore:{number}",
            f"card:{code}:wrong:{number}", f"said:{number}:open", f"review:{number}:open",
            f"form:m{number}:ask", f"subject:{number}:notice",
        ):  # fmt: skip
            with suppress(UserError):
                house.wait(house.stage.liaison.tap(Tap(house.stage.account("ada"), token)))
    _assert_well(house)


def test_whatever_is_said_is_understood_or_kept_quiet_about(house: House) -> None:
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.text(max_size=200), st.booleans())
    def anything(text: str, is_command: bool) -> None:
        if is_command:
            house.says("bruno", "private", text)
        else:
            house.says("ada", ROOM, text)

    anything()
    _assert_well(house)


# A database that does not


def test_a_locked_database_is_said_to_be_locked_and_loses_nothing(house: House) -> None:
    path = house.stage.folder / "liaison.db"
    _be_impatient(house)
    said = house.stage.chat.post(house.stage.account("ada"), ROOM, HIT, now=house.now)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="Nothing was changed; try again"):
            house.wait(house.stage.liaison.hear([said]))
        other.execute("ROLLBACK")
    assert house.read(_messages) == 0
    # The platform was not answered, so it tells again.
    house.wait(house.stage.hear([said]))
    assert any("XX00 TST" in words for words in house.room())
    _assert_well(house)


def test_a_read_only_database_is_said_to_be_read_only_and_nothing_is_half_done(
    house: House,
) -> None:
    before = house.read(lambda session: session.scalar(select(func.count()).select_from(Entry)))
    said = house.stage.chat.post(house.stage.account("ada"), ROOM, HIT, now=house.now)
    event.listen(house.stage.store.engine, "connect", _only_read)
    house.stage.store.engine.dispose()
    with pytest.raises(Unwritable, match="make its file writable"):
        house.wait(house.stage.liaison.hear([said]))
    assert house.read(_messages) == 0
    event.remove(house.stage.store.engine, "connect", _only_read)
    house.stage.store.engine.dispose()
    house.wait(house.stage.hear([said]))
    after = house.read(lambda session: session.scalar(select(func.count()).select_from(Entry)))
    assert (after or 0) > (before or 0)
    _assert_well(house)


def test_a_wrong_key_opens_nothing_and_says_what_to_do(house: House, tmp_path: Path) -> None:
    new_key(tmp_path / "other.key")
    config = Config(
        database=Database(
            url=f"sqlite:///{tmp_path}/liaison.db", keyring_url=f"sqlite:///{tmp_path}/keyring.db"
        ),
        keys=Keys(master_file=tmp_path / "other.key"),
    )
    with pytest.raises(ConfigError, match="Name the right one"), opening.opened(config):
        pass
    house.says("ada", ROOM, HIT)
    _assert_well(house)


def test_words_moved_to_another_row_do_not_open_there(house: House) -> None:
    first = house.says("ada", ROOM, "nothing to see here")
    second = house.says("ada", ROOM, "nor here")

    def swap(session: Session) -> None:
        one, other = (_message(session, each) for each in (first, second))
        one.text_sealed = other.text_sealed

    house.do(swap)
    with pytest.raises((WrongKey, StorageError)):
        house.read(lambda session: _text(session, first))


# A clock that jumps


def test_a_clock_that_jumps_ahead_tells_each_officer_once(house: House) -> None:
    house.says("ada", ROOM, HIT)
    before = len(house.private("bruno"))
    house.stage.now += timedelta(days=3)
    house.wait(house.stage.liaison.work())
    assert len(house.private("bruno")) - before <= 2
    assert house.read(_open_prompts) == 1
    _assert_well(house)


def test_a_clock_set_back_says_nothing_twice_and_loses_no_promise(house: House) -> None:
    house.says("ada", ROOM, HIT)
    told = len(house.private("bruno")), len(house.room())
    due = house.wait(house.stage.liaison.next_due_at())
    house.stage.now -= timedelta(hours=2)
    house.wait(house.stage.liaison.work())
    assert (len(house.private("bruno")), len(house.room())) == told
    assert house.wait(house.stage.liaison.next_due_at()) == due
    event = house.says("bela", ROOM, "phone +1 202 555 0143")
    assert house.read(lambda session: _text(session, event))
    house.passes(hours=12)
    assert len(house.private("bruno")) > told[0]
    _assert_well(house)


def test_an_answer_given_while_the_clock_is_wrong_counts(house: House) -> None:
    house.says("ada", ROOM, HIT)
    house.stage.now -= timedelta(hours=2)
    house.taps("bruno", "Open")
    house.taps("bruno", "Same")
    assert house.read(_open_prompts) == 0
    _assert_well(house)


def _assert_well(house: House) -> None:
    """Nothing waits, nothing was set aside, and the record holds."""
    fates = house.read(
        lambda session: {
            *session.scalars(select(Message.progress)),
            *session.scalars(select(Delivery.progress).where(Delivery.due_at <= house.now)),
        }
    )
    assert fates <= {Progress.DONE}
    assert isinstance(house.read(ledger.verify), Verified)


def _message(session: Session, event: str) -> Message:
    return session.scalars(select(Message).where(Message.event == event)).one()


def _text(session: Session, event: str) -> str:
    return sealing.unseal(session, _message(session, event), "text")


def _messages(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Message)) or 0


def _open_prompts(session: Session) -> int:
    return session.query(Prompt).filter(Prompt.state == "open").count()


def _be_impatient(house: House) -> None:
    """The real bot waits ten seconds for a lock; a test need not."""

    def at_once(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(house.stage.store.engine, "connect", at_once)
    house.stage.store.engine.dispose()


def _only_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")
