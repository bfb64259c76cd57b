"""From nothing to a bot that answers on Matrix, by the commands that `docs/matrix.md` tells."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from adapters.matrix import opening
from adapters.matrix.homeserver import path
from bot.__main__ import main
from tests.peers.matrix.people import Person
from tests.peers.matrix.stage import HERE, becomes
from tests.peers.matrix.synapse import DOMAIN, PASSWORD, Synapse

DOCS = Path("docs/matrix.md").read_text("utf-8")
BASE = """
[database]
url = "sqlite:///data/liaison.db"
keyring_url = "sqlite:///keys/keyring.db"

[keys]
master_file = "master.key"

"""


def block(*words: str) -> str:
    """The block of the document in which all these words stand."""
    found = re.findall(r"```\w*\n(.*?)```", DOCS, re.DOTALL)
    [only] = [each for each in found if all(word in each for word in words)]
    return str(only)


CONFIG = BASE + block("secrets_file =")


class Office:
    """A folder in which an administrator sets the bot up."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capfd = capfd
        for name in ("data", "keys"):
            (folder / name).mkdir()
        (folder / "config.toml").write_text(CONFIG)

    def liaison(self, *words: str, fails: bool = False) -> str:
        """What the command says. It goes through the same door as in a process of its own."""
        self._monkeypatch.setattr(sys, "argv", ["liaison", *words])
        self._capfd.readouterr()
        try:
            main()
            status: object = 0
        except SystemExit as end:
            status = end.code
        told = "".join(self._capfd.readouterr())
        assert bool(status) is fails, told
        return told

    def runs(self) -> subprocess.Popen[str]:
        """The bot, in a process of its own."""
        root = str(Path(__file__).parents[2])
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=self.folder, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": root}, text=True,
        )  # fmt: skip


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Office]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIAISON_MATRIX_PASSWORD", PASSWORD)
    mask = os.umask(0o022)
    office = Office(tmp_path, monkeypatch, capfd)
    office.liaison("keys", "new", "master.key")
    office.liaison("upgrade")
    yield office
    os.umask(mask)
    structlog.reset_defaults()  # `run` in this very process writes its log to our terminal


@pytest.mark.timeout(240)
def test_a_bot_is_set_up_invited_and_answers(office: Office, synapse: Synapse) -> None:
    name = f"bot-{os.getpid()}"
    (office.folder / "registration").write_text("for tests only\n")
    (line,) = (each for each in block("matrix login").splitlines() if "--register-with" in each)
    line = line.replace("https://matrix.example.org", synapse.address)
    line = line.replace("--user liaison", f"--user {name}").replace("FILE", "registration")
    told = office.liaison(*line.split()[1:])
    user = f"@{name}:{DOMAIN}"
    assert f"Logged in as {user}" in told
    fingerprint = re.search(r"Fingerprint: (.+)", told)
    assert fingerprint is not None
    assert (office.folder / "matrix.secrets").stat().st_mode & 0o077 == 0
    assert fingerprint[1] in office.liaison("matrix", "login")
    running = office.runs()
    try:
        with asyncio.Runner() as runner:
            ada = runner.run(Person.arrives(synapse, "ada", synapse.folder))
            bruno = runner.run(Person.arrives(synapse, "bruno", synapse.folder))
            room = runner.run(ada.opens_room(user, bruno.user))
            runner.run(bruno.joins(room))
            runner.run(becomes(lambda: _has_come(ada, room, user), within=60))
            people = sorted([user, ada.user, bruno.user])
            shown = block("!XyZabc", "encrypted").replace(
                "!XyZabc…  Joint harbour", f"{room}  (no name)"
            )
            shown = re.sub(r"  @ada.*", f"  {', '.join(people)}", shown)
            assert shown in _rooms(office)
            words = (HERE / "harbour.toml").read_text()
            for line in block("[[room]]").splitlines():  # As the document says it, but for names.
                form = re.escape(line).replace("example\\.org", ".+").replace('"ada"', ".+")
                assert re.search(form.replace("!XyZabc…", ".+"), words), line
            for place, value in (
                ("home", DOMAIN), ("room", room),
                ("ada", ada.account.user), ("bruno", bruno.account.user),
            ):  # fmt: skip
                words = words.replace(f"{{{place}}}", value)
            (office.folder / "directory.toml").write_text(words)
            office.liaison("directory", "apply", "--yes")
            runner.run(_is_answered(ada, room))
            _lift_the_limit(synapse, user)
            trusted = office.liaison("matrix", "trust", ada.user, "--yes")
            assert f"{ada.user} is known by" in trusted
            runner.run(bruno.closes())
            runner.run(ada.closes())
    finally:
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=30)
    assert f"It listens to Matrix as {user}" in said
    assert "Nothing was left half-done" in said
    assert running.returncode == 0
    assert "encrypted; joint-harbour, up to TLP:AMBER" in _rooms(office)
    assert fingerprint[1] in office.liaison("check")


