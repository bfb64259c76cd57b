"""Get what the tests of Matrix talk to: a homeserver, and an independent client."""

import sys

from tests.browser import is_unattended
from tests.peers.matrix import node, synapse


def main() -> None:
    """Tell where both are. The homeserver comes from the package index, so that its absence is an
    error where nobody would notice it. Node.js does not, and what needs it is left out then."""
    homeserver, client = synapse.get(), node.get()
    sys.stdout.write(f"Synapse: {homeserver}\n" if homeserver else f"{synapse.MISSING}\n")
    under = f"An independent client runs under: {client}\n"
    sys.stdout.write(under if client else f"{node.MISSING}\n")
    if homeserver is None and is_unattended():
        sys.exit(1)


if __name__ == "__main__":
    main()
