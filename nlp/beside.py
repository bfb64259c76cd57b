"""What stands beside a finding in its sentence."""

import re

from nlp.spans import Span

FAR, NEAR = 90, 48  # characters before and after a span in which words may belong to it

# The dot of a shortened word ends no sentence: "Mr. Sampleton", "geb. 12.03.1975".
SENTENCE_END = re.compile(
    r"[.!?;](?=\s|$)(?<!(?i:\bmr|\bdr|\bms|\bsr|\bhr|\bnr)\.)"
    r"(?<!(?i:\bmrs|\bsra|\bsgt|\bmme|\bgeb|\bdob)\.)(?<!(?i:\binsp)\.)|\n| but | however "
)


def before(text: str, span: Span) -> str:
    """The sentence up to the span, as far as words still belong to it."""
    stretch = text[max(0, span.start - FAR) : span.start]
    ends = [match.end() for match in SENTENCE_END.finditer(stretch)]
    return stretch[ends[-1] :] if ends else stretch


def after(text: str, span: Span) -> str:
    """The sentence from the span on, as far as words still belong to it."""
    stretch = text[span.end : span.end + NEAR]
    end = SENTENCE_END.search(stretch)
    return stretch if end is None else stretch[: end.start()]


def around(text: str, span: Span) -> str:
    """All from which anything said about the span is told."""
    return text[max(0, span.start - FAR) : span.end + NEAR]
