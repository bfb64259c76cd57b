"""What is still there to be compared with: every case that is not erased, open or closed, and does
not go on in another.

A restricted entity is nowhere. What the machine compares with and what an agency is told that it
would answer for are one and the same.
"""

from typing import Final

from sqlalchemy import ColumnElement

from storage.models import Case, Entity, EntityCase

PLACES: Final[tuple[ColumnElement[bool], ...]] = (
    Entity.erased_at.is_(None),
    Entity.restricted_at.is_(None),
    EntityCase.removed_at.is_(None),
    Case.erased_at.is_(None),
    Case.merged_into.is_(None),
)
"""Where an entity stands in a case."""
