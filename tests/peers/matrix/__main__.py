"""Get what the tests of Matrix talk to: a homeserver, and an independent client."""

import sys

from tests.browser import is_unattended
from tests.peers.matrix import node, synapse


def main() -> None:
    """Tell where both are. An absence is an error only where nobody would notice it."""
    missing = False
    for what, found, words in (
        ("Synapse", synapse.get(), synapse.MISSING),
        ("An independent client runs under", node.get(), node.MISSING),
    ):
        missing |= found is None
        sys.stdout.write(f"{what}: {found}\n" if found else f"{words}\n")
    if missing and is_unattended():
        sys.exit(1)


if __name__ == "__main__":
    main()
