"""A stand-in for Discord on this machine: gateway, web interface and attachments, over TLS, for measurements.

It says what discord.py needs to hear, sends `/stylize` on behalf of as many people as wanted, and takes the time of
each answer. It checks nothing: that the bot's messages are what Discord accepts is for the tests to show.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import ssl
import subprocess
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

HOST = "127.0.0.1"
APPLICATION, GUILD, CHANNEL = "100000000000000001", "100000000000000002", "100000000000000003"
EVERYTHING_ALLOWED = str((1 << 50) - 1)
BOT = {"id": APPLICATION, "username": "Impasto", "discriminator": "0", "global_name": None, "avatar": None, "bot": True}
DATE = "2026-01-01T00:00:00+00:00"
_CANCEL = ':cancel"'  # ends the id of the button that an accepted request is shown with
_BEAT_SECONDS = 0.05  # until a heartbeat is answered: the library is confused by an answer before it noted its own beat

PROGRAM = f"""
import functools, sys
from bot.adapters.discord import adapter
from bot.downloads import Source
class Near(Source):
    def has(self, address):
        return "://{HOST}:" in address
adapter.DiscordAdapter = functools.partial(adapter.DiscordAdapter, source=Near(()))
from bot.__main__ import main
sys.exit(main(["--config", sys.argv[1], "run"]))
"""
"""`impasto run`, but for where pictures may be fetched from, which no setting can change."""

_ids = itertools.count(200_000_000_000_000_000)


def certificate_for(folder: Path) -> tuple[Path | None, ssl.SSLContext | None]:
    """Make a certificate for this machine's loopback; None and None where there is no openssl."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None, None
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "1", "-subj", "/CN=stand-in", "-addext", f"subjectAltName=IP:{HOST}"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return certificate, context


