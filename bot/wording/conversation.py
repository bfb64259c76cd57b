"""What the bot says in threads: cards, guards, commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.wording import evidence
from bot.wording.kinds import called
from nlp.roles import Role
from nlp.spans import Label
from storage.models import Listening, Tlp

MOST_SHOWN = 12
_MOST_TOLD = 2
_LONGEST_LABEL = 70
NOTHING = "Nothing I can show here; that is not proof of nothing."


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a card speaks of, and what its message says against it."""

    label: Label
    text: str
    why: str = ""
    negated: bool = False
    hearsay: bool = False

    @property
    def doubts(self) -> str:
        """Behind its words: why it is doubtful, that it is denied or only heard."""
        return evidence.doubts(negated=self.negated, hearsay=self.hearsay, why=self.why)


@dataclass(frozen=True, slots=True)
class Part:
    """What one message of a card says; `said` tells it from the others, where there are any."""

    said: str
    read: Sequence[Thing]
    doubtful: Sequence[Thing]
    names: Sequence[Thing]
    """Names for which there is nothing to show: looked up, and nobody may learn what came of it."""


Led = tuple[Label, bool]
"""What led to a case, and whether it is known there but for a slip."""


def card(
    *,
    marking: Tlp,
    parts: Sequence[Part],
    cases: Sequence[tuple[str, Sequence[Led]]],
    is_asked: bool,
    outcomes: Sequence[str],
    unread: int,
) -> str:
    """A thread card: the same words for nothing found and for what may not be told."""
    lines = []
    for part in parts:
        first, *rest = _part(part)
        lines += [f"{part.said}. {' '.join([first, *rest])}"] if part.said else [first, *rest]
    if not lines or parts[0].said:
        lines.insert(0, "")
    lines[0] = f"TLP:{marking}. {lines[0]}".rstrip()
    if unread:
        lines.append(
            f"The last {unread:,} characters are kept, not read: there is too much in it for once. "
            "Post them by themselves, and I read them."
        )
    if cases:
        lines.append(_seen(cases, is_asked=is_asked))
    elif not outcomes:
        lines.append(NOTHING)
    return "\n".join([*lines, *outcomes])


def message_of_card(number: int, clock: str) -> str:
    """Which of a card's messages; without a clock where it was changed since."""
    return f"Message {number}, {clock or 'edited'}"


def _part(part: Part) -> list[str]:
    """What was read and which names lead to nothing, in a line; what is doubtful in another."""
    first = []
    if part.read:
        first.append(f"Read: {_listed([_as_read(each) for each in part.read])}.")
    if part.names:
        quoted = _listed([f'"{each.text}"{each.doubts}' for each in part.names])
        of = "name" if len(part.names) == 1 else "names"
        first.append(f"Nothing I can show for the {of} {quoted}.")
    lines = [" ".join(first)]
    if part.doubtful:
        lines.append(f"Doubtful: {_listed([_as_read(each) for each in part.doubtful])}.")
    return lines


def _as_read(thing: Thing) -> str:
    return f"{called(thing.label)} {thing.text}{thing.doubts}"


def _seen(cases: Sequence[tuple[str, Sequence[Led]]], *, is_asked: bool) -> str:
    named = [f"{code} ({', '.join(dict.fromkeys(map(_led, led)))})" for code, led in cases]
    many = "1 case" if len(cases) == 1 else f"{len(cases)} cases"
    where = f"In {many} this room may see: {_listed(named)}."
    if not is_asked:
        return where
    return f"{where} {'Its desk is' if len(cases) == 1 else 'Their desks are'} being asked."


def _led(led: Led) -> str:
    label, is_near = led
    return f"{called(label)} nearly equal" if is_near else called(label)


def _listed(things: Sequence[str]) -> str:
    shown = ", ".join(things[:MOST_SHOWN])
    return shown if len(things) <= MOST_SHOWN else f"{shown} and {len(things) - MOST_SHOWN} more"


