"""The manifest: no more than is needed, and nothing that Slack refuses."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from adapters.slack.manifest import EVENTS, SCOPES, link, manifest, scopes
from tests.slack_manifest import Manifest

AT = "https://liaison.example/slack/events"
NEEDED_BY = {
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "user_change": {"users:read"},
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "tokens_revoked": set(),
}
"""The scopes that Slack's documents name for each event."""


@pytest.mark.parametrize("reads_files", [False, True])
@pytest.mark.parametrize("events_url", [None, AT])
def test_it_keeps_to_what_slack_takes(events_url: str | None, reads_files: bool) -> None:
    made = manifest(events_url, reads_files=reads_files)
    assert Manifest.model_validate(made)
    assert len(link(made, "https://slack.com/api/")) < 8000


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("display_information", "name"), "L" * 36),
        (("display_information", "colour"), "#1d3557"),
        (("features", "shortcuts", 0, "type"), "button"),
        (("features", "slash_commands", 0, "command"), "liaison"),
        (("oauth_config", "scopes", "bot"), ["commands", "commands"]),
        (("settings", "event_subscriptions", "bot_events"), "message.im"),
        (("settings", "socket_mode_enabled"), False),
        (("_metadata", "major_version"), 3),
    ],
)
def test_what_slack_does_not_take_is_found_out(place: tuple[str | int, ...], value: Any) -> None:
    made: Any = manifest()
    held = made
    for name in place[:-1]:
        held = held[name]
    held[place[-1]] = value
    with pytest.raises(ValidationError):
        Manifest.model_validate(made)


def test_by_socket_it_names_no_address() -> None:
    assert "url" not in json.dumps(manifest())
    assert manifest()["settings"]["socket_mode_enabled"] is True


def test_by_http_everything_comes_to_one_address() -> None:
    made = manifest(AT)
    assert json.dumps(made).count(AT) == 3
    assert made["settings"]["socket_mode_enabled"] is False


def test_every_event_has_its_scope() -> None:
    for event in EVENTS:
        assert NEEDED_BY[event] <= set(SCOPES), event


def test_every_scope_has_its_reason_in_the_docs() -> None:
    told = Path("docs/slack.md").read_text("utf-8")
    assert all(f"`{scope}`" in told for scope in scopes(reads_files=True))


@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("https://slack.com/api/", "api.slack.com"),
        ("https://slack-gov.com/api/", "api.slack-gov.com"),
    ],
)
def test_the_link_holds_the_manifest(base: str, host: str) -> None:
    found = urlsplit(link(manifest(), base))
    assert found.hostname == host
    assert json.loads(parse_qs(found.query)["manifest_json"][0]) == manifest()
