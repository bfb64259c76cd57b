"""Importing what an agency knows already into a case."""

import hashlib
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.interchange import csv, follow_the_money_reading, stix_reading
from adapters.interchange.rows import Row, Unreadable
from bot import config as configuration
from bot.casework import cases, entities, network
from bot.casework.entities import Known
from bot.commandline.ahead import ReaderEnded, read_ahead
from bot.commandline.opening import now, officer_named, opened
from bot.commandline.telling import say, tell
from bot.errors import ConfigError, NotAllowed, UserError
from bot.governance import ledger, markings
from bot.governance.ledger import Operation
from bot.wording.phrases import counted
from storage import sealing
from storage.database import Store
from storage.models import Agency, Case, CaseState, Entity, Officer, Setting, Tlp

BATCH = 1000
LONG = 2000
"""From so many lines on, reading them in a process of its own gains more than starting it takes."""
PROBLEMS_SHOWN = 20
NOTHING_READ = 2
"""The exit status when there was nothing in the file that could be used."""


class Form(StrEnum):
    """How a file says what it says."""

    TABLE = "CSV"
    LINES = "Follow the Money"
    BUNDLE = "STIX"


@dataclass(frozen=True, slots=True)
class Source:
    """A file, looked over before anything of it is kept."""

    path: Path
    fingerprint: str
    lines: int
    form: Form
    encoding: str = "utf-8"
    marking: Tlp = Tlp.CLEAR
    """The strictest that it states."""

    @property
    def unit(self) -> str:
        """What its numbers count."""
        return "object" if self.form is Form.BUNDLE else "line"

    def rows(self, *, after: int, region: str) -> Iterator[Row]:
        """What stands behind line *after*."""
        match self.form:
            case Form.TABLE:
                with self.path.open(encoding=self.encoding, newline="") as table:
                    yield from csv.read(table, region=region, after=after)
            case Form.LINES:
                with self.path.open("rb") as lines:
                    yield from follow_the_money_reading.read(lines, region=region, after=after)
            case Form.BUNDLE:
                bundle = stix_reading.opened(self.path)
                yield from stix_reading.read(bundle, region=region, after=after)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an import came. Kept in the unit of work that kept the rows."""

    line: int = 0
    things: int = 0
    bad: int = 0
    partly: int = 0
    again: int = 0
    """What stood in the case before, under the id it has elsewhere, and is as it was."""
    grown: int = 0
    """What stood there before, and of which something new was told."""
    others: int = 0
    """What bears the id of somebody else, and was kept as somebody of its own."""
    corrected: int = 0
    """What was corrected, restricted or erased since, and stays so. Never told: which."""
    is_done: bool = False

    @property
    def has_used_any(self) -> bool:
        """Whether anything in the file could be used."""
        return bool(self.things or self.again or self.grown or self.corrected)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where things go, and on whose behalf."""

    case_id: int
    officer_id: int
    region: str
    mark: str


def import_file(
    path: Path,
    file: Path,
    *,
    case: str,
    officer: str,
    purpose: str = "",
    title: str = "",
    rejects: Path | None = None,
) -> None:
    """Import *file* into *case*; status 2 when nothing in it could be used.

    An import that was ended goes on where it was; one that is done imports nothing twice.
    """
    config = configuration.read(path)
    try:
        source = survey(file)
    except Unreadable as fault:
        tell(f"{file}: {fault}")
        raise typer.Exit(NOTHING_READ) from fault
    with opened(config) as store:
        with store.begin() as session:
            who = officer_named(session, officer)
            into = _case(session, who, case, title=title, purpose=purpose)
            _must_fit(source, into)
            place = _Place(into.id, who.id, who.agency.country, _mark(session, source, into))
            reached = _reached(session, place.mark)
        if reached.is_done:
            say(f"{file} was imported into {case.upper()} before: nothing is imported twice.")
            return
        if reached.line:
            tell(f"Going on behind {source.unit} {reached.line}, where this import ended.")
        with _problems(source.unit, rejects, is_resumed=reached.line > 0) as tell_of:
            reached = _keep(store, source, place, reached, tell_of)
        with store.reading() as session:
            into = session.get_one(Case, place.case_id)
            twice = entities.borne_twice(session, into)
            unnamed = entities.found_by_no_name(session, into)
    say(_summary(file, case.upper(), reached, rejects))
    if twice:
        say(_twice(case.upper(), twice))
    if unnamed:
        say(_unnamed(case.upper(), unnamed))
    if not reached.has_used_any:
        raise typer.Exit(NOTHING_READ)


