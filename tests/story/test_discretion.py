"""What waits until its reader opens it: each room decides for what is said there."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import discretion, outbox
from bot.conversation.messages import Words
from storage.models import Delivery, Officer, Room, Tlp
from tests.house import House
from tests.story.harbour import PLATE, ROOM, change_room, questions

SHOW = "!liaison case show LARCH"
WAITS = "Your answer, asked for at"


def answer(house: House, where: str = ROOM, who: str = "bruno") -> str:
    """What somebody was told last in private, after a command given there."""
    house.says(who, where, SHOW)
    return house.private(who)[-1]


def test_an_answer_waits_where_its_room_says_so(house: House) -> None:
    assert "Grey vans" in answer(house)
    change_room(house, discreet=True)
    assert answer(house).startswith(WAITS)
    assert "Grey vans" in house.taps("bruno", "Open")


@pytest.mark.parametrize(
    ("wanted", "waits"),
    [((True, None), True), ((False, None), False), ((False, True), True), ((None, None), True)],
)
def test_in_private_the_rooms_that_carry_the_case_decide(
    house: House, monkeypatch: pytest.MonkeyPatch, wanted: tuple[bool | None, ...], waits: bool
) -> None:
    """Where they differ it waits; where none says, as the chat does: here it waits."""
    monkeypatch.setattr(type(house.stage.chat), "is_discreet", True, raising=False)
    for slug, discreet in zip(("joint-harbour", "three-desks"), wanted, strict=True):
        change_room(house, slug, discreet=discreet, carries=["birch/LARCH"])
    assert answer(house, "private").startswith(WAITS) is waits


def test_a_question_comes_with_its_matter_where_its_room_lets_it(house: House) -> None:
    change_room(house, discreet=False)
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")
    [pushed] = questions(house, "bruno")
    assert pushed.splitlines()[0].endswith("(Lisbon).")
    assert f"“Grey van {PLATE} on quay 7”" in pushed
    house.taps("bruno", "Open")
    house.taps("bruno", "Not the same")
    [closed] = questions(house, "bruno")
    assert PLATE not in closed


def test_the_matter_of_a_question_is_told_to_nobody_who_may_not_see_it_by_now(
    house: House,
) -> None:
    change_room(house, discreet=False)
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")

    def told(session: Session) -> str:
        row = session.scalars(select(Delivery).where(Delivery.key.startswith("copy:"))).one()
        words = Words(outbox.words_of(session, row).text)
        return discretion.told(session, row, words, house.now, waits=False).text

    def lower(session: Session) -> None:
        session.scalars(select(Officer).where(Officer.slug == "bruno")).one().clearance = Tlp.GREEN

    assert PLATE in house.read(told)
    house.do(lower)
    assert PLATE not in house.read(told)


def test_another_chats_room_says_nothing_of_this_one(house: House) -> None:
    """Its directory entry speaks of its own telephones."""
    change_room(house, discreet=False)
    house.says("ada", ROOM, f"Grey van {PLATE} on quay 7")

    def told(session: Session) -> str:
        row = session.scalars(select(Delivery).where(Delivery.key.startswith("copy:"))).one()
        session.scalars(select(Room).where(Room.slug == "joint-harbour")).one().platform = "other"
        session.flush()
        words = Words(outbox.words_of(session, row).text)
        return discretion.told(session, row, words, house.now, waits=False).text

    assert PLATE not in house.do(told)
