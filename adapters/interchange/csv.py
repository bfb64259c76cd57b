"""Tables: one thing a row, its columns named in the first."""

import csv
import difflib
import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TextIO

from adapters.interchange import identifiers
from adapters.interchange.dates import date_of
from adapters.interchange.identifiers import Doubtful
from adapters.interchange.rows import (
    LINES,
    OPEN_FORMS,
    SCHEMATA,
    Row,
    Unreadable,
    apart,
    category_of,
    clean,
    country_of,
    folded,
    full_name,
    nearest_schema,
    schema_of,
    unique,
)
from bot.casework.entities import Hard, Known
from nlp.spans import Label
from storage.models import Category

DELIMITERS = ",;\t|"

# Column, and what else it may be called. Case, spaces and a number at the end do not matter.
NAMES: Mapping[str, tuple[str, ...]] = {
    "name": ("full name", "caption", "entity"),
    "alias": ("aliases", "aka", "also known as", "other names", "nickname", "previous name"),
}
NAME_PARTS: Mapping[str, tuple[str, ...]] = {
    "first_name": ("given name", "forename", "given names", "first"),
    "middle_name": ("second name", "middle"),
    "last_name": ("surname", "family name", "last"),
}
LABELS: Mapping[str, tuple[Label, tuple[str, ...]]] = {
    "phone": (Label.PHONE, ("telephone", "mobile", "msisdn", "cell", "tel", "phone number")),
    "email": (Label.EMAIL, ("mail", "email address")),
    "handle": (Label.HANDLE, ("username", "user name", "social media", "screen name")),
    "iban": (Label.IBAN, ("iban number",)),
    "account": (Label.ACCOUNT, ("account number", "account no", "bank account")),
    "card": (Label.CARD, ("card number", "payment card", "pan")),
    "wallet": (Label.WALLET, ("wallet address", "public key", "crypto address")),
    "lei": (Label.LEI, ("lei code",)),
    "company_no": (Label.COMPANY_NO, ("company number", "register number", "company id")),
    "tax_id": (Label.TAX_ID, ("tax number", "vat", "vat code", "vat number")),
    "national_id": (Label.NATIONAL_ID, ("id number", "social security number", "ssn", "nin")),
    "passport": (Label.PASSPORT, ("passport number", "passport no")),
    "driving_licence": (Label.DRIVING_LICENCE, ("driving license", "drivers license")),
    "plate": (Label.PLATE, ("registration", "licence plate", "license plate", "vrm", "reg")),
    "vin": (Label.VIN, ("chassis number", "chassis")),
    "imo": (Label.IMO, ("imo number",)),
    "mmsi": (Label.MMSI, ("mmsi number",)),
    "call_sign": (Label.CALLSIGN, ("callsign",)),
    "aircraft": (Label.AIRCRAFT, ("tail number", "aircraft registration")),
    "container": (Label.CONTAINER, ("container number",)),
    "ip": (Label.IP, ("ip address",)),
    "domain": (Label.DOMAIN, ("host", "hostname")),
    "url": (Label.URL, ("link", "web address")),
    "hash": (Label.HASH, ("sha256", "md5", "sha1", "file hash")),
    "mac": (Label.MAC, ("mac address",)),
    "imei": (Label.IMEI, ("handset",)),
    "imsi": (Label.IMSI, ()),
    "iccid": (Label.ICCID, ("sim",)),
    "waybill": (Label.WAYBILL, ("awb", "air waybill")),
    "flight": (Label.FLIGHT, ("flight number",)),
}
# Column, the property it is in Follow the Money, and what else it may be called.
FACTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "birth_date": ("birthDate", ("date of birth", "dob", "born", "birthday")),
    "death_date": ("deathDate", ("date of death", "died")),
    "birth_place": ("birthPlace", ("place of birth",)),
    "nationality": ("nationality", ("citizenship", "nationalities")),
    "country": ("country", ("country code", "jurisdiction")),
    "gender": ("gender", ("sex",)),
    "address": ("address", ("addresses", "street")),
    "position": ("position", ("job", "occupation", "function")),
    "model": ("model", ("make", "make and model")),
    "color": ("color", ("colour",)),
    "flag": ("flag", ("flag state",)),
    "bic": ("swiftBic", ("swift", "swift bic")),
    "legal_form": ("legalForm", ()),
    "website": ("website", ("homepage",)),
    "summary": ("summary", ("description",)),
    "notes": ("notes", ("note", "remark", "remarks", "comment", "comments")),
    "source": ("publisher", ("source name",)),
}
OTHERS: Mapping[str, tuple[str, ...]] = {
    "id": ("record id", "entity id", "uid"),
    "schema": ("type", "kind", "entity type"),
    "category": ("role in case", "data subject category"),
}
_DATES = frozenset({"birthDate", "deathDate"})
_PERSONAL = frozenset({"birth_date", "gender", "birth_place", "passport", "national_id"})
_SPLIT = frozenset({"alias", "nationality", "address", *LABELS})
_LARGEST_FIELD = 1 << 17
SAME_ROW = "same row|"
"""With what the origin of a row begins that gives no id."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, ready to be read: its columns, those nobody knows, and where it goes on."""

    columns: tuple[str | None, ...]
    words: tuple[str, ...]
    """What the file itself calls its columns."""
    unknown: tuple[str, ...]
    delimiter: str

    def own_word(self, problem: str) -> str:
        """A problem of a column, under the name that the file gives it."""
        column, colon, why = problem.partition(":")
        if not colon or column not in self.columns:
            return problem
        return f"{self.words[self.columns.index(column)]}:{why}"


