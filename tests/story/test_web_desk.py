"""The desk in a browser: opened by the chat, seen as in the chat, closed for good."""

import json
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from adapters.web.desk import desk_app
from adapters.web.serving import served as served_on
from bot.governance import directory, ledger, visits
from bot.liaison import Settings
from storage.models import Answer, Entry, Message, Room, Tlp, Visit
from tests.house import House
from tests.story.harbour import HIDDEN_PLATE, PLATE, ROOM, change_officer

ADDRESS = "https://liaison.example"
LINK = re.compile(rf"{re.escape(ADDRESS)}(/desk/enter/[\w-]{{43}})")
QUESTION = "who drives XX00 TST?"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, settings=Settings(web_address=ADDRESS))
    yield house
    house.close()


@dataclass
class Form:
    """A form on a page, as a browser would send it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    text: str = ""


class Forms(HTMLParser):
    """The forms of a page, and the words on their buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._is_in_form = False
        self._names: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form" and said.get("method") == "post":
            self.found.append(Form(said["action"] or ""))
            self._is_in_form = True
        elif self._is_in_form and tag in ("input", "textarea", "select") and said.get("name"):
            self._names = said["name"]
            self.found[-1].fields[said["name"] or ""] = said.get("value") or ""
        elif tag == "option" and "selected" in said and self._names:
            self.found[-1].fields[self._names] = said.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._is_in_form = self._is_in_form and tag != "form"

    def handle_data(self, data: str) -> None:
        if self._is_in_form:
            self.found[-1].text += data


class Browser:
    """Somebody's browser, on the desk as the bot serves it."""

    OWN: Mapping[str, str] = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}

    def __init__(self, house: House, *, whence: str = "192.0.2.7", address: str = ADDRESS) -> None:
        self._house = house
        app = served(house, address)
        self.web = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, client=(whence, 5555)), base_url=address
        )
        self.page = ""
        self._look: Mapping[str, str] = {}

    def get(self, path: str = "/desk/", **headers: str) -> httpx.Response:
        return self._kept(self._house.wait(self.web.get(path, headers=headers)))

    def post(
        self, path: str, fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] = OWN, *, follows: bool = True,
    ) -> httpx.Response:  # fmt: skip
        sending = self.web.post(path, data=dict(fields or {}), headers=headers)
        answer = self._kept(self._house.wait(sending))
        if answer.is_redirect and follows:
            return self.get(answer.headers["location"])
        return answer

    def looks_again(self) -> httpx.Response:
        """What an open page does by itself."""
        return self.get(**{"HX-Request": "true", **self._look})

    def taps(self, label: str, **filled: str) -> str:
        """Press the first button on the page that begins with *label*; returns what is shown."""
        form = self.form(label)
        self.post(form.action, {**form.fields, **filled})
        self._house.passes(seconds=2)
        return self.page

    def form(self, label: str) -> Form:
        forms = Forms(self.page).found
        for form in forms:
            if re.search(rf"(^|Send: )\s*{re.escape(label)}(?!\w)", form.text, re.MULTILINE):
                return form
        raise LookupError(f"There is no {label!r} in: {[each.text.strip() for each in forms]}")

    def opens(self, who: str) -> "Browser":
        """Open the desk as somebody does: ask in the chat, follow the link, press the button."""
        assert self.post(link(self._house, who)).status_code == 200
        self._house.passes(seconds=2)
        return self

    @property
    def is_open(self) -> bool:
        return self.get().status_code == 200

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        self.page = unescape(answer.text)
        if said := re.search(r"id=\"live\" [^>]*hx-headers='([^']+)'", answer.text):
            self._look = json.loads(said[1])
        return answer


_served: WeakKeyDictionary[House, dict[str, Starlette]] = WeakKeyDictionary()


def served(house: House, address: str) -> Starlette:
    """The one server that every browser asks."""
    apps = _served.setdefault(house, {})
    if address not in apps:
        apps[address] = desk_app(house.stage.liaison, address)
    return apps[address]


