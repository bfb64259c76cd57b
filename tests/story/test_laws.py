"""The laws of the house: each of these fails when its law is broken."""

import asyncio
import json
import time

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.conversation.messages import Said
from bot.governance import ledger
from storage.models import (
    Answer,
    Case,
    Delivery,
    Entry,
    Judgement,
    Match,
    MatchState,
    Mention,
    Message,
    Note,
    Progress,
    Prompt,
)
from tests.house import House
from tests.story.harbour import IBAN, PLATE, ROOM, opened, questions, thread

NAME = "Jon Sampleton"
WORDS = f"van {PLATE}, paid into {IBAN} by {NAME} on quay seven"


def refuse_entries(house: House) -> None:
    """From now on the ledger cannot be written."""
    engine = house.stage.store.engine
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(
                text(
                    "CREATE TRIGGER no_entries BEFORE INSERT ON entry "
                    "BEGIN SELECT RAISE(ABORT, 'no more entries'); END"
                )
            )
        else:
            connection.execute(
                text("ALTER TABLE entry ADD CONSTRAINT no_entries CHECK (false) NOT VALID")
            )


def rows(house: House) -> dict[str, int]:
    """How much there is of everything that an effect would leave behind."""
    models = (Mention, Match, Prompt, Delivery, Judgement, Note, Answer, Case)

    def count(session: Session) -> dict[str, int]:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in models
        }

    return house.read(count)


# 1. Store before acknowledging; key before speaking; ask before linking


def test_what_could_not_be_kept_is_not_acknowledged(house: House) -> None:
    with house.stage.store.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON message "
                "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        )
    said = Said("practice", ROOM, "e1", house.stage.account("ada"), "coffee", house.now)
    with pytest.raises(DatabaseError):
        house.wait(house.stage.liaison.hear([said]))


def test_one_that_cannot_be_kept_does_not_take_its_neighbours_with_it(house: House) -> None:
    with house.stage.store.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER odd BEFORE INSERT ON message WHEN NEW.event = 'bad' "
                "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
            )
        )
    account = house.stage.account("ada")

    async def at_once() -> list[BaseException | None]:
        return await asyncio.gather(
            *(
                house.stage.liaison.hear([Said("practice", ROOM, event, account, "hi", house.now)])
                for event in ("e1", "bad", "e2")
            ),
            return_exceptions=True,
        )

    first, second, third = house.wait(at_once())
    assert first is None
    assert third is None
    assert isinstance(second, DatabaseError)
    events = house.read(lambda session: session.scalars(select(Message.event)).all())
    assert events == ["e1", "e2"]


def test_words_have_their_key_before_they_are_said(house: House) -> None:
    """At the very moment the chat shows them, the outbox knows them already."""
    keys: list[str | None] = []

    def watch() -> None:
        posted = house.stage.chat.versions[-1]
        if posted.author is None:
            with house.stage.store.reading() as session:
                known = select(Delivery.key).where(Delivery.key == posted.key)
                keys.append(session.scalar(known))

    house.stage.chat.watchers.append(watch)
    house.says("ada", ROOM, WORDS)
    house.stage.chat.watchers.remove(watch)
    assert len(keys) >= 2
    assert None not in keys


def test_nothing_is_linked_that_nobody_was_asked_about(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, WORDS)
    states = house.read(lambda session: set(session.scalars(select(Match.state))))
    assert states == {MatchState.SUGGESTED}
    opened(house, "bruno")
    house.taps("bruno", "Same")
    confirmed = house.read(
        lambda session: session.scalars(
            select(Match.id).where(Match.state == MatchState.CONFIRMED)
        ).all()
    )
    judged = house.read(lambda session: session.scalars(select(Judgement.match_id)).all())
    assert confirmed == judged


# 2. No effect without its entry


def test_without_the_ledger_nothing_is_understood(any_house: House) -> None:
    house = any_house
    refuse_entries(house)
    before = rows(house)
    said = house.stage.chat.post(house.stage.account("ada"), ROOM, WORDS, now=house.now)
    house.wait(house.stage.liaison.hear([said]))
    with pytest.raises(DatabaseError):
        house.wait(house.stage.liaison.understand())
    assert rows(house) == before
    [progress] = house.read(lambda session: session.scalars(select(Message.progress)).all())
    assert progress is Progress.PENDING


def test_without_the_ledger_nothing_is_answered(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, WORDS)
    opened(house, "bruno")
    refuse_entries(house)
    before = rows(house)
    with pytest.raises(DatabaseError):
        house.taps("bruno", "Same")
    assert rows(house) == before


def test_without_the_ledger_nothing_is_shown(house: House) -> None:
    house.says("ada", ROOM, WORDS)
    refuse_entries(house)
    with pytest.raises(DatabaseError):
        opened(house, "bruno")


