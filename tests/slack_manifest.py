"""What Slack takes as an app's manifest, as its documents and its own public schema tell it.

Written down anew, as far as an app such as ours could use it: what is not named here is refused.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _once_each(listed: Sequence[str]) -> Sequence[str]:
    if len(set(listed)) != len(listed):
        raise ValueError("something is there twice")
    return listed


Url = Annotated[str, Field(pattern=r"^https?://", max_length=3500)]
Names = Annotated[list[Annotated[str, Field(max_length=50)]], AfterValidator(_once_each)]


class Part(BaseModel):
    """A part of it. Nothing is taken for another type, and nothing unknown is taken at all."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Version(Part):
    major_version: Literal[2]
    minor_version: int = 0


class Display(Part):
    name: str = Field(min_length=1, max_length=35)
    description: str = Field(default="-", min_length=1, max_length=140)
    background_color: str = Field(default="#000", pattern=r"^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$")
    long_description: str = Field(default="-" * 175, min_length=175, max_length=4000)


class Home(Part):
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = False
    messages_tab_read_only_enabled: bool = False


class Bot(Part):
    display_name: str = Field(min_length=1, max_length=80)
    always_online: bool = False


class Shortcut(Part):
    name: str = Field(min_length=1, max_length=24)
    type: Literal["message", "global"]
    callback_id: str = Field(min_length=1, max_length=255)
    description: str = Field(min_length=1, max_length=150)


class Slash(Part):
    command: str = Field(pattern="^/", min_length=2, max_length=32)
    description: str = Field(min_length=1, max_length=2000)
    url: str = Field(default="https://", pattern=r"^https?://", max_length=3000)
    usage_hint: str = Field(default="-", min_length=1, max_length=1000)
    should_escape: bool = False


class Features(Part):
    app_home: Home | None = None
    bot_user: Bot | None = None
    shortcuts: list[Shortcut] | None = Field(default=None, min_length=1, max_length=10)
    slash_commands: list[Slash] | None = Field(default=None, min_length=1, max_length=50)


class Scopes(Part):
    bot: Names = Field(default=[], max_length=255)
    user: Names = Field(default=[], max_length=255)


class OAuth(Part):
    scopes: Scopes = Scopes()
    redirect_urls: list[Annotated[str, Field(max_length=2500)]] = Field(default=[], max_length=1000)


class Events(Part):
    request_url: Url | None = None
    bot_events: Names = Field(default=[], max_length=100)
    user_events: Names = Field(default=[], max_length=100)


class Interactivity(Part):
    is_enabled: bool
    request_url: Url | None = None
    message_menu_options_url: Url | None = None


class Settings(Part):
    event_subscriptions: Events = Events()
    interactivity: Interactivity = Interactivity(is_enabled=False)
    org_deploy_enabled: bool = False
    socket_mode_enabled: bool = False
    token_rotation_enabled: bool = False


class Manifest(Part):
    """The whole of it, for an app of version 2."""

    version: Version = Field(alias="_metadata")
    display_information: Display
    features: Features = Features()
    oauth_config: OAuth = OAuth()
    settings: Settings = Settings()

    @model_validator(mode="after")
    def _is_reached(self) -> "Manifest":
        """Without Socket Mode everything that comes in needs an address; with it, none does."""
        its, slashes = self.settings, self.features.slash_commands or []
        if its.socket_mode_enabled:
            return self
        if its.event_subscriptions.bot_events and its.event_subscriptions.request_url is None:
            raise ValueError("events have no address to go to")
        if its.interactivity.is_enabled and its.interactivity.request_url is None:
            raise ValueError("taps have no address to go to")
        if any("url" not in slash.model_fields_set for slash in slashes):
            raise ValueError("a command has no address to go to")
        return self
