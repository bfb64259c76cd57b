"""What one row of a file came to, and what every format shares in coming to it."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.casework.entities import Hard, Known
from nlp.spans import Label
from storage.models import Category

# What people know: the schemata of Follow the Money that name a thing and not a link.
SCHEMATA: Mapping[str, tuple[str, ...]] = {
    "Person": ("individual", "people", "man", "woman", "subject"),
    "Organization": ("organisation", "group", "association", "ngo"),
    "Company": ("firm", "business"),
    "PublicBody": ("authority", "ministry", "public body"),
    "LegalEntity": ("entity", "legal entity"),
    "Vehicle": ("car", "van", "truck", "lorry", "motorcycle", "trailer"),
    "Vessel": ("ship", "boat", "yacht"),
    "Airplane": ("aircraft", "plane", "aeroplane", "helicopter"),
    "BankAccount": ("account", "bank account"),
    "CryptoWallet": ("wallet", "crypto wallet"),
    "UserAccount": ("user", "user account", "profile", "login"),
    "Passport": (),
    "Identification": ("identity document", "id card"),
    "Address": ("place", "location"),
    "RealEstate": ("property", "building", "house", "land"),
    "Asset": (),
    "Security": ("share", "bond"),
    "Event": (),
    "Document": (),
    "Thing": ("object", "item", "other"),
}

# A plate names a vehicle, never its driver: in a row about somebody, these become a thing apart.
SCHEMA_APART: Mapping[Label, str] = {
    Label.PLATE: "Vehicle",
    Label.VIN: "Vehicle",
    Label.IMO: "Vessel",
    Label.MMSI: "Vessel",
    Label.CALLSIGN: "Vessel",
    Label.AIRCRAFT: "Airplane",
    Label.CONTAINER: "Thing",
}
SOMEBODY = frozenset({"Person", "Organization", "Company", "PublicBody", "LegalEntity"})
# No check that holds everywhere: what does not read as one may still be one.
OPEN_FORMS: Mapping[Label, str] = {
    Label.ACCOUNT: "accountNumber",
    Label.COMPANY_NO: "registrationNumber",
    Label.NATIONAL_ID: "idNumber",
    Label.PASSPORT: "passportNumber",
    Label.TAX_ID: "taxNumber",
}
LINES = "\n"  # what stands between several values of one fact

_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at *line*: the things it tells of, and what could not be taken from it."""

    line: int
    known: tuple[Known, ...] = ()
    problems: tuple[str, ...] = ()


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says why and what would do."""


def schema_of(word: str) -> str | None:
    """The schema that *word* means, by its own name or another word for it."""
    return _SCHEMA_WORDS.get(folded(word))


def nearest_schema(word: str) -> str:
    """What to say about a word that means no schema."""
    near = difflib.get_close_matches(folded(word), list(_SCHEMA_WORDS), 1)
    if near:
        return f'not known. Did you mean "{_SCHEMA_WORDS[near[0]]}"?'
    return f"not known. Known are {', '.join(SCHEMATA)}"


def folded(word: str) -> str:
    """A word for comparing: small letters, and no spaces or signs."""
    return _SIGNS.sub("", word.casefold())


def clean(text: str) -> str:
    """One line of visible text, with nothing in it that turns writing around."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:_LONGEST]
    visible = "".join(" " if each in "\t\r\n\v\f" else each for each in text if _is_visible(each))
    return " ".join(visible.split())[:_LONGEST]


def category_of(word: str) -> Category | None:
    """In which capacity somebody is on record, however it is written; `None` when it is unsure."""
    plain = folded(word)
    for category, words in _CATEGORIES.items():
        if plain in (category.value, f"{category.value}s", *words):
            return category
    near = difflib.get_close_matches(plain, [each.value for each in Category], 1, 0.8)
    return Category(near[0]) if near else None


def apart(known: Known) -> tuple[Known, ...]:
    """The same, with what names a thing and not the somebody taken out into a thing of its own."""
    if known.schema not in SOMEBODY:
        return (known,)
    kept = [one for one in known.identifiers if one.label not in SCHEMA_APART]
    if len(kept) == len(known.identifiers):
        return (known,)
    things: dict[str, list[Hard]] = {}
    for one in known.identifiers:
        if one.label in SCHEMA_APART:
            things.setdefault(SCHEMA_APART[one.label], []).append(one)
    beside = f'Listed with "{known.caption}"'
    rest = replace(known, identifiers=kept)
    return (
        *((rest,) if rest.names or rest.identifiers else ()),
        *(
            Known(
                schema,
                (),
                hard,
                {"summary": beside},
                is_assessment=known.is_assessment,
                origin=known.origin and f"{known.origin}|{schema}",
            )
            for schema, hard in things.items()
        ),
    )


def country_of(said: Mapping[str, Sequence[str]]) -> str | None:
    """The country that a row names by its code: whose national numbers it has."""
    return next((word.upper() for word in said.get("country", ()) if len(word) == 2), None)


def unique(words: Iterable[str]) -> list[str]:
    """Each once, the first where it stands, and nothing empty."""
    return list(dict.fromkeys(filter(None, map(clean, words))))


def full_name(parts: Sequence[str]) -> str:
    """A name put together from its parts."""
    return " ".join(filter(None, map(clean, parts)))


def _is_visible(char: str) -> bool:
    return char in "\t\r\n\v\f\u200c\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Cs")


_SIGNS = re.compile(r"[\W_]+")
_SCHEMA_WORDS = {
    folded(word): schema for schema, words in SCHEMATA.items() for word in (schema, *words)
}
_CATEGORIES: Mapping[Category, tuple[str, ...]] = {
    Category.SUSPECT: ("accused", "defendant", "target", "poi"),
    Category.CONVICTED: ("convict", "offender"),
    Category.VICTIM: ("injuredparty", "complainant"),
    Category.WITNESS: ("witnesses", "informant"),
    Category.MINOR: ("child", "children", "juvenile"),
    Category.SOURCE: ("chis", "humansource"),
    Category.OTHER: ("associate", "contact"),
    Category.UNKNOWN: (),
}
