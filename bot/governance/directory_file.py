"""Reading a directory file so that every problem in it is told at once, and where it is."""

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.errors import ConfigError
from bot.governance import markings
from storage.models import Tlp

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_HEADER = re.compile(r"\s*\[\[\s*\"?([\w-]+)\"?\s*\]\]")
_FEW = 12
_TABLES = ("agency", "unit", "officer", "room", "agreement")


class Reader:
    """A directory file and what is wrong with it."""

    def __init__(self, text: str, called: str) -> None:
        self._called = called
        self.problems: list[str] = []
        try:
            self._held = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise ConfigError(f"{called} is not TOML: {fault}") from fault
        self._lines = _lines(text)
        for name in self._held:
            if name not in _TABLES:
                self.problems.append(f"[[{name}]] is unknown.{_nearest(name, _TABLES)}")

    def tables(
        self, kind: str, *, needs: Sequence[str], may: Sequence[str] = ()
    ) -> Iterator["Table"]:
        """Every table of this kind that can be read on; one that cannot is reported."""
        held = self._held.get(kind, [])
        if not isinstance(held, list):
            self.problems.append(f"[{kind}] is written once only. Write [[{kind}]].")
            return
        seen: set[str] = set()
        for number, values in enumerate(held, 1):
            if not isinstance(values, dict):
                self.problems.append(f"{kind} number {number}: it is not a table.")
                continue
            table = Table(self, kind, number, self._line(kind, number), values)
            for name in values:
                if name not in needs and name not in may:
                    table.fault(name, f"is unknown.{_nearest(name, [*needs, *may])}")
            missing = [name for name in needs if name not in values]
            if missing:
                table.fault("", f"{', '.join(missing)} missing")
            slug = values.get("slug")
            if isinstance(slug, str) and slug in seen:
                table.fault("slug", f'"{slug}" is there twice')
            seen.add(str(slug))
            yield table

    def finish(self) -> None:
        """Raise `ConfigError` with every problem, if there is one."""
        if not self.problems:
            return
        count = len(self.problems)
        head = f"{self._called} has {count} problem{'' if count == 1 else 's'}:"
        raise ConfigError("\n".join([head, *(f"- {each}" for each in self.problems)]))

    def _line(self, kind: str, number: int) -> int | None:
        lines = self._lines.get(kind, [])
        return lines[number - 1] if number <= len(lines) else None


