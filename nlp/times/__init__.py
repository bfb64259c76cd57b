"""Times as officers write them: a strict grammar that understands every word or refuses.

A phrase with two sane readings comes back as a question with both; hours that a change of the
clocks skips or repeats are asked about; what cannot be is refused with the reason.
"""

from nlp.times.durations import length
from nlp.times.lines import read_line
from nlp.times.reading import read
from nlp.times.recurrence import following
from nlp.times.values import (
    Ambiguous,
    Day,
    Instant,
    Nothing,
    Range,
    Reading,
    Recurrence,
    Settled,
    Window,
)

__all__ = [
    "Ambiguous",
    "Day",
    "Instant",
    "Nothing",
    "Range",
    "Reading",
    "Recurrence",
    "Settled",
    "Window",
    "following",
    "length",
    "read",
    "read_line",
]
