"""Verifications that many begin at once."""

from typing import Any, cast

from adapters.matrix import verification
from adapters.matrix.credentials import Credentials
from adapters.matrix.signing import Seeds
from adapters.matrix.speaking import MatrixChat
from adapters.matrix.verification import Verifier

ADA, EVE = "@ada:example.org", "@eve:example.org"


def verifier() -> Verifier:
    """It opens verifications, and has nobody to answer to."""
    credentials = Credentials("https://example.org", "@bot:example.org", "D", "t", "k", Seeds.new())
    return Verifier(cast(MatrixChat, None), credentials)


def under_way(it: Verifier) -> dict[str, Any]:
    return dict(it._under_way)


def test_nobody_pushes_out_what_others_have_begun() -> None:
    it = verifier()
    it._opened("of ada", ADA, "A", None)
    for number in range(2 * verification.MOST_UNDER_WAY):
        it._opened(f"of eve {number}", EVE, "E", None)
    assert list(under_way(it)) == ["of ada", *(f"of eve {n}" for n in (97, 98, 99))]


def test_so_many_are_under_way_and_no_more_whoever_begins_them() -> None:
    it = verifier()
    for number in range(3 * verification.MOST_UNDER_WAY):
        it._opened(f"{number}", f"@{number}:example.org", "D", None)
    assert len(under_way(it)) == verification.MOST_UNDER_WAY
