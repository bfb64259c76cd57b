"""What was taken back stays taken back, whatever was lost, late or out of order."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Words
from bot.errors import ChatUnavailable
from storage.models import Delivery, Officer
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


def test_what_was_being_said_when_the_clock_was_set_back_is_said_at_once(house: House) -> None:
    tell(house, "ada", "news", "The harbour is open.")
    tomorrow = house.now + timedelta(days=1)
    house.do(
        lambda session: session.execute(
            update(Delivery)
            .where(Delivery.key == "news")
            .values(attempts=1, lease_owner="killed", lease_until=tomorrow)
        )
    )
    house.passes(seconds=2)
    assert house.private("ada") == ["The harbour is open."]


def test_what_another_process_took_over_is_left_to_it(house: House) -> None:
    tell(house, "ada", "news", "The harbour is open.")

    def take_over() -> None:
        with house.stage.store.begin() as session:
            session.execute(
                update(Delivery).where(Delivery.key == "news").values(lease_owner="another")
            )

    house.stage.chat.watchers.append(take_over)
    house.wait(house.stage.liaison.deliver())
    house.stage.chat.watchers.remove(take_over)
    assert house.read(news) == ("another", None)
    house.passes(minutes=2)
    assert house.read(news)[1] is not None
    assert house.private("ada") == ["The harbour is open."]


def news(session: Session) -> tuple[str | None, str | None]:
    """Who has it, and as what it was said."""
    row = session.scalars(select(Delivery).where(Delivery.key == "news")).one()
    return row.lease_owner, row.event


def test_what_another_process_has_by_now_is_not_said_twice(house: House) -> None:
    for number in range(3):
        tell(house, "ada", f"news {number}", f"Ship {number} is in.")

    def take_over() -> None:
        with house.stage.store.begin() as session:
            session.execute(update(Delivery).values(lease_owner="another"))

    house.stage.chat.watchers.append(take_over)
    house.wait(house.stage.liaison.deliver())
    assert len(house.private("ada")) == 1