def columns_of(header: str) -> Table:
    """What the first line of a file says. Raises `Unreadable` when it names nothing we know."""
    delimiter = max(DELIMITERS, key=header.count)
    [words] = csv.reader([header], delimiter=delimiter) if header.strip() else [[]]
    columns = tuple(_column(word) for word in words)
    if not any(column in (*NAMES, *NAME_PARTS, *LABELS) for column in columns):
        raise Unreadable(
            "The first line must name the columns, and at least one that I know: "
            f"{', '.join((*NAMES, *NAME_PARTS, *LABELS))}."
        )
    unknown = tuple(
        _hinted(clean(word)) for word, column in zip(words, columns, strict=True) if not column
    )
    own = tuple(clean(word) for word in words)
    return Table(columns, own, tuple(filter(None, unknown)), delimiter)


def read(file: TextIO, *, region: str | None = None, after: int = 0) -> Iterator[Row]:
    """Every row of the table that begins behind line *after*, good or bad.

    *region* is the country whose national telephone numbers, and whose way to write a date, are
    meant.
    """
    csv.field_size_limit(_LARGEST_FIELD)
    table = columns_of(file.readline())
    waiting: deque[str] = deque()
    lines = chain.from_iterable(iter(lambda: _next_line(waiting, file), []))
    number = 2
    for line in lines:
        found = _cells(line, waiting, file, table)
        if number > after:
            if isinstance(found, str):
                yield Row(number, problems=(found,))
            elif any(map(str.strip, found.cells)):
                yield _row(number, table, found.cells, region)
        number += 1 if isinstance(found, str) else found.lines


class _Cells(NamedTuple):
    """A row's cells, and over how many lines they go."""

    cells: list[str]
    lines: int


def _next_line(waiting: deque[str], file: TextIO) -> list[str]:
    line = waiting.popleft() if waiting else file.readline()
    return [line] if line else []


def _cells(line: str, waiting: deque[str], file: TextIO, table: Table) -> _Cells | str:
    """The cells of the row that begins with *line*, or what is wrong with it.

    A quoted cell may go on in the next lines (RFC 4180). One that is never closed must not take
    the rows behind it along: they wait to be read by themselves.
    """
    more: list[str] = []
    while (cells := _whole("".join([line, *more]), table)) is None:
        following = _next_line(waiting, file) if len(more) < _MOST_LINES else []
        if not following:
            break
        more += following
    if cells is not None and (not more or len(cells) == len(table.columns)):
        return _Cells(cells, 1 + len(more))
    waiting.extendleft(reversed(more))
    return _LEFT_OPEN


def _whole(text: str, table: Table) -> list[str] | None:
    """The cells of one row; `None` while a quotation mark is open. Spreadsheets are forgiven."""
    try:
        return next(csv.reader([text], delimiter=table.delimiter, strict=True), [])
    except csv.Error as fault:
        if "unexpected end" in str(fault) or "field larger" in str(fault):
            return None
    return next(csv.reader([text], delimiter=table.delimiter), [])


_MOST_LINES = 50
"""Over so many more lines may a quoted cell go."""
_LEFT_OPEN = "a quotation mark left open? Close it, or leave it out"


def write(known: Iterable[Known], to: TextIO) -> None:
    """Write things as a table that `read` reads."""
    columns = ("schema", "category", *NAMES, *LABELS, *FACTS)
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(columns)
    for each in known:
        cells: dict[str, str] = {"schema": each.schema, "category": each.category.value}
        cells["name"], cells["alias"] = "; ".join(each.names[:1]), "; ".join(each.names[1:])
        for column, (label, _) in LABELS.items():
            values = [one.value for one in each.identifiers if one.label is label]
            cells[column] = "; ".join(values)
        for column, (fact, _) in FACTS.items():
            cells[column] = each.facts.get(fact, "").replace(LINES, "; ")
        writer.writerow([_harmless(cells[column]) for column in columns])


def _row(line: int, table: Table, cells: Sequence[str], region: str | None) -> Row:
    said: dict[str, list[str]] = {}
    for column, cell in zip(table.columns, cells, strict=False):
        if column and (words := _values(column, _unguarded(cell))):
            said.setdefault(column, []).extend(words)
    problems: list[str] = []
    if len(cells) > len(table.columns):
        problems.append(
            f"{len(cells)} cells, and {len(table.columns)} columns: the rest is left out"
        )
    schema = _schema(said, problems)
    if schema is None:
        return Row(line, problems=_as_written(table, problems))
    facts = _facts(said, region, problems)
    hard = _identifiers(said, country_of(said) or region, facts, problems)
    named = said.get("name") or [full_name([w for part in NAME_PARTS for w in said.get(part, ())])]
    names = unique([*named, *said.get("alias", [])])
    if not names and not hard:
        problems.append("no name and no identifier")
        return Row(line, problems=_as_written(table, problems))
    category = _category(said, problems)
    known = Known(schema, names, hard, facts, category, origin=_origin(said, cells))
    return Row(line, apart(known), _as_written(table, problems))