def survey(path: Path) -> Source:
    """Read a file once, to know it again and to know that it can be read. Raises `Unreadable`."""
    digest = hashlib.sha256()
    lines, head, last = 0, b"", b"\n"
    decoder = None
    encoding = "utf-8-sig"
    try:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                if decoder is None:
                    head = part
                    if part.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
                        encoding = "utf-16"
                    decoder = getincrementaldecoder(encoding)()
                digest.update(part)
                decoder.decode(part)
                lines += part.count(b"\n")
                last = part[-1:]
            if decoder is not None:
                decoder.decode(b"", final=True)
    except OSError as fault:
        raise Unreadable(f"cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise Unreadable(
            f"not a text in UTF-8, near line {lines + 1}. Do: iconv -f WINDOWS-1252 -t UTF-8"
        ) from fault
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not begins:
        raise Unreadable("it is empty.")
    if begins == b"[":
        raise Unreadable("one JSON array. Write one object on each line: jq -c '.[]'")
    if begins == b"{" and stix_reading.is_bundle(path):
        return _bundle(path, digest.hexdigest())
    if begins != b"{":
        with path.open(encoding=encoding, newline="") as table:
            for column in csv.columns_of(table.readline()).unknown:
                tell(f"Left out, because I do not know this column: {column}")
    form = Form.LINES if begins == b"{" else Form.TABLE
    return Source(path, digest.hexdigest(), lines + (last != b"\n"), form, encoding)


def _bundle(path: Path, fingerprint: str) -> Source:
    bundle = stix_reading.opened(path)
    for kind, many in sorted(stix_reading.left_out(bundle).items()):
        tell(f"Left out, because a case has no place for it: {many} {kind}")
    return Source(path, fingerprint, len(bundle.objects), Form.BUNDLE, marking=bundle.marking)


def _must_fit(source: Source, case: Case) -> None:
    """What a file states of its marking must not be weakened by where it is kept."""
    if not markings.is_within(source.marking, case.marking):
        raise UserError(
            f"{source.path} holds what is marked {markings.written(source.marking)}, and "
            f"{case.code} is {markings.written(case.marking)}. Nothing was changed: import it into "
            "a case that is marked so."
        )


def _case(session: Session, officer: Officer, code: str, *, title: str, purpose: str) -> Case:
    """The case to import into, opened now if it is new."""
    if title and purpose:
        known = session.scalar(
            select(Case.id).where(
                Case.code == code.strip().upper(), Case.agency_id == officer.agency_id
            )
        )
        if known is None:
            return cases.open_case(session, officer, code, title=title, purpose=purpose, now=now())
    try:
        case = cases.find(session, officer, code, now())
    except NotAllowed as fault:
        raise ConfigError(f"{fault} To open a new one, give --title and --purpose.") from fault
    if not cases.decides(officer, case):
        raise ConfigError("Only the desk that owns a case imports into it.")
    if case.state is CaseState.CLOSED:
        raise UserError(f"{case.code} is closed. Open it again before you import into it.")
    return case


def _keep(
    store: Store,
    source: Source,
    place: _Place,
    reached: Reached,
    tell_of: Callable[[Row], None],
) -> Reached:
    batches = closing(_batches(source, after=reached.line, region=place.region))
    with _progress(source, reached) as moved, batches as every:
        for batch in every:
            for row in batch:
                if row.problems:
                    tell_of(row)
            with store.begin() as session:
                reached = _add(session, place, batch, reached, source.lines)
                _write_down(session, place.mark, reached)
            moved(reached.line)
        with store.begin() as session:
            reached = replace(reached, is_done=True)
            _write_down(session, place.mark, reached)
    return reached


def _batches(source: Source, *, after: int, region: str) -> Generator[list[Row], None, None]:
    """The rows behind line *after*; of a long file, the next are read while these are kept."""
    read = partial(source.rows, after=after, region=region)
    line = after
    try:
        if source.lines - after < LONG:
            batches = _in_batches(read())
        else:
            batches = read_ahead(read, at_once=BATCH, told=Unreadable)
        for batch in batches:
            yield batch
            line = batch[-1].line
    except (ReaderEnded, Unreadable) as fault:
        raise UserError(
            f"{source.path} could not be read behind {source.unit} {line}: "
            f"{str(fault).rstrip('.')}. What was kept stays; the same command goes on from there."
        ) from fault


