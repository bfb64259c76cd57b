"""A Slack of our own on this machine: its Web API, its events, its sockets, and people who use it.

It knows what Slack's documents say and no more: what it lets through may still be refused there.
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
import random
import time
import urllib.parse
import uuid
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from adapters.slack.limits import problems, problems_of_view
from adapters.slack.manifest import SCOPES

TEAM, ENTERPRISE, APP = "T0HARBOUR", None, "A0LIAISON"
BOT, BOT_ID = "U0LIAISON", "B0LIAISON"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-fictional", "xapp-fictional", "shh-fictional"
ACK_WITHIN = 3.0
TRIGGER_LASTS = 3.0
PER_MINUTE = {2: 40, 3: 100, 4: 200}
"""Slack lets through about twice what its tiers name."""

Json = dict[str, Any]


class Refused(Exception):
    """What the Web API answers instead of "ok"."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer = {"ok": False, "error": error, **more}


@dataclass
class Person:
    id: str
    name: str
    team: str = TEAM
    enterprise: str | None = None
    zone: str = "Europe/Lisbon"
    is_bot: bool = False
    is_gone: bool = False
    is_guest: bool = False

    def seen(self) -> Json:
        said = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.name.title(),
            "deleted": self.is_gone,
            "is_bot": self.is_bot,
            "is_restricted": self.is_guest,
            "tz": self.zone,
            "profile": {"real_name": self.name.title(), "team": self.team},
        }
        if self.enterprise:
            said["enterprise_user"] = {"enterprise_id": self.enterprise, "teams": [self.team]}
        if self.team != TEAM:
            said["is_stranger"] = False
        return said


@dataclass
class Channel:
    id: str
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_direct: bool = False
    teams: set[str] = field(default_factory=lambda: {TEAM})
    is_archived: bool = False
    messages: list[Json] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return "im" if self.is_direct else "group" if self.is_private else "channel"

    @property
    def is_shared(self) -> bool:
        return len(self.teams) > 1

    def seen(self) -> Json:
        return {
            "id": self.id,
            "is_im": self.is_direct,
            "is_private": self.is_private or self.is_direct,
            "is_archived": self.is_archived,
            "is_ext_shared": self.is_shared,
            "is_member": BOT in self.members,
            "num_members": len(self.members),
            **({"user": next(m for m in self.members if m != BOT)} if self.is_direct else {}),
        }


