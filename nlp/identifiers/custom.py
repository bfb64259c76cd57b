"""Rules of a deployment's own, written by the people who run it."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from nlp.identifiers.rule import (
    CHECK_FAILS,
    CHECKED,
    DISTINCT,
    DOUBTFUL,
    LABELLED,
    Cues,
    Found,
    Rule,
    Sight,
    compact,
    digits,
    luhn,
)
from nlp.spans import Label


class RuleFault(ValueError):
    """A rule cannot be used; its text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted: a form, how to check it, and examples of what it is and is not."""

    name: str
    label: Label
    pattern: str
    check: str | None = None
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


class Linear:
    """A pattern that RE2 runs, in time that grows with the text alone. Finds whole words only."""

    def __init__(self, pattern: Any) -> None:
        self._pattern = pattern

    def finditer(
        self, string: str, pos: int = 0, endpos: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        for found in self._pattern.finditer(string, pos, min(endpos, len(string))):
            start, end = found.span()
            whole = _is_edge(string, start - 1) and _is_edge(string, end)
            match = _ALL.match(string, start, end) if whole else None
            if match is not None:
                yield match


def rule_of(wanted: Wanted) -> Rule:
    """The rule, its examples tried. Raises `RuleFault`."""
    words = Cues(tuple(re.escape(word) for word in wanted.words)) if wanted.words else None
    rule = Rule(
        wanted.label,
        wanted.pattern,
        Linear(_compiled(wanted)),
        partial(_read, wanted=wanted, check=_check_of(wanted)),
        words,
        priority=_FIRST,
        figures=False,
        needs=words,
    )
    for example in wanted.examples:
        if not _finds(rule, example, wanted.words):
            raise RuleFault(f'"{wanted.name}" does not find its example "{example}"')
    for counterexample in wanted.counterexamples:
        if _finds(rule, counterexample, wanted.words):
            raise RuleFault(f'"{wanted.name}" finds "{counterexample}", which it must not')
    return rule


def checks() -> Sequence[str]:
    """The names of the checks a rule may ask for, beside the modules of python-stdnum."""
    return tuple(_CHECKS)


def _read(sight: Sight, *, wanted: Wanted, check: Callable[[str], bool] | None) -> Found | None:
    if wanted.words and not sight.is_labelled:
        return None
    value = compact(sight.said)
    if check is not None and not check(sight.said):
        return Found(value, DOUBTFUL, wanted.name, valid=False, why=CHECK_FAILS)
    sure = CHECKED if check is not None else LABELLED if wanted.words else DISTINCT
    return Found(value, sure, wanted.name, why=f"by this deployment's own rule {wanted.name}")


def _finds(rule: Rule, example: str, words: Sequence[str]) -> bool:
    text = f"{words[0]} {example}" if words else example
    since = len(text) - len(example)
    found = (rule.read(Sight(rule, match)) for match in rule.pattern.finditer(text, since))
    return any(each is not None and each.valid for each in found)


def _compiled(wanted: Wanted) -> Any:
    re2 = import_module("re2")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        pattern = re2.compile(wanted.pattern, options=options)
    except re2.error as fault:
        raise RuleFault(
            f'the pattern of "{wanted.name}" cannot be used: {_plain(fault)}. It is RE2 syntax: no '
            "look-around and no back-references"
        ) from fault
    if pattern.fullmatch("") is not None:
        raise RuleFault(f'the pattern of "{wanted.name}" also fits nothing at all')
    return pattern


def _check_of(wanted: Wanted) -> Callable[[str], bool] | None:
    if wanted.check is None:
        return None
    if wanted.check in _CHECKS:
        return _CHECKS[wanted.check]
    if _MODULE.fullmatch(wanted.check):
        try:
            check: Callable[[str], bool] = import_module(f"stdnum.{wanted.check}").is_valid
        except (ImportError, AttributeError):
            pass
        else:
            return check
    raise RuleFault(
        f'"{wanted.name}" asks for the check "{wanted.check}". There are: {", ".join(_CHECKS)}, '
        'and the modules of python-stdnum, such as "de.idnr"'
    )


def _plain(fault: Exception) -> str:
    said = fault.args[0] if fault.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _is_edge(text: str, place: int) -> bool:
    return not 0 <= place < len(text) or not (text[place].isalnum() or text[place] == "_")


def _mod_97(said: str) -> bool:
    """ISO 7064 mod 97-10, as account numbers have it, the check digits last."""
    value = compact(said)
    return bool(value) and int("".join(str(int(c, 36)) for c in value)) % 97 == 1


def _luhn(said: str) -> bool:
    """By the digits alone, whatever letters stand before them."""
    value = digits(said)
    return bool(value) and luhn(value)


_CHECKS: dict[str, Callable[[str], bool]] = {"luhn": _luhn, "mod97": _mod_97}
_MODULE = re.compile(r"[a-z_0-9]{2,20}(?:\.[a-z_0-9]{2,30})?")
_ALL = re.compile(r".+", re.DOTALL)
_FIRST = 20  # what a deployment says of its own numbers goes before what everybody knows
_MEMORY = 8 << 20