def _origin(said: Mapping[str, list[str]], cells: Sequence[str]) -> str:
    """By what a row is known again: by the id that it gives, else by every word of it."""
    if given := said.get("id"):
        return f"row|{given[0]}"
    words = "\0".join(map(clean, cells))
    return f"{SAME_ROW}{hashlib.sha256(words.encode()).hexdigest()}"


def _as_written(table: Table, problems: Sequence[str]) -> tuple[str, ...]:
    return tuple(table.own_word(each) for each in problems)


def _values(column: str, cell: str) -> list[str]:
    parts = cell.replace("|", ";").replace("\n", ";").split(";") if column in _SPLIT else [cell]
    return unique(parts)


def _schema(said: Mapping[str, list[str]], problems: list[str]) -> str | None:
    """What kind of thing the row tells of: as it says, else as its columns show."""
    for word in said.get("schema", ()):
        schema = schema_of(word)
        if schema is None:
            problems.append(f"schema: {nearest_schema(word)}")
        return schema
    if any(column in said for column in (*NAME_PARTS, *_PERSONAL)):
        return "Person"
    for columns, schema in _SHOWN_BY:
        if any(column in said for column in columns):
            return schema
    if "name" in said or "alias" in said:
        problems.append(
            f"schema: a name alone may be anybody's. Say what it is: {', '.join(SCHEMATA)}"
        )
        return None
    if any(column in said for column in LABELS):
        return "Thing"
    problems.append("no name and no identifier")
    return None


def _facts(
    said: Mapping[str, list[str]], region: str | None, problems: list[str]
) -> dict[str, str]:
    facts: dict[str, str] = {}
    for column, (fact, _) in FACTS.items():
        for word in said.get(column, ()):
            value = date_of(word, region) if fact in _DATES else word
            if value is None:
                problems.append(f"{column}: not a sure date. Write it as 1979-05-02")
                continue
            _add(facts, fact, value)
    for part, fact in (("first_name", "firstName"), ("last_name", "lastName")):
        if part in said:
            facts[fact] = full_name(said[part])
    return facts


def _add(facts: dict[str, str], fact: str, value: str) -> None:
    facts[fact] = f"{facts[fact]}{LINES}{value}" if fact in facts else value


def _identifiers(
    said: Mapping[str, list[str]], region: str | None, facts: dict[str, str], problems: list[str]
) -> list[Hard]:
    found: list[Hard] = []
    for column, (label, _) in LABELS.items():
        for word in said.get(column, ()):
            match identifiers.read(label, word, region=region):
                case Hard() as hard:
                    found += [hard] if hard not in found else []
                case Doubtful(why) if label in OPEN_FORMS:
                    _add(facts, OPEN_FORMS[label], word)
                    problems.append(f"{column}: {why}; kept as a fact")
                case Doubtful(why):
                    problems.append(f"{column}: {why}")
    return found


def _category(said: Mapping[str, list[str]], problems: list[str]) -> Category:
    for word in said.get("category", ()):
        category = category_of(word)
        if category is None:
            # Whoever was put under some category may have to be protected: rather too much.
            known = ", ".join(Category)
            problems.append(f"category: not known, taken as {Category.OTHER}. Known are {known}")
            return Category.OTHER
        return category
    return Category.UNKNOWN


def _column(word: str) -> str | None:
    return _COLUMNS.get(folded(word).rstrip("0123456789"))


def _hinted(word: str) -> str:
    near = difflib.get_close_matches(folded(word), list(_COLUMNS), 1)
    return f'{word} (did you mean "{_COLUMNS[near[0]]}"?)' if near else word


def _unguarded(cell: str) -> str:
    """Without the sign that keeps a spreadsheet from calculating with a number."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULAS else cell


def _harmless(cell: str) -> str:
    """A spreadsheet must not take it for a formula."""
    return f"'{cell}" if cell[:1] in _FORMULAS and cell else cell


_FORMULAS = tuple("=+-@")
_SHOWN_BY = (
    (("imo", "mmsi", "call_sign"), "Vessel"),
    (("lei", "company_no", "legal_form"), "Company"),
    (("aircraft",), "Airplane"),
    (("plate", "vin"), "Vehicle"),
    (("iban", "account", "card"), "BankAccount"),
    (("wallet",), "CryptoWallet"),
)
_COLUMNS: Mapping[str, str] = {
    folded(word).rstrip("0123456789"): column
    for column, words in (
        *NAMES.items(),
        *NAME_PARTS.items(),
        *OTHERS.items(),
        *((column, words) for column, (_, words) in LABELS.items()),
        *((column, words) for column, (_, words) in FACTS.items()),
    )
    for word in (column, *words)
}
