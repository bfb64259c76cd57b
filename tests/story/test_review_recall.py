"""What was taken back stays taken back, whatever was lost, late or out of order."""

import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import questions
from bot.conversation import outbox
from bot.conversation.grammar import Asked, Command, Reply
from bot.conversation.messages import Deleted, Said, Tap, Words
from bot.errors import ChatUnavailable, NotAllowed
from bot.governance import ledger
from storage import sealing
from storage.models import Delivery, Entry, Message, Officer, Progress, Prompt, PromptState
from tests.house import House


@pytest.fixture
def house(any_house: House) -> House:
    """Every story here is told on every database."""
    return any_house


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


def asked_about_two_messages(house: House) -> tuple[str, str]:
    """Ada's two messages share a card, and a desk is asked about it. Returns their events."""
    first = house.says("ada", "#joint-harbour", "Seen tonight: XX33 TST near the gate")
    second = house.says("ada", "#joint-harbour", "and XX12 TST behind it")
    house.taps("ada", "Ask a desk", where="#joint-harbour")
    house.taps("ada", "Birch", where="#joint-harbour")
    return first, second


def asked(house: House) -> list[tuple[str, str]]:
    """How it stands with what desks were asked, and what is still kept of it."""
    return house.read(
        lambda session: [
            (prompt.state.value, sealing.unseal_or(session, prompt, "question", "nothing"))
            for prompt in session.scalars(select(Prompt).where(Prompt.kind == "ask"))
        ]
    )


def test_deleting_one_message_of_a_card_withdraws_what_a_desk_was_asked(house: House) -> None:
    first, _ = asked_about_two_messages(house)
    [(state, question)] = asked(house)
    assert (state, "XX33" in question, "XX12" in question) == ("open", True, True)
    house.deletes("ada", first)
    assert asked(house) == [("withdrawn", "nothing")]


def test_what_a_desk_was_asked_is_erased_though_it_answered(house: House) -> None:
    first, _ = asked_about_two_messages(house)
    house.do(
        lambda session: session.execute(
            update(Prompt).where(Prompt.kind == "ask").values(state=PromptState.ANSWERED)
        )
    )
    house.deletes("ada", first)
    assert asked(house) == [("answered", "nothing")]


def kept(house: House, event: str) -> list[tuple[str, str, bool]]:
    """Kind and words of every revision of a message, and whether it was taken back."""
    return house.read(
        lambda session: [
            (
                row.kind,
                sealing.unseal_or(session, row, "text", "nothing"),
                row.recalled_at is not None,
            )
            for row in session.scalars(
                select(Message).where(Message.event == event).order_by(Message.sent_at)
            )
        ]
    )


@pytest.mark.parametrize("text", ["Seen tonight: XX33 TST near the gate", "good morning"])
def test_words_whose_deletion_came_first_are_not_kept(house: House, text: str) -> None:
    by = house.stage.account("ada")
    said = Said("practice", "#joint-harbour", "late", by, text, house.now)
    gone = Deleted("practice", "#joint-harbour", "late", by, house.now + timedelta(seconds=1))
    house.wait(house.stage.hear([gone]))
    house.wait(house.stage.hear([said]))
    assert kept(house, "late") == [("said", "nothing", True), ("deleted", "nothing", False)]
    assert house.room() == house.room()[:1], "the announcement"


def test_an_edit_heard_after_the_clock_was_set_back_counts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = house.says("ada", "#joint-harbour", "Seen tonight: XX33 TST near the gate")
    yesterday = time.time_ns() - 24 * 3600 * 10**9
    monkeypatch.setattr("storage.types.time.time_ns", lambda: yesterday)
    house.edits("ada", event, "Seen tonight: XX12 TST near the gate")
    [card] = [text for text in house.room() if "TST" in text]
    assert "XX12 TST" in card
    assert "XX33" not in card


def half_way(session: Session, asked: Asked) -> Reply:
    """A command that does something before it finds that it must not."""
    asked.officer.name = "Somebody Else"
    outbox.tell(
        session, key="half", officer=asked.officer, words=Words("Half done."), now=asked.now
    )
    ledger.record(session, ledger.Operation.ALTERATION, now=asked.now, subject="half")
    raise NotAllowed("You may not.")


def what_is_left(session: Session) -> tuple[str, list[str]]:
    entries = session.scalars(
        select(Entry.operation).where(Entry.subject.in_(["half", "command:half way", "tap:half"]))
    ).all()
    return officer(session, "ada").name, list(entries)


def test_a_command_that_fails_half_way_does_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = Command("half way", "half way", "Fails.", half_way)
    monkeypatch.setattr("bot.questions.COMMANDS", (*questions.COMMANDS, command))
    house.restarts()
    assert house.asks("ada", "half way") == "You may not."
    assert house.read(what_is_left) == ("Ada Quill", ["refusal"])
    assert "Half done." not in house.private("ada")


def test_a_tap_that_fails_half_way_does_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(
        session: Session, tapper: Officer, _parts: list[str], _tap: Tap, now: datetime
    ) -> None:
        half_way(session, Asked(tapper, "", now, None, "", None))

    monkeypatch.setattr("bot.questions.TAPS", {**questions.TAPS, "half": handler})
    house.restarts()
    with pytest.raises(NotAllowed, match="You may not"):
        house.wait(house.stage.liaison.tap(Tap(house.stage.account("ada"), "half:4F2")))
    house.passes(seconds=2)
    assert house.read(what_is_left) == ("Ada Quill", ["refusal"])
    assert "Half done." not in house.private("ada")


def test_the_breach_question_says_who_was_there_when_it_was_said(house: House) -> None:
    event = house.says("ada", "#joint-harbour", "Seen tonight: XX33 TST near the gate")
    house.taps("ada", "Wrong room", where="#joint-harbour")
    house.wait(house.stage.leaves("bruno", "#joint-harbour"))
    house.wait(house.stage.leaves("cora", "#joint-harbour"))
    house.deletes("ada", event)
    asked = house.taps("otis", "Open")
    assert "said in Joint harbour" in asked
    assert "Bruno" in asked


def test_saying_much_slowly_keeps_its_hold_on_what_is_still_to_say(house: House) -> None:
    for number in range(4):
        tell(house, "ada", f"news {number}", f"Ship {number} is in.")
    free: list[str] = []

    def take_time() -> None:
        with house.stage.store.reading() as session:
            waiting = select(Delivery.key).where(
                Delivery.progress == Progress.PENDING, Delivery.lease_until <= house.now
            )
            free.extend(session.scalars(waiting))
        house.stage.now += timedelta(seconds=40)

    house.stage.chat.watchers.append(take_time)
    house.wait(house.stage.liaison.work())
    assert free == []
    assert len(house.private("ada")) == 4
