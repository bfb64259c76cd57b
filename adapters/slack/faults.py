"""What Slack's refusals mean to us: try again, give up, or an operator must act."""

from typing import Final

from bot.errors import ChatBusy, ChatRefused, ChatUnavailable, LiaisonError

FOR_THE_OPERATOR: Final = {
    "account_inactive": "the app was removed from the workspace: install it again",
    "app_uninstalled": "the app was removed from the workspace: install it again",
    "ekm_access_denied": "the workspace's key management refuses access: ask its administrators",
    "invalid_auth": "the token is not valid: copy it again from the app's page",
    "missing_scope": "a scope is missing: compare with liaison slack manifest, install it again",
    "no_permission": "the app may not do this: compare with liaison slack manifest",
    "not_allowed_token_type": "this is the wrong kind of token for its place",
    "not_authed": "there is no token",
    "org_login_required": "the workspace is being moved into an organisation",
    "team_access_not_granted": "the app is not granted to this workspace",
    "token_expired": "the token has expired: turn token rotation off, or put in a new one",
    "token_revoked": "the token was revoked: install the app again",
}
"""Errors that end when somebody does something, and what."""

_OF_ONE_METHOD: Final = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
"""What shuts us out of one thing, while others may still go."""
EVERYWHERE: Final = ""

_HELD_BACK: Final = frozenset({"ratelimited", "rate_limited"})
_PASSING: Final = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
REST: Final = 60.0
"""Seconds until an attempt that only an operator can help is made again."""


class ShutOut(ChatUnavailable):
    """Slack refuses us until an operator acts: *where*, a method or everywhere, and *why*."""

    def __init__(self, method: str, error: str) -> None:
        super().__init__(f"Slack refuses {method}: {error}.", retry_after=REST)
        self.where = method if error in _OF_ONE_METHOD else EVERYWHERE
        self.why = f"{error}: {FOR_THE_OPERATOR[error]}"


def fault_of(method: str, error: str, retry_after: float | None = None) -> LiaisonError:
    """Slack's answer as one of our errors."""
    if error in FOR_THE_OPERATOR:
        return ShutOut(method, error)
    if error in _HELD_BACK:
        return ChatBusy(f"Slack wants {method} to wait.", retry_after=retry_after or 1.0)
    if error in _PASSING:
        return ChatUnavailable(f"Slack cannot do {method} now: {error}.", retry_after=retry_after)
    return ChatRefused(f"Slack refuses {method}: {error}.")
