"""Which choice an answer takes: a word, a number, a vote, an emoji."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.matrix.hearing import Answer, Reaction, Reply, Vote
from adapters.matrix.looks import KEYCAPS, answer_id
from bot.conversation.messages import Control

MOST_LETTERS = 2000


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be answered to something the bot said."""

    event: str
    root: str
    """The thread it stands in."""
    txn: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice, with the words that came with it."""

    token: str
    fields: Mapping[str, str]


def chosen(answer: Answer, offer: Offer) -> Chosen | None:
    """What this answer chooses of what was offered, if anything."""
    match answer:
        case Vote(_, name):
            for control in offer.controls:
                if answer_id(offer.txn, control.token) == name:
                    return Chosen(control.token, {})
            return None
        case Reaction(_, emoji):
            place = _bare(emoji)
            if place in KEYCAPS and KEYCAPS.index(place) < len(offer.controls):
                return Chosen(offer.controls[KEYCAPS.index(place)].token, {})
            return None
        case Reply(_, _, text):
            return _by_words(text[:MOST_LETTERS], offer.controls)


def _by_words(text: str, controls: Sequence[Control]) -> Chosen | None:
    """By the choice's number, or by its label, longest first; what follows is its text."""
    words = text.split()
    if not words:
        return None
    number = words[0].rstrip(".:)")
    if number.isascii() and number.isdigit() and 0 < int(number[:3]) <= len(controls):
        return _with(controls[int(number[:3]) - 1], words[1:])
    labels = sorted(controls, key=lambda each: -len(each.label))
    for control in labels:
        length = len(control.label.split())
        if _folded("".join(words[:length])) == _folded(control.label):
            return _with(control, words[length:])
    return None


def _with(control: Control, rest: Sequence[str]) -> Chosen | None:
    text = " ".join(rest)
    if control.asks is not None:
        return Chosen(control.token, {"text": text} if text else {})
    # "No, that was yesterday" is talk, and not the answer "No".
    return Chosen(control.token, {}) if not text else None


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _bare(emoji: str) -> str:
    return emoji.replace("\ufe0f", "")
