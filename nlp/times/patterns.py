"""Pattern pieces that several rules of the grammar share."""

import re

from nlp.times import words

MONTH = words.any_of(words.MONTHS)
WEEKDAY = words.any_of(words.WEEKDAYS)
NUMBER_WORD = words.any_of(words.NUMBERS)
MINUTE_WORD = words.any_of(words.MINUTE_WORDS)
HOUR = r"(?:\d{1,2}|" + words.any_of(words.HOUR_WORDS) + ")"

# A military letter: Z, L and J in any case and after a space, the others as capitals only.
LETTER = r"(?:\s?[zlj]|(?-i:[A-IK-Y]))"
PLAUSIBLE_YEAR = r"(?:(?:19[6-9]|20\d)\d)"
# What stands behind a year or a day of the month, and never behind an hour.
NO_CLOCK = r"(?![\w:]|[.\-]\d|\s?[ap]\.?m\b|\s?(?:z|l|h|hrs|hours|uhr|uur|heures|horas|o'clock)\b)"
YEAR = rf"({PLAUSIBLE_YEAR}|\d\d){NO_CLOCK}"
END = r"(?!\w)"


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern without regard to case."""
    return re.compile(pattern, re.IGNORECASE)


def number(word: str) -> int:
    """The number a word or its digits mean."""
    return int(word) if word.isdigit() else words.NUMBERS[word.lower()]


def year_of(digits: str | None) -> int | None:
    """The year two or four digits mean; nothing for nothing. Of two digits, most are of this
    century, but people were born in the last one."""
    if not digits:
        return None
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < LAST_CENTURY else 1900)


LAST_CENTURY = 40  # two digits of a year from which on they are of the last century
