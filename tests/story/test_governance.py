"""What may be kept, who may check, and what nobody may know: told as people live it."""

import pytest
from sqlalchemy import select

from bot.governance import commands, ledger, retention
from bot.governance.ledger import Verified
from storage import sealing
from storage.models import Case, Concern, Hold, Message
from tests.house import House


@pytest.fixture
def house(any_house: House) -> House:
    """Every story here is told on every database."""
    return any_house


def purge(house: House) -> retention.Purged:
    """The night's purge, keys and all."""
    purged = house.do(lambda session: retention.purge(session, house.now))
    retention.carry_out(house.stage.store, house.now)
    house.passes(seconds=1)
    return purged


def kept(house: House, words: str) -> bool:
    """Whether these words can still be read anywhere among the messages."""
    return house.read(
        lambda session: any(
            words in sealing.unseal_or(session, message, "text", "")
            for message in session.scalars(select(Message))
        )
    )


def test_a_court_gets_the_whole_story_of_a_case(house: House) -> None:
    house.says("ada", "#joint-harbour", "Grey van XX00 TST at the gate")
    house.passes(minutes=1)
    answer = house.asks("bruno", "record LARCH for trial 7 of 2027")
    assert "The record of LARCH is attached" in answer
    [*_, posted] = [p for p in house.stage.reads("bruno") if p.attachment is not None]
    assert posted.attachment is not None
    story = posted.attachment.content.decode()
    assert story.startswith("TLP:AMBER\nRecord of case LARCH")
    assert '"Grey van XX00 TST at the gate"' in story
    assert "For: plate equal" in story


@pytest.mark.parametrize("who", ["ada", "aron"])
def test_a_record_is_the_owners_alone(house: House, who: str) -> None:
    nothing = house.asks(who, "record LARCH for curiosity")
    unknown = house.asks(who, "record HEMLOCK for curiosity")
    assert nothing.replace("LARCH", "HEMLOCK") == unknown, "the same, whether it exists or not"


def test_a_held_original_survives_its_deletion_and_the_purge(house: House) -> None:
    event = house.says("ada", "#joint-harbour", "Grey van XX00 TST at the gate")
    assert "Held" in house.asks("bruno", "hold case LARCH because trial 7 of 2027")
    house.deletes("ada", event)
    house.passes(days=100)
    purge(house)
    assert kept(house, "XX00 TST")
    assert "Lifted 1 hold" in house.asks("bruno", "hold lift case LARCH")
    purge(house)
    assert not kept(house, "XX00 TST")


def test_a_deleted_message_nobody_holds_is_gone_at_once(house: House) -> None:
    event = house.says("ada", "#joint-harbour", "Grey van XX00 TST at the gate")
    house.deletes("ada", event)
    assert not kept(house, "XX00 TST")


def test_a_thread_is_held_where_it_is(house: House) -> None:
    event = house.says("aron", "#joint-harbour", "Container CSQU 305438 3 opened")
    house.says("aron", "#joint-harbour", "!liaison hold here because trial 7 of 2027", thread=event)
    held = house.read(lambda session: len(session.scalars(select(Hold)).all()))
    assert held >= 1
    house.passes(days=100)
    purge(house)
    assert kept(house, "CSQU 305438 3")


def test_a_case_nobody_keeps_is_announced_and_then_gone(house: House) -> None:
    house.do(lambda session: retention.remind_of_reviews(session, house.now))
    house.passes(days=359)
    assert any("A review is due by" in text for text in house.private("bruno"))
    house.passes(days=10)
    assert purge(house).cases >= 1
    assert house.read(
        lambda session: [
            sealing.unseal_or(session, case, "title", "gone")
            for case in session.scalars(select(Case).where(Case.code == "LARCH"))
        ]
    ) == ["gone"]
    assert isinstance(house.read(ledger.verify), Verified)


def test_a_concern_leaves_no_copy_of_what_was_said(house: House) -> None:
    receipt = house.asks("ada", "concern Seals are opened at night by Aron Vale")
    assert "Your reply code is" in receipt
    assert not kept(house, "Seals")
    [notice] = house.private("otis")
    assert "Seals" not in notice
    assert "Confidential matter" in notice
    assert house.read(lambda session: len(session.scalars(select(Concern)).all())) == 1


def test_oversight_sees_that_the_record_holds(house: House) -> None:
    house.says("ada", "#joint-harbour", "Grey van XX00 TST at the gate")
    answer = house.asks("otis", "ledger")
    assert "collection" in answer
    assert "The record holds" in answer
    assert "not open to your role" in house.asks("bruno", "ledger")


def test_somebody_asks_what_is_held_on_them(house: House) -> None:
    answer = house.asks("bruno", "subject find Jon Sampleton for request 12")
    assert "Held by Birch Police:" in answer
    assert "Jon Sampleton (person, suspect, noted as fact)" in answer
    reference = next(word for word in answer.split() if word.startswith("S-")).rstrip(":")
    assert "is kept and used no more" in house.asks(
        "bruno", f"subject restrict {reference} because contested"
    )
    assert "RESTRICTED" in house.asks("bruno", f"subject find {reference} for request 12")
    assert "nothing held" in house.asks("aron", "subject find Jon Sampleton for request 12")


def test_a_wrong_name_is_put_right(house: House) -> None:
    assert "Corrected in 2 places" in house.asks(
        "bruno", 'subject correct Jon Sampleton "Jon Sampleton" to "Mara Testwell" because passport'
    )
    assert "nothing held" in house.asks("bruno", "subject find Jon Sampleton for request 12")
    assert "Mara Testwell" in house.asks("bruno", "subject find Mara Testwell for request 12")


def test_a_command_written_wrongly_is_answered_with_how_it_is_written(house: House) -> None:
    for command in commands.COMMANDS:
        who = "otis" if "oversight" in command.roles else "aron"
        answer = house.asks(who, f"{command.name} ?")
        assert answer, command.name
        if command.name not in ("concern", "ledger", "subject tell"):
            assert command.name in answer


def test_who_owns_a_case_is_told_when_somebody_comes_who_may_not_see_it(house: House) -> None:
    """Cyrus of Cedar may not be told of LARCH, which the room carries."""
    house.wait(house.stage.joins("cyrus", "#joint-harbour"))
    warned = [text for text in house.private("bruno") if "came into Joint harbour" in text]
    (words,) = warned
    assert words.startswith("Cyrus Hale came into Joint harbour, which carries LARCH, and may not")
    house.says("ada", "#joint-harbour", "Grey van XX00 TST on quay 7")
    assert all("LARCH" not in text for text in house.room())


def test_nobody_is_told_when_somebody_comes_who_may_see_all(house: House) -> None:
    before = house.private("bruno")
    house.wait(house.stage.joins("bice", "#joint-harbour"))
    house.wait(house.stage.leaves("bela", "#joint-harbour"))
    house.wait(house.stage.joins("bela", "#joint-harbour"))
    assert house.private("bruno") == before