def link(house: House, who: str = "bruno") -> str:
    house.passes(seconds=2)  # What was to be told before is told.
    said = house.asks(who, "desk web")
    found = LINK.search(said)
    assert found is not None, said
    return found[1]


def asks(house: House, more: str = "officer waiting") -> str:
    said = house.asks("ada", f"ask birch-lisbon {QUESTION} {more}".strip())
    found = re.match(r"Question (\w+) is with", said)
    assert found is not None, said
    return found[1]


def noted(house: House) -> list[tuple[str, str, str]]:
    """What the ledger says of desks in browsers."""

    def look(session: Session) -> list[tuple[str, str, str]]:
        entries = session.scalars(
            select(Entry).where(Entry.subject.startswith("visit:")).order_by(Entry.id)
        )
        return [(each.operation, each.actor, str(each.details.get("why", ""))) for each in entries]

    return house.read(look)


def without(house: House, who: str, *, accounts_only: bool = False) -> None:
    """Apply a directory in which somebody is no more, or has no log-in any more."""
    known = house.stage.world.directory
    officers = tuple(each for each in known.officers if each.slug != who or accounts_only)
    if accounts_only:
        officers = tuple(
            replace(each, accounts=()) if each.slug == who else each for each in officers
        )
    applied = replace(known, officers=officers)
    house.do(lambda session: directory.apply(session, applied, by="test", now=house.now))


# Opening


def test_a_link_from_the_chat_opens_the_desk_once(any_web_house: House) -> None:
    house = any_web_house
    browser, path = Browser(house), link(house)
    for _ in range(3):  # A preview looks, and looks again.
        assert "Open my desk here?" in browser.get(path).text
    assert browser.post(path).status_code == 200
    assert "Bruno Marsh" in browser.page
    another = Browser(house)
    assert another.post(path).status_code == 403
    assert not another.is_open


@pytest.fixture
def any_web_house(tmp_path: Path, unmade_url: str) -> Iterator[House]:
    house = House(tmp_path, url=unmade_url, settings=Settings(web_address=ADDRESS))
    yield house
    house.close()


def test_a_link_that_is_unknown_used_replaced_or_old_gets_one_answer(house: House) -> None:
    used = link(house)
    Browser(house).post(used)
    replaced = link(house)
    link(house)
    answers = [Browser(house).post(replaced, follows=False)]
    old = link(house, "ada")
    house.passes(minutes=5)
    unknown = f"/desk/enter/{'x' * 43}"
    answers += [Browser(house).post(each, follows=False) for each in (used, old, unknown)]
    assert {each.status_code for each in answers} == {403}
    assert len({each.text for each in answers}) == 1
    assert not any("set-cookie" in each.headers for each in answers)
    pages = [Browser(house).get(each).text.replace(each, "") for each in (used, old, unknown)]
    assert len(set(pages)) == 1


def test_the_link_ends_within_five_minutes_and_not_before(house: House) -> None:
    path = link(house)
    house.passes(minutes=4, seconds=50)
    assert Browser(house).post(path).status_code == 200


