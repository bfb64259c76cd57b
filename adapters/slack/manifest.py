"""The app as Slack has to know it: what it may do, and what it is told."""

import json
from typing import Any, Final
from urllib.parse import quote

SCOPES: Final = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
)
"""The least with which everything works; each is named with its reason in docs/slack.md."""

FILES_SCOPE: Final = "files:read"
"""Needed besides where the directory lets the bot read what is in files."""

EVENTS: Final = (
    "app_home_opened",
    "app_uninstalled",
    "channel_id_changed",
    "channel_shared",
    "channel_unshared",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
    "user_change",
)

COMMAND: Final = "/liaison"
LINK_TO_CASE: Final = "link_to_case"
ASK_A_UNIT: Final = "ask_a_unit"
EVENTS_PATH: Final = "/slack/events"


def scopes(*, reads_files: bool = False) -> tuple[str, ...]:
    """What the app may do."""
    return (*SCOPES, FILES_SCOPE) if reads_files else SCOPES


def manifest(events_url: str | None = None, *, reads_files: bool = False) -> dict[str, Any]:
    """For Socket Mode; with *events_url*, for Slack to call us there."""
    at = {"request_url": events_url} if events_url else {}
    slash = {"url": events_url} if events_url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Liaison",
            "description": "Reads what agencies share, asks before linking, keeps every deadline.",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "liaison", "always_online": True},
            "shortcuts": [
                _shortcut("Link to case", LINK_TO_CASE, "Put something said here into a case"),
                _shortcut("Ask a unit", ASK_A_UNIT, "Put a question to a desk, with a clock"),
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Cases, questions, briefings; help shows everything",
                    "usage_hint": "help",
                    "should_escape": True,
                    **slash,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes(reads_files=reads_files))}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": events_url is None,
            "token_rotation_enabled": False,
        },
    }


def link(made: dict[str, Any], base_url: str) -> str:
    """An address that opens Slack's page for a new app with this manifest filled in."""
    host = "api.slack-gov.com" if "slack-gov.com" in base_url else "api.slack.com"
    packed = json.dumps(made, separators=(",", ":"), ensure_ascii=False)
    return f"https://{host}/apps?new_app=1&manifest_json={quote(packed, safe='')}"


def _shortcut(name: str, callback: str, description: str) -> dict[str, str]:
    return {"name": name, "type": "message", "callback_id": callback, "description": description}
