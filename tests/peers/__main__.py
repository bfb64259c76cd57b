"""Get what the tests talk to that others wrote: a homeserver, a client, another Slack."""

import sys
from pathlib import Path

from tests import node
from tests.browser import is_unattended
from tests.peers.matrix import synapse

HERE = Path(__file__).parent
UNDER_NODE = {
    "an independent Matrix client": HERE / "matrix" / "js",
    "a Slack that somebody else wrote": HERE / "slack",
}


def main() -> None:
    """Tell where each is. The homeserver and Node.js come from the package index, so that their
    absence is an error where nobody would notice it. What runs under Node.js comes from npm's
    registry, which not everybody can reach, and is left out then.
    """
    homeserver, found = synapse.get(), node.get()
    _tell(f"Synapse: {homeserver}" if homeserver else synapse.MISSING)
    _tell(f"Node.js: {found.program}" if found else node.MISSING)
    for called, folder in UNDER_NODE.items() if found else ():
        _tell(f"Under it runs {called}." if found.has(folder) else f"Without {called}.")
    if is_unattended() and (homeserver is None or found is None):
        sys.exit(1)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
