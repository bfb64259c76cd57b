"""The Chromium that the tests drive: where it is, and how to get one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# Playwright's own Node.js needs libatomic, which a bare Debian has not.
DEBIAN = ("chromium", "fonts-dejavu", "libatomic1")

MISSING = """\
No Chromium that Playwright can start was found, so pages cannot be tested in a real browser.
Any one of these helps:
  - Debian, as root: apt-get install chromium libatomic1,
  - .venv/bin/playwright install --with-deps chromium,
  - set LIAISON_CHROMIUM to the path of a Chromium or Chrome."""


@contextmanager
def started(chromium: Path) -> Iterator[Browser]:
    """A running one. Meanwhile nothing else in this thread can run a loop."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


def chromium() -> Path | None:
    """The first of the likely places that holds a Chromium which starts, if Playwright does."""
    if not _answers([sys.executable, "-m", "playwright"]):
        return None
    named = os.environ.get("LIAISON_CHROMIUM")
    if named:
        return Path(named) if _answers([named]) else None
    installed = [shutil.which(name) for name in ("chromium", "google-chrome")]
    for found in installed:
        if found and _answers([found]):
            return Path(found)
    fetched = _fetched()
    return fetched if _answers([fetched]) else None


def get_chromium() -> Path | None:
    """Find a Chromium, or fetch one: from Playwright, else as root from Debian's packages."""
    found = chromium()
    if found or os.environ.get("LIAISON_CHROMIUM"):
        return found
    _try([sys.executable, "-m", "playwright", "install", "chromium"])
    if found := chromium():
        return found
    if os.geteuid() == 0 and _is_debian():
        _try(["apt-get", "update"])
        _try(["apt-get", "install", "--yes", "--no-install-recommends", *DEBIAN])
    return chromium()


def main() -> None:
    """Tell where the browser is. Its absence is an error only where nobody would notice it."""
    found = get_chromium()
    if found:
        sys.stdout.write(f"Chromium for the tests: {found}\n")
        return
    sys.stderr.write(f"{MISSING}\n")
    sys.exit(1 if is_unattended() else 0)


def is_unattended() -> bool:
    """Nobody reads the reasons for a skipped test here, so a missing browser must fail it."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def _fetched() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _answers(program: list[str | Path]) -> bool:
    try:
        asked = subprocess.run(
            [*program, "--version"], capture_output=True, check=False, timeout=60, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _try(command: list[str]) -> None:
    words = " ".join(Path(word).name for word in command)
    sys.stdout.write(f"No Chromium yet; trying: {words}\n")
    sys.stdout.flush()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        tried = subprocess.run(
            command, capture_output=True, check=False, env=quiet, text=True, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        sys.stdout.write(f"  That failed: {fault}\n")
        return
    if tried.returncode:
        said = (tried.stderr or tried.stdout).strip().splitlines()
        why = next((line for line in said if "rror" in line), "".join(said[-1:]))
        sys.stdout.write(f"  That failed: {why.strip()}\n")


def _is_debian() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text().splitlines()


if __name__ == "__main__":
    main()
