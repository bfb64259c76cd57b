"""What was taken back stays taken back, whatever was lost, late or out of order."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.errors import ChatUnavailable
from storage.models import Officer
from tests.house import House


def tell(house: House, who: str, key: str, text: str) -> None:
    house.do(
        lambda session: outbox.tell(
            session, key=key, officer=officer(session, who), words=Words(text), now=house.now
        )
    )


def officer(session: Session, slug: str) -> Officer:
    return session.scalars(select(Officer).where(Officer.slug == slug)).one()


def test_words_that_were_withdrawn_while_the_chat_was_away_are_never_said(house: House) -> None:
    tell(house, "ada", "news", "Something that turned out to be wrong.")
    house.stage.chat.failures.append(ChatUnavailable("gone"))
    house.wait(house.stage.liaison.deliver())
    house.do(lambda session: outbox.retract(session, "news", now=house.now))
    house.passes(minutes=5)
    assert all("turned out" not in posted.text for posted in house.stage.chat.versions)


def test_words_that_were_said_and_lost_are_taken_back_when_withdrawn(house: House) -> None:
    tell(house, "ada", "news", "Something that turned out to be wrong.")
    house.stage.chat.lost_answers = 1
    house.wait(house.stage.liaison.deliver())
    house.do(lambda session: outbox.retract(session, "news", now=house.now))
    house.passes(minutes=5)
    assert sum("turned out" in posted.text for posted in house.stage.chat.versions) == 1
    assert house.private("ada") == []
