"""What the bot says in forms: their titles, their fields, and how to do without them."""

from typing import Final

OPEN_A_CASE: Final = "Open a case"
LINK_TO_CASE: Final = "Link to a case"
ASK_A_DESK: Final = "Ask a desk"
CALL_A_BRIEFING: Final = "Call a briefing"
ALL_FOUR: Final = "All four at once"

CODE: Final = "Code, such as LARCH"
TITLE: Final = "Title"
PURPOSE: Final = "Purpose: what for, in one sentence"
MARKING: Final = "Marking"
WHAT: Final = "A name or an identifier, such as plate XX00 TST"
CASE: Final = "Case"
NO_CASE: Final = "No case"
DESK: Final = "Desk"
QUESTION: Final = "Question"
HOW_SOON: Final = "How soon"
ORDINARY: Final = "Ordinary request"
OFFICER_WAITING: Final = "An officer is waiting"
BEGINS: Final = "Begins (empty: the three best times are proposed)"
LENGTH: Final = "Length"
PEOPLE: Final = "Who"
OTHERS: Final = "Desks, agencies or names, with commas between"


def without(usage: str) -> str:
    """What is read where no form can be shown."""
    return f"Say it like this: {usage}"


def minutes(count: int) -> str:
    return f"{count} minutes"


def not_an_officer(count: int) -> str:
    who = "One of those people is" if count == 1 else f"{count} of those people are"
    return f"{who} not in the directory. Name an officer, a desk or an agency."
