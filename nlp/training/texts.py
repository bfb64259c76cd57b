"""The texts to learn from: checked, read and made into tokens with names."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.identifiers.scan import scan
from nlp.model import gazetteer
from nlp.model.gazetteer import Kind
from nlp.model.masking import masked
from nlp.model.tokens import Token, tokens
from nlp.normalise import plain

LABEL_OF = {"PERSON": "PERSON", "ORG": "ORG", "LOC": "PLACE", "PLACE": "PLACE"}

# What the first network was learnt from, what the second one learnt from as well, and what all were
# chosen by.
TRAIN = "train.jsonl"
ALSO = ("wnut17.dev.jsonl", "btc.dev.jsonl")
SUMS = {
    TRAIN: "0abb12c6cebb879b280e3303afee274b133ce0d511a8f76c7b00e7eaaa86d611",
    "wnut17.dev.jsonl": "39af6b28da33e62ff029caacc447cd0b673fa52c9670bf40d55d6bb747be7bda",
    "btc.dev.jsonl": "84101ddfd0d9cc92e445b4f7e33a6f2fe313d68793c90b22fa9a88df0e249324",
    "uner.dev.jsonl": "5595771211890a5f46e1f60944f3e6706915acacc844ecbf5c6db1ab1e9c1826",
}


@dataclass(frozen=True, slots=True)
class Example:
    """Tokens, and which runs of them name something."""

    tokens: tuple[Token, ...]
    names: tuple[tuple[int, int, str], ...]  # first token, the one behind, label


class Altered(Exception):
    """A file of texts is not the one that the shipped weights were learnt from."""


def examples(file: Path) -> list[Example]:
    """The texts of a file of JSON lines, each with `text` and `ents`, as examples."""
    found = []
    for line in file.read_text("utf-8").splitlines():
        record = json.loads(line)
        found.append(example(record["text"], record["ents"]))
    return found


def example(text: str, entities: Sequence[tuple[int, int, str]]) -> Example:
    """What the rules are sure of is masked as it will be, except where a name is annotated."""
    gold = sorted(
        (start, end, LABEL_OF[label])
        for start, end, label in entities
        if label in LABEL_OF and not text.startswith("@", start) and _is_named(text[start:end])
    )
    view = plain(text)
    hidden = masked(scan(view).spans)
    free = [mask for mask in hidden if not any(s < mask[1] and mask[0] < e for s, e, _ in gold)]
    read = tokens(text, free)
    names: list[tuple[int, int, str]] = []
    for start, end, label in gold:
        start = _behind_title(text, start, end) if label == "PERSON" else start
        inside = [row for row, token in enumerate(read) if token.start < end and start < token.end]
        if inside and (not names or names[-1][1] <= inside[0]):
            names.append((inside[0], inside[-1] + 1, label))
    return Example(tuple(read), tuple(names))


def check(folder: Path) -> None:
    """Raise `Altered` when a file is not the one that the figures were made with."""
    for name, wanted in SUMS.items():
        file = folder / name
        found = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else "no file"
        if found != wanted:
            raise Altered(f"{file}: SHA-256 is {found}, and {wanted} is wanted.")


def _is_named(said: str) -> bool:
    """Some corpora mark "we", "the enemy" and "Scottish"; those name nobody and no place."""
    kind = gazetteer.shipped().kind(gazetteer.fold(said))
    if kind & Kind.NATIONALITY and not kind & (Kind.COUNTRY | Kind.GIVEN | Kind.SURNAME):
        return False
    return said.lower() not in _PRONOUNS and not said.lower().startswith(_DETERMINED)


def _behind_title(text: str, start: int, end: int) -> int:
    """Where the name begins: some corpora count "Mr" in, and others do not."""
    title = _TITLE.match(text, start, end)
    return title.end() if title else start


_PRONOUNS = frozenset(
    "we us our ours they them their theirs it its he him his she her hers i me my you your who"
    " whom whose which that this these those themselves itself himself enemy coalition".split()
)
_DETERMINED = ("this ", "these ", "those ", "our ", "their ", "its ", "his ", "her ", "my ")
_TITLE = re.compile(
    r"(?:(?:mr|mrs|ms|dr|prof|sir|sen|rep|gov|gen|president|minister)\b\.? ?)+(?=\w)", re.IGNORECASE
)