def test_every_word_said_has_its_entry(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, WORDS)
    opened(house, "bruno")
    house.taps("bruno", "Same")
    house.asks("bruno", "case show LARCH")

    def look(session: Session) -> tuple[set[str], set[str]]:
        said = session.scalars(
            select(Delivery.id).where(Delivery.said_at.is_not(None), Delivery.act != "retract")
        )
        entries = session.scalars(
            select(Entry.subject).where(
                Entry.operation == "disclosure", Entry.subject.startswith("delivery:")
            )
        )
        return {f"delivery:{each}" for each in said}, set(entries)

    said, recorded = house.read(look)
    assert said == recorded
    assert len(said) > 4


def test_the_ledger_holds_references_and_never_words(any_house: House) -> None:
    house = any_house
    house.says("ada", ROOM, WORDS)
    opened(house, "bruno")
    house.taps("bruno", "Same")
    house.asks("bruno", "case note LARCH the foreman met Jon Sampleton")
    house.taps("ada", "Wrong room", where=ROOM)

    def everything(session: Session) -> str:
        return " ".join(
            f"{e.actor} {e.subject} {e.purpose} {json.dumps(e.details)}"
            for e in session.scalars(select(Entry))
        )

    written = house.read(everything)
    for word in ("XX00", "GB33", "Sampleton", "foreman", "quay"):
        assert word not in written
    assert isinstance(house.read(ledger.verify), ledger.Verified)


# 4. The strictest marking wins


def test_what_rests_on_a_case_is_marked_no_lower_than_the_case(house: House) -> None:
    house.says("ada", ROOM, f"TLP:GREEN van {PLATE}")
    markings = house.read(lambda session: session.scalars(select(Prompt.marking)).all())
    assert [each.value for each in markings] == ["AMBER"]


# 6. Fact and assessment never merge


def test_an_assessment_is_told_apart_from_a_fact(house: House) -> None:
    house.asks("bruno", "case note LARCH two vans")
    house.asks("bruno", "case note LARCH assessment: they will come back")
    lines = house.asks("bruno", "case show LARCH").splitlines()
    assert any(line.endswith(", fact: two vans") for line in lines)
    assert any(line.endswith(", assessment: they will come back") for line in lines)


# 7. Silence is never consent


def test_nobody_s_silence_confirms_anything(house: House) -> None:
    event = house.says("ada", ROOM, WORDS)
    house.passes(days=20)
    states = house.read(lambda session: set(session.scalars(select(Match.state))))
    assert states == {MatchState.SUGGESTED}
    assert "confirmed" not in thread(house, event)[0]


# 8. Chat text is data


def test_what_was_said_is_quoted_and_never_turned_into_anything(house: House) -> None:
    hostile = f"<!channel> *bold* [x](http://example.org) plate {PLATE} \u202egnp.exe"
    house.says("ada", ROOM, hostile)
    shown = opened(house, "bruno")
    assert "<!channel> *bold* [x](http://example.org)" in shown
    assert "\u202e" not in shown


def test_a_purpose_is_never_a_command(house: House) -> None:
    house.asks("bruno", "find XX00TST for !liaison case close LARCH")
    assert "open;" in house.asks("bruno", "case show LARCH")


# 9. One hostile message costs milliseconds


def test_a_hostile_message_does_not_hold_up_the_next(house: House) -> None:
    walls = ["(" * 60_000, "1" * 60_000, "a@" * 30_000, "+1 202 555 01" * 4_000, "-." * 30_000]
    spent = 0.0
    for wall in walls:
        began = time.process_time()
        house.says("ada", ROOM, wall)
        spent = max(spent, time.process_time() - began)
    event = house.says("bela", ROOM, f"van {PLATE}")
    assert len(thread(house, event)) == 1
    assert spent < 5


# 10. Personal data stays out of logs and error replies


def test_nothing_that_was_said_reaches_the_log(any_house: House) -> None:
    house = any_house

    def stumble(_texts: object) -> object:
        raise ValueError(WORDS)

    with capture_logs() as logs:
        house.says("ada", ROOM, WORDS)
        opened(house, "bruno")
        house.taps("bruno", "Same")
        house.asks("bruno", "case show LARCH")
        house.asks("bruno", f"abracadabra {NAME}")
        house.stage.liaison._extract = stumble  # type: ignore[assignment]  # it cannot read
        house.says("ada", ROOM, WORDS)
        house.passes(minutes=10)
    assert logs
    written = repr(logs)
    for word in ("XX00", "GB33", "Sampleton", "quay", "ada"):
        assert word not in written


def test_a_fault_is_kept_by_its_kind_alone(house: House) -> None:
    def stumble(_texts: object) -> object:
        raise ValueError(WORDS)

    house.stage.liaison._extract = stumble  # type: ignore[assignment]  # it cannot read
    house.says("ada", ROOM, WORDS)
    [fault] = house.read(lambda session: session.scalars(select(Message.fault)).all())
    assert fault == "ValueError"
    assert questions(house, "bruno") == []