@dataclass
class Fault:
    """What happens to one call instead of what was asked, or (with *done*) after it was done."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    is_cut: bool = False
    is_done: bool = False


@dataclass(frozen=True)
class Attempt:
    """One try to deliver something to the app, and what came of it."""

    event_id: str
    number: int
    status: int | None
    took: float


class FakeSlack:
    """One workspace with our app in it. `async with` it; everything happens on loopback."""

    def __init__(
        self,
        *,
        events_url: str | None = None,
        now: Callable[[], float] = time.time,
        scopes: tuple[str, ...] = SCOPES,
        ack_within: float = ACK_WITHIN,
        retries_after: tuple[float, ...] = (0.0, 0.05, 0.1),
        limits_rates: bool = False,
    ) -> None:
        self.events_url = events_url
        self.now = now
        self.scopes = scopes
        self.ack_within = ack_within
        self.retries_after = retries_after
        self.limits_rates = limits_rates
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.uploads: dict[str, Json] = {}
        self.files: dict[str, Json] = {}
        self.fetched: list[str] = []
        """The files that were asked for, by their numbers."""
        self.ephemerals: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.attempts: list[Attempt] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.problems: list[str] = []
        self.tokens = {BOT_TOKEN}
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.deaf: set[str] = set()
        """Sockets that look open and carry nothing."""
        self.chance = random.Random(1)
        self._triggers: dict[str, float] = {}
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}
        self._numbers = itertools.count(1)
        self._last_ts = 0.0
        self._under_way: set[asyncio.Task[Any]] = set()
        self.person(BOT, "liaison", is_bot=True)

    async def __aenter__(self) -> "FakeSlack":
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._socket)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/files-pri/{id}", self._file)
        app.router.add_post("/respond/1", self._respond)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.api = f"{self.base}/api/"
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        for socket in list(self.sockets.values()):
            await socket.close()
        await self._http.close()
        await self._runner.cleanup()

    # The furniture.

    def person(self, user: str, name: str, **more: Any) -> Person:
        self.people[user] = Person(user, name, **more)
        return self.people[user]

    def channel(self, channel: str, *members: str, bot: bool = True, **more: Any) -> Channel:
        made = Channel(channel, [*members, *([BOT] if bot else [])], **more)
        made.teams |= {self.people[each].team for each in members}
        self.channels[channel] = made
        return made

    def direct(self, user: str) -> Channel:
        """Where the app and this person talk alone."""
        for each in self.channels.values():
            if each.is_direct and user in each.members:
                return each
        return self.channel(f"D{user[1:]}", user, is_direct=True)

    def file(self, name: str, content: bytes, media_type: str = "text/plain") -> Json:
        """A file that somebody has uploaded, as a message tells of it."""
        number = self.numbered("F")
        told = {
            "id": number,
            "name": name,
            "title": name,
            "mimetype": media_type,
            "size": len(content),
            "mode": "hosted",
            "url_private": f"{self.base}/files-pri/{number}",
        }
        self.files[number] = {**told, "content": content, "filename": name}
        return told

    def fails(self, method: str, fault: Fault, times: int = 1) -> None:
        self.faults[method].extend([fault] * times)

    # What people do. Each returns when the app has been told.

    async def says(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread: str | None = None,
        files: list[Json] | None = None,
        waits: bool = True,
    ) -> str:
        """Say something; returns its ts."""
        message = self._message(self.people[user], {"text": _escaped(text), "thread_ts": thread})
        message["client_msg_id"] = str(uuid.uuid4())
        message["blocks"] = _as_written(text)
        if files:
            message |= {"files": files, "subtype": "file_share", "upload": True}
        place = self.channels[channel]
        place.messages.append(message)
        delivery = self.tell(place, _as_event(message, place, self.people[user]))
        await self._done(delivery, waits)
        return str(message["ts"])

    async def edits(self, user: str, channel: str, ts: str, text: str) -> None:
        place = self.channels[channel]
        message = self._found(place, ts)
        before = dict(message)
        message |= {
            "text": _escaped(text),
            "blocks": _as_written(text),
            "edited": {"user": user, "ts": self._ts()},
        }
        await self._done(
            self.tell(
                place,
                {
                    "type": "message",
                    "subtype": "message_changed",
                    "hidden": True,
                    "channel": place.id,
                    "channel_type": place.kind,
                    "ts": self._ts(),
                    "event_ts": self._ts(),
                    "message": dict(message),
                    "previous_message": before,
                },
            )
        )

    async def unfurls(self, channel: str, ts: str) -> None:
        """Slack itself adds a preview: nobody has edited anything."""
        place = self.channels[channel]
        message = self._found(place, ts)
        before = dict(message)
        message["attachments"] = [{"from_url": "https://a.example", "title": "A page"}]
        changed = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": place.id,
            "channel_type": place.kind,
            "ts": self._ts(),
            "event_ts": self._ts(),
            "message": dict(message),
            "previous_message": before,
        }
        await self._done(self.tell(place, changed))

    async def deletes(self, channel: str, ts: str) -> None:
        place = self.channels[channel]
        message = self._found(place, ts)
        place.messages.remove(message)
        gone = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": place.id,
            "channel_type": place.kind,
            "ts": self._ts(),
            "event_ts": self._ts(),
            "deleted_ts": ts,
            "previous_message": message,
        }
        await self._done(self.tell(place, gone))

    async def joins(self, user: str, channel: str) -> None:
        place = self.channels[channel]
        place.members.append(user)
        is_new = self.people[user].team not in place.teams
        place.teams.add(self.people[user].team)
        if is_new:
            await self.shares(channel, self.people[user].team)
        await self._done(self.tell(place, self._moved("member_joined_channel", user, place)))

    async def leaves(self, user: str, channel: str) -> None:
        place = self.channels[channel]
        place.members.remove(user)
        await self._done(self.tell(place, self._moved("member_left_channel", user, place)))

    async def shares(self, channel: str, team: str) -> None:
        """Another organisation is let into a channel."""
        place = self.channels[channel]
        place.teams.add(team)
        shared = {
            "type": "channel_shared",
            "connected_team_id": team,
            "channel": channel,
            "event_ts": self._ts(),
        }
        await self._done(self.tell(place, shared))

    async def taps(self, user: str, channel: str, ts: str, label: str) -> Json:
        """Tap the button that reads *label* under a message. Returns what the app answers."""
        message = self._found(self.channels[channel], ts)
        action = _button(message.get("blocks", []), label)
        return await self.interacts(
            {
                "type": "block_actions",
                **self._by(user),
                "container": {"type": "message", "message_ts": ts, "channel_id": channel},
                "channel": {"id": channel, "name": channel.lower()},
                "message": message,
                "actions": [{**action, "action_ts": self._ts()}],
            }
        )

    async def taps_in(self, user: str, view: Json, label: str) -> Json:
        """Tap a button in a modal or on the app's home."""
        action = _button(view["blocks"], label)
        return await self.interacts(
            {
                "type": "block_actions",
                **self._by(user),
                "container": {"type": "view", "view_id": view["id"]},
                "view": view,
                "actions": [{**action, "action_ts": self._ts()}],
            }
        )

    async def submits(self, user: str, view: Json, **values: Any) -> Json:
        """Send a modal off: a string for a line, a number for a moment, a list for people."""
        state: Json = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            element = block["element"]
            state[block["block_id"]] = {
                element["action_id"]: _filled(element, values.get(block["block_id"]))
            }
        answer = await self.interacts(
            {
                "type": "view_submission",
                **self._by(user),
                "view": {**view, "state": {"values": state}, "app_installed_team_id": TEAM},
            }
        )
        if answer.get("response_action") == "update":
            self.views[view["id"]] = self._kept(answer["view"]) | {"id": view["id"]}
        elif answer.get("response_action") != "errors":
            self.views.pop(view["id"], None)
        return answer

    async def commands(self, user: str, channel: str, text: str) -> Json:
        form = {
            **{key: value for key, value in self._by(user).items() if isinstance(value, str)},
            "team_id": TEAM,
            "channel_id": channel,
            "channel_name": channel.lower(),
            "user_id": user,
            "user_name": self.people[user].name,
            "command": "/liaison",
            "text": text,
            "response_url": f"{self.base}/respond/1",
        }
        answer = await self._interaction("slash_commands", form, urllib.parse.urlencode(form))
        return {"text": answer["text"]} if set(answer) == {"text"} else answer

    async def uses_shortcut(self, user: str, callback: str, channel: str, ts: str) -> Json:
        return await self.interacts(
            {
                "type": "message_action",
                **self._by(user),
                "callback_id": callback,
                "channel": {"id": channel, "name": channel.lower()},
                "message_ts": ts,
                "message": self._found(self.channels[channel], ts),
            }
        )

    async def opens_home(self, user: str) -> Json | None:
        opened = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.direct(user).id,
            "tab": "home",
            "event_ts": self._ts(),
        }
        await self._done(self.tell(self.direct(user), opened))
        return await self.until(lambda: self.homes.get(user))

    async def interacts(self, payload: Json) -> Json:
        """Returns the app's answer. Raises where Slack shows the person a warning sign."""
        body = urllib.parse.urlencode({"payload": json.dumps(payload)})
        return await self._interaction("interactive", payload, body)

    async def settle(self) -> None:
        """Wait until every delivery under way has come to its end."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def until(self, look: Callable[[], Any], seconds: float = 5.0) -> Any:
        """What *look* finds, as soon as it finds something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := look():
                return found
            await asyncio.sleep(0.01)
        raise TimeoutError("It did not happen.")

    async def refreshes(self, socket: str) -> None:
        """What Slack does to each connection every few hours: a notice, then the end."""
        held = self.sockets.pop(socket)
        await held.send_json({"type": "disconnect", "reason": "refresh_requested"})
        self._start(_closed_later(held))

    # What one sees.

    def posts(self, channel: str) -> list[Json]:
        """What the app has said there."""
        return [each for each in self.channels[channel].messages if each.get("bot_id") == BOT_ID]

    def reads(self, user: str, channel: str) -> list[str]:
        """What somebody reads in a channel, as it stands: nothing where they are not a member."""
        place = self.channels.get(channel)
        if place is None or user not in place.members:
            return []
        return [read(each) for each in place.messages if not each.get("files")]

    def called(self, method: str) -> list[Json]:
        return [arguments for name, arguments in self.calls if name == method]

    # Events, in both ways.

    def tell(self, place: Channel, event: Json, **over: Any) -> asyncio.Task[bool]:
        """Deliver an event, again when it is not acknowledged, as Slack does."""
        return self._start(self.deliver(self.envelope(place, event, **over)))

    def envelope(self, place: Channel | None, event: Json, **over: Any) -> Json:
        return {
            "token": "fictional",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "type": "event_callback",
            "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}",
            "event_time": int(self.now()),
            "is_ext_shared_channel": place is not None and place.is_shared,
            "authorizations": [
                {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}
            ],
            "event": event,
            **over,
        }

    async def deliver(self, body: Json) -> bool:
        for number, wait in enumerate((0.0, *self.retries_after)):
            await asyncio.sleep(wait)
            began = time.monotonic()
            retry = {"retry_attempt": number, "retry_reason": "timeout"} if number else {}
            status, _ = await self._carry(
                {"type": "events_api", "payload": body, "accepts_response_payload": False, **retry},
                json.dumps(body),
                "application/json",
                {"X-Slack-Retry-Num": str(number)} if number else {},
            )
            took = time.monotonic() - began
            self.attempts.append(Attempt(body["event_id"], number, status, took))
            if status == 200:
                return True
        return False

    def signed(self, body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
        """The headers with which Slack shows that it is Slack."""
        moment = str(int(time.time() if at is None else at))
        base = b"v0:" + moment.encode() + b":" + body
        mac = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={mac}"}

    async def _interaction(self, kind: str, payload: Json, body: str) -> Json:
        status, answer = await self._carry(
            {"type": kind, "payload": payload, "accepts_response_payload": True},
            body,
            "application/x-www-form-urlencoded",
            {},
        )
        if status != 200:
            raise TimeoutError(f"The person sees a warning sign ({status}).")
        return answer

    async def _carry(
        self, envelope: Json, body: str, media_type: str, headers: Mapping[str, str]
    ) -> tuple[int | None, Json]:
        if self.events_url is None:
            answer = await self._carry_by_socket(envelope)
            return (None, {}) if answer is None else (200, answer)
        raw = body.encode()
        try:
            async with self._http.post(
                self.events_url,
                data=raw,
                headers={"Content-Type": media_type, **self.signed(raw), **headers},
                timeout=aiohttp.ClientTimeout(total=self.ack_within),
            ) as response:
                text = await response.text()
                if text.startswith("{"):
                    return response.status, json.loads(text)
                return response.status, {"text": text} if text else {}
        except (TimeoutError, aiohttp.ClientError):
            return None, {}

    async def _carry_by_socket(self, envelope: Json) -> Json | None:
        if not self.sockets:
            return None
        name = self.chance.choice(sorted(self.sockets))
        if name in self.deaf:
            return None
        number = str(uuid.uuid4())
        self._acks[number] = asyncio.get_running_loop().create_future()
        try:
            await self.sockets[name].send_json({"envelope_id": number, **envelope})
            return await asyncio.wait_for(self._acks[number], self.ack_within)
        except (TimeoutError, ConnectionError, RuntimeError):
            return None
        finally:
            del self._acks[number]

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        name = uuid.uuid4().hex
        self.sockets[name] = socket
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        try:
            async for frame in socket:
                if frame.type is aiohttp.WSMsgType.PING and name not in self.deaf:
                    await socket.pong(frame.data)
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                said = json.loads(frame.data)
                ack = self._acks.get(said.get("envelope_id"))
                if ack is not None and not ack.done():
                    ack.set_result(said.get("payload") or {})
        finally:
            self.sockets.pop(name, None)
        return socket

    # The Web API.

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "")[7:]
        self.calls.append((method, arguments))
        waiting = self.faults[method] or self.faults["*"]
        fault = waiting.popleft() if waiting else None
        if fault is not None and not fault.is_done:
            return _faulty(request, fault)
        try:
            answer = {"ok": True, **await self._answered(method, arguments, token)}
        except Refused as refused:
            answer = refused.answer
        if answer.get("error") == "ratelimited":
            return web.json_response(answer, status=429, headers={"Retry-After": "1"})
        if fault is not None:
            return _faulty(request, fault)
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(self.scopes)})

    async def _answered(self, method: str, arguments: Json, token: str) -> Json:
        known = _METHODS.get(method)
        if known is None:
            raise Refused("unknown_method", req_method=method)
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refused("invalid_auth")
        elif token not in self.tokens:
            raise Refused("invalid_auth")
        needed = known.needed(self.channels.get(str(arguments.get("channel"))))
        if needed and needed not in self.scopes:
            raise Refused("missing_scope", needed=needed, provided=",".join(self.scopes))
        if self.limits_rates:
            self._limit(method, arguments, known.tier)
        return await known.verb(self, arguments)

    def _limit(self, method: str, arguments: Json, tier: int) -> None:
        if method == "chat.postMessage":
            self._take(str(arguments.get("channel")), holds=4, per_second=1.0)
        elif tier in PER_MINUTE:
            self._take(method, holds=PER_MINUTE[tier], per_second=PER_MINUTE[tier] / 60)

    def _take(self, bucket: str, *, holds: int, per_second: float) -> None:
        """Take one out of a bucket that fills up again. Raises where it is empty."""
        now = self.now()
        left, at = self._buckets.get(bucket, (float(holds), now))
        left = min(float(holds), left + (now - at) * per_second)
        if left < 1:
            raise Refused("ratelimited")
        self._buckets[bucket] = (left - 1, now)

    async def _upload(self, request: web.Request) -> web.Response:
        upload = self.uploads.get(request.match_info["id"])
        if upload is None:
            return web.Response(status=404)
        if request.content_type == "multipart/form-data":
            form = await request.post()
            held: Any = next(iter(form.values()))
            upload["content"] = held.file.read() if hasattr(held, "file") else held.encode()
        else:
            upload["content"] = await request.read()
        return web.Response(text=f"OK - {len(upload['content'])}")

    async def _file(self, request: web.Request) -> web.Response:
        self.fetched.append(request.match_info["id"])
        waiting = self.faults["files-pri"]
        if waiting:
            # A 3xx leads back here, where the file is given.
            location = {"Location": request.path}
            return web.Response(status=waiting.popleft().status, headers=location)
        may = request.headers.get("Authorization", "")[7:] in self.tokens
        held = self.files.get(request.match_info["id"])
        if not may or held is None or "files:read" not in self.scopes:
            return web.Response(text="<html>Log in</html>", content_type="text/html")
        return web.Response(body=held["content"], content_type=held["mimetype"])

    async def _respond(self, request: web.Request) -> web.Response:
        self.ephemerals.append(await request.json())
        return web.Response(text="ok")

    # What the methods share.

    def at(self, arguments: Json) -> Channel:
        place = self.channels.get(str(arguments.get("channel")))
        if place is None or (place.is_private and BOT not in place.members):
            raise Refused("channel_not_found")
        return place

    def within(self, arguments: Json) -> Channel:
        place = self.at(arguments)
        if place.is_archived:
            raise Refused("is_archived")
        if BOT not in place.members:
            raise Refused("not_in_channel")
        return place

    def own(self, arguments: Json, error: str) -> tuple[Channel, Json]:
        place = self.within(arguments)
        message = self._found(place, str(arguments.get("ts")))
        if message.get("bot_id") != BOT_ID:
            raise Refused(error)
        return place, message

    def must_be_sayable(self, arguments: Json) -> None:
        blocks = arguments.get("blocks")
        if not arguments.get("text") and not blocks:
            raise Refused("no_text")
        if len(arguments.get("text") or "") > 40_000:
            raise Refused("msg_too_long")
        if blocks and (wrong := problems(blocks)):
            self.problems += wrong
            raise Refused("invalid_blocks", errors=wrong)
        if blocks and not arguments.get("text"):
            self.problems.append("blocks without a text for notices and screen readers")

    def post(self, place: Channel, arguments: Json) -> Json:
        message = self._message(self.people[BOT], arguments)
        message |= {"bot_id": BOT_ID, "app_id": APP}
        place.messages.append(message)
        event = _as_event(message, place, self.people[BOT])
        self.tell(place, {key: value for key, value in event.items() if key != "metadata"})
        return message

    def numbered(self, letter: str) -> str:
        return f"{letter}{next(self._numbers):08d}"

    def open_view(self, arguments: Json) -> Json:
        expires = self._triggers.pop(str(arguments.get("trigger_id")), None)
        if expires is None:
            raise Refused("exchanged_trigger_id")
        if expires < time.monotonic():
            raise Refused("expired_trigger_id")
        view = self._kept(arguments["view"])
        self.views[view["id"]] = view
        return {"view": view}

    def update_view(self, arguments: Json) -> Json:
        old = self.views.get(str(arguments.get("view_id")))
        if old is None:
            raise Refused("not_found")
        view = self._kept(arguments["view"]) | {"id": old["id"]}
        self.views[old["id"]] = view
        return {"view": view}

    def publish(self, arguments: Json) -> Json:
        if arguments.get("user_id") not in self.people:
            raise Refused("user_not_found")
        self.homes[arguments["user_id"]] = self._kept(arguments["view"])
        return {"view": self.homes[arguments["user_id"]]}

    def ticket(self) -> str:
        made = uuid.uuid4().hex
        self._tickets.add(made)
        return f"ws{self.base[4:]}/link?ticket={made}"

    def history(self, messages: list[Json], arguments: Json) -> Json:
        oldest = float(arguments.get("oldest") or 0)
        latest = float(arguments.get("latest") or "inf")
        with_metadata = str(arguments.get("include_all_metadata")).lower() in ("true", "1")
        found = [each for each in messages if oldest <= float(each["ts"]) <= latest]
        if not with_metadata:
            found = [{k: v for k, v in each.items() if k != "metadata"} for each in found]
        return _page(found, "messages", arguments)

    def _kept(self, view: Json) -> Json:
        if wrong := problems_of_view(view):
            self.problems += wrong
            raise Refused("invalid_arguments", response_metadata={"messages": wrong})
        return {**view, "id": self.numbered("V"), "team_id": TEAM, "state": {"values": {}}}

    def _message(self, author: Person, arguments: Json) -> Json:
        said = {"type": "message", "user": author.id, "team": author.team, "ts": self._ts()}
        kept = ("text", "blocks", "metadata", "thread_ts", "files", "subtype")
        return said | {key: arguments[key] for key in kept if arguments.get(key)}

    def _moved(self, kind: str, user: str, place: Channel) -> Json:
        team = self.people[user].team
        return {
            "type": kind,
            "user": user,
            "channel": place.id,
            "channel_type": place.kind[0].upper(),
            "team": team,
            "event_ts": self._ts(),
        }

    def _by(self, user: str) -> Json:
        person = self.people[user]
        trigger = f"{self.numbered('')}.{uuid.uuid4().hex}"
        self._triggers[trigger] = time.monotonic() + TRIGGER_LASTS
        return {
            "team": {"id": TEAM, "domain": "harbour"},
            "user": {"id": user, "username": person.name, "team_id": person.team},
            "api_app_id": APP,
            "trigger_id": trigger,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _found(self, place: Channel, ts: str) -> Json:
        for message in place.messages:
            if message["ts"] == ts:
                return message
        raise Refused("message_not_found")

    def _ts(self) -> str:
        self._last_ts = max(round(self.now(), 6), self._last_ts + 0.000001)
        return f"{self._last_ts:.6f}"

    def _start(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _done(self, delivery: asyncio.Task[bool], waits: bool = True) -> None:
        if waits:
            await delivery


def read(message: Json) -> str:
    """What a message shows: its blocks where it has any, else its text."""
    lines = []
    for block in message.get("blocks") or []:
        if block["type"] == "section":
            lines.append(block["text"]["text"])
        elif block["type"] == "rich_text":
            lines.append(_rich(block))
    return "".join(lines) if lines else _unescaped(message.get("text", ""))


def dates(blocks: list[Json]) -> list[tuple[str, int]]:
    """The dates that each reader sees in their own zone: their form, and when."""
    return [
        (part["format"], part["timestamp"])
        for block in blocks
        if block["type"] == "rich_text"
        for part in block["elements"][0]["elements"]
        if part["type"] == "date"
    ]


def _rich(block: Json) -> str:
    """As a client that knows no dates shows it."""
    parts = block["elements"][0]["elements"]
    return "".join(part.get("text") or part.get("fallback") or "" for part in parts)


def labels(blocks: list[Json]) -> list[str]:
    """The buttons that are there to tap."""
    return [
        element["text"]["text"]
        for block in blocks
        for element in block.get("elements", [])
        if element.get("type") == "button"
    ]


def said_in(view: Json) -> str:
    """What a modal or a home says."""
    return read({"blocks": view["blocks"]})


def _button(blocks: list[Json], label: str) -> Json:
    for block in blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button" and element["text"]["text"] == label:
                return {
                    "type": "button",
                    "block_id": block.get("block_id", "b"),
                    "action_id": element["action_id"],
                    "text": element["text"],
                    "value": element.get("value", ""),
                }
    raise LookupError(f'There is no "{label}". There is: {", ".join(labels(blocks)) or "nothing"}')


def _filled(element: Json, value: Any) -> Json:
    match element["type"]:
        case "plain_text_input":
            filled = {"value": value if value is not None else element.get("initial_value")}
        case "datetimepicker":
            filled = {"selected_date_time": value or element.get("initial_date_time")}
        case "multi_users_select":
            filled = {"selected_users": value or []}
        case "static_select" | "radio_buttons":
            chosen = [
                each
                for each in element["options"]
                if value in (each["value"], each["text"]["text"])
            ]
            initial = element.get("initial_option")
            filled = {"selected_option": chosen[0] if chosen else initial}
        case other:
            raise LookupError(f"Nobody knows how to fill {other}.")
    return {"type": element["type"], **filled}


def _as_written(text: str) -> list[Json]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": "r", "elements": [section]}]


def _as_event(message: Json, place: Channel, author: Person) -> Json:
    event = {**message, "channel": place.id, "channel_type": place.kind, "event_ts": message["ts"]}
    if author.team != TEAM:
        # On shared channels "team" may be the host's: only these two tell who is a guest.
        home = author.enterprise or author.team
        event |= {"team": TEAM, "user_team": home, "source_team": home}
    return event


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


async def _arguments(request: web.Request) -> Json:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        arguments |= json.loads(text) if text else {}
    elif request.method == "POST":
        arguments |= dict(await request.post())
    for name in ("blocks", "metadata", "view", "files"):
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def _faulty(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.is_cut:
        assert request.transport is not None
        request.transport.close()
        return web.Response()
    if fault.retry_after is not None:
        return web.json_response(
            {"ok": False, "error": "ratelimited"},
            status=429,
            headers={"Retry-After": str(fault.retry_after)},
        )
    if fault.status >= 500:
        return web.Response(status=fault.status, text="<html>upstream</html>")
    return web.json_response({"ok": False, "error": fault.error}, status=fault.status)


def _page(found: list[Any], name: str, arguments: Json) -> Json:
    most, start = int(arguments.get("limit") or 100), int(arguments.get("cursor") or 0)
    end = start + most
    more = end < len(found)
    return {
        name: found[start:end],
        "has_more": more,
        "response_metadata": {"next_cursor": str(end) if more else ""},
    }


async def _closed_later(socket: web.WebSocketResponse) -> None:
    await asyncio.sleep(0.2)
    with contextlib.suppress(ConnectionError):
        await socket.close()


Verb = Callable[[FakeSlack, Json], Awaitable[Json]]


@dataclass(frozen=True)
class _Method:
    verb: Verb
    scope: str
    tier: int

    def needed(self, place: Channel | None) -> str:
        """The scope that this call needs; `*` stands for the kind of channel it is about."""
        kind = place.kind if place is not None else "channel"
        return self.scope.replace("*", kind if kind == "im" else f"{kind}s")


_METHODS: dict[str, _Method] = {}


def _method(name: str, scope: str = "", *, tier: int = 3) -> Callable[[Verb], Verb]:
    def keep(verb: Verb) -> Verb:
        _METHODS[name] = _Method(verb, scope, tier)
        return verb

    return keep


@_method("auth.test", tier=0)
async def _auth_test(slack: FakeSlack, _: Json) -> Json:
    return {
        "url": "https://harbour.slack.com/",
        "team": "Harbour",
        "team_id": TEAM,
        "user_id": BOT,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@_method("apps.connections.open", tier=0)
async def _connections_open(slack: FakeSlack, _: Json) -> Json:
    return {"url": slack.ticket()}


@_method("chat.postMessage", "chat:write")
async def _post_message(slack: FakeSlack, arguments: Json) -> Json:
    place = slack.within(arguments)
    slack.must_be_sayable(arguments)
    message = slack.post(place, arguments)
    return {"channel": place.id, "ts": message["ts"], "message": message}


@_method("chat.postEphemeral", "chat:write", tier=4)
async def _post_ephemeral(slack: FakeSlack, arguments: Json) -> Json:
    place = slack.within(arguments)
    slack.must_be_sayable(arguments)
    if arguments.get("user") not in place.members:
        raise Refused("user_not_in_channel")
    slack.ephemerals.append(arguments)
    return {}


@_method("chat.update", "chat:write")
async def _update(slack: FakeSlack, arguments: Json) -> Json:
    place, message = slack.own(arguments, "cant_update_message")
    slack.must_be_sayable(arguments)
    message |= {key: arguments[key] for key in ("text", "blocks") if key in arguments}
    return {"channel": place.id, "ts": message["ts"]}


@_method("chat.delete", "chat:write")
async def _delete(slack: FakeSlack, arguments: Json) -> Json:
    place, message = slack.own(arguments, "cant_delete_message")
    place.messages.remove(message)
    return {"channel": place.id, "ts": message["ts"]}


@_method("conversations.info", "*:read")
async def _info(slack: FakeSlack, arguments: Json) -> Json:
    return {"channel": slack.at(arguments).seen()}


@_method("conversations.members", "*:read", tier=4)
async def _members(slack: FakeSlack, arguments: Json) -> Json:
    return _page(slack.at(arguments).members, "members", arguments)


@_method("conversations.open", "im:write")
async def _open(slack: FakeSlack, arguments: Json) -> Json:
    person = slack.people.get(str(arguments.get("users")))
    if person is None or person.is_gone:
        raise Refused("user_not_found" if person is None else "user_disabled")
    return {"channel": {"id": slack.direct(person.id).id}}


@_method("conversations.history", "*:history")
async def _history(slack: FakeSlack, arguments: Json) -> Json:
    place = slack.within(arguments)
    roots = [m for m in reversed(place.messages) if m.get("thread_ts", m["ts"]) == m["ts"]]
    return slack.history(roots, arguments)


@_method("conversations.replies", "*:history")
async def _replies(slack: FakeSlack, arguments: Json) -> Json:
    wanted = arguments.get("ts")
    place = slack.within(arguments)
    found = [m for m in place.messages if wanted in (m["ts"], m.get("thread_ts"))]
    if not found:
        raise Refused("thread_not_found")
    return slack.history(found, arguments)


@_method("users.info", "users:read", tier=4)
async def _user(slack: FakeSlack, arguments: Json) -> Json:
    person = slack.people.get(str(arguments.get("user")))
    if person is None:
        raise Refused("user_not_found")
    return {"user": person.seen()}


@_method("views.open", tier=4)
async def _views_open(slack: FakeSlack, arguments: Json) -> Json:
    return slack.open_view(arguments)


@_method("views.update", tier=4)
async def _views_update(slack: FakeSlack, arguments: Json) -> Json:
    return slack.update_view(arguments)


@_method("views.publish", tier=4)
async def _views_publish(slack: FakeSlack, arguments: Json) -> Json:
    return slack.publish(arguments)


@_method("blocks.validate", tier=0)
async def _blocks_validate(slack: FakeSlack, arguments: Json) -> Json:
    if wrong := problems(arguments["blocks"]):
        raise Refused("invalid_blocks", errors=wrong)
    return {}


@_method("files.getUploadURLExternal", "files:write", tier=4)
async def _upload_url(slack: FakeSlack, arguments: Json) -> Json:
    number = slack.numbered("F")
    slack.uploads[number] = dict(arguments)
    return {"upload_url": f"{slack.base}/upload/{number}", "file_id": number}


@_method("files.completeUploadExternal", "files:write", tier=4)
async def _upload_complete(slack: FakeSlack, arguments: Json) -> Json:
    place = slack.within({"channel": arguments["channel_id"]})
    files = []
    for each in arguments["files"]:
        upload = slack.uploads.pop(each["id"], None)
        if upload is None or "content" not in upload:
            raise Refused("file_not_found")
        slack.files[each["id"]] = upload
        files.append({"id": each["id"], "name": upload["filename"], "title": each.get("title")})
    slack.post(place, {"files": files, "thread_ts": arguments.get("thread_ts"), "text": " "})
    return {"files": files}


@_method("files.info", "files:read", tier=4)
async def _file_info(slack: FakeSlack, arguments: Json) -> Json:
    held = slack.files.get(str(arguments.get("file")))
    if held is None:
        raise Refused("file_not_found")
    return {"file": {name: value for name, value in held.items() if name != "content"}}


@_method("files.delete", "files:write")
async def _file_delete(slack: FakeSlack, arguments: Json) -> Json:
    if slack.files.pop(str(arguments.get("file")), None) is None:
        raise Refused("file_not_found")
    for place in slack.channels.values():
        place.messages[:] = [
            message
            for message in place.messages
            if [each["id"] for each in message.get("files", [])] != [arguments["file"]]
        ]
    return {}