def _in_batches(rows: Iterator[Row]) -> Generator[list[Row], None, None]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _add(
    session: Session, place: _Place, batch: list[Row], reached: Reached, expected: int
) -> Reached:
    officer = session.get_one(Officer, place.officer_id)
    case = session.get_one(Case, place.case_id)
    if case.erased_at is not None or not cases.decides(officer, case):
        raise UserError(f"{case.code} is no longer there to import into. What was kept stays.")
    agency = session.get_one(Agency, case.agency_id)
    fresh, later = _fresh(session, case, batch)
    entities.add_many(session, agency, fresh, now=now(), case=case, expected=expected)
    there = entities.origins_in(session, case, [each.origin for each in later if each.origin])
    grown, corrected, as_they_are, others = 0, 0, 0, []
    for each in later:
        entity = there[each.origin or ""]
        may_grow = _may_grow(session, case, entity, each)
        if may_grow and not entities.is_alike(session, entity, each):
            others.append(replace(each, origin=None))
            continue
        network.keep(session, entity, case)
        told = entities.as_corrected(session, entity, each)
        has_grown = may_grow and entities.add_to(session, entity, told, case=case, now=now())
        is_corrected = told is not each or _is_shut(entity)
        grown += has_grown
        corrected += is_corrected
        as_they_are += not (has_grown or is_corrected)
    if others:
        entities.add_many(session, agency, others, now=now(), case=case, expected=expected)
    bad = sum(not row.known for row in batch)
    partly = sum(bool(row.known and row.problems) for row in batch)
    ledger.record(
        session, Operation.COLLECTION, now=now(), actor=officer, case_id=case.id,
        subject=place.mark, entities=len(fresh) + len(others), to_line=batch[-1].line, bad=bad,
        grown=grown, corrected=corrected,
    )  # fmt: skip
    return Reached(
        batch[-1].line,
        reached.things + len(fresh) + len(others),
        reached.bad + bad,
        reached.partly + partly,
        reached.again + as_they_are,
        reached.grown + grown,
        reached.others + len(others),
        reached.corrected + corrected,
    )


def _fresh(session: Session, case: Case, batch: list[Row]) -> tuple[list[Known], list[Known]]:
    """What a batch tells of that is not in the case yet, and what is, under its own id."""
    told = [_known_again(session, case, each) for row in batch for each in row.known]
    there = set(entities.origins_in(session, case, [each.origin for each in told if each.origin]))
    fresh: list[Known] = []
    later: list[Known] = []
    for each in told:
        if each.origin in there:
            later.append(each)
            continue
        fresh.append(each)
        if each.origin is not None:
            there.add(each.origin)
    return fresh, later


def _known_again(session: Session, case: Case, known: Known) -> Known:
    """The same under an origin that tells nothing: what others call their things may be a name."""
    if known.origin is None or stix_reading.IDENTITY.fullmatch(known.origin):
        return known
    mark = sealing.fingerprint(session, case.key_id, "origin", known.origin)
    sort = _SAME_ROW if known.origin.startswith(csv.SAME_ROW) else ""
    return replace(known, origin=f"{sort}{mark}")


def _may_grow(session: Session, case: Case, entity: Entity, known: Known) -> bool:
    """Not what is told in the very same words, or taken out, restricted or erased; nor a bundle's,
    which goes out again under the moment at which it was made."""
    origin = known.origin or ""
    is_fixed = origin.startswith(_SAME_ROW) or stix_reading.IDENTITY.fullmatch(origin) is not None
    stands = entities.is_in(session, entity, case) and not _is_shut(entity)
    return stands and not is_fixed


def _is_shut(entity: Entity) -> bool:
    """Whether nothing is added to it, lest what somebody has a right to be undone."""
    return entity.restricted_at is not None or entity.erased_at is not None


_SAME_ROW = "="
"""With what the origin of a row begins that is known again by all its words."""


def _mark(session: Session, source: Source, case: Case) -> str:
    """The name under which the progress of this file into this case is kept."""
    mark = sealing.fingerprint(session, case.key_id, "import", source.fingerprint)
    return f"import:{case.id}:{mark}"


