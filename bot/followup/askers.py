"""What the one who asked hears about their question."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversation import outbox
from bot.conversation.messages import Control, Style, Words
from bot.followup import contents
from bot.governance import access, markings
from bot.wording import asking as to_asker
from bot.wording import followup as wording
from storage.models import Delivery, Match, Message, Officer, Progress, Prompt, Room, Tlp


def of(session: Session, prompt: Prompt) -> Officer | None:
    """Who asked, if they may know of the question: of a hidden match nobody hears but its owner."""
    if prompt.asked_by is None:
        return None
    if prompt.match_id is not None and session.get_one(Match, prompt.match_id).is_hidden:
        return None
    asker = session.get(Officer, prompt.asked_by)
    return asker if asker is not None and asker.retired_at is None else None


def tell(
    session: Session,
    prompt: Prompt,
    text: str,
    *,
    now: datetime,
    controls: Sequence[Control] = (),
    due_at: datetime | None = None,
) -> str | None:
    """Tell the asker, discreetly, in private; returns the words' key, if there is an asker."""
    asker = of(session, prompt)
    if asker is None:
        return None
    family = f"asker:{prompt.id}:"
    said = session.scalar(select(func.count(Delivery.id)).where(outbox.under(family)))
    key = f"{family}{said or 0}"
    outbox.tell(
        session,
        key=key,
        officer=asker,
        words=Words(text, tuple(controls)),
        now=now,
        due_at=due_at,
    )
    session.flush()
    return key


def code_of(session: Session, prompt: Prompt) -> str:
    """The code under which it was asked, and the one it has now where it was passed on."""
    first = contents.passed_along(session, prompt)[-1]
    return prompt.code if first is prompt else to_asker.code_now(first.code, prompt.code)


def warn_of_silence(session: Session, prompt: Prompt, holder: Officer, *, now: datetime) -> None:
    """Tell the asker once that this desk has the question, and was not told of it by the chat."""
    asker = of(session, prompt)
    if asker is None or holder.id == asker.id:
        return
    desk = holder.unit or holder.agency
    outbox.tell(
        session,
        key=f"asker:{prompt.id}:silence:{desk.id}",
        officer=asker,
        words=Words(wording.told_nobody(code_of(session, prompt), desk.title)),
        now=now,
    )


def take_back(session: Session, prompt: Prompt, text: str, *, now: datetime) -> None:
    """What the asker was told does not hold: unsaid words stay unsaid, said ones are corrected."""
    was_said = False
    for delivery in session.scalars(
        select(Delivery).where(outbox.under(f"asker:{prompt.id}:"))
    ).all():
        if delivery.progress is Progress.PENDING and delivery.attempts == 0:
            outbox.retract(session, delivery.key, now=now)
        else:
            was_said = was_said or delivery.progress is not Progress.FAILED
    if was_said:
        tell(session, prompt, text, now=now)


def liaison_of(session: Session, prompt: Prompt) -> Officer | None:
    """The asker when they are a liaison officer or head; whoever else asked is told less."""
    asker = of(session, prompt)
    return asker if asker is not None and access.is_desk(asker) else None


def opening(prompt: Prompt) -> Control:
    return Control(wording.OPEN, f"prompt:{prompt.code}:open", Style.PRIMARY)


def adding(prompt: Prompt) -> Control:
    """What an asker taps to give what is needed."""
    return Control(to_asker.ADD, f"prompt:{prompt.code}:more", asks=to_asker.ask_what_to_add())


def while_waiting(prompt: Prompt) -> tuple[Control, ...]:
    """What an asker can do while an officer waits."""
    return (
        Control("Still waiting", f"prompt:{prompt.code}:still"),
        Control("Stand down", f"prompt:{prompt.code}:standdown"),
        Control("Call me", f"prompt:{prompt.code}:callback"),
    )


def line_in_thread(session: Session, prompt: Prompt, text: str, *, now: datetime) -> None:
    """One neutral line where it was asked, if the marking allows; a later one replaces it."""
    message = session.get(Message, prompt.message_id) if prompt.message_id is not None else None
    if message is None or message.room_id is None or message.is_private:
        return
    room = session.get_one(Room, message.room_id)
    if prompt.marking is Tlp.RED or not markings.is_within(prompt.marking, room.ceiling):
        return
    key = f"prompt:{prompt.id}:line"
    words = Words(text)
    outbox.revise(session, key, words, now=now)
    outbox.say(
        session,
        key=key,
        room=room,
        words=words,
        now=now,
        thread=message.thread or message.event,
    )
    session.flush()