@dataclass
class Asked:
    """One person's `/stylize`, with the times (`time.perf_counter`) of what came back."""

    status: str  # the id of the message that the acknowledgement makes
    sent: float = 0.0
    acknowledged: float | None = None
    placed: float | None = None
    refused: str | None = None
    updates: int = 0  # of the status message, after the first
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class StandIn:
    """Discord, as far as one bot in one channel can tell."""

    def __init__(self, photo: bytes, preset: str, tls: ssl.SSLContext | None) -> None:
        """`photo` is the JPEG that everybody attaches."""
        self._photo, self._preset, self._tls = photo, preset, tls
        self._by_token: dict[str, Asked] = {}
        self._by_status: dict[str, Asked] = {}
        self._socket: web.WebSocketResponse | None = None
        self._compress: zlib._Compress | None = None
        self._sequence = itertools.count(1)
        self._address = ""
        self._runner: web.AppRunner | None = None
        self.identified = asyncio.Event()
        self.delivered = 0

    async def open(self) -> str:
        """Listen on a free port; returns the address of the web interface."""
        app = web.Application(client_max_size=64 << 20)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/photo.jpg", self._attachment)
        app.router.add_route("*", "/api/{path:.*}", self._web)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0, ssl_context=self._tls)
        await site.start()
        port = self._runner.addresses[0][1]
        self._address = f"{'https' if self._tls else 'http'}://{HOST}:{port}"
        return f"{self._address}/api"

    async def close(self) -> None:
        """Hang up."""
        if self._runner is not None:
            await self._runner.cleanup()

    # ---- people -------------------------------------------------------------------------------------------------

    async def ask(self, person: int) -> Asked:
        """Send one person's `/stylize` through the gateway."""
        number, token = str(next(_ids)), f"token-{next(_ids)}"
        asked = Asked(status=str(next(_ids)))
        self._by_token[token] = self._by_status[asked.status] = asked
        event = self._interaction(number, token, person)
        asked.sent = time.perf_counter()
        await self._dispatch("INTERACTION_CREATE", event)
        return asked

    def _interaction(self, number: str, token: str, person: int) -> dict[str, Any]:
        user = {"id": str(300_000_000_000_000_000 + person), "username": f"person{person}", "discriminator": "0",
                "global_name": f"Person {person}", "avatar": None}  # fmt: skip
        attachment = {"id": str(next(_ids)), "filename": "photo.jpg", "content_type": "image/jpeg",
                      "size": len(self._photo), "width": 4000, "height": 3000, "ephemeral": True,
                      "url": f"{self._address}/photo.jpg", "proxy_url": f"{self._address}/photo.jpg"}  # fmt: skip
        options = [
            {"name": "photo", "type": 11, "value": attachment["id"]},
            {"name": "preset", "type": 3, "value": self._preset},
        ]
        return {
            "id": number, "application_id": APPLICATION, "type": 2, "token": token, "version": 1, "context": 0,
            "guild_id": GUILD, "channel_id": CHANNEL, "locale": "en-US", "guild_locale": "en-US", "entitlements": [],
            "authorizing_integration_owners": {"0": GUILD}, "attachment_size_limit": 10 << 20,
            "app_permissions": EVERYTHING_ALLOWED,
            "channel": {"id": CHANNEL, "type": 0, "name": "paintings", "guild_id": GUILD, "position": 0,
                        "permissions": EVERYTHING_ALLOWED},
            "member": {"user": user, "roles": [], "joined_at": DATE, "deaf": False, "mute": False, "flags": 0,
                       "nick": None, "avatar": None, "permissions": EVERYTHING_ALLOWED},
            "data": {"id": str(next(_ids)), "name": "stylize", "type": 1, "options": options,
                     "resolved": {"attachments": {attachment["id"]: attachment}}},
        }  # fmt: skip

    # ---- the gateway --------------------------------------------------------------------------------------------

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        self._socket = socket
        self._compress = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        await self._send({"op": 10, "d": {"heartbeat_interval": 41_250}})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            if said["op"] == 1:
                await asyncio.sleep(_BEAT_SECONDS)
                await self._send({"op": 11})
            elif said["op"] == 2:
                await self._welcome()
        return socket

    async def _welcome(self) -> None:
        ready = {"v": 10, "user": BOT, "guilds": [{"id": GUILD, "unavailable": True}], "session_id": "one",
                 "resume_gateway_url": self._gateway_url(), "shard": [0, 1],
                 "application": {"id": APPLICATION, "flags": 0}}  # fmt: skip
        await self._dispatch("READY", ready)
        role = {"id": GUILD, "name": "@everyone", "permissions": EVERYTHING_ALLOWED, "position": 0, "color": 0,
                "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
                "hoist": False, "managed": False, "mentionable": False, "flags": 0}  # fmt: skip
        channel = {"id": CHANNEL, "type": 0, "name": "paintings", "position": 0, "permission_overwrites": []}
        guild = {"id": GUILD, "name": "Painters", "owner_id": APPLICATION, "roles": [role], "emojis": [],
                 "features": [], "channels": [channel], "threads": [], "members": [], "member_count": 60,
                 "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
                 "mfa_level": 0, "premium_tier": 0, "nsfw_level": 0, "preferred_locale": "en-US",
                 "system_channel_flags": 0, "afk_timeout": 300, "stickers": [], "unavailable": False}  # fmt: skip
        await self._dispatch("GUILD_CREATE", guild)
        self.identified.set()

    async def _dispatch(self, event: str, data: dict[str, Any]) -> None:
        await self._send({"op": 0, "t": event, "s": next(self._sequence), "d": data})

    async def _send(self, payload: dict[str, Any]) -> None:
        assert self._socket is not None
        text = json.dumps(payload, separators=(",", ":"))
        if self._compress is None:
            await self._socket.send_str(text)
        else:  # nothing awaited in between: the pieces of a stream keep their order
            packed = self._compress.compress(text.encode()) + self._compress.flush(zlib.Z_SYNC_FLUSH)
            await self._socket.send_bytes(packed)

    def _gateway_url(self) -> str:
        return f"{self._address.replace('http', 'ws', 1)}/gateway"

    # ---- the web interface --------------------------------------------------------------------------------------

    async def _attachment(self, request: web.Request) -> web.Response:
        return web.Response(body=self._photo, content_type="image/jpeg")

    async def _web(self, request: web.Request) -> web.Response:
        now = time.perf_counter()
        method, parts = request.method, request.match_info["path"].split("/")
        body = await request.text() if request.content_type == "application/json" else await _drained(request)
        match method, parts:
            case "POST", ["interactions", number, token, "callback"]:
                asked = self._by_token[token]
                asked.acknowledged = asked.acknowledged or now
                return _json(_callback(number, asked.status))
            case "POST", ["webhooks", _, token]:
                self._by_token[token].refused = body
                self._by_token[token].settled.set()
            case "PATCH", ["webhooks", _, token, "messages", _]:
                self._note(self._by_token[token], body, now)
            case "PATCH", ["channels", _, "messages", message] if message in self._by_status:
                self._by_status[message].updates += 1
                self._note(self._by_status[message], body, now)
            case "POST", ["channels", _, "messages"]:
                self.delivered += 1
            case "DELETE", _:
                return web.Response(status=204)
            case "GET", ["users", "@me"]:
                return _json(BOT)
            case "GET", ["oauth2", "applications", "@me"]:
                return _json(_application())
            case "GET", ["gateway", "bot"]:
                limits = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
                return _json({"url": self._gateway_url(), "shards": 1, "session_start_limit": limits})
            case "PUT", ["applications", *_]:
                return _json([])
        return _json(_message(str(next(_ids))))

    def _note(self, asked: Asked, body: str, now: float) -> None:
        if _CANCEL in body and asked.placed is None:
            asked.placed = now
            asked.settled.set()


async def _drained(request: web.Request) -> str:
    return (await request.read()).decode("utf-8", "replace")


def _json(data: Any) -> web.Response:
    # The library takes it for text where the header says more than this.
    return web.Response(body=json.dumps(data).encode(), headers={"Content-Type": "application/json"})


def _callback(number: str, status: str) -> dict[str, Any]:
    interaction = {"id": number, "type": 2, "response_message_id": status, "response_message_loading": True,
                   "response_message_ephemeral": False}  # fmt: skip
    return {"interaction": interaction, "resource": {"type": 5, "message": _message(status)}}


def _message(number: str) -> dict[str, Any]:
    return {"id": number, "channel_id": CHANNEL, "author": BOT, "content": "", "timestamp": DATE,
            "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [],
            "attachments": [], "embeds": [], "pinned": False, "type": 20, "flags": 0, "components": []}  # fmt: skip


def _application() -> dict[str, Any]:
    return {"id": APPLICATION, "name": "Impasto", "description": "", "icon": None, "bot_public": True, "flags": 0,
            "bot_require_code_grant": False, "verify_key": "", "owner": BOT, "team": None}  # fmt: skip