class Table:
    """One table of the file. A value that is wrong is reported, and something harmless returned."""

    def __init__(
        self, reader: Reader, kind: str, number: int, line: int | None, values: dict[str, Any]
    ) -> None:
        self._reader = reader
        self._values = values
        slug = values.get("slug")
        self._where = f'{kind} "{slug}"' if isinstance(slug, str) else f"{kind} number {number}"
        if line is not None:
            self._where = f"line {line}, {self._where}"

    def fault(self, name: str, why: str) -> None:
        value = f": {name} = " if name in self._values and why.startswith('"') else f": {name} "
        self._reader.problems.append(f"{self._where}{value if name else ': '}{_ended(why)}")

    def has(self, name: str) -> bool:
        return name in self._values

    def knows(self, name: str, known: Collection[str]) -> bool:
        """Whether a word that is to be known is; nothing is reported."""
        value = self._values.get(name)
        return isinstance(value, str) and value.strip() in known

    def slug(self) -> str:
        slug = self.text("slug")
        if slug and not _SLUG.fullmatch(slug):
            self.fault("slug", f'"{slug}" may have small letters, digits and inner hyphens only')
        return slug

    def text(self, name: str, otherwise: str | None = None) -> str:
        value = self._values.get(name, otherwise)
        if value is None:
            return ""  # Reported as missing already.
        if not isinstance(value, str):
            self.fault(name, "is not a text in quotes")
            return ""
        if otherwise is None and not value.strip():
            self.fault(name, "is empty")
        return value.strip()

    def flag(self, name: str, otherwise: bool) -> bool:
        value = self._values.get(name, otherwise)
        if not isinstance(value, bool):
            self.fault(name, "is neither true nor false")
            return otherwise
        return value

    def number(self, name: str, otherwise: int) -> int:
        value = self._values.get(name, otherwise)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1000:
            self.fault(name, "is not a number from 0 to 999")
            return otherwise
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fault(name, "is not a list of texts")
            return ()
        return tuple(each.strip() for each in value)

    def one_of(self, name: str, known: Sequence[str], called: str) -> str:
        """A word that must be known; when it is not, one that is, so that reading goes on."""
        value = self.text(name)
        if value in known:
            return value
        if value:
            self.fault(name, f'"{value}" is no {called}.{_would_do(value, known)}')
        return known[0] if known else ""

    def some_of(self, name: str, known: Sequence[str], called: str) -> tuple[str, ...]:
        values = self.texts(name)
        for value in values:
            if value not in known:
                self.fault(name, f'"{value}" is no {called}.{_would_do(value, known)}')
        return tuple(value for value in values if value in known)

    def marking(self, name: str) -> Tlp:
        value = self.text(name)
        if not value:
            return Tlp.CLEAR
        try:
            return markings.read(value)
        except ValueError:
            self.fault(name, f'"{value}" is no marking.{_nearest(value.upper(), [*Tlp])}')
            return Tlp.CLEAR

    def zone(self, name: str, otherwise: str | None = None) -> str:
        value = self.text(name, otherwise)
        if value and value not in _zones():
            self.fault(name, f'"{value}" is no time zone.{_nearest_zone(value)}')
        return value

    def country(self, name: str) -> str:
        value = self.text(name)
        if value and not re.fullmatch("[A-Z]{2}", value):
            would = value[:2].upper()
            self.fault(name, f'"{value}" is no country of two capital letters, such as "{would}"')
        return value

    def day(self, name: str) -> date:
        value = self._values.get(name)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if value is not None:
            self.fault(name, "is not a date such as 2027-01-31, without quotes")
        return date.max

    def said(self, name: str, read: Callable[[str], object]) -> str:
        """A text that *read* can read, or none: it says itself what is wrong with another."""
        value = self.text(name, "")
        try:
            if value:
                read(value)
        except ValueError as fault:
            self.fault(name, str(fault))
        return value

    def parts(self, name: str, needs: Sequence[str]) -> list[dict[str, str]]:
        """Small tables inside this one, each with exactly these texts."""
        value = self._values.get(name, [])
        wanted = "{" + ", ".join(f'{need}="..."' for need in needs) + "}"
        if not isinstance(value, list):
            self.fault(name, f"is not a list of {wanted}")
            return []
        found = []
        for each in value:
            if (
                isinstance(each, dict)
                and sorted(each) == sorted(needs)
                and all(isinstance(part, str) and part for part in each.values())
            ):
                found.append({need: each[need] for need in needs})
            else:
                self.fault(name, f"each is written {wanted}")
        return found


def _lines(text: str) -> dict[str, list[int]]:
    """On which lines the tables of each kind begin."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            found.setdefault(header[1], []).append(number)
    return found


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, [str(each) for each in known], n=1, cutoff=0.5)
    return f' Did you mean "{near[0]}"?' if near else ""


def _would_do(word: str, known: Sequence[str]) -> str:
    """What may have been meant; when nothing is near, everything there is, if that is not much."""
    listed = f" Known: {', '.join(known)}." if 0 < len(known) <= _FEW else ""
    return _nearest(word, known) or listed


def _nearest_zone(word: str) -> str:
    zones = sorted(_zones())
    city = word.rsplit("/", 1)[-1].replace(" ", "_").casefold()
    for zone in zones:
        if "/" in zone and zone.rsplit("/", 1)[-1].casefold() == city:
            return f' Did you mean "{zone}"?'
    return _nearest(word, zones)


@cache
def _zones() -> frozenset[str]:
    """Every time zone there is: asking for them reads hundreds of files, so it is done once."""
    return frozenset(available_timezones())


def _ended(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."
