"""What Follow the Money has words for: its schemata, their properties, and what each may hold."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel import Locale

from adapters.interchange.dates import date_of
from adapters.interchange.rows import folded
from nlp.model import nationalities

FILE = Path(__file__).with_name("schemata.json")


@cache
def properties(schema: str) -> Mapping[str, str]:
    """Its properties, with those it has from others, and the type of each."""
    theirs = _model()["schemata"].get(schema)
    if theirs is None:
        return {}
    found: dict[str, str] = {}
    for parent in theirs["extends"]:
        found |= properties(parent)
    return {**found, **theirs["properties"]}


@cache
def ends(schema: str) -> tuple[str, str] | None:
    """The two properties of a schema that joins two things; `None` for one that does not."""
    joined = _model()["schemata"].get(schema, {}).get("ends")
    return (joined[0], joined[1]) if joined else None


def joining() -> list[str]:
    """The schemata that join two things."""
    return [schema for schema in _model()["schemata"] if ends(schema)]


def written(schema: str, word: str, value: str) -> str | None:
    """A value as this property may hold it; `None` where there is no place for it."""
    if not holds(schema, word, value):
        return None
    match kind := properties(schema)[word]:
        case "country":
            return country(value)
        case "gender":
            return _GENDERS.get(value.strip().casefold())
        case "language":
            return _language(value)
        case "date":
            return date_of(value)
        case "number":
            return value if _NUMBER.fullmatch(value) else None
        case "url":
            return value if _is_address(value) else None
        case "topic":
            return value if value in _model()["types"][kind]["values"] else None
        case "name" | "string" | "text" | "address" | "identifier":
            return value
    return None  # What is checked elsewhere, or points at an entity: not for a fact.


def holds(schema: str, word: str, value: str) -> bool:
    """Whether the schema has this property, and room for so long a value."""
    kind = properties(schema).get(word)
    return kind is not None and len(value) <= _model()["types"][kind]["longest"]


def country(said: str) -> str | None:
    """The code of a country that is named by it, by its name, or by what its people are called."""
    plain = folded(said)
    if said.strip().casefold() in _model()["types"]["country"]["values"]:
        return said.strip().casefold()
    return _countries().get(plain) or nationalities.country_of(said)


def _language(said: str) -> str | None:
    code = said.strip().casefold()
    if code in _model()["types"]["language"]["values"]:
        return code
    return _languages().get(folded(said))


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")


@cache
def _countries() -> Mapping[str, str]:
    """Countries by their names in many languages; a name that means two means none."""
    theirs = frozenset(_model()["types"]["country"]["values"])
    named: dict[str, set[str]] = {"uk": {"gb"}, "usa": {"us"}}
    for language in _SPOKEN:
        for code, name in Locale(language).territories.items():
            if code.casefold() in theirs:
                named.setdefault(folded(name), set()).add(code.casefold())
    return {name: code for name, codes in named.items() if len(codes) == 1 for code in codes}


@cache
def _languages() -> Mapping[str, str]:
    """Languages by their names in English and in themselves, and by their codes of two letters."""
    found: dict[str, str] = {}
    for pair in _CODES.split():
        short, code = pair.split("/")
        names = [Locale("en").languages.get(short), Locale(short).languages.get(short)]
        found |= {folded(name): code for name in (short, *names) if name}
    return found


@cache
def _model() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(FILE.read_text("utf-8"))
    return read


_SPOKEN = ("en", "de", "fr", "es", "pt", "it", "nl")
_GENDERS: Mapping[str, str] = {
    word: meant
    for meant, words in (
        ("male", "male m man boy masculine männlich masculin"),
        ("female", "female f woman girl feminine weiblich féminin"),
        ("other", "other x o d diverse divers non-binary"),
    )
    for word in words.split()
}
# ISO 639-1 and 639-3, of the languages that they name.
_CODES = """
af/afr am/amh ar/ara az/aze be/bel bn/ben bs/bos bg/bul ca/cat cs/ces da/dan de/deu el/ell en/eng
et/est fa/fas fil/fil fi/fin fr/fra ga/gle he/heb hi/hin hr/hrv hu/hun hy/hye id/ind is/isl it/ita
ja/jpn kn/kan ka/kat kk/kaz km/khm ky/kir ko/kor lo/lao lv/lav lt/lit lb/ltz mk/mkd mt/mlt mn/mon
ms/msa my/mya ne/nep nl/nld no/nor pl/pol pt/por ps/pus ro/ron ru/rus si/sin sk/slk sl/slv es/spa
sq/sqi sr/srp sw/swa sv/swe ta/tam te/tel tg/tgk th/tha tk/tuk tr/tur uk/ukr ur/urd uz/uzb vi/vie
zh/zho
"""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
