"""The command line, as a person uses it: in a folder of their own, from nothing to a case."""

import errno
import fcntl
import hashlib
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from sqlalchemy import select, update

from adapters.interchange import stix
from bot.__main__ import main
from bot.casework import cases, entities, merging, network, postings, renewing
from bot.commandline import importing, keeping, lines, opening
from bot.commandline.alone import alone
from bot.conversation import delivering, outbox, turns
from bot.conversation.messages import Words
from bot.errors import UserError
from bot.followup import hours
from bot.governance import erasing, subjects
from nlp.meaning import Tie
from nlp.spans import Label
from storage import engines, indexing, sealing
from storage.database import Store, open_store
from storage.keyring import INDEX
from storage.models import (
    Agency,
    Case,
    Category,
    Delivery,
    Entity,
    Entry,
    Identifier,
    Name,
    NameKey,
    Officer,
    Progress,
    Tlp,
)

DIRECTORY = Path(__file__).parents[2] / "adapters/practice/directory.toml"
README = Path(__file__).parents[2] / "README.md"
DATABASE = "sqlite:///data/liaison.db"
CONFIG = f"""
[database]
url = "{DATABASE}"
keyring_url = "sqlite:///keys/keyring.db"
[keys]
master_file = "master.key"
"""
_JON = '{"id": "j", "schema": "Person", "properties": {"name": ["Jon Sampleton"]}}\n'
_ANN = '{"id": "a", "schema": "Person", "properties": {"name": ["Ann Quill"]%s}}\n'
_MORE_OF_ANN = _ANN % ', "alias": ["Annie Quill"], "phone": ["+1 202 555 0143"]'
_FREIGHT = '{"id": "c", "schema": "Company", "properties": {"name": ["Quillon Freight BV"]}}\n'
_COLUMNS = "id,schema,name,alias,phone\n1,Person,Jon Sampleton,,\n"
DELIVERIES = {
    "larch.jsonl": (_JON + _ANN % "", _JON + _MORE_OF_ANN + _FREIGHT),
    "larch.csv": (
        "schema,name\nPerson,Jon Sampleton\nPerson,Ann Quill\n",
        "schema,name\nPerson,Jon Sampleton\nPerson,Annie Quill\n",
    ),
    "numbered.csv": (
        f"{_COLUMNS}2,Person,Ann Quill,,\n",
        f"{_COLUMNS}2,Person,Ann Quill,Annie Quill,+12025550143\n3,Company,A BV\n",
    ),
}
"""A file, and the same delivered again: one line as it was, one with more, one new."""
PHONE = entities.Hard(Label.PHONE, "+12025550143")
TABLE = """schema,name,dob,phone,iban,plate,category
Person,Jon Sampleton,1979-05-02,+1 202 555 0143,,,suspect
Person,Ann Quill,,,GB34BUKB20201555555555,,
Persn,Ben Vale,,,,,
Vehicle,Grey van,,,,XX00 TST,
Person,Vera Holt,,,,,victim
"""
MONEY = """{"id": "a", "schema": "BankAccount", "properties": {"iban": ["GB33BUKB20201555555555"]}}
{"id": "b", "schema": "Ownership", "properties": {}}
{"id": "c", "schema": "Company", "properties": {"name": ["Quillon Freight BV"]}}
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def told(self) -> str:
        return self.out + self.err


class Desk:
    """Somebody at a terminal, in an empty folder."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capfd = capfd
        self.write("config.toml", CONFIG)
        self.write("directory.toml", DIRECTORY.read_text("utf-8"))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def does(self, line: str, *, typed: str = "") -> Done:
        """Type a command; it goes through the same door as in a process of its own."""
        words = re.findall(r'"([^"]*)"|(\S+)', line)
        self._monkeypatch.setattr(sys, "argv", ["liaison", *(a or b for a, b in words)])
        read, write = os.pipe()
        os.write(write, typed.encode())
        os.close(write)
        self._capfd.readouterr()
        with os.fdopen(read) as stdin:
            self._monkeypatch.setattr(sys, "stdin", stdin)
            try:
                main()
                status = 0
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 0
        out, err = self._capfd.readouterr()
        return Done(status, out, err)

    def goes_on_from(self, prepared: Path) -> None:
        """Find a folder as somebody left it."""
        shutil.copytree(prepared, self.folder, dirs_exist_ok=True)

    def settles_in(self) -> None:
        (self.folder / "data").mkdir()
        (self.folder / "keys").mkdir()
        for line in ("keys new master.key", "upgrade", "directory apply --yes"):
            done = self.does(line)
            assert done.status == 0, done.told

    def finds(self, line: str = "check") -> dict[str, str]:
        """What `check` says of each thing."""
        report = json.loads(self.does(f"{line} --json").out)
        grades: dict[str, str] = {}
        for each in report["findings"]:
            worst = grades.get(each["what"], "ok")
            grades[each["what"]] = max(worst, each["grade"], key=["ok", "warn", "FAIL"].index)
        return grades

    def store(self) -> Store:
        return open_store(
            f"sqlite:///{self.folder}/data/liaison.db",
            keyring_url=f"sqlite:///{self.folder}/keys/keyring.db",
            master=opening.configuration.read_key(self.folder / "master.key"),
        )


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    for name in [name for name in os.environ if name.startswith("LIAISON_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    mask = os.umask(0o022)
    yield Desk(tmp_path, monkeypatch, capfd)
    os.umask(mask)


@pytest.fixture
def settled(desk: Desk, prepared: Path) -> Desk:
    desk.goes_on_from(prepared)
    return desk


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Liaison was settled in, as `test_from_nothing` does it step by step."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    (folder / "directory.toml").write_text(DIRECTORY.read_text("utf-8"), "utf-8")
    for name in ("data", "keys"):
        (folder / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        keeping.keys_new(Path("master.key"))
        keeping.upgrade(Path("config.toml"))
        keeping.directory_apply(Path("config.toml"), None, yes=True)
    return folder


# From nothing to a case, and out again


def test_what_an_import_may_have_kept_twice_is_told(desk: Desk) -> None:
    desk.settles_in()
    opens = '--case LARCH --as bruno --title "Grey vans" --purpose "Smuggling at quay 7"'
    desk.write("one.csv", "schema,plate\nVehicle,XX00 TST\n")
    assert "kept twice" not in desk.does(f"import one.csv {opens}").out
    desk.write("two.csv", "schema,plate,model\nVehicle,XX 00 TST,Volvo\n")
    assert desk.does(f"import two.csv {opens}").out.splitlines()[1] == (
        "1 identifier is borne by more than one thing in LARCH: one thing may be kept twice. "
        "In a chat: merge WHAT with WHAT"
    )


def test_how_many_bear_a_name_that_finds_nobody_is_told(desk: Desk) -> None:
    desk.settles_in()
    many = postings.MOST_OF_A_NAME + 1
    rows = "".join(f"Person,Jon Sampleton,{each}\n" for each in range(many))
    desk.write("many.csv", f"schema,name,id\n{rows}Person,Tobias Krantz,krantz\n")
    told = desk.does('import many.csv --case LARCH --as bruno --title "Vans" --purpose "Quay 7"')
    assert told.out.splitlines()[1] == (
        f"{many} things bear names in LARCH that too many others bear, too: no name finds them any "
        "more, and an identifier does."
    )


def test_a_file_that_ends_unreadable_says_where_and_why(desk: Desk) -> None:
    path = desk.write("bundle.json", "{")
    source = importing.Source(path, "", 1, importing.Form.BUNDLE)
    with pytest.raises(UserError, match=r"behind object 7: not JSON, at line 1, sign 2\. What"):
        list(importing._batches(source, after=7, region="BE"))


def test_from_nothing_to_a_case_and_to_a_new_key(desk: Desk) -> None:
    desk.settles_in()
    desk.write("larch.csv", TABLE)
    desk.write("money.jsonl", MONEY)
    opens = '--case LARCH --as bruno --title "Grey vans" --purpose "Smuggling at quay 7"'
    table = desk.does(f"import larch.csv {opens}")
    assert table.out.splitlines() == [
        "larch.csv: 4 things are in LARCH now.",
        "1 row could not be used. 1 row was used only in part.",
    ]
    assert desk.does("import money.jsonl --case LARCH --as bruno").status == 0
    assert desk.does("check").status == 0
    export = desk.does('export LARCH --as bruno --purpose "joint briefing"')
    assert [json.loads(line)["schema"] for line in export.out.splitlines()] == [
        "Person", "Person", "Vehicle", "BankAccount", "Company",
    ]  # fmt: skip
    assert "The ledger holds" in desk.does("ledger verify").out
    assert desk.does("purge --yes").status == 0
    assert desk.does("keys new new.key").status == 0
    assert "new.key as keys.master_file" in desk.does("keys rotate new.key").out
    desk.write("config.toml", CONFIG.replace("master.key", "new.key"))
    assert desk.does("keys retire --yes").status == 0
    again = desk.does('export LARCH --as bruno --purpose "after the rotation"')
    assert again.out == export.out
    assert desk.does("check").status == 0


def test_the_readme_leads_from_nothing_to_a_bot_that_runs(desk: Desk) -> None:
    """Every line of its walk, as it is written."""
    [walk] = re.findall(r"```\n(cp config\.example.*?)```", README.read_text("utf-8"), re.DOTALL)
    shutil.copy(README.parent / "config.example.toml", desk.folder)
    shutil.copytree(README.parent / "deploy", desk.folder / "deploy")
    for line in walk.splitlines():
        if line.startswith(".venv/bin/liaison "):
            command = line.removeprefix(".venv/bin/liaison ")
            if command == "run":
                continue
            done = desk.does(command, typed="y\n")
            assert done.status == 0, done.told
        else:
            subprocess.run(line, shell=True, cwd=desk.folder, check=True)  # noqa: S602  # as written
    bot = _bot(desk)
    bot.send_signal(signal.SIGTERM)
    bot.communicate(timeout=60)
    assert bot.returncode == 0


def test_what_deploying_takes_stands_in_the_example_to_be_changed() -> None:
    """A table pasted below would be written twice, and refused."""
    deploy = (README.parent / "deploy/README.md").read_text("utf-8")
    [lines] = re.findall(r"```toml\n(.*?)```", deploy, re.DOTALL)
    example = (README.parent / "config.example.toml").read_text("utf-8").splitlines()
    for line in lines.splitlines():
        key = line.partition("=")[0]
        assert any(each.startswith(key) for each in example), line


def test_two_sources_of_the_key_are_not_mended_by_a_new_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIAISON_KEYS__MASTER_COMMAND", "show-key")
    told = desk.does("upgrade").told
    assert "master_file and master_command are. Leave out all but the one" in told
    assert "keys new" not in told


def test_a_start_that_is_ended_at_once_ends_in_order(settled: Desk) -> None:
    bot = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "bot", "run"],
        cwd=settled.folder, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert bot.stderr is not None
    next(line for line in bot.stderr if line.rpartition(b"|")[2].strip() == b"structlog")
    bot.send_signal(signal.SIGTERM)
    _, told = bot.communicate(timeout=60)
    assert bot.returncode == 0
    assert b"Ended before it began. Nothing was done." in told


def test_a_bot_without_a_chat_does_without_their_libraries(desk: Desk) -> None:
    looked = (
        "import sys; from bot.commandline import running; "
        "print([name for name in ('slack_bolt', 'nio', 'starlette') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", looked], cwd=desk.folder, capture_output=True, check=True
    )
    assert done.stdout.strip() == b"[]"


def test_it_is_the_same_on_every_database(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIAISON_DATABASE__URL", database_url)
    (desk.folder / "data").mkdir()
    (desk.folder / "keys").mkdir()
    desk.write("larch.csv", TABLE)
    for line in (
        "keys new master.key",
        "upgrade",
        "directory apply --yes",
        "import larch.csv --case LARCH --as bruno --title t --purpose p",
        "purge --yes",
        "ledger verify",
        "check",
    ):
        done = desk.does(line)
        assert done.status == 0, done.told
    export = desk.does("export LARCH --as bruno --purpose briefing")
    assert len(export.out.splitlines()) == 3


def test_what_is_imported_is_found_when_somebody_says_it(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    assert _knows_the_plate(settled)


def test_the_directory_is_shown_before_it_is_applied_and_once_only(desk: Desk) -> None:
    for folder in ("data", "keys"):
        (desk.folder / folder).mkdir()
    desk.does("keys new master.key")
    desk.does("upgrade")
    no = desk.does("directory apply", typed="n\n")
    assert no.status == 1
    assert "+ officer ada (added)" in no.out
    assert "Nothing was changed." in no.err
    assert "Applied: " in desk.does("directory apply", typed="y\n").out
    assert "Nothing to change" in desk.does("directory apply").out
    changed = desk.folder / "directory.toml"
    changed.write_text(changed.read_text("utf-8").replace("Ada Quill", "Ada Quillon"), "utf-8")
    assert (
        "~ officer ada\n    name: Ada Quill -> Ada Quillon" in desk.does("directory apply -y").out
    )


def test_what_officers_set_in_chat_is_shown_and_not_undone(settled: Desk) -> None:
    with closing(settled.store()) as store, store.begin() as session:
        bruno = opening.officer_named(session, "bruno")
        hours.set_zone(session, bruno, "Asia/Singapore", now=datetime(2027, 3, 9, tzinfo=UTC))
    done = settled.does("directory apply --yes")
    assert done.out.splitlines() == [
        "= officer bruno",
        "    zone: Asia/Singapore is kept: set in chat on 2027-03-09; the file says Europe/Lisbon",
        "The directory is as it should be. Nothing to change.",
    ]


def test_a_directory_with_mistakes_tells_them_all_and_changes_nothing(settled: Desk) -> None:
    settled.write("directory.toml", '[[agency]]\nslug = "x"\ncountry = "Atlantis"\ntitel = "X"\n')
    done = settled.does("directory apply --yes")
    assert done.status == 1
    assert "titel" in done.err
    assert "country" in done.err


# Import


def test_the_operator_sees_whom_a_question_would_reach(settled: Desk) -> None:
    done = settled.does('who "plate AB12CDE in Antwerp, tomorrow 03:00"')
    assert done.status == 0
    assert "Alder harbour desk, because it covers Antwerp." in done.out
    assert ", 03:00 (Brussels): Aron Vale, chosen because nobody is on duty" in done.out
    assert "next would be Alma Reed." in done.out
    nobody = settled.does('who "a man in Ulan Bator"')
    assert nobody.status == 1
    assert "No desk covers" in nobody.err


def test_a_roster_from_a_calendar_decides_who_would_be_asked(settled: Desk) -> None:
    begins = datetime.now(UTC) - timedelta(hours=1)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rota//EN", "BEGIN:VEVENT", "UID:1@a.example",
        f"DTSTART:{begins:%Y%m%dT%H%M%SZ}", f"DTEND:{begins + timedelta(days=1):%Y%m%dT%H%M%SZ}",
        "SUMMARY:Bice Holm", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    settled.write("rota.ics", "\r\n".join(lines))
    done = settled.does("roster rota.ics --desk birch-lisbon --yes")
    assert done.status == 0
    assert "Bice Holm: 1 turn\n" in done.out
    assert "Bice Holm, chosen because they are on duty" in settled.does("who birch-lisbon").out
    settled.write("empty.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR")
    assert settled.does("roster empty.ics --desk birch-lisbon").status == 2


def test_an_import_that_was_killed_goes_on_where_it_was(
    settled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "".join(f"Person,Jon Sampleton {n}\n" for n in range(25))
    settled.write("many.csv", f"schema,name\n{many}")
    monkeypatch.setattr(importing, "BATCH", 10)
    add, calls = importing.entities.add_many, []

    def killed(*args: object, **kwargs: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return add(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(importing.entities, "add_many", killed)
    opens = "--case LARCH --as bruno --title t --purpose p"
    assert settled.does(f"import many.csv {opens}").status != 0
    again = settled.does(f"import many.csv {opens}")
    assert "Going on behind line 11" in again.err
    assert "25 things are in LARCH now" in again.out
    assert _things(settled) == 25


def test_an_import_whose_process_is_killed_keeps_everything_once(settled: Desk) -> None:
    lines = 2 * importing.BATCH
    many = "".join(f"Person,Jon Sampleton {n},+1 202 555 01{n % 100:02}\n" for n in range(lines))
    settled.write("many.csv", f"schema,name,phone\n{many}")
    words = "import many.csv --case LARCH --as bruno --title t --purpose p".split()
    going = subprocess.Popen(
        [sys.executable, "-m", "bot", *words], cwd=settled.folder, stderr=subprocess.PIPE
    )
    assert going.stderr is not None
    next(line for line in going.stderr if b" lines" in line)
    going.kill()
    going.communicate()
    assert 0 < _things(settled) < lines
    again = settled.does(" ".join(words))
    assert "Going on behind line" in again.err
    assert f"{lines} things are in LARCH now" in again.out
    with closing(settled.store()) as store, store.reading() as session:
        assert session.query(Identifier).count() == session.query(Name).count() == lines


def test_the_same_file_is_not_imported_twice(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    before = _things(settled)
    again = settled.does("import larch.csv --case LARCH --as bruno")
    assert (again.status, "nothing is imported twice" in again.out) == (0, True)
    assert _things(settled) == before


def test_bad_rows_are_told_by_line_and_reason_and_without_their_words(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    done = settled.does(
        "import larch.csv --case LARCH --as bruno --title t --purpose p --rejects bad.txt"
    )
    assert done.status == 0
    assert (settled.folder / "bad.txt").read_text().splitlines() == [
        "line 3: iban: check digits do not fit",
        'line 4: schema: not known. Did you mean "Person"?',
    ]


def test_a_file_with_nothing_in_it_to_use_ends_with_status_2(settled: Desk) -> None:
    settled.write("bad.csv", "schema,name\nPersn,Ben Vale\n")
    opens = "--case LARCH --as bruno --title t --purpose p"
    assert settled.does(f"import bad.csv {opens}").status == 2
    for name, text in (("empty.csv", ""), ("array.json", "[]"), ("odd.csv", "a,b\n1,2\n")):
        settled.write(name, text)
        assert settled.does(f"import {name} {opens}").status == 2
    (settled.folder / "latin.csv").write_bytes("name\nJ\u00f6rg\n".encode("latin-1"))
    assert "iconv" in settled.does(f"import latin.csv {opens}").err


def test_only_the_desk_that_owns_a_case_imports_into_it(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    _let_see(settled, "alder")
    settled.write("more.csv", "schema,name\nPerson,Ben Vale\n")
    before = _things(settled)
    for somebody in ("aron", "ada", "cyrus", "nobody"):
        assert settled.does(f"import more.csv --case LARCH --as {somebody}").status == 1
    assert _things(settled) == before


def test_nothing_is_imported_into_a_closed_case(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    with closing(settled.store()) as store, store.begin() as session:
        case, bruno = session.query(Case).one(), opening.officer_named(session, "bruno")
        cases.close(session, case, bruno, now=datetime.now(UTC))
    settled.write("more.csv", "schema,name\nPerson,Ben Vale\n")
    done = settled.does("import more.csv --case LARCH --as bruno")
    assert (done.status, "Open it again" in done.err) == (1, True)


# Export


def test_those_who_need_protection_do_not_leave_by_default(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    done = settled.does("export LARCH --as bruno --purpose briefing")
    assert "Vera Holt" not in done.out
    assert "1 was left out" in done.err
    everyone = settled.does("export LARCH --as bruno --purpose briefing --everyone")
    assert "Vera Holt" in everyone.out


def _merges(desk: Desk, one: str, other: str) -> list[int]:
    with closing(desk.store()) as store, store.begin() as session:
        officer = session.scalars(select(Officer).where(Officer.slug == "bruno")).one()
        found = {
            name: entity
            for entity in session.scalars(select(Entity))
            for name in entities.names_of(session, entity)
        }
        merging.merge_entities(session, found[one], found[other], officer, now=opening.now())
        return [found[one].id, found[other].id]


def test_what_was_merged_leaves_as_one_that_names_what_it_was(settled: Desk) -> None:
    settled.write("larch.csv", "schema,name,phone\nPerson,Ann Quill,\nPerson,Annie,+12025550143\n")
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    ann, annie = _merges(settled, "Ann Quill", "Annie")
    [line] = settled.does("export LARCH --as bruno --purpose briefing").out.splitlines()
    person = json.loads(line)
    assert (person["id"], person["referents"]) == (f"liaison-{ann}", [f"liaison-{annie}"])
    assert person["properties"] == {
        "name": ["Ann Quill"], "alias": ["Annie"], "phone": ["+12025550143"],
    }  # fmt: skip
    bundle = json.loads(settled.does("export LARCH --as bruno --purpose briefing --stix").out)
    assert [
        each["relationship_type"] for each in bundle["objects"] if each["type"] == "relationship"
    ] == ["duplicate-of", "related-to"]


def test_what_was_merged_stays_as_a_whole_when_a_part_has_to(settled: Desk) -> None:
    rows = "1,Person,Ann Quill,\n2,Person,Vera Holt,\n"
    settled.write("one.csv", f"id,schema,name,category\n{rows}")
    settled.write("two.csv", "id,schema,name,category\n2,Person,Vera Holt,victim\n")
    settled.does("import one.csv --case LARCH --as bruno --title t --purpose p")
    _merges(settled, "Ann Quill", "Vera Holt")
    settled.does("import two.csv --case LARCH --as bruno")
    done = settled.does("export LARCH --as bruno --purpose briefing")
    assert (done.out, "1 was left out" in done.err) == ("", True)


def test_another_agency_is_not_told_that_anybody_was_left_out(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    _let_see(settled, "alder")
    done = settled.does("export LARCH --as aron --purpose briefing")
    assert done.status == 0
    assert "left out" not in done.told
    assert "Vera Holt" not in done.told
    everyone = settled.does("export LARCH --as aron --purpose briefing --everyone")
    assert (everyone.status, everyone.out) == (1, "")


def test_field_officers_hand_out_no_cases(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    done = settled.does("export LARCH --as bela --purpose briefing")
    assert (done.status, done.out) == (1, "")


def test_a_case_handed_out_as_stix_comes_in_elsewhere_and_goes_out_the_same(
    settled: Desk,
) -> None:
    settled.write("table.csv", TABLE)
    settled.does("import table.csv --case LARCH --as bruno --title T --purpose P")
    settled.does("export LARCH --as bruno --purpose P --stix --everyone --to first.json")
    settled.does("export LARCH --as bruno --purpose P --stix --everyone --to again.json")
    first = (settled.folder / "first.json").read_text()
    assert (settled.folder / "again.json").read_text() == first
    came = settled.does("import first.json --case BIRCH --as bruno --title T --purpose P")
    assert (came.status, came.err) == (0, "")
    settled.does("export BIRCH --as bruno --purpose P --stix --everyone --to second.json")
    second = (settled.folder / "second.json").read_text()
    ours, theirs = (
        {o["id"]: o for o in json.loads(text)["objects"] if o["type"] != "grouping"}
        for text in (first, second)
    )
    assert ours == theirs
    assert sum(each["type"] == "identity" for each in ours.values()) == 5


def test_what_stands_in_a_case_under_its_own_id_does_not_come_in_twice(settled: Desk) -> None:
    sample = {
        "type": "identity",
        "id": f"identity--{uuid5(NAMESPACE_URL, 'one')}",
        "name": "A B",
        "identity_class": "group",
    }
    other = {**sample, "id": f"identity--{uuid5(NAMESPACE_URL, 'two')}", "name": "C D"}
    settled.write("one.json", json.dumps({"type": "bundle", "objects": [sample]}))
    settled.write("two.json", json.dumps({"type": "bundle", "objects": [sample, other]}))
    settled.does("import one.json --case LARCH --as bruno --title T --purpose P")
    told = settled.does("import two.json --case LARCH --as bruno").out
    assert "1 thing is in LARCH now" in told
    assert "1 stood in LARCH before" in told
    assert _things(settled) == 2


@pytest.mark.parametrize("name", ["larch.jsonl", "larch.csv", "numbered.csv"])
def test_a_second_delivery_adds_what_is_new_and_keeps_nobody_twice(
    settled: Desk, name: str
) -> None:
    first, second = DELIVERIES[name]
    settled.write(f"one-{name}", first)
    settled.write(f"two-{name}", second)
    settled.does(f"import one-{name} --case LARCH --as bruno --title T --purpose P")
    assert _things(settled) == 2
    told = settled.does(f"import two-{name} --case LARCH --as bruno").out
    assert "1 thing is in LARCH now" in told
    assert "1 stood in LARCH before, and was left as it is" in told
    assert _things(settled) == 3
    out = settled.does("export LARCH --as bruno --purpose P").out
    ann = next(each for each in map(json.loads, out.splitlines()) if "Ann" in str(each))
    if name == "larch.csv":  # without an id, another row is another person
        assert "2 stood" not in told
    else:
        assert "1 stood in LARCH before: what is new of them was added" in told
        assert ann["properties"]["phone"] == ["+12025550143"]
        assert ann["properties"]["alias"] == ["Annie Quill"]


def test_whoever_bears_the_id_of_another_is_kept_apart(settled: Desk) -> None:
    settled.write("one.csv", "id,schema,name\n7,Person,Jon Sampleton\n")
    settled.write("two.csv", "id,schema,name\n7,Person,Ann Quill\n")
    settled.does("import one.csv --case LARCH --as bruno --title T --purpose P")
    told = settled.does("import two.csv --case LARCH --as bruno").out
    assert "1 bears the id of another in LARCH, and was kept apart" in told
    assert _things(settled) == 2


def test_who_is_told_to_be_a_victim_later_leaves_no_more(settled: Desk) -> None:
    settled.write("one.csv", "id,schema,name,category\n7,Person,Vera Holt,\n")
    settled.write("two.csv", "id,schema,name,category\n7,Person,Vera Holt,victim\n")
    settled.does("import one.csv --case LARCH --as bruno --title T --purpose P")
    settled.does("import two.csv --case LARCH --as bruno")
    assert settled.does("export LARCH --as bruno --purpose P").out == ""


def test_nothing_is_added_to_whose_data_are_restricted(settled: Desk) -> None:
    settled.write("one.csv", "id,schema,name,phone\n7,Person,Ann Quill,\n")
    settled.write("two.csv", "id,schema,name,phone\n7,Person,Ann Quill,+12025550143\n")
    settled.does("import one.csv --case LARCH --as bruno --title T --purpose P")
    with closing(settled.store()) as store, store.begin() as session:
        session.execute(update(Entity).values(restricted_at=opening.now()))
    told = settled.does("import two.csv --case LARCH --as bruno").out
    assert "1 was corrected, restricted or erased in LARCH, and stays so" in told
    with closing(settled.store()) as store, store.reading() as session:
        assert session.query(Identifier).count() == 0


def test_a_second_delivery_does_not_undo_what_was_corrected(settled: Desk) -> None:
    columns = "id,schema,name,phone,iban,category\n"
    wrong = "+1 202 555 0199"
    settled.write("one.csv", f"{columns}7,Person,Ann Kwill,{wrong},,victim\n8,Company,A BV,,,\n")
    account = "GB33BUKB20201555555555"
    settled.write("two.csv", f"{columns}7,Person,Ann Kwill,{wrong},{account},victim\n")
    settled.does("import one.csv --case LARCH --as bruno --title T --purpose P")
    with closing(settled.store()) as store, store.begin() as session:
        bruno = session.scalars(select(Officer).where(Officer.slug == "bruno")).one()
        ann = session.scalars(select(Entity).where(Entity.schema == "Person")).one()
        for told, right in (("Ann Kwill", "Ann Quill"), ("+12025550199", "+12025550143")):
            subjects.correct(
                session, bruno, ann, wrong=told, right=right, reason="passport", now=opening.now()
            )
        subjects.categorise(session, bruno, ann, Category.SUSPECT, opening.now())
    told = settled.does("import two.csv --case LARCH --as bruno").out
    assert "1 was corrected, restricted or erased in LARCH, and stays so" in told
    assert "Ann" not in told
    assert _things(settled) == 2
    out = settled.does("export LARCH --as bruno --purpose P").out
    assert "Kwill" not in out
    assert "0199" not in out
    assert account in out
    assert _names(settled) == ["A BV", "Ann Quill"]


def test_who_is_delivered_again_stays_when_the_tie_she_came_with_is_taken_back(
    settled: Desk,
) -> None:
    settled.write("one.csv", "id,schema,name,phone\n7,Person,Ann Quill,\n8,Company,A BV,\n")
    settled.write("two.csv", "id,schema,name,phone\n7,Person,Ann Quill,+12025550143\n")
    settled.does("import one.csv --case LARCH --as bruno --title T --purpose P")
    with closing(settled.store()) as store, store.begin() as session:
        larch, bruno = session.scalars(select(Case)).one(), opening.officer_named(session, "bruno")
        ann, company = session.scalars(select(Entity).order_by(Entity.schema.desc()))
        network.add(
            session, larch, Tie.OWNS, (ann, company), bruno, now=opening.now(), made=[ann, company]
        )
    settled.does("import two.csv --case LARCH --as bruno")
    with closing(settled.store()) as store, store.begin() as session:
        [tie] = network.of_case(session, session.scalars(select(Case)).one())
        network.take_back(session, tie, None, now=opening.now())
    assert _standing(settled) == ["Ann Quill"]


def _standing(desk: Desk) -> list[str]:
    with closing(desk.store()) as store, store.reading() as session:
        here = entities.standing_in(session.scalars(select(Case)).one())
        return [name for each in session.scalars(here) for name in entities.names_of(session, each)]


def test_a_second_delivery_does_not_bring_back_who_was_erased(settled: Desk) -> None:
    settled.write("one.csv", "id,schema,name\n7,Person,Ann Quill\n8,Company,A BV\n")
    settled.write("two.csv", "id,schema,name\n7,Person,Ann Quill\n9,Company,B BV\n")
    settled.does("import one.csv --case LARCH --as bruno --title T --purpose P")
    with closing(settled.store()) as store, store.begin() as session:
        ann = session.scalars(select(Entity).where(Entity.schema == "Person")).one()
        erasing.entity(session, ann, now=opening.now())
    told = settled.does("import two.csv --case LARCH --as bruno").out
    assert "1 was corrected, restricted or erased in LARCH, and stays so" in told
    assert _names(settled) == ["A BV", "B BV"]
    with closing(settled.store()) as store, store.begin() as session:
        erasing.case(session, session.scalars(select(Case)).one(), now=opening.now())
        assert set(session.scalars(select(Entity.origin))) == {None}


def test_no_id_from_elsewhere_is_kept_in_words(settled: Desk) -> None:
    settled.write("one.csv", "id,schema,name\njon-sampleton,Person,Jon Sampleton\n")
    settled.does("import one.csv --case LARCH --as bruno --title T --purpose P")
    with closing(settled.store()) as store, store.reading() as session:
        [origin] = session.scalars(select(Entity.origin))
        assert origin
        assert "jon" not in origin


def test_a_bundle_does_not_come_into_a_case_that_is_marked_less_strictly(settled: Desk) -> None:
    red = {
        "type": "identity",
        "id": "identity--1",
        "name": "A B",
        "object_marking_refs": [stix.MARKINGS[Tlp.RED]],
    }
    settled.write("red.json", json.dumps({"type": "bundle", "objects": [red]}))
    refused = settled.does("import red.json --case LARCH --as bruno --title T --purpose P")
    assert (refused.status, "TLP:RED, and LARCH is TLP:AMBER" in refused.err) == (1, True)
    with closing(settled.store()) as store, store.reading() as session:
        assert session.query(Case).count() == 0


def test_a_bundle_that_breaks_off_keeps_nothing(settled: Desk) -> None:
    settled.write("cut.json", '{\n"type": "bundle",\n"objects": [{"type": "identity",')
    refused = settled.does("import cut.json --case LARCH --as bruno --title T --purpose P")
    assert (refused.status, "not JSON, at line 3" in refused.err) == (2, True)
    assert _things(settled) == 0


def test_what_of_a_bundle_has_no_place_in_a_case_is_counted(settled: Desk) -> None:
    objects = [{"type": "indicator", "id": f"indicator--{n}"} for n in range(3)]
    settled.write("odd.json", json.dumps({"type": "bundle", "objects": objects}))
    told = settled.does("import odd.json --case LARCH --as bruno --title T --purpose P")
    assert (told.status, "no place for it: 3 indicator" in told.err) == (2, True)


def test_an_export_is_on_record_with_its_purpose(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    settled.does('export LARCH --as bruno --purpose "joint briefing" --to larch.jsonl')
    with closing(settled.store()) as store, store.reading() as session:
        entries = session.query(Entry).filter(Entry.subject == "export").order_by(Entry.id).all()
        assert [(e.operation, e.actor, e.purpose) for e in entries] == [
            ("consultation", "officer:bruno", "joint briefing"),
            ("disclosure", "officer:bruno", "joint briefing"),
        ]


def test_only_ties_between_what_leaves_leave_and_none_that_is_denied(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    with closing(settled.store()) as store, store.begin() as session:
        case = session.scalars(select(Case)).one()
        officer = session.scalars(select(Officer).where(Officer.slug == "bruno")).one()
        known = {
            sealing.unseal(session, each, "caption"): each
            for each in session.scalars(select(Entity))
        }
        jon, van = known["Jon Sampleton"], known["Grey van"]
        for tie, ends, negated in (
            (Tie.DRIVES, (jon, van), False),
            (Tie.OWNS, (jon, van), True),
            (Tie.RELATED, (jon, known["Vera Holt"]), False),
        ):
            network.add(session, case, tie, ends, officer, now=opening.now(), negated=negated)
    lines = settled.does("export LARCH --as bruno --purpose b").out.splitlines()
    links = [each for each in map(json.loads, lines) if "tie" in each["liaison"]]
    assert [(each["schema"], each["properties"]["role"]) for each in links] == [
        ("UnknownLink", ["drives"])
    ]
    bundle = json.loads(settled.does("export LARCH --as bruno --purpose b --stix").out)
    kinds = {each.get("relationship_type") for each in bundle["objects"]}
    assert kinds >= {"drives"}
    assert kinds.isdisjoint({"owns", "relative-of"})


def test_a_file_is_made_for_its_owner_alone_and_never_overwritten(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    assert settled.does("export LARCH --as bruno --purpose b --to out.jsonl").status == 0
    assert (settled.folder / "out.jsonl").stat().st_mode & 0o077 == 0
    again = settled.does("export LARCH --as bruno --purpose b --to out.jsonl")
    assert (again.status, "not overwritten" in again.err) == (1, True)


def test_a_case_one_may_not_see_and_no_case_get_the_same_answer(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    hidden = settled.does("export LARCH --as cyrus --purpose b --to one.jsonl")
    absent = settled.does("export ASPEN --as cyrus --purpose b --to two.jsonl")
    assert hidden.status == absent.status == 1
    assert hidden.err.replace("LARCH", "ASPEN") == absent.err
    assert not (settled.folder / "one.jsonl").exists()


# Check


def test_check_tells_everything_that_is_missing_at_once(desk: Desk) -> None:
    done = desk.does("check")
    assert done.status == 1
    assert "Do: mkdir -p data keys" in done.out
    assert "liaison keys new master.key" in done.out


def test_check_makes_nothing(desk: Desk) -> None:
    (desk.folder / "data").mkdir()
    (desk.folder / "keys").mkdir()
    desk.does("keys new master.key")
    assert desk.finds()["database"] == "FAIL"
    assert not list((desk.folder / "data").iterdir())
    assert not list((desk.folder / "keys").iterdir())


def test_check_is_content_with_what_was_set_up_as_told(settled: Desk) -> None:
    grades = settled.finds()
    assert {what for what, grade in grades.items() if grade != "ok"} == {"chats"}


def test_check_finds_each_thing_that_is_wrong(
    settled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = settled.folder / "directory.toml"
    text = good.read_text("utf-8")
    good.write_text(text.replace("Ada Quill", "Ada Quillon"), "utf-8")
    assert settled.finds()["directory"] == "warn"
    good.write_text("[[officr]]\n", "utf-8")
    assert settled.finds()["directory"] == "FAIL"
    good.write_text(text, "utf-8")
    (settled.folder / "master.key").chmod(0o644)
    assert settled.finds()["master key"] == "FAIL"
    (settled.folder / "master.key").chmod(0o600)
    monkeypatch.setenv("LIAISON_LANGUAGE__PIPELINE", "xx_no_such_pipeline")
    assert settled.finds()["language"] == "FAIL"
    monkeypatch.delenv("LIAISON_LANGUAGE__PIPELINE")
    monkeypatch.setenv("LIAISON_CALENDAR__PEOPLE", '{"nobody": ["https://cal.example/n.ics"]}')
    assert settled.finds()["calendars"] == "warn"
    monkeypatch.delenv("LIAISON_CALENDAR__PEOPLE")
    monkeypatch.setenv("LIAISON_WEB__ADDRESS", "https://liaison.example")
    assert settled.finds()["web"] == "warn"  # No chat gives a link to it.
    monkeypatch.setenv("LIAISON_SLACK__BOT_TOKEN", "xoxb-1")
    assert settled.finds()["web"] == "ok"
    monkeypatch.setenv("LIAISON_WEB__HOST", "0.0.0.0")
    assert settled.finds()["web"] == "warn"
    monkeypatch.setenv("LIAISON_CALENDAR__ADDRESS", "https://liaison.example")
    monkeypatch.setenv("LIAISON_CALENDAR__HOST", "0.0.0.0")
    monkeypatch.setenv("LIAISON_WEB__PORT", "3001")
    assert settled.finds()["web"] == "FAIL"
    monkeypatch.setattr(opening, "now", lambda: datetime.now(UTC) - timedelta(days=2))
    assert settled.finds()["clock"] == "FAIL"


def test_check_says_so_when_the_ledger_does_not_hold(settled: Desk) -> None:
    with closing(settled.store()) as store, store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE entry SET subject = 'altered' WHERE sequence = 2")
    assert settled.finds()["ledger"] == "FAIL"
    done = settled.does("ledger verify")
    assert (done.status, "entry 2: it was altered" in done.out) == (1, True)


def test_what_was_anchored_outside_is_missed_when_it_is_gone(
    settled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIAISON_LEDGER__ANCHOR", "anchor.txt")
    settled.write("anchor.txt", "2027-03-09T09:00:00+00:00 " + "0" * 64 + "\n")
    done = settled.does("ledger verify")
    assert (done.status, "anchored outside" in done.out) == (1, True)


# Keys


def test_a_keyring_that_is_gone_is_not_made_anew(settled: Desk) -> None:
    for file in (settled.folder / "keys").iterdir():
        file.unlink()
    for line in ("upgrade", "ledger verify", "check", "purge --yes"):
        done = settled.does(line)
        assert (done.status, "bring it back from its copy" in done.told) == (1, True), line
    assert not list((settled.folder / "keys").iterdir())


def test_the_key_is_changed_under_a_bot_that_runs_and_the_old_one_retired(settled: Desk) -> None:
    settled.does("keys new new.key")
    with alone(DATABASE):
        assert settled.does("keys rotate new.key").status == 0
        assert settled.does("ledger verify").status == 0
    assert "names the old master key still" in settled.does("keys retire --yes").err
    settled.write("config.toml", CONFIG.replace("master.key", "new.key"))
    assert "opens nothing any more" in settled.does("keys retire --yes").out
    settled.write("config.toml", CONFIG)
    assert "does not open the keyring" in settled.does("ledger verify").err


def test_the_index_comes_under_a_new_key_under_a_bot_that_runs(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    with alone(DATABASE):
        renewed = settled.does("keys rotate-index")
    assert (renewed.status, "rows renewed" in renewed.out) == (0, True)
    assert "under version 2 of its key" in settled.does("check").out
    assert _knows_the_plate(settled)


def test_a_renewal_that_was_killed_is_shown_and_brought_to_its_end(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    with pytest.MonkeyPatch.context() as patch, closing(settled.store()) as store:
        patch.setattr(renewing, "_end", _killed)
        with pytest.raises(InterruptedError):
            renewing.renew(store, lambda: datetime.now(UTC))
    shown = settled.does("check")
    assert (shown.status, "versions 1 and 2 of its key are in use" in shown.out) == (0, True)
    assert _knows_the_plate(settled)
    settled.does("keys rotate-index")
    assert "under version 2 of its key" in settled.does("check").out
    assert _knows_the_plate(settled)


def _killed(*_: object) -> bool:
    raise InterruptedError


def _knows_the_plate(desk: Desk) -> bool:
    with closing(desk.store()) as store, store.reading() as session:
        wanted = entities.identifier_hash(indexing.of(session), Label.PLATE, "XX00TST")
        hashes = indexing.forms([wanted])
        return session.query(Identifier).filter(Identifier.hash.in_(hashes)).count() == 1


def test_another_master_key_renews_no_index(settled: Desk) -> None:
    settled.does("keys new new.key")
    settled.write("config.toml", CONFIG.replace("master.key", "new.key"))
    assert "does not open the keyring" in settled.does("keys rotate-index").err
    settled.write("config.toml", CONFIG)
    assert "under version 1 of its key" in settled.does("check").out


def test_a_bot_whose_index_lost_its_key_says_so_and_does_not_start(settled: Desk) -> None:
    with closing(settled.store()) as store:
        store.keyring.destroy([INDEX])
    checked = settled.does("check")
    assert (checked.status, "keys rotate-index" in checked.out) == (1, True)
    assert "keys rotate-index" in settled.does("run").err
    assert settled.does("keys rotate-index").status == 0
    assert settled.does("check").status == 0


def test_the_old_key_is_not_retired_unasked(settled: Desk) -> None:
    asked = settled.does("keys retire")
    assert (asked.status, "Retire the old master key?" in asked.err) == (1, True)


def test_the_key_in_use_is_no_new_key(settled: Desk) -> None:
    assert "is in use" in settled.does("keys rotate master.key").err


# Backups


def test_a_backup_comes_back_into_an_empty_database_of_either_kind(
    settled: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = settled.does("backup copy.db").out
    assert "their ledger holds" in said
    assert (settled.folder / "copy.db").stat().st_mode & 0o077 == 0
    assert "not empty" in settled.does("restore copy.db").err
    monkeypatch.setenv("LIAISON_DATABASE__URL", database_url)
    back = settled.does("restore copy.db")
    assert (back.status, "rows are back" in back.out) == (0, True)
    assert settled.does("ledger verify").status == 0
    assert settled.does("check").status == 0


def test_a_backup_from_before_the_index_was_renewed_is_found_by_names_and_numbers(
    settled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled.write("larch.csv", TABLE)
    settled.does("import larch.csv --case LARCH --as bruno --title t --purpose p")
    settled.does("backup copy.db")
    settled.does("keys rotate-index")
    monkeypatch.setenv("LIAISON_DATABASE__URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert settled.does("restore copy.db").status == 0
    assert settled.does("check").status == 0
    assert _knows_the_plate(settled)


def test_words_that_waited_in_a_backup_are_held_until_their_keeper_decides(
    settled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _waits(settled, "news", "later", "never")
    settled.does("backup copy.db")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    monkeypatch.setenv("LIAISON_DATABASE__URL", other)
    assert "3 of the bot's words waited" in settled.does("restore copy.db").out
    assert "held" in settled.does("check").out
    listed = settled.does("held list")
    numbers = [line.split()[0] for line in listed.out.splitlines()]
    assert (len(numbers), "ada" in listed.out, "Ship 1" in listed.out) == (3, True, False)
    assert _due(settled, other) == []
    assert settled.does("held release").status == 1
    assert "1 released" in settled.does(f"held release {numbers[0]}").out
    assert _due(settled, other) == [("news", 1)]  # one try: so the chat is asked first
    assert "2 dropped" in settled.does("held drop --all").out
    assert "Nothing is held" in settled.does("held list").out
    assert settled.does("held drop 1").status == 1
    assert _due(settled, other) == [("news", 1)]


def test_what_was_to_be_taken_back_is_taken_back_after_a_restore(
    settled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _waits(settled, "news")
    with closing(settled.store()) as store, store.begin() as session:
        session.execute(update(Delivery).values(progress=Progress.DONE, event="1"))
        outbox.retract(session, "news", now=datetime.now(UTC))
    settled.does("backup copy.db")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    monkeypatch.setenv("LIAISON_DATABASE__URL", other)
    assert "held" not in settled.does("restore copy.db").out
    assert _due(settled, other) == [("news#retract", 0)]


def _waits(desk: Desk, *keys: str) -> None:
    with closing(desk.store()) as store, store.begin() as session:
        ada = session.scalars(select(Officer).where(Officer.slug == "ada")).one()
        for number, key in enumerate(keys):
            words = Words(f"Ship {number} is in.")
            outbox.tell(session, key=key, officer=ada, words=words, now=datetime.now(UTC))


def _due(desk: Desk, url: str) -> list[tuple[str, int]]:
    """What a bot that starts now would say, and how often that was tried."""
    ring, master = f"sqlite:///{desk.folder}/keys/keyring.db", desk.folder / "master.key"
    store = open_store(url, keyring_url=ring, master=opening.configuration.read_key(master))
    with closing(store), store.reading() as session:
        rows = turns.next_due(session, datetime.now(UTC), "practice", 9)
        return [(row.key, row.attempts) for row in rows]


@pytest.mark.parametrize("name", ["a b", "a?b", "a%20b", "a#b&c", "ä:b"])
def test_a_copy_may_have_any_name_and_lie_in_any_folder(
    settled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = settled.folder / name
    folder.mkdir()
    settled.does(f'backup "{folder}/{name}.db"')
    assert sorted(each.name for each in folder.iterdir()) == [f"{name}.db", f"{name}.db.sha256"]
    monkeypatch.setenv("LIAISON_DATABASE__URL", engines.address_of(tmp_path / f"{name}.db"))
    assert settled.does(f'restore "{folder}/{name}.db"').status == 0
    assert (tmp_path / f"{name}.db").is_file()
    assert settled.does("check").status == 0


def test_a_backup_that_was_altered_is_not_restored(settled: Desk) -> None:
    assert settled.does("backup copy.db").status == 0
    assert "not overwritten" in settled.does("backup copy.db").err
    with (settled.folder / "copy.db").open("ab") as copy:
        copy.write(b"!")
    assert "not as it was written" in settled.does("restore copy.db").err


def test_a_backup_whose_ledger_does_not_hold_fills_nothing(
    settled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled.does("backup copy.db")
    copy = settled.folder / "copy.db"
    with closing(sqlite3.connect(copy)) as altered, altered:
        altered.execute("UPDATE entry SET actor = 'somebody else'")
    digest = hashlib.sha256(copy.read_bytes()).hexdigest()
    settled.write("copy.db.sha256", f"{digest}  copy.db\n")
    monkeypatch.setenv("LIAISON_DATABASE__URL", f"sqlite:///{tmp_path / 'other.db'}")
    for _ in range(2):
        assert "its ledger does not hold" in settled.does("restore copy.db").err


def test_a_backup_without_its_keyring_is_not_restored(
    settled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled.does("backup copy.db")
    monkeypatch.setenv("LIAISON_DATABASE__URL", f"sqlite:///{tmp_path / 'other.db'}")
    monkeypatch.setenv("LIAISON_DATABASE__KEYRING_URL", f"sqlite:///{tmp_path / 'other-keys.db'}")
    assert "not the one this backup" in settled.does("restore copy.db").err
    monkeypatch.delenv("LIAISON_DATABASE__KEYRING_URL")
    assert settled.does("restore copy.db").status == 0


def test_what_was_erased_since_does_not_come_back(
    settled: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(settled.store()) as store:
        with store.begin() as session:
            agency = session.scalars(select(Agency)).first()
            assert agency is not None
            known = entities.Known("Person", ["Jon Sampleton"], [PHONE])
            person = entities.add(session, agency, known, now=datetime.now(UTC))
        settled.does("backup copy.db")
        store.keyring.destroy([person.key_id])
    other = f"sqlite:///{tmp_path / 'other.db'}"
    monkeypatch.setenv("LIAISON_DATABASE__URL", other)
    assert settled.does("restore copy.db").status == 0
    ring, master = f"sqlite:///{settled.folder}/keys/keyring.db", settled.folder / "master.key"
    back_there = open_store(other, keyring_url=ring, master=opening.configuration.read_key(master))
    with closing(back_there) as store, store.reading() as session:
        back = session.get_one(Entity, person.id)
        assert sealing.unseal_or(session, back, "caption", "gone") == "gone"
        assert back.erased_at is not None
        assert not session.scalars(
            select(Identifier).where(Identifier.entity_id == person.id)
        ).all()
        assert not session.scalars(select(NameKey).where(NameKey.entity_id == person.id)).all()


# In a process of its own


def test_every_line_in_gets_exactly_one_line_out_in_order(tmp_path: Path) -> None:
    given = [
        b'{"text": "plate XX00 TST"}',
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"text": 5}',
        b'{"txt": "x"}',
        b'{"text": "\\ud800 +1 202 555 0143"}',
        '{"text": "one\u2028two +1 202 555 0143"}'.encode(),
        b'{"text": "' + b"x" * (1 << 20) + b'"}',
        b"[" * 100_000,
        b'{"text": "+1 202 555 0143"}',
    ]
    done = _process("extract", tmp_path, b"\n".join(given))
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(answers) == len(given)
    labels = [[span["label"] for span in answer.get("spans", [])] for answer in answers]
    assert labels == [["PLATE"], [], [], [], [], [], [], ["PHONE"], ["PHONE"], [], [], ["PHONE"]]
    assert ["error" in answer for answer in answers] == [
        False, True, True, True, True, True, True, False, False, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "line", "answer"),
    [
        ("compare-names", '{"left": "J. Vale", "right": "Vale, Jo", "kind": "person"}', "same"),
        ("extract", '{"text": "plate XX00 TST", "region": "gb"}', "spans"),
        ("when", '{"phrase": "in 2 hours", "now": "2027-03-09T09:00:00Z", "tz": "UTC"}', "at"),
    ],
)  # fmt: skip
def test_the_parts_can_be_tried_one_line_at_a_time(
    desk: Desk, command: str, line: str, answer: str
) -> None:
    done = desk.does(command, typed=f"{line}\nnonsense\n")
    good, bad = (json.loads(each) for each in done.out.splitlines())
    assert answer in good
    assert "error" in bad


@pytest.mark.parametrize(
    ("line", "why"),
    [("", "an empty line: "), ("nonsense", ""), ("[]", ""), ('{"a": NaN', "")],
)
def test_a_line_that_is_no_object_is_told_what_is_expected(line: str, why: str) -> None:
    out = io.BytesIO()
    lines.answer(dict, [line.encode()], out)
    assert json.loads(out.getvalue()) == {
        "error": f"{why}expected one JSON object on each line; --help shows one"
    }


@pytest.mark.parametrize(
    ("command", "line", "meant"),
    [
        ("extract", '{"text": "plate XX00 TST", "regoin": "GB"}', '"regoin"|"region"'),
        ("compare-names", '{"left": "J. Vale", "rihgt": "Vale, Jo"}', '"rihgt"|"right"'),
        ("when", '{"phrase": "noon", "now": "2027-03-09T09:00:00Z", "TZ": "UTC"}', '"TZ"|"tz"'),
    ],
)
def test_a_slip_in_a_key_is_told_and_a_key_of_ones_own_is_passed_over(
    desk: Desk, command: str, line: str, meant: str
) -> None:
    said, known = meant.split("|")
    own = line.replace(said, known).replace("{", '{"id": 7, "source": "ours", ')
    slip, good = map(json.loads, desk.does(command, typed=f"{line}\n{own}\n").out.splitlines())
    assert slip == {"error": f"{said} is not known here. Did you mean {known}?"}
    assert "error" not in good


def test_texts_are_read_with_the_rules_of_the_deployment(desk: Desk) -> None:
    rule = '[[language.rules]]\nname = "bag"\nlabel = "CASE_REF"\npattern = "EB-[0-9]{4}"\n'
    desk.write("ours.toml", CONFIG + rule + 'examples = ["EB-2027"]\n')
    done = desk.does("extract --config ours.toml", typed='{"text": "saw EB-2031"}\n')
    assert json.loads(done.out)["spans"][0]["subtype"] == "bag"


def test_a_line_that_breaks_the_reader_costs_its_neighbours_nothing() -> None:
    def read(record: dict[str, Any]) -> dict[str, Any]:
        return {"answer": 10 / record["n"]}

    out = io.BytesIO()
    lines.answer(read, [b'{"n": 2}', b'{"n": 0}', b"{}", b'{"n": 5}'], out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer.get("answer") for answer in answers] == [5, None, None, 2]
    assert all("error" in answer for answer in answers[1:3])


def test_an_answer_is_one_line_to_every_reader() -> None:
    said = "one\u2028two\x85three\ud800"
    out = io.BytesIO()
    lines.answer(lambda record: record, [json.dumps({"said": said}).encode()], out)
    [line] = out.getvalue().decode().splitlines()
    assert json.loads(line) == {"said": said}


def test_a_chat_that_cannot_be_reached_keeps_nothing_else_waiting(settled: Desk) -> None:
    on_slack = (
        '[slack]\nbot_token_file = "bot-token"\napp_token_file = "app-token"\n'
        'base_url = "http://127.0.0.1:9/api/"\n'
    )
    settled.write("config.toml", CONFIG + on_slack)
    for name, token in (("bot-token", "xoxb-1-2-example"), ("app-token", "xapp-1-A1-2-example")):
        settled.write(name, token).chmod(0o600)
    bot = _bot(settled, b"It keeps its clocks and hears nothing yet. Slack is not there yet;")
    bot.send_signal(signal.SIGTERM)
    _, told = bot.communicate(timeout=60)
    assert bot.returncode == 0
    assert b"Nothing was left half-done" in told


def test_a_second_bot_is_refused_and_the_first_ends_in_order(settled: Desk) -> None:
    first = _bot(settled)
    try:
        second = _process("run", settled.folder)
        assert second.returncode == 1
        assert b"runs on this database already" in second.stderr
        assert b"Traceback" not in second.stderr
        first.send_signal(signal.SIGTERM)
        _, told = first.communicate(timeout=60)
        assert first.returncode == 0
        assert b"Nothing was left half-done" in told
    finally:
        first.kill()
        first.wait()


def test_every_other_command_works_beside_a_bot_that_runs(settled: Desk) -> None:
    settled.write("larch.csv", TABLE)
    first = _bot(settled)
    try:
        for line in (
            "import larch.csv --case LARCH --as bruno --title t --purpose p",
            "export LARCH --as bruno --purpose p --to larch.jsonl",
            "directory apply --yes",
            "keys new next.key",
            "backup copy.db",
            "ledger verify",
            "held list",
            "purge --yes",
        ):
            done = settled.does(line)
            assert (line, done.status) == (line, 0)
        assert first.poll() is None
    finally:
        first.terminate()
        first.communicate()


def test_after_a_kill_the_next_bot_takes_over_at_once(settled: Desk) -> None:
    killed = _bot(settled)
    killed.kill()
    killed.communicate()
    with closing(settled.store()) as store, store.begin() as session:
        ada = session.scalars(select(Officer).where(Officer.slug == "ada")).one()
        outbox.tell(session, key="news", officer=ada, words=Words("-"), now=datetime.now(UTC))
        session.flush()
        session.execute(
            update(Delivery).values(
                attempts=1, lease_owner="killed", lease_until=datetime.now(UTC) + delivering.LEASE
            )
        )
    second = _bot(settled)
    second.kill()
    second.communicate()
    with closing(settled.store()) as store, store.reading() as session:
        assert session.scalars(select(Delivery.lease_owner)).all() == [None]


@pytest.mark.parametrize("line", ["demo --folder . --port 0", "demo --folder . --port 0 --fresh"])
def test_a_second_practice_room_on_a_folder_is_refused(desk: Desk, line: str) -> None:
    chat = desk.write("chat.jsonl", "")
    with alone(DATABASE.replace("data/", "")):
        refused = desk.does(line)
    assert (refused.status, "End it first" in refused.err) == (1, True)
    assert chat.exists()


def test_a_database_that_cannot_be_locked_says_why(
    settled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert "a disk of this machine" in settled.does("run").err


def _bot(desk: Desk, says: bytes = b"Liaison runs") -> subprocess.Popen[bytes]:
    """A bot that has begun to run."""
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=desk.folder, stderr=subprocess.PIPE
    )
    assert bot.stderr is not None
    told = []
    for line in bot.stderr:
        if says in line:
            return bot
        told.append(line.decode())
    bot.communicate()
    raise AssertionError("the bot did not begin:\n" + "".join(told))


def _process(command: str, folder: Path, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", command],
        cwd=folder, input=typed, capture_output=True, timeout=100, check=False,
    )  # fmt: skip


def _let_see(desk: Desk, agency: str) -> None:
    """The desk of the case lets another agency see it."""
    with closing(desk.store()) as store, store.begin() as session:
        case, bruno = session.query(Case).one(), opening.officer_named(session, "bruno")
        to = session.query(Agency).filter(Agency.slug == agency).one()
        cases.grant(session, case, bruno, to=to, now=datetime.now(UTC))


def _names(desk: Desk) -> list[str]:
    with closing(desk.store()) as store, store.reading() as session:
        known = session.scalars(select(Entity).where(Entity.erased_at.is_(None)))
        return sorted(name for each in known for name in entities.names_of(session, each))


def _things(desk: Desk) -> int:
    with closing(desk.store()) as store, store.reading() as session:
        return session.query(Entity).count()