def test_whoever_is_served_no_desk_is_given_no_link(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.asks("bruno", "desk web").startswith("No desk in a browser is served here;")
    house.close()


def test_a_desk_in_a_browser_opens_no_further_one(house: House) -> None:
    browser = Browser(house).opens("bruno")
    browser.get()
    assert "Say it to me in the chat" in browser.taps("Or write it", text="desk web")
    assert LINK.search(browser.page) is None


def test_whoever_opens_a_desk_is_told_so_in_the_chat_and_can_close_it(house: House) -> None:
    browser = Browser(house).opens("bruno")
    assert "opened in a browser just now" in house.private("bruno")[-1]
    assert house.taps("bruno", "Close it") == "Your desk is closed, in one browser."
    assert not browser.is_open


def test_the_session_is_the_browser_s_alone_and_kept_as_a_hash(house: House) -> None:
    browser, path = Browser(house), link(house)
    said = browser.post(path, follows=False).headers["set-cookie"]
    token = browser.web.cookies["__Host-liaison"]
    assert said.startswith(f"__Host-liaison={token};")
    for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert word in said
    assert "Domain" not in said
    assert len(token) == 43
    kept = house.read(lambda session: session.scalars(select(Visit)).one().token_hash)
    assert kept is not None
    assert token not in kept
    assert token not in browser.get().text
    files = b"".join(each.read_bytes() for each in house.stage.folder.iterdir() if each.is_file())
    assert token.encode() not in files
    assert path.rpartition("/")[2].encode() not in files.replace(
        (house.stage.folder / "chat.jsonl").read_bytes(), b""
    )


def test_without_tls_the_desk_is_for_this_machine_and_says_so_in_its_cookie(house: House) -> None:
    browser = Browser(house, address="http://127.0.0.1:3002")
    said = browser.post(link(house), follows=False).headers["set-cookie"]
    assert said.startswith("liaison=")
    assert "Secure" not in said


# Closing


def test_a_desk_that_is_left_alone_closes_though_its_page_looks_again(house: House) -> None:
    browser = Browser(house).opens("bruno")
    for _ in range(29):
        house.passes(minutes=1)
        assert browser.looks_again().status_code == 200
    house.passes(minutes=1)
    closed = browser.looks_again()
    assert closed.status_code == 403
    assert closed.headers["hx-refresh"] == "true"
    assert "No desk is open here" in browser.get().text


def test_a_desk_that_is_used_stays_open_for_twelve_hours_at_most(house: House) -> None:
    browser = Browser(house).opens("bruno")
    for _ in range(28):
        house.passes(minutes=25)
        assert browser.is_open
    house.passes(minutes=20)
    assert not browser.is_open


@pytest.mark.parametrize("how", ["off", "left", "retired", "no log-in", "own button"])
def test_a_desk_ends_at_once_and_for_good(house: House, how: str) -> None:
    browsers = [Browser(house).opens("bruno"), Browser(house).opens("bruno")]
    waiting = link(house) if how != "off" else ""
    if how == "off":
        said = house.asks("bruno", "desk web off")
        assert said == "Your desk is closed, in 2 browsers."
    elif how == "left":
        without(house, "bruno")
    elif how == "retired":
        change_officer(house, "bruno", retired_at=house.now)
    elif how == "no log-in":
        without(house, "bruno", accounts_only=True)
    else:
        browsers[0].get()
        browsers[0].taps("Close this desk")
        browsers, waiting = browsers[:1], ""
    assert not any(each.is_open for each in browsers)
    assert not waiting or Browser(house).post(waiting).status_code == 403
    if how in ("left", "no log-in"):  # Whoever is back begins anew.
        known = house.stage.world.directory
        house.do(lambda session: directory.apply(session, known, by="test", now=house.now))
    assert not any(each.is_open for each in browsers)


def test_each_opening_and_each_end_is_in_the_ledger_without_a_word(house: House) -> None:
    Browser(house).opens("bruno")
    house.asks("bruno", "desk web off")
    Browser(house).opens("bruno")
    house.passes(minutes=31)
    house.wait(house.stage.liaison.keep_house())
    bruno = "officer:bruno"
    begun = [("collection", bruno, ""), ("consultation", bruno, "")]
    assert noted(house) == [
        *begun, ("erasure", bruno, "off"), *begun, ("erasure", ledger.SYSTEM, "over"),
    ]  # fmt: skip
    assert isinstance(house.read(ledger.verify), ledger.Verified)


def test_what_was_over_long_ago_is_forgotten(house: House) -> None:
    Browser(house).opens("bruno")
    house.passes(hours=1)
    house.wait(house.stage.liaison.keep_house())
    house.stage.now += timedelta(days=31)
    house.do(lambda session: visits.sweep(session, now=house.now))
    assert house.read(lambda session: session.scalars(select(Visit)).all()) == []


# What lies on it, and what is done about it


def test_a_question_is_opened_and_answered_there_as_in_the_chat(house: House) -> None:
    code = asks(house)
    browser = Browser(house).opens("bruno")
    assert f"{code} by" in browser.page
    assert QUESTION not in browser.page  # It waits to be opened, and that is on record.
    assert QUESTION in browser.taps(f"Open {code}")
    browser.taps("Have it", **{"field.text": "a red Volvo, seen <b>today</b>"})
    assert f"Question {code}" in browser.page
    assert "a red Volvo" in house.taps("ada", "Open")
    assert house.private("bruno")[0] == f"Question {code}: closed by you 09:00 (Lisbon)."
    browser.get()
    assert f"{code} by" not in browser.page


def test_both_see_what_they_wait_for_and_what_they_are_asked(house: House) -> None:
    code = asks(house)
    house.asks("bruno", "brief today 15:00Z with ada")
    bruno, ada = Browser(house).opens("bruno"), Browser(house).opens("ada")
    assert re.search(rf"You owe.*{code} by.*Today.*Agenda", bruno.page, re.DOTALL)
    assert re.search(rf"You are asked.*do you come\?.*You wait for.*{code} by", ada.page, re.DOTALL)
    ada.taps("Yes")
    house.asks("ada", "action add ada by tomorrow 0900Z: call the harbour master")
    ada.get()
    assert "Your actions" in ada.page
    assert "call the harbour" not in ada.page
    assert "call the harbour master" in ada.taps("Open:")


def test_what_is_written_on_the_page_is_text_and_never_markup(house: House) -> None:
    code = asks(house, "<script>alert(1)</script> officer waiting")
    browser = Browser(house).opens("bruno")
    form = browser.form(f"Open {code}")
    answer = browser.post(form.action, form.fields)
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert" not in answer.text


def test_a_form_asks_a_desk(house: House) -> None:
    browser = Browser(house).opens("ada")
    browser.taps("Ask a desk")
    filled = {"field.desk": "birch-lisbon", "field.question": QUESTION, "field.soon": "waiting"}
    assert "is with Birch Lisbon desk" in browser.taps("Desk", **filled)
    assert house.private("bruno")[-1].startswith("Question ")


def test_a_moment_is_filled_in_by_one_s_own_clock(house: House) -> None:
    browser = Browser(house).opens("bruno")
    browser.taps("Call a briefing")
    filled = {"moment.begins": "2027-03-10T11:00", "field.others": "ada"}
    assert "Wed 10 Mar, 11:00" in browser.taps("Desks", **filled)


def test_why_a_match_was_proposed_is_one_tap_away(house: House) -> None:
    house.says("ada", ROOM, f"{PLATE}, grey van, quay 7")
    house.passes(minutes=2)
    browser = Browser(house).opens("bruno")
    said = browser.taps("Why?")
    assert "For:" in said
    code = re.search(r"prompt:(\w+):open", browser.get().text)
    assert code is not None
    assert house.asks("bruno", f"why {code[1]}") in said


def test_a_watch_is_shown_and_ended_there(house: House) -> None:
    said = house.asks("bruno", "watch plate XX33 TST for the lorries of March")
    browser = Browser(house).opens("bruno")
    assert "XX33 TST" not in browser.page
    assert "plate XX33 TST, until" in browser.taps("Show")
    browser.get()
    assert re.search(r"Watch \w+ has ended", browser.taps("End it")), said
    assert "You watch" not in browser.get().text


def test_a_command_does_what_it_does_in_the_chat(house: House) -> None:
    browser = Browser(house).opens("ada")
    browser.taps("Or write it", text=f"ask birch-lisbon {QUESTION}")
    assert "is with Birch Lisbon desk" in browser.page
    browser.get()
    assert "That was not done" in browser.taps("Or write it", text="case open ELM")


def test_nobody_sees_there_what_the_chat_would_not_show_them(house: House) -> None:
    code = asks(house)
    browser = Browser(house).opens("bruno")
    stranger = Browser(house).opens("ada")
    form = browser.form(f"Open {code}")
    own = stranger.form(f"Open {code}")
    assert own.fields["token"] == form.fields["token"]
    stolen = stranger.post("/desk/tap", own.fields)
    house.says("ada", ROOM, f"{HIDDEN_PLATE}, white van, quay 7")
    house.passes(minutes=2)
    stranger.get()
    assert QUESTION in unescape(stolen.text)  # They asked it themselves.
    assert "Bruno" not in stranger.page
    assert "HAZEL" not in stranger.page
    third = Browser(house).opens("cleo")
    guard = third.form("Close this desk").fields["guard"]
    refused = third.post("/desk/tap", {**form.fields, "guard": guard})
    assert refused.status_code == 403
    assert QUESTION not in refused.text
    change_officer(house, "bruno", clearance=Tlp.CLEAR)
    assert f"{code} by" not in browser.get().text
    assert QUESTION not in browser.post("/desk/tap", form.fields).text


def test_nothing_is_tapped_that_no_page_offered(house: House) -> None:
    """A chat lets nobody make up a tap; here whoever can write a form could."""
    event = house.says("ada", ROOM, f"{PLATE}, grey van, quay 7")
    house.passes(minutes=2)
    message, place = house.read(
        lambda session: session.execute(
            select(Message.id, Room.address)
            .join(Room, Room.id == Message.room_id)
            .where(Message.event == event)
        ).one()
    )
    browser = Browser(house).opens("bruno")
    for act in ("Ask a desk", "Or write it", "Close this desk"):
        fields = {**browser.form(act).fields, "token": f"form:m{message}:ask"}
        refused = browser.post("/desk/tap", fields)
        assert refused.status_code == 403
        assert refused.headers["hx-refresh"] == "true"
        browser.get()
    offered = browser.form("Ask a desk").fields
    browser.post("/desk/tap", {**offered, "field.address": place, "field.event": event})
    assert browser.form("Desk").fields["field.question"] == ""
    assert "grey van" not in browser.page


def test_a_page_shows_its_own_desk_and_never_whose_was_opened_after_it(house: House) -> None:
    browser = Browser(house).opens("bruno")
    browser.post(link(house, "ada"), follows=False)  # in another tab
    stale = browser.looks_again()
    assert stale.status_code == 403
    assert stale.headers["hx-refresh"] == "true"
    assert "Ada" in browser.get().text
    assert browser.looks_again().status_code == 200


def test_a_browser_has_one_desk_open_and_it_is_counted_once(house: House) -> None:
    browser = Browser(house).opens("bruno")
    browser.opens("bruno")
    assert browser.is_open
    assert house.asks("bruno", "desk web off") == "Your desk is closed, in one browser."


def test_what_was_taken_back_is_gone_from_the_desk(house: House) -> None:
    event = house.says("ada", ROOM, f"{PLATE}, grey van, quay 7")
    house.passes(minutes=2)
    browser = Browser(house).opens("bruno")
    form = browser.form("Why?")
    house.deletes("ada", event)
    house.passes(minutes=2)
    assert "Your desk is clear" in browser.get().text
    browser.post(form.action, form.fields)
    assert PLATE not in browser.page


def test_a_file_is_fetched_by_who_was_shown_it_and_nobody_else(house: House) -> None:
    browser, other = Browser(house).opens("bruno"), Browser(house).opens("ada")
    browser.taps("Or write it", text="brief tomorrow 15:00Z with ada")
    found = re.search(r'href="(/desk/file/\w+)"', browser.page)
    assert found is not None
    assert other.get(found[1]).status_code == 404
    assert Browser(house).get(found[1]).status_code == 403
    held = browser.get(found[1])
    assert held.text.startswith("BEGIN:VCALENDAR")
    assert held.headers["content-disposition"].startswith("attachment")


# Keeping others out


ELSEWHERE: tuple[Mapping[str, str], ...] = (
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://liaison.example"},
    {"Origin": "https://liaison.example:444"},
    {"Sec-Fetch-Site": "same-origin", "Host": "evil.example"},
    {"Origin": ADDRESS, "Host": "127.0.0.1:3002"},
)


def test_no_other_page_does_anything_in_somebody_s_name(house: House) -> None:
    code = asks(house)
    browser = Browser(house).opens("bruno")
    form, path = browser.form(f"Open {code}"), link(house)
    for headers in ELSEWHERE:
        assert browser.post(form.action, form.fields, headers).status_code == 404, headers
        assert browser.post(path, {}, headers).status_code == 404, headers
    assert browser.post(form.action, form.fields).status_code == 200
    assert browser.post(path, {}, {"Origin": f"{ADDRESS}:443"}).status_code == 200


def test_a_form_without_its_session_s_own_mark_does_nothing(house: House) -> None:
    code = asks(house)
    browser, other = Browser(house).opens("bruno"), Browser(house).opens("bice")
    others = other.form("Close this desk").fields["guard"]
    said = {"token": f"prompt:{code}:have_it", "field.text": "mine", "text": "away until Monday"}
    for guard in ({}, {"guard": ""}, {"guard": "0" * 64}, {"guard": others}):
        for path in ("/desk/tap", "/desk/say", "/desk/leave"):
            assert browser.post(path, {**said, **guard}).status_code == 403, (path, guard)
    assert house.read(lambda session: session.scalars(select(Answer)).all()) == []
    assert browser.is_open


def test_no_page_is_asked_for_by_another_name(house: House) -> None:
    browser = Browser(house).opens("bruno")
    for host in ("evil.example", "127.0.0.1", "liaison.example:8443", ""):
        assert browser.get(host=host).status_code == 404
    assert browser.get(host="LIAISON.example:443").status_code == 200


def test_every_page_is_for_nobody_s_keeping_and_runs_nothing_but_ours(house: House) -> None:
    browser, path = Browser(house), link(house)
    pages = [browser.get(path), browser.post(path), browser.get(), browser.get("/desk/nowhere")]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page.text)
    assert browser.get("/desk/static/desk.css").headers["cache-control"] == "no-cache"


