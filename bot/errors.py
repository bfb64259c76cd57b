"""What can go wrong, sorted by who must act."""


class LiaisonError(Exception):
    """The root of our own errors."""


class ConfigError(LiaisonError):
    """The operator must act: what was found, what is wrong with it, what would do."""


class UserError(LiaisonError):
    """The person in the room must act: the text is written for them."""


class NotAllowed(UserError):
    """The person may not do this; the text never says what is hidden."""


class ChatUnavailable(LiaisonError):
    """The chat cannot be reached now; trying again later will help."""

    def __init__(self, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class CalendarUnavailable(LiaisonError):
    """A calendar could not be read now; what was known of it stands."""


class ChatBusy(ChatUnavailable):
    """The chat wants us to wait our turn, and nothing was said: this was no attempt."""

    def __init__(self, text: str, *, retry_after: float, is_for_all: bool = False) -> None:
        super().__init__(text, retry_after=retry_after)
        self.is_for_all = is_for_all
        """Whether so must everything that is to be said there."""


class ChatRefused(LiaisonError):
    """The chat said no; trying again will not help."""
