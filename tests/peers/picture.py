"""The README's picture of the practice room, made anew: python -m tests.peers.picture"""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import ARGUMENTS, chromium
from tests.peers.test_practice_room import Demo, Room

PICTURE = Path(__file__).parents[2] / "docs/images/practice-room.png"


def main() -> None:
    """Play the README's first steps, and take the picture when the field officer is told."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = Demo(Path(folder) / "room")
        demo.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            page = browser.new_page(viewport={"width": 1360, "height": 850})
            _play(page, Room(page, demo))
            page.screenshot(path=PICTURE)
        finally:
            browser.close()
            demo.end()


def _play(page: Page, room: Room) -> None:
    room.open("ada", "joint-harbour")
    room.posts("Grey van XX00 TST on quay 7")
    expect(page.locator(".answers .line.bot")).to_contain_text("LARCH")
    room.open("bruno", "private")
    room.line("Question").get_by_role("button", name="Open").click()
    room.sheet.get_by_role("button", name="Same", exact=True).click()
    expect(room.sheet).to_contain_text("Undo")
    room.open("ada", "joint-harbour")
    room.posts("Container CSQU3054383 next to it, driver phoned +1 202 555 0143")
    expect(room.line("Message 2")).to_have_count(1)


if __name__ == "__main__":
    main()