def _lift_the_limit(synapse: Synapse, user: str) -> None:
    """As the document's call does, which an administrator of the homeserver makes."""
    command = block("override_ratelimit")
    admin = synapse.register(f"admin-{os.getpid()}", is_admin=True)
    told = asyncio.run(opening.log_in(synapse.address, admin, PASSWORD))
    (body,) = re.findall(r"-d '(.*?)'", command)
    (what,) = re.findall(r"https://matrix\.example\.org(\S+)", command)
    what = what.replace("@liaison:example.org", user)
    synapse.call("POST", what, json.loads(body), told["access_token"])
    limits = synapse.call("GET", what, token=told["access_token"])
    assert limits == json.loads(body)


def _rooms(office: Office) -> str:
    return office.liaison("matrix", "rooms")


async def _has_come(ada: Person, room: str, user: str) -> bool:
    told = await ada.homeserver.get(path("rooms", room, "members"))
    return any(
        each["state_key"] == user and each["content"]["membership"] == "join"
        for each in told["chunk"]
    )


async def _is_answered(ada: Person, room: str) -> None:
    await becomes(lambda: _reads(ada, room, "Liaison is in Joint harbour"), within=60)
    await ada.says(room, "XX00 TST at the gate")
    await becomes(lambda: _reads(ada, room, "Read: plate XX00 TST"), within=30)


async def _reads(person: Person, room: str, text: str) -> bool:
    await person.catches_up()
    return any(text in each["content"].get("body", "") for each in person.reads(room))


def test_a_new_device_keeps_the_identity(office: Office, synapse: Synapse) -> None:
    user = synapse.register(f"again-{os.getpid()}")
    first = office.liaison("matrix", "login", "--homeserver", synapse.address, "--user", user)
    for left in (office.folder / "var" / "matrix").iterdir():
        left.unlink()
    assert "login --new-device" in office.liaison("matrix", "login", fails=True)
    assert "no crypto store" in office.liaison("check", fails=True)
    second = office.liaison("matrix", "login", "--new-device")
    assert _fingerprint(first) == _fingerprint(second)
    assert first != second


def _fingerprint(told: str) -> str:
    (found,) = re.findall(r"Fingerprint: (.+)", told)
    return str(found)


def test_a_token_that_is_revoked_ends_the_bot_with_a_remedy(
    office: Office, synapse: Synapse
) -> None:
    user = synapse.register(f"revoked-{os.getpid()}")
    office.liaison("matrix", "login", "--homeserver", synapse.address, "--user", user)
    token = json.loads((office.folder / "matrix.secrets").read_text())["token"]
    synapse.call("POST", path("logout", "all"), {}, token)
    assert "login --new-device" in office.liaison("run", fails=True)


def test_secrets_that_others_can_read_are_refused(office: Office, synapse: Synapse) -> None:
    user = synapse.register(f"open-{os.getpid()}")
    office.liaison("matrix", "login", "--homeserver", synapse.address, "--user", user)
    (office.folder / "matrix.secrets").chmod(0o644)
    assert "chmod 600" in office.liaison("matrix", "rooms", fails=True)


def test_a_token_is_enough_and_secrets_may_come_from_the_environment(
    office: Office, synapse: Synapse, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = synapse.register(f"token-{os.getpid()}")
    told = asyncio.run(opening.log_in(synapse.address, user, PASSWORD))
    (office.folder / "token").write_text(f"{told['access_token']}\n")
    login = ("--homeserver", synapse.address, "--token-file", "token")
    fingerprint = _fingerprint(office.liaison("matrix", "login", *login))
    secrets = office.folder / "matrix.secrets"
    monkeypatch.setenv("LIAISON_MATRIX__SECRETS", secrets.read_text())
    secrets.unlink()
    (office.folder / "config.toml").write_text(BASE)
    assert fingerprint in office.liaison("check", fails=True)  # There is no directory yet.


def test_without_a_secrets_file_login_says_what_to_write(office: Office) -> None:
    (office.folder / "config.toml").write_text(BASE)
    assert 'secrets_file = "matrix.secrets"' in office.liaison("matrix", "login", fails=True)


def test_a_homeserver_without_tls_is_refused_unless_it_is_this_machine(office: Office) -> None:
    words = ("--homeserver", "http://matrix.example.org", "--user", "liaison")
    assert "https://" in office.liaison("matrix", "login", *words, fails=True)
