"""The directory: every problem told at once, every difference shown, nothing deleted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import ConfigError
from bot.followup import hours
from bot.governance import access, directory, ledger
from bot.governance.directory import Did, Directory
from storage.models import (
    Account,
    Agency,
    Agreement,
    DirectoryVersion,
    Entry,
    Listening,
    Officer,
    Role,
    Room,
    Tlp,
    Unit,
)
from tests.unit.bot.agencies import DIRECTORY, NOW, Agencies, account, open_agencies


@pytest.fixture
def agencies(tmp_path: Path) -> Iterator[Agencies]:
    agencies = open_agencies(tmp_path)
    yield agencies
    agencies.store.close()


def without(kind: str, slug: str) -> Directory:
    """The directory with one of its tables left out."""
    tables = DIRECTORY.split(f"[[{kind}]]\n")
    kept = [tables[0], *(each for each in tables[1:] if not each.startswith(f'slug = "{slug}"\n'))]
    gone = next(each for each in tables[1:] if each.startswith(f'slug = "{slug}"\n'))
    rest = gone.partition("\n[[")
    return directory.parse(f"[[{kind}]]\n".join(kept) + (f"\n[[{rest[2]}" if rest[2] else ""))


def changed(before: str, after: str) -> Directory:
    assert before in DIRECTORY
    return directory.parse(DIRECTORY.replace(before, after))


def apply(agencies: Agencies, wanted: Directory) -> list[directory.Change]:
    with agencies.begin() as session:
        return directory.apply(session, wanted, by="officer:otis", now=NOW)


def counted(session: Session) -> list[int | None]:
    models = (Agency, Unit, Officer, Room)
    return [session.scalar(select(func.count()).select_from(model)) for model in models]


def test_what_was_applied_is_no_difference_any_more(agencies: Agencies) -> None:
    with agencies.store.reading() as session:
        assert directory.difference(session, directory.parse(DIRECTORY)) == []
    assert apply(agencies, directory.parse(DIRECTORY)) == []
    with agencies.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(DirectoryVersion)) == 1


def test_a_directory_is_who_is_who(agencies: Agencies) -> None:
    with agencies.store.reading() as session:
        ada = access.officer_of(session, account("ada"))
        assert ada is not None
        assert (ada.name, ada.agency.title, ada.clearance) == (
            "Ada Quill", "Alder Customs", Tlp.AMBER_STRICT,
        )  # fmt: skip
        room = session.scalars(select(Room)).one()
        assert (room.listens, room.ceiling, room.carries) == (Listening.ALL, Tlp.AMBER, ["LARCH"])


def test_every_agency_gets_a_key_of_its_own(agencies: Agencies) -> None:
    with agencies.store.reading() as session:
        keys = session.scalars(select(Agency.key_id)).all()
    assert len(set(keys)) == 2
    assert all(agencies.store.keyring.has(key) for key in keys)


def test_the_difference_names_what_changes_and_changes_nothing(agencies: Agencies) -> None:
    wanted = changed('clearance = "AMBER"\n', 'clearance = "GREEN"\n')
    with agencies.store.reading() as session:
        [change] = directory.difference(session, wanted)
        assert (change.kind, change.slug, change.did) == ("officer", "bela", Did.CHANGED)
        [field] = change.fields
        assert (field.name, field.before, field.after) == ("clearance", "AMBER", "GREEN")
        assert agencies.officer(session, "bela").clearance is Tlp.AMBER


def test_what_was_applied_is_what_was_shown(agencies: Agencies) -> None:
    wanted = changed('title = "Lisbon desk"', 'title = "Lisbon harbour desk"')
    with agencies.store.reading() as session:
        shown = directory.difference(session, wanted)
    assert apply(agencies, wanted) == shown
    with agencies.store.reading() as session:
        assert directory.difference(session, wanted) == []


def test_an_applied_change_is_in_the_ledger_with_who_did_it(agencies: Agencies) -> None:
    apply(agencies, changed('name = "Bela Stroud"', 'name = "Bela Holt"'))
    with agencies.store.reading() as session:
        [entry] = session.scalars(select(Entry).where(Entry.actor == "officer:otis"))
        assert entry.operation == ledger.Operation.ADMINISTRATION
        assert (entry.subject, entry.details["fields"]) == ("officer:bela", ["name"])
        assert "Holt" not in str(entry.details), "the ledger keeps no names"
        version = session.scalars(
            select(DirectoryVersion).order_by(DirectoryVersion.id.desc())
        ).first()
        assert version is not None
        assert version.changes == ["officer bela changed: name"]


def test_who_vanishes_is_retired_and_not_deleted(agencies: Agencies) -> None:
    [change] = apply(agencies, without("officer", "bela"))
    assert (change.slug, change.did) == ("bela", Did.RETIRED)
    with agencies.store.reading() as session:
        bela = agencies.officer(session, "bela")
        assert bela.retired_at == NOW
        assert access.officer_of(session, account("bela")) is None
    assert apply(agencies, without("officer", "bela")) == []


def test_who_comes_back_is_the_same_as_before(agencies: Agencies) -> None:
    with agencies.store.reading() as session:
        before = agencies.officer(session, "bela").id
    apply(agencies, without("officer", "bela"))
    [change] = apply(agencies, directory.parse(DIRECTORY))
    assert change.did is Did.RESTORED
    with agencies.store.reading() as session:
        bela = access.officer_of(session, account("bela"))
        assert bela is not None
        assert bela.id == before


def test_an_agreement_that_vanishes_is_retired(agencies: Agencies) -> None:
    [change] = apply(agencies, without("agreement", "alder-birch"))
    assert (change.kind, change.did) == ("agreement", Did.RETIRED)
    with agencies.store.reading() as session:
        assert session.scalars(select(Agreement)).one().retired_at == NOW


def test_a_log_in_can_move_from_one_officer_to_another(agencies: Agencies) -> None:
    text = DIRECTORY.replace('user = "ada" }', 'user = "moved" }').replace(
        'user = "aron" }', 'user = "ada" }'
    )
    apply(agencies, directory.parse(text))
    with agencies.store.reading() as session:
        owner = access.officer_of(session, account("ada"))
        assert owner is not None
        assert owner.slug == "aron"
        assert access.officer_of(session, account("aron")) is None


def test_a_room_that_listens_differently_is_announced_again(agencies: Agencies) -> None:
    with agencies.begin() as session:
        agencies.room(session).announced_at = NOW
    apply(agencies, changed('listens = "all"', 'listens = "mentions"'))
    with agencies.store.reading() as session:
        assert agencies.room(session).announced_at is None


def test_an_agency_says_when_its_officers_sleep_and_read_their_desk(agencies: Agencies) -> None:
    wanted = changed('country = "BE"', 'country = "BE"\nnight = "21:30-06:30"\ndigest = "shift"')
    [change] = apply(agencies, wanted)
    assert [field.name for field in change.fields] == ["night", "digest"]
    with agencies.store.reading() as session:
        alder = session.scalars(select(Agency).where(Agency.slug == "alder")).one()
        assert (alder.night, alder.digest) == ("21:30-06:30", "shift")


def test_what_an_officer_set_in_chat_is_kept_and_shown(agencies: Agencies) -> None:
    says_in_chat(agencies, zone="Asia/Singapore", duty="Mon-Fri 08:00-18:00")
    wanted = directory.parse(DIRECTORY)
    assert apply(agencies, wanted) == []
    assert clock(agencies) == ("Asia/Singapore", "Mon-Fri 08:00-18:00")
    with agencies.store.reading() as session:
        shown = [(k.officer, k.field, k.listed, k.set_at) for k in directory.kept(session, wanted)]
        assert shown == [
            ("bruno", "duty_hours", "", NOW),
            ("bruno", "zone", "Europe/Lisbon", NOW),
        ]


def test_the_file_wins_over_the_chat_once_it_says_something_new(agencies: Agencies) -> None:
    says_in_chat(agencies, zone="Asia/Singapore", duty="always")
    [*_, change] = apply(agencies, changed('"Europe/Lisbon"', '"Atlantic/Azores"'))
    assert change.slug == "bruno"
    assert [(field.name, field.before) for field in change.fields] == [("zone", "Asia/Singapore")]
    assert clock(agencies) == ("Atlantic/Azores", "always")


def test_what_the_file_and_an_officer_came_to_agree_on_is_the_files(agencies: Agencies) -> None:
    agreed = changed('"Europe/Lisbon"', '"Asia/Singapore"')
    says_in_chat(agencies, zone="Asia/Singapore")
    apply(agencies, agreed)
    says_in_chat(agencies, zone="Europe/Paris")
    apply(agencies, agreed)
    assert clock(agencies)[0] == "Europe/Paris"


def test_what_an_officer_set_back_is_the_files_again(agencies: Agencies) -> None:
    says_in_chat(agencies, zone="Asia/Singapore")
    says_in_chat(agencies, zone="Europe/Lisbon")
    with agencies.store.reading() as session:
        assert directory.kept(session, directory.parse(DIRECTORY)) == []


def says_in_chat(agencies: Agencies, *, zone: str = "", duty: str = "") -> None:
    """Bruno changes his own clock."""
    with agencies.begin() as session:
        bruno = agencies.officer(session, "bruno")
        hours.set_zone(session, bruno, zone, now=NOW)
        hours.set_duty(session, bruno, duty, now=NOW)


def clock(agencies: Agencies) -> tuple[str, str]:
    with agencies.store.reading() as session:
        bruno = agencies.officer(session, "bruno")
        return bruno.zone, bruno.duty_hours


def test_an_empty_directory_retires_everything_and_deletes_nothing(agencies: Agencies) -> None:
    with agencies.store.reading() as session:
        before = [
            session.scalar(select(func.count()).select_from(m))
            for m in (Agency, Unit, Officer, Room)
        ]
    apply(agencies, Directory())
    with agencies.store.reading() as session:
        after = [
            session.scalar(select(func.count()).select_from(m))
            for m in (Agency, Unit, Officer, Room)
        ]
        assert after == before
        assert all(officer.retired_at for officer in session.scalars(select(Officer)))
        assert session.scalar(select(func.count()).select_from(Account)) == 7


def test_a_room_carries_a_case_by_its_code_or_by_its_agencys(agencies: Agencies) -> None:
    wanted = changed('carries = ["LARCH"]', 'carries = ["larch", "Birch/rowan"]')
    assert wanted.rooms[0].carries == ("LARCH", "birch/ROWAN")
    with pytest.raises(ConfigError, match="names no agency"):
        changed('carries = ["LARCH"]', 'carries = ["brich/LARCH"]')


MISTAKES = {
    ('country = "BE"', 'country = "BE"\nnight = "late"'): "is no night",
    ('country = "PT"', 'country = "PT"\ndigest = "often"'): "is no time for a digest",
    ('country = "BE"', 'country = "Belgium"'): '"Belgium" is no country of two capital letters',
    ('agency = "birch"\ntitle', 'agency = "brich"\ntitle'): 'Did you mean "birch"?',
    ('roles = ["head"]', 'roles = ["haed"]'): 'Did you mean "head"?',
    ('clearance = "AMBER"\n', 'clearance = "AMBRE"\n'): 'Did you mean "AMBER"?',
    ('zone = "Europe/Lisbon"', 'zone = "Lisbon"'): 'Did you mean "Europe/Lisbon"?',
    ('listens = "all"', 'listens = "al"'): 'Did you mean "all"?',
    ('labels = ["PLATE"]', 'labels = ["PLATES"]'): 'Did you mean "PLATE"?',
    ('notice = "contact"', 'notice = "kontact"'): 'Did you mean "contact"?',
    ("until = 2028-01-01", 'until = "2028-01-01"'): "without quotes",
    ('ceiling = "AMBER"', 'ceiling = "RED"'): "never into a room",
    ('ceiling = "AMBER"', 'ceiling = "GREEN"'): "above the ceiling",
    ('up_to = "AMBER"', 'up_to = "RED"'): "never leaves its agency by agreement",
    ('to = "birch"', 'to = "alder"'): "no agreement with itself",
    ("duty_rank = 1", 'duty_rank = "first"'): "is not a number",
    ("duty_rank = 1", 'duty_hours = "Mon-Fri 8-18"'): "Mon-Fri 08:00-18:00",
    ("duty_rank = 1", "duty_rnak = 1"): 'Did you mean "duty_rank"?',
    ('title = "Alder Customs"', "title = 7"): "is not a text in quotes",
    ('title = "Alder Customs"', 'title = " "'): "is empty",
    ('title = "Alder Customs"\n', ""): "title missing",
    ('slug = "ada"', 'slug = "Ada"'): "may have small letters, digits and inner hyphens only",
    ('slug = "ada"', 'slug = "aron"'): "is there twice",
    ('user = "ada" }', 'user = "aron" }'): "is the account of",
    ('user = "ada" }', 'usr = "ada" }'): "each is written",
    ("[[agreement]]", "[[agreements]]"): 'Did you mean "agreement"?',
    ('unit = "birch-lisbon"', 'unit = "alder-harbour"'): 'is a unit of "alder"',
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[1].strip())
def test_a_mistake_is_told_with_what_would_do(mistake: tuple[str, str]) -> None:
    with pytest.raises(ConfigError) as told:
        changed(*mistake)
    assert MISTAKES[mistake] in str(told.value)


def test_every_mistake_is_told_at_once_and_where_it_is() -> None:
    with pytest.raises(ConfigError) as told:
        directory.parse(
            DIRECTORY.replace('roles = ["field"]', 'roles = ["feild"]').replace('"BE"', '"be"')
        )
    lines = str(told.value).splitlines()
    assert lines[0] == "directory.toml has 3 problems:"
    assert lines[1].startswith('- line 2, agency "alder": country = "be"')
    written = DIRECTORY.splitlines()
    for told_of, slug in zip(lines[2:], ("ada", "bela"), strict=True):
        number = written.index(f'slug = "{slug}"')  # counted from 0: the header's line from 1
        assert told_of.startswith(f'- line {number}, officer "{slug}": roles = "feild"')


@pytest.mark.parametrize(
    "mistake",
    [
        ('unit = "birch-lisbon"', 'unit = "nowhere"'),
        ('agency = "birch"\nunit', 'agency = "x"\nunit'),
    ],
)
def test_what_is_unknown_is_told_once(mistake: tuple[str, str]) -> None:
    before, after = mistake
    assert before in DIRECTORY
    with pytest.raises(ConfigError) as told:
        directory.parse(DIRECTORY.replace(before, after))
    assert "is a unit of" not in str(told.value)
    assert "is no " in str(told.value)


def test_a_role_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(ConfigError) as told:
        changed('roles = ["field"]', 'roles = ["king"]')
    assert f'"king" is no role. Known: {", ".join(Role)}.' in str(told.value)


def test_a_file_that_is_not_toml_says_where() -> None:
    with pytest.raises(ConfigError, match=r"is not TOML: .*line 2"):
        directory.parse("\n[[agency]")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        directory.read(tmp_path / "none.toml")


@pytest.mark.parametrize("text", ["agency = 4", "agency = [1, 2]", "[agency]\nslug = 'a'"])
def test_a_table_written_wrongly_is_told(text: str) -> None:
    with pytest.raises(ConfigError):
        directory.parse(text)