def wrong_marking(marking: Tlp, room: str, ceiling: Tlp) -> str:
    return (
        f"You wrote TLP:{marking} in {room}, which carries up to TLP:{ceiling}. "
        "I read nothing from it and told nobody. "
        "Delete it there, or tap Wrong room and I withdraw what I can."
    )


MY_DESK = "My desk"


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


def asked_nobody(room: str) -> str:
    return (
        f'What you asked in {room} began with "why" and not with my name, so I answered nothing '
        'there, and took it for no sighting. To ask me: "!liaison why …" in the room, or "why …" '
        "here."
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


def withdrawn_wrong_room(room: str, present: Sequence[str], asked: str, *, in_part: bool) -> str:
    who = ", ".join(present) or "nobody I know of"
    what = "what I had read in that message, and the card's questions"
    if not in_part:
        what = "my card, its questions and what I had read"
    return (
        f"Withdrawn in {room}: {what}. I cannot unsend your message: delete it there too.\n"
        f"Present: {who}.\n{asked}"
    )


RIGHT_ROOM = "it was the right room"


def right_room(room: str) -> str:
    return f"It was the right room: what you wrote in {room} is read and asked about again."


def room_stays_wrong() -> str:
    return (
        "That is deleted, decided, or withdrawn for longer than a minute. "
        "Say it anew if it belongs there."
    )


def already_withdrawn() -> str:
    return "That was withdrawn already."


def needs_a_sure_hand() -> str:
    return "That needs more than a reaction. Vote, or answer with its number."


def not_your_card() -> str:
    return "Its author or an officer of the author's agency can do that."


def fix_what() -> str:
    return "What is wrong? Drop what does not belong, or correct it."


def drop_label(label: Label, text: str, number: int | None) -> str:
    return _of_item("Drop", label, text, number)


def correct_label(label: Label, text: str, number: int | None) -> str:
    return _of_item("Correct", label, text, number)


def _of_item(verb: str, label: Label, text: str, number: int | None) -> str:
    """What is done to an item, and of which message it is where there are several."""
    of = "" if number is None else f" (message {number})"
    return f"{_cut(f'{verb} {called(label)} {text}', _LONGEST_LABEL - len(of))}{of}"


def wrong_room_which_message() -> str:
    return "This card speaks of several messages. Which was for another room?"


def all_of_them(number: int) -> str:
    return "Both messages" if number == 2 else f"All {number} messages"


def message_with(number: int, items: Sequence[tuple[Label, str]]) -> str:
    """One message of a card, told by what was read in it."""
    shown = ", ".join(f"{called(label)} {text}" for label, text in items[:_MOST_TOLD])
    return _cut(f"Message {number}: {shown}" if shown else f"Message {number}", _LONGEST_LABEL)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def correct_ask(label: Label) -> str:
    return f"The right {called(label)}:"


def role_waits(room: str, clock: str) -> str:
    """Pushed to the author alone: it names nobody."""
    return (
        f"In what you wrote in {room} at {clock}, somebody may have to be spared. "
        "Only you are asked, and only you can say."
    )


def is_in_role(name: str, role: Role) -> str:
    return f"Is {name} {_in_role(role)}?"


def why_roles_are_asked() -> str:
    return "Who is spared is not repeated, not searched, and named to no other agency."


def role_yes(name: str, role: Role) -> str:
    return _cut(f"Yes: {name} is {_in_role(role)}", _LONGEST_LABEL)


def role_no(name: str, role: Role) -> str:
    return _cut(f"No: {name} is not {_in_role(role)}", _LONGEST_LABEL)


def role_settled(name: str, role: Role) -> str:
    sealed = " From now on the name is for you alone." if role is Role.SOURCE else ""
    return (
        f"{name} is spared from now on, as {_in_role(role)}; what was asked is withdrawn, and what "
        f"cases keep of this message has the name no more. Who read it before knows it.{sealed}"
    )


def taken_out_as_spared(code: str) -> str:
    """Pushed to who confirmed or added it: it names nobody."""
    return (
        f"About {code}: somebody is to be spared whom a message names that you decided about. I "
        "took them out of what the case keeps of it, and the ties that rest on them. Pass the "
        "name on to nobody."
    )


def role_denied(name: str, role: Role) -> str:
    return f"{name} is not {_in_role(role)}, and is looked for as anybody is."


def no_role_waits() -> str:
    return "Nothing of that is left to say."


def roles_to_tell() -> str:
    return "Say who is to be spared"


def _in_role(role: Role) -> str:
    return {Role.STAFF: "one of our own staff"}.get(role, f"a {role}")


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
        return f'I do not know "{word[:40]}". Did you mean "{nearest}"? "help" says what there is.'
    return f'I do not know "{word[:40]}". "help" says what there is.'


def sighting_told_alone(read: Sequence[tuple[Label, str]], rooms: Sequence[str]) -> str:
    """To somebody who told the bot alone what they saw."""
    what = _listed([f"{called(label)} {text}" for label, text in read])
    where = _listed(rooms) if rooms else "a room that I am in"
    return (
        f"I read {what}. Told to me alone, it reaches nobody: no case is asked about it. "
        f"Say it in {where}, and I do; or choose here."
    )


def look_up(kind: str, text: str) -> str:
    return _cut(f"Look up {kind} {text}", _LONGEST_LABEL)


def look_up_what_for() -> str:
    return "What for? It is recorded."


def ask_about_it(desk: str) -> str:
    return _cut(f"Ask {desk} about it", _LONGEST_LABEL)


THANKED = "You are welcome."


def edited_command() -> str:
    return "I do a command once, as it was first said. Say it anew if you want it done."


def not_for_your_role(name: str) -> str:
    return f'"{name}" is not open to your role.'


OPEN = "Open"


def answer_waits(asked_at: str) -> str:
    return f"Your answer, asked for at {asked_at}."


HELP_TOPICS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ask": (
        "Ask a desk, answer, and see what waits for you.",
        ("ask", "answer", "snooze", "standdown", "desk", "desks", "handover"),
    ),
    "case": ("Open cases, read them, write into them, share them.", ("case",)),
    "find": (
        "Look something up and ask why, put it into a case, be told when it is said or not asked.",
        (
            *("find", "why", "told", "profile", "link", "unlink", "merge", "take", "watch", "mute"),
            "calibration",
        ),
    ),
    "brief": (
        "Call briefings, answer invitations, keep tasks, look back.",
        (
            *("brief", "briefing", "briefings", "agenda", "rsvp", "action", "debrief"),
            *("minute", "decide", "minutes", "lesson", "calendar", "reminders"),
        ),
    ),
    "room": ("Put right what was said in the wrong room.", ("wrong",)),
    "duty": (
        "Your hours, days away, shifts and swaps; who is on duty, and whom a question would reach.",
        (
            *("duty", "night", "zone", "away", "back", "shift", "swap", "roster", "who", "digest"),
            *("go", "live"),
        ),
    ),
    "record": (
        "What is kept, held, put right and shown of it; a worry in confidence.",
        ("record", "hold", "subject", "agreement", "ledger", "concern"),
    ),
}
"""What help is given by: each topic in a sentence, and the first words of its commands."""


def helped(topics: Sequence[tuple[str, str]]) -> str:
    """The short help: what there is, and where to read how it is written."""
    lines = [
        "What I can do. In a room begin with !liaison; in private just say it.",
        *(f"help {topic} — {about}" for topic, about in topics),
    ]
    return "\n".join([*lines, 'A command\'s name will do too: "help case open".'])


def no_longer_there() -> str:
    return "That is no longer there."


def how_written(usage: str) -> str:
    return f"Write it like this: {usage}"


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
