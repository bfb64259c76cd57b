"""What the bot says in threads: cards, guards, commands."""

from collections.abc import Sequence

from bot.wording.casework import called
from nlp.spans import Label
from storage.models import Listening, Tlp

MOST_SHOWN = 12
NOTHING = "Nothing I can show here; that is not proof of nothing."


def card(
    *,
    marking: Tlp,
    read: Sequence[tuple[Label, str]],
    doubtful: Sequence[tuple[Label, str, str]],
    not_searched: Sequence[str],
    cases: Sequence[tuple[str, Sequence[Label]]],
    is_asked: bool,
    outcomes: Sequence[str],
    unread: int,
) -> str:
    """A thread card: the same words for nothing found and for what may not be told."""
    first = [f"TLP:{marking}."]
    if read:
        first.append(f"Read: {_listed([f'{called(label)} {text}' for label, text in read])}.")
    if not_searched:
        quoted = _listed([f'"{name}"' for name in not_searched])
        first.append(f"Not searched: {quoted}, name only.")
    lines = [" ".join(first)]
    if doubtful:
        said = _listed([f"{called(label)} {text} ({why})" for label, text, why in doubtful])
        lines.append(f"Doubtful: {said}.")
    if unread:
        lines.append(f"I read the first 65,536 characters; {unread:,} more are kept, not read.")
    if cases:
        lines.append(_seen(cases, is_asked=is_asked))
    elif not outcomes:
        lines.append(NOTHING)
    return "\n".join([*lines, *outcomes])


def _seen(cases: Sequence[tuple[str, Sequence[Label]]], *, is_asked: bool) -> str:
    named = [
        f"{code} ({', '.join(dict.fromkeys(called(each) for each in led))})" for code, led in cases
    ]
    many = "1 case" if len(cases) == 1 else f"{len(cases)} cases"
    where = f"In {many} this room may see: {_listed(named)}."
    if not is_asked:
        return where
    return f"{where} {'Its desk is' if len(cases) == 1 else 'Their desks are'} being asked."


def _listed(things: Sequence[str]) -> str:
    shown = ", ".join(things[:MOST_SHOWN])
    return shown if len(things) <= MOST_SHOWN else f"{shown} and {len(things) - MOST_SHOWN} more"


def wrong_marking(marking: Tlp, room: str, ceiling: Tlp) -> str:
    return (
        f"You wrote TLP:{marking} in {room}, which carries up to TLP:{ceiling}. "
        "I read nothing from it and told nobody. "
        "Delete it there, or tap Wrong room and I withdraw what I can."
    )


def announcement(listens: Listening, room: str, *, reads_files: bool = False) -> str:
    """What is listened to: said on coming into a room, and whenever it changes."""
    if listens is Listening.OFF:
        return f"Liaison is in {room}. I read and keep nothing here."
    reads = {
        Listening.ALL: "I read every message here",
        Listening.MENTIONS: "I read only what is said to me here",
    }[listens]
    if reads_files:
        reads += ", with what is in text files"
    return (
        f"Liaison is in {room}. {reads}, keep it sealed, and answer in the thread; "
        'commands I answer in private. Say "!liaison help" for what I can do.'
    )


def set_aside(room: str | None) -> str:
    where = f"in {room}" if room else "to me"
    return (
        f"I could not make sense of what you said {where} and have stopped trying. It is kept, "
        "nobody was asked about it, and whoever runs me is told. Say it anew in other words."
    )


def withheld_from_room(room: str, why: str) -> str:
    return f"I kept silent in {room}: {why}. Nothing was said there."


def could_not_be_told(whom: str, why: str) -> str:
    reason = f": {why}" if why else ""
    return f"{whom} could not be told what you had me say{reason}. Nothing was said there."


def withdrawn_wrong_room(room: str, present: Sequence[str], asked: str) -> str:
    who = ", ".join(present) or "nobody I know of"
    return (
        f"Withdrawn in {room}: my card, its questions and what I had read. I cannot unsend your "
        f"message: delete it there too.\nPresent: {who}.\n{asked}"
    )


def already_withdrawn() -> str:
    return "That was withdrawn already."


def not_your_card() -> str:
    return "Its author or an officer of the author's agency can do that."


