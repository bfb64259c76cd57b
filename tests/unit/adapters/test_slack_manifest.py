"""The manifest: no more than is needed, and nothing that Slack refuses."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack.manifest import EVENTS, SCOPES, link, manifest

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


@pytest.mark.parametrize("events_url", [None, AT])
def test_it_keeps_to_what_slack_takes(events_url: str | None) -> None:
    made = manifest(events_url)
    shown = made["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    for command in made["features"]["slash_commands"]:
        assert command["command"].startswith("/")
        assert len(command["description"]) <= 2000
    assert len(link(made, "https://slack.com/api/")) < 8000


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
    assert all(f"`{scope}`" in told for scope in SCOPES)


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
