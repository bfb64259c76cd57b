"""What is said on Slack only: titles of modals, notices that tell nothing."""

from typing import Final

TITLE: Final = "Liaison"
CLOSE: Final = "Close"
SEND: Final = "Send"
NOTICE: Final = "Liaison has written here."
"""What a lock screen shows of words said in a room."""
PRIVATE_NOTICE: Final = "Liaison has something for you."
WORKING: Final = "One moment."
NOBODY: Final = "The directory does not know this account, so there is nothing to show here."
NOT_DONE: Final = "That could not be done just now. Nothing was changed; try again in a minute."
FILE_IS_PRIVATE: Final = "The file is in our direct messages."