def fix_what() -> str:
    return "What is wrong? Drop what does not belong, or correct it."


def drop_label(label: Label, text: str) -> str:
    return f"Drop {called(label)} {text}"[:70]


def correct_label(label: Label, text: str) -> str:
    return f"Correct {called(label)} {text}"[:70]


def correct_ask(label: Label) -> str:
    return f"The right {called(label)}:"


UNDO = "Undo"


def restored(label: Label, text: str) -> str:
    return f"Taken back: {called(label)} {text} stands as it was read."


def dropped(label: Label, text: str) -> str:
    return f"Dropped: {called(label)} {text}."


def corrected(label: Label, text: str, right: str) -> str:
    return f"Corrected: {called(label)} {text} is now {right}."


def read_so_already(label: Label, text: str) -> str:
    return f"I read {called(label)} {text} already. Nothing was changed."


def not_recognised(label: Label, text: str) -> str:
    return f'I do not recognise "{text[:60]}" as a {called(label)}. Nothing was changed.'


def ask_which_desk() -> str:
    return "Which desk shall I ask?"


def unknown_command(word: str, nearest: str | None) -> str:
    if nearest:
        return f'I do not know "{word[:40]}". Did you mean "{nearest}"? "help" lists everything.'
    return f'I do not know "{word[:40]}". "help" lists what I can do.'


def edited_command() -> str:
    return "I do a command once, as it was first said. Say it anew if you want it done."


def not_for_your_role(name: str) -> str:
    return f'"{name}" is not open to your role.'


OPEN = "Open"


def answer_waits(asked_at: str) -> str:
    return f"Your answer, asked for at {asked_at}."


def help_heading() -> str:
    return "What I can do. In a room begin with !liaison; in private just say it."


def no_longer_there() -> str:
    return "That is no longer there."


def how_written(usage: str) -> str:
    return f"It is written: {usage}"


def ask_waiting(desk: str) -> str:
    return f"{desk}: I am waiting now"


def ask_routine(desk: str) -> str:
    return f"{desk}: ordinary request"


def nobody_guards() -> str:
    return "Nobody in your agency is named for data protection: tell your head of desk."


def breach_asked(name: str) -> str:
    return (
        f"{name} is asked whether the 72-hour breach clock runs (Directive (EU) 2016/680 Art. 30)."
    )


def a_stranger() -> str:
    return "somebody the directory does not know"


def newcomer(who: str, room: str, code: str) -> str:
    """To the owner of a case, when its room was joined by somebody who may not see it."""
    who = who[:1].upper() + who[1:]
    return (
        f"{who} came into {room}, which carries {code}, and may not be told of it. "
        "I say nothing of it there while they are in the room."
    )


def breach_question(room: str, present: Sequence[str]) -> str:
    who = ", ".join(present) or "nobody I know of"
    return (
        f"Something was said in {room} that did not belong there. What I derived is withdrawn; "
        f"what people read cannot be unsent.\nPresent: {who}.\n"
        "Is this a personal data breach? The authority hears within 72 hours of awareness "
        "(Directive (EU) 2016/680 Art. 30)."
    )


def breach_decided(code: str, *, is_breach: bool) -> str:
    if is_breach:
        return f"Recorded as a breach under {code}. The 72 hours run from the withdrawal."
    return f"Recorded under {code}: no breach. Undo within a minute."


def choices(labels: Sequence[str]) -> str:
    """How to choose where nothing can be tapped."""
    if len(labels) == 1:
        return f'To choose it, answer "{labels[0]}" in the thread.'
    listed = " · ".join(f"{number} {label}" for number, label in enumerate(labels, 1))
    return f"Answer in the thread with the word or its number: {listed}"


def poll_question() -> str:
    return "Your answer:"


def poll_over() -> str:
    return "This needs no answer any more."


def unsigned_device() -> str:
    """To somebody whose words were not listened to, as they may be another's."""
    return (
        "Something was said in your name from a device that you have not signed. I do not act on "
        "it. If it was you: verify that device in your client's settings, and say it again."
    )


def new_identity() -> str:
    """To somebody whose identity is not the one known."""
    return (
        "Your encryption identity is not the one I know you by. I do not act on what you say "
        "until whoever runs me has heard from you that it is yours."
    )
