"""A concern is heard once, and leaves no trace of who raised it among the messages."""

from sqlalchemy import func, select

from bot.conversation.messages import Said
from storage import sealing
from storage.models import Concern, Message
from tests.house import House

WORDS = "concern somebody looks up plates for friends"


def concern(house: House, event: str) -> Said:
    ada = house.stage.account("ada")
    return Said("practice", "@ada", event, ada, WORDS, house.now, to_bot=True, is_private=True)


def test_a_concern_told_twice_is_raised_once(house: House) -> None:
    said = concern(house, "c1")
    house.wait(house.stage.hear([said, said]))
    house.wait(house.stage.hear([said]))
    assert house.read(lambda s: s.scalar(select(func.count()).select_from(Concern))) == 1


def test_the_messages_do_not_say_who_raised_it_or_what_was_said(house: House) -> None:
    house.wait(house.stage.hear([concern(house, "c1")]))
    kept = house.read(lambda s: s.scalars(select(Message).where(Message.event == "c1")).one())
    assert (kept.officer_id, kept.user, kept.home) == (None, "", "")
    assert house.read(lambda s: sealing.unseal_or(s, kept, "text", "nothing")) == "nothing"


def test_a_private_message_that_was_deleted_is_erased(house: House) -> None:
    event = house.says("bruno", "private", "help me with XX00 TST")
    house.deletes("bruno", event)
    kept = house.read(
        lambda s: s.scalars(
            select(Message).where(Message.event == event).order_by(Message.id)
        ).first()
    )
    assert kept is not None
    assert kept.erased_at is not None
