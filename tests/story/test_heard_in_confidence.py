"""A concern is heard once, and leaves no trace of who raised it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import ColumnProperty, Session

from bot.conversation.messages import Said
from storage import sealing
from storage.models import Base, Concern, Delivery, Entry, Erasure, Message, Officer
from tests.house import House

WORDS = "concern somebody looks up plates for friends"


@pytest.fixture
def house(any_house: House) -> House:
    """Every story here is told on every database."""
    return any_house


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

    def kept(session: Session) -> list[tuple[object, ...]]:
        return [
            (
                row.officer_id,
                row.agency_id,
                row.user,
                row.home,
                row.address,
                sealing.unseal_or(session, row, "text", "nothing"),
            )
            for row in session.scalars(select(Message))
        ]

    assert house.read(kept) == [(None, None, "", "", "confidential", "nothing")]


def test_no_row_joins_the_receipt_with_who_got_it(house: House) -> None:
    start = house.now
    house.says("ada", "private", WORDS)

    def traces(session: Session) -> list[str]:
        """The rows, made since, that name Ada by number, by her private room or in the ledger."""
        ada = session.scalars(select(Officer).where(Officer.slug == "ada")).one()
        found = []
        for model in (Delivery, Message, Concern):
            for row in session.scalars(select(model)):
                values = {each.key: getattr(row, each.key) for each in _columns(model)}
                if ada.id in values.values() or "@ada" in values.values():
                    found.append(model.__tablename__)
        said = session.scalars(
            select(Entry).where(Entry.subject.startswith("delivery:"), Entry.at >= start)
        )
        return found + ["entry" for each in said if "ada" in each.details.get("to", [])]

    assert house.read(traces) == []
    house.passes(days=2)
    assert house.private("ada") == [], "taken back"
    assert house.read(traces) == []


def _columns(model: type[Base]) -> list[ColumnProperty[object]]:
    return list(model.__mapper__.column_attrs)


def test_when_it_was_raised_is_kept_to_the_day(house: House) -> None:
    house.passes(hours=1, seconds=7)
    house.says("ada", "private", WORDS)
    raised, by = house.read(
        lambda s: s.execute(select(Concern.raised_at, Concern.acknowledge_by)).one()
    )
    assert raised == house.now.replace(hour=0, minute=0, second=0, microsecond=0)
    assert by == raised + timedelta(days=8, seconds=-1), "the seventh day is whole"


def test_a_private_message_that_was_deleted_is_erased(house: House) -> None:
    event = house.says("bruno", "private", "help me with XX00 TST")
    house.deletes("bruno", event)

    def erased(session: Session) -> list[bool]:
        rows = session.scalars(
            select(Message).where(Message.event == event, Message.kind == "said")
        )
        return [row.erased_at is not None for row in rows]

    assert house.read(erased) == [True]


def test_the_key_of_a_receipt_goes_with_it(house: House) -> None:
    house.says("ada", "private", WORDS)
    key = house.read(
        lambda s: s.scalars(select(Delivery.key_id).where(Delivery.in_confidence)).one()
    )
    house.passes(days=2)
    assert house.read(lambda s: s.scalars(select(Erasure.key)).all()) == [key]