def test_whoever_tries_links_is_soon_tried_no_more_and_keeps_nobody_else_out(house: House) -> None:
    guesser = Browser(house, whence="192.0.2.66")
    for number in range(10):
        guesser.post(f"/desk/enter/{number:043d}")
    path = link(house)
    refused = guesser.post(path, follows=False)
    assert refused.status_code == 403
    assert refused.text == Browser(house).post(f"/desk/enter/{'x' * 43}").text
    assert Browser(house).post(path).status_code == 200
    house.passes(minutes=1)
    assert guesser.post(link(house)).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_behind_a_proxy_strangers_do_not_shut_out_everybody(house: House, host: str) -> None:
    if host == "::1" and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    path = link(house)

    async def tried() -> list[int]:
        async with served_on(served(house, ADDRESS), host, 0) as port:
            own = {**Browser.OWN, "Host": "liaison.example"}
            at = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            async with httpx.AsyncClient(base_url=at, headers=own) as web:
                stranger, officer = ({"X-Forwarded-For": f"192.0.2.{each}"} for each in (66, 7))
                for number in range(10):
                    await web.post(f"/desk/enter/{number:043d}", headers=stranger)
                return [
                    (await web.post(path, headers=each)).status_code for each in (stranger, officer)
                ]

    assert house.wait(tried()) == [403, 303]


def test_no_redirect_says_a_link_in_the_clear(house: House) -> None:
    path = link(house)
    for method in (Browser(house).get, Browser(house).post):
        answer = method(f"{path}/")
        assert answer.status_code == 404
        assert "location" not in answer.headers


def test_what_is_far_too_long_is_not_read(house: House) -> None:
    browser = Browser(house).opens("bruno")
    fields: dict[str, Any] = browser.form("Or write it").fields
    assert browser.post("/desk/say", {**fields, "text": "x" * 300_000}).status_code == 413
