"""The desk in a real browser, served by `liaison run`."""

import base64
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.liaison import Settings
from tests.house import House
from tests.peers.test_practice_room import PATIENCE, must_be_open_to_all

MASTER = b"rehearsal only, never for keeps!"
"""What the practice world is sealed with."""


@dataclass
class Served:
    """A bot at work, a link to Bruno's desk, and a question that waits there."""

    link: str
    code: str


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    house = House(tmp_path, start=datetime.now(UTC), settings=Settings(web_address=address))
    asked = house.asks("ada", "ask bruno who drives XX00 TST? officer waiting")
    link = re.search(r"http://\S+", house.asks("bruno", "desk web"))
    house.close()
    code = re.search(r"Question (\w+)", asked)
    assert code is not None
    assert link is not None
    config = tmp_path / "config.toml"
    config.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path}/liaison.db"\n'
        f'keyring_url = "sqlite:///{tmp_path}/keyring.db"\n'
        f'[web]\naddress = "{address}"\nport = {port}\n'
    )
    log = tmp_path / "log"
    with log.open("w") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "-c", config],
            stdout=told,
            stderr=told,
            env={**os.environ, "LIAISON_KEYS__MASTER": base64.b64encode(MASTER).decode()},
        )
    _until_it_answers(port, process, log)
    yield Served(link[0], code[1])
    process.terminate()
    assert process.wait(30) == 0, log.read_text()
    assert "error" not in log.read_text()


def _until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The desk is not served.")


def test_an_officer_opens_their_desk_answers_and_closes_it(served: Served, page: Page) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(served.link)
    _must_suit_everybody(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    owed = page.locator("#you-owe")
    expect(owed).to_contain_text(f"{served.code} by")
    _must_suit_everybody(page)

    page.get_by_role("button", name=f"Open {served.code}").press("Enter")
    sheet = page.locator("#sheet")
    expect(sheet).to_contain_text("who drives XX00 TST?")
    _must_suit_everybody(page)
    sheet.locator("summary", has_text="Have it").press("Enter")
    sheet.get_by_label("What do you have?").fill("a red Volvo")
    sheet.locator("details[open]").get_by_role("button").click()
    expect(sheet.get_by_role("button", name="Undo")).to_be_visible()
    expect(sheet.locator(".sheet")).to_be_focused()
    page.keyboard.press("Escape")
    expect(owed).to_contain_text("Your desk is clear")  # The page looked again by itself.

    page.get_by_role("button", name="Ask a desk").click()
    expect(sheet.get_by_label("Desk", exact=True)).to_be_focused()
    _must_suit_everybody(page)
    page.route("**/desk/tap", lambda asked: asked.fulfill(status=500, body="Oh."))
    sheet.get_by_label("Question").fill("whose is the quay?")
    sheet.get_by_role("button", name="Send").press("Enter")
    expect(sheet.get_by_role("status")).to_contain_text("may have arrived")
    expect(sheet.get_by_label("Question")).to_have_value("whose is the quay?")
    page.keyboard.press("Escape")
    page.get_by_label("Or write it").fill("desk web off")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No desk is open here")).to_be_visible()


def _must_suit_everybody(page: Page) -> None:
    """On a telephone and on a desktop, whoever sees it and however."""
    for width in (390, 1360):
        page.set_viewport_size({"width": width, "height": 844})
        must_be_open_to_all(page)
