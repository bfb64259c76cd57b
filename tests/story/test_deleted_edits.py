"""Whoever deletes an edit, and not the message: what was said before it stands again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Deleted, Edited, Said
from storage import sealing
from storage.models import Message
from tests.house import House
from tests.story.harbour import OTHER_PLATE, PLATE, ROOM, questions, thread

FIRST, SECOND = "$first", "$second"


def edited(house: House, event: str, revision: str, text: str, **more: bool) -> Edited:
    by = house.stage.account("ada")
    return Edited("practice", ROOM, event, revision, by, text, house.now, **more)


def deleted(house: House, event: str, who: str = "ada") -> Deleted:
    return Deleted("practice", ROOM, event, house.stage.account(who), house.now)


def hears(house: House, *inbounds: Said | Edited | Deleted) -> None:
    house.wait(house.stage.hear(inbounds))


def words(house: House) -> list[str]:
    """What is left of what was said, oldest first."""

    def look(session: Session) -> list[str]:
        rows = session.scalars(select(Message).order_by(Message.id))
        return [text for row in rows if (text := sealing.unseal_or(session, row, "text", ""))]

    return house.read(look)


def test_the_words_before_it_stand_again_and_its_own_are_erased(any_house: House) -> None:
    house = any_house
    event = house.says("ada", ROOM, f"plate {PLATE} at the gate")
    hears(house, edited(house, event, FIRST, f"plate {OTHER_PLATE} at the gate"))
    assert "LARCH" not in thread(house, event)[0]
    for _ in range(2):  # told twice, done once
        hears(house, deleted(house, FIRST, who="bruno"))  # a moderator may
        [card] = thread(house, event)
        assert f"plate {PLATE}" in card
        assert "LARCH" in card
        assert words(house) == [f"plate {PLATE} at the gate"] * 2
    hears(house, deleted(house, event))
    assert thread(house, event) == []
    assert words(house) == []


def test_of_two_edits_the_one_that_is_left_stands(house: House) -> None:
    event = house.says("ada", ROOM, "at the gate")
    hears(house, edited(house, event, FIRST, f"plate {PLATE} at the gate"))
    house.passes(minutes=1)
    hears(house, edited(house, event, SECOND, f"plate {OTHER_PLATE} at the gate"))
    hears(house, deleted(house, SECOND))
    assert f"plate {PLATE}" in thread(house, event)[0]
    assert len(questions(house, "bruno")) >= 1
    hears(house, deleted(house, FIRST))
    assert thread(house, event) == []


def test_an_edit_that_is_heard_with_its_deletion_leaves_no_word(house: House) -> None:
    event = house.says("ada", ROOM, f"plate {PLATE} at the gate")
    hears(house, edited(house, event, FIRST, "sorry"), deleted(house, FIRST))
    assert f"plate {PLATE}" in thread(house, event)[0]
    assert "sorry" not in words(house)


def test_where_nothing_was_heard_before_it_nothing_stands(house: House) -> None:
    hears(house, edited(house, "$unheard", FIRST, f"plate {PLATE} at the gate"))
    hears(house, deleted(house, FIRST))
    assert words(house) == []


def test_a_command_that_stands_again_is_not_given_again(house: House) -> None:
    event = house.says("ada", ROOM, "!liaison zone")
    hears(house, edited(house, event, FIRST, "!liaison help", to_bot=True))
    before = len(house.private("ada"))
    hears(house, deleted(house, FIRST))
    assert len(house.private("ada")) == before
