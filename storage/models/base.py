"""What every table shares."""

from datetime import datetime
from typing import Any, ClassVar, dataclass_transform

from sqlalchemy import JSON, LargeBinary, MetaData
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    mapped_column,
    relationship,
)

from nlp.spans import Label
from storage.types import ROW_ID, UtcDateTime, fresh_id, words


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column, relationship))
class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    # Constraints need names before a migration can change them.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: ROW_ID,
        datetime: UtcDateTime(),
        bytes: LargeBinary(),
        list[str]: JSON(),
        list[int]: JSON(),
        dict[str, str]: JSON(),
        dict[str, Any]: JSON(),
        list[dict[str, Any]]: JSON(),
        Label: words(Label),
    }


class Row(Base, kw_only=True, eq=False, repr=False):
    """A table with a number of our own making, known before the row is written."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True, default_factory=fresh_id, autoincrement=False)


class Sealed(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """A row with sealed columns: each ends in `_sealed` and opens with the row's key.

    See `storage.sealing`: when the key is gone, the words are gone.
    """

    key_id: Mapped[str]