def _reached(session: Session, mark: str) -> Reached:
    setting = session.scalar(select(Setting).where(Setting.name == mark))
    return Reached() if setting is None else Reached(**setting.value)


def _write_down(session: Session, mark: str, reached: Reached) -> None:
    setting = session.scalar(select(Setting).where(Setting.name == mark))
    if setting is None:
        session.add(Setting(name=mark, value=asdict(reached)))
    else:
        setting.value = asdict(reached)


@contextmanager
def _problems(
    unit: str, rejects: Path | None, *, is_resumed: bool
) -> Iterator[Callable[[Row], None]]:
    """Where bad rows are told: in a file of their own, or the first of them here."""
    if rejects is not None:
        try:
            file = rejects.open("a" if is_resumed else "w", encoding="utf-8")
        except OSError as fault:
            raise ConfigError(f"{rejects} cannot be written: {fault.strerror}.") from fault
        with file:
            yield lambda row: _write(unit, row, file)
        return
    told: list[Row] = []

    def tell_of(row: Row) -> None:
        told.append(row)
        if len(told) <= PROBLEMS_SHOWN:
            _write(unit, row, sys.stderr)

    yield tell_of
    if len(told) > PROBLEMS_SHOWN:
        tell(f"And {len(told) - PROBLEMS_SHOWN} more. To see them all: --rejects FILE")


def _write(unit: str, row: Row, to: TextIO) -> None:
    # The line and the reason, and not what stood there: this may end up in a log.
    to.writelines(f"{unit} {row.line}: {problem}\n" for problem in row.problems)


@contextmanager
def _progress(source: Source, reached: Reached) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield _plain_progress(source)
        return
    columns = (
        TextColumn("Importing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{source.unit}s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=source.lines, completed=reached.line)
        yield lambda line: bar.update(task, completed=line)


def _plain_progress(source: Source) -> Callable[[int], None]:
    """A line for each tenth of the way: this is read afterwards."""
    said: set[int] = set()

    def moved(line: int) -> None:
        tenth = 10 * line // max(source.lines, 1)
        if source.lines > BATCH and tenth not in said:
            said.add(tenth)
            tell(f"{line} of {source.lines} {source.unit}s")

    return moved


def _summary(file: Path, code: str, reached: Reached, rejects: Path | None) -> str:
    are = "is" if reached.things == 1 else "are"
    lines = [f"{file}: {counted(reached.things, 'thing')} {are} in {code} now."]
    where = f" See {rejects}." if rejects else ""
    if reached.bad or reached.partly:
        lines.append(f"{_short_of(reached)}{where}")
    if reached.again:
        how = "was left as it is" if reached.again == 1 else "were left as they are"
        lines.append(f"{reached.again} stood in {code} before, and {how}.")
    if reached.grown:
        lines.append(f"{reached.grown} stood in {code} before: what is new of them was added.")
    if reached.others:
        bear, were = ("bears", "was") if reached.others == 1 else ("bear", "were")
        lines.append(f"{reached.others} {bear} the id of another in {code}, and {were} kept apart.")
    if reached.corrected:
        was, stay = ("was", "stays") if reached.corrected == 1 else ("were", "stay")
        lines.append(
            f"{reached.corrected} {was} corrected, restricted or erased in {code}, and {stay} so."
        )
    if not reached.has_used_any:
        lines = [f"{file}: nothing in it could be used.{where}"]
    return "\n".join(lines)


def _twice(code: str, identifiers: int) -> str:
    many = "1 identifier is" if identifiers == 1 else f"{identifiers} identifiers are"
    return (
        f"{many} borne by more than one thing in {code}: one thing may be kept twice. "
        "In a chat: merge WHAT with WHAT"
    )


def _unnamed(code: str, many: int) -> str:
    bear = "thing bears a name" if many == 1 else "things bear names"
    return (
        f"{many} {bear} in {code} that too many others bear, too: no name finds "
        f"{'it' if many == 1 else 'them'} any more, and an identifier does."
    )


def _short_of(reached: Reached) -> str:
    said = [
        f"{count} {'row' if count == 1 else 'rows'} {how}."
        for count, how in (
            (reached.bad, "could not be used"),
            (reached.partly, f"{'was' if reached.partly == 1 else 'were'} used only in part"),
        )
        if count
    ]
    return " ".join(said)
