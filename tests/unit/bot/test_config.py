"""What an operator may say, and what they are told when they say it wrong."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from bot import config as configuration
from bot.errors import ConfigError
from bot.governance import directory

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LIAISON_")]:
        monkeypatch.delenv(name)


def test_the_example_can_be_used_as_it_is() -> None:
    assert configuration.read(EXAMPLE).keys.master_file == Path("master.key")


def test_the_example_names_every_word_with_its_default() -> None:
    config = configuration.Config()
    told = _told_by_example()
    for word in configuration.known_words():
        table, _, key = word.partition(".")
        if not key:
            continue
        assert word in told, word
        default = getattr(getattr(config, table), key)
        if default is not None:
            assert str(told[word]) == str(default), word


def test_the_example_directory_is_without_a_fault() -> None:
    path = EXAMPLE.parent / "deploy" / "directory.example.toml"
    listed = directory.read(path)
    parts = (listed.agencies, listed.units, listed.officers, listed.rooms, listed.agreements)
    assert all(parts)


def test_every_mistake_is_told_at_once_with_the_nearest_right_word(tmp_path: Path) -> None:
    told = _told(
        tmp_path,
        'databse.url = "x"\n[retention]\nmessages_days = "soon"\n[ledger]\nanker = "x"\n'
        '[log]\nlevel = "LOUD"\n',
    )
    assert '- databse is not known. Did you mean "database"?' in told
    assert "- retention.messages_days = 'soon': " in told
    assert '- ledger.anker is not known. Did you mean "ledger.anchor"?' in told
    assert "- log.level = 'LOUD': " in told


def test_a_word_that_is_like_no_other_is_answered_with_those_there_are(tmp_path: Path) -> None:
    assert "Known are: log.level, log.json_lines." in _told(tmp_path, "[log]\nzzz = 1\n")


def test_a_table_that_is_none_is_told_as_such(tmp_path: Path) -> None:
    assert "- database must be a table: [database]" in _told(tmp_path, 'database = "x"\n')


def test_what_is_not_toml_is_told_with_its_place(tmp_path: Path) -> None:
    assert "line 2" in _told(tmp_path, "[log]\nlevel = = 1\n")


def test_what_is_not_text_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"[log]\n\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        configuration.read(path)


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Copy config\.example\.toml"):
        configuration.read(tmp_path / "config.toml")


def test_an_unknown_kind_of_database_is_refused_without_its_password(tmp_path: Path) -> None:
    told = _told(tmp_path, '[database]\nurl = "mysql://liaison:hunter2@db.example/x"\n')
    assert "postgresql+psycopg://" in told
    assert "hunter2" not in told


def test_the_environment_is_stronger_than_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[retention]\nmessages_days = 60\n[log]\nlevel = "DEBUG"\n')
    monkeypatch.setenv("LIAISON_RETENTION__MESSAGES_DAYS", "30")
    config = configuration.read(path)
    assert (config.retention.messages_days, config.log.level) == (30, "DEBUG")


def test_a_misspelt_variable_is_not_ignored_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_DATABSE__URL", "sqlite:///x.db")
    with pytest.raises(ConfigError, match='Did you mean "LIAISON_DATABASE__URL"'):
        configuration.read(None)


def test_a_new_key_is_read_back_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    configuration.new_key(path)
    assert len(configuration.read_key(path)) == configuration.KEY_BYTES
    assert path.stat().st_mode & 0o077 == 0


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    configuration.new_key(path)
    with pytest.raises(ConfigError, match="exists already"):
        configuration.new_key(path)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    configuration.new_key(path)
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        configuration.read_key(path)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("not base64 at all", "not a key in base64"),
        ("c2hvcnQ=", "has 5 bytes"),
        ("gr\u00fc\u00df", "not a key in base64"),
    ],
)
def test_what_is_no_key_is_refused_without_repeating_it(
    tmp_path: Path, words: str, why: str
) -> None:
    path = tmp_path / "master.key"
    path.write_text(words, "utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=why) as told:
        configuration.read_key(path)
    assert words not in str(told.value)


def test_one_source_of_the_key_is_wanted_not_two(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nmaster_file = "a"\nmaster_command = "b"\n')
    with pytest.raises(ConfigError, match="master_file and master_command are"):
        configuration.master_key(configuration.read(path))


def test_a_command_may_print_the_key(tmp_path: Path) -> None:
    key = tmp_path / "master.key"
    configuration.new_key(key)
    path = tmp_path / "config.toml"
    path.write_text(f'[keys]\nmaster_command = "cat {key}"\n')
    assert configuration.master_key(configuration.read(path)) == configuration.read_key(key)


@pytest.mark.parametrize("command", ["false", "/nowhere/show-key secret", "echo 'open"])
def test_a_command_that_fails_is_told_without_its_words(tmp_path: Path, command: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[keys]\nmaster_command = "{command}"\n')
    with pytest.raises(ConfigError, match=r"keys\.master_command") as told:
        configuration.master_key(configuration.read(path))
    assert "secret" not in str(told.value)


def test_a_key_given_by_mistake_as_another_word_is_not_repeated(tmp_path: Path) -> None:
    assert "hunter2" not in _told(tmp_path, '[keys]\nmastr = "hunter2"\nmaster = ["hunter2"]\n')


def _told_by_example() -> dict[str, object]:
    """What the example says for each word, commented out or not."""
    table, told = "", {}
    for line in EXAMPLE.read_text("utf-8").splitlines():
        plain = line.removeprefix("# ")
        if plain.startswith("["):
            table = plain.strip("[]")
        elif re.match(r"[a-z_]+ = ", plain):
            key, _, value = plain.partition(" = ")
            told[f"{table}.{key}"] = tomllib.loads(f"x = {value}")["x"]
    return told


def _told(folder: Path, text: str) -> str:
    path = folder / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as told:
        configuration.read(path)
    return str(told.value)


@pytest.mark.parametrize(
    "url", ["http://slack.example/api/", "ftp://slack.com/api/", "slack.com", "https:slack.com"]
)
def test_slack_is_spoken_to_in_secret_only(tmp_path: Path, url: str) -> None:
    assert "slack.base_url" in _told(tmp_path, f'[slack]\nbase_url = "{url}"\n')


def test_an_address_of_slack_ends_as_its_library_wants_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[slack]\nbase_url = "https://slack-gov.com/api"\n')
    assert configuration.read(path).slack.base_url == "https://slack-gov.com/api/"


def test_a_token_is_never_repeated(tmp_path: Path) -> None:
    told = _told(tmp_path, '[slack]\nbot_token = ["xoxb-fictional"]\n')
    assert "slack.bot_token" in told
    assert "xoxb" not in told


def test_a_token_comes_from_one_place_that_is_ours_alone(tmp_path: Path) -> None:
    kept = tmp_path / "token"
    kept.write_text("xoxb-fictional\n")
    kept.chmod(0o600)
    path = tmp_path / "config.toml"
    path.write_text(f'[slack]\nbot_token_file = "{kept}"\n')
    config = configuration.read(path)
    assert config.slack.is_on
    assert configuration.slack_secret(config, "bot_token") == "xoxb-fictional"
    with pytest.raises(ConfigError, match="app_token is needed"):
        configuration.slack_secret(config, "app_token")
    kept.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        configuration.slack_secret(config, "bot_token")
    path.write_text(f'[slack]\nbot_token_file = "{kept}"\nbot_token = "x"\n')
    with pytest.raises(ConfigError, match="both set"):
        configuration.slack_secret(configuration.read(path), "bot_token")


@pytest.mark.parametrize(
    "address",
    [
        "http://liaison.example",
        "https://liaison.example/desk",
        "https://ada@liaison.example",
        "https://liaison.example?x",
        "https://bücher.example",
        "https://liaison.example:port",
        "https://liaison example",
        "liaison.example",
    ],
)
def test_a_desk_s_address_is_safe_and_names_a_place_alone(tmp_path: Path, address: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[web]\naddress = "{address}"\n')
    with pytest.raises(ConfigError, match=r"web\.address"):
        configuration.read(path)
    for written in (
        "https://liaison.example/",
        "HTTPS://Liaison.example",
        "https://liaison.example?",
    ):
        path.write_text(f'[web]\naddress = "{written}"\n')
        assert configuration.read(path).web.address == "https://liaison.example"
