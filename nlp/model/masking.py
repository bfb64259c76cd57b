"""What the recogniser does not get to see: identifiers that the rules are sure of."""

from collections.abc import Sequence

from nlp.spans import Label, Span

# These are words like any others: the network may look at them, and nothing is hidden by it.
OPEN = frozenset(
    {
        Label.PERSON, Label.ORG, Label.PLACE, Label.NATIONALITY, Label.VESSEL, Label.VEHICLE,
        Label.ADDRESS, Label.DRUG, Label.WEAPON, Label.QUANTITY, Label.TIME, Label.MARKING,
        Label.CALLSIGN,
    }
)  # fmt: skip


def masked(spans: Sequence[Span]) -> list[tuple[int, int, str]]:
    """Where the identifiers are, in order and apart, each with its label for a class."""
    found: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.label in OPEN or not span.valid:
            continue
        if not found or found[-1][1] <= span.start:
            found.append((span.start, span.end, span.label.value))
    return found
