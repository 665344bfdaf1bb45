"""A small strict Bot API server on this machine's loopback, for bots that are told its address.

    telegram = FakeTelegram()
    await telegram.start()
    anna = telegram.person("Anna")
    group = telegram.group("Painters", anna)
    await telegram.say(anna, group, "/stylize ink")

It keeps to https://core.telegram.org/bots/api as far as its methods go, and refuses what it does not know rather than
pretend; test_against_library.py holds it against python-telegram-bot's own types, limits and signatures.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.telegram_api.files import MAX_DOWNLOAD_BYTES
from tests.telegram_api.methods import Params
from tests.telegram_api.other_methods import METHODS
from tests.telegram_api.parameters import decode
from tests.telegram_api.people import People
from tests.telegram_api.refusals import Refused, bad
from tests.telegram_api.trouble import Flood, Hold, Ordered, Severed, Trouble
from tests.telegram_api.wire import MAX_FILE_BYTES, MAX_FILE_BYTES_LOCAL, read
from tests.telegram_api.world import BOT_ID, Chat, Message

TOKEN = f"{BOT_ID}:AAE-a-token-that-nobody-may-read_anywhere"


@dataclass
class Call:
    """One call of the bot: when it came (`time.monotonic`), what was asked, and how it ended (0: not yet)."""

    method: str
    params: Params
    at: float
    code: int = 0
    result: Any = None
    ended: float = field(default=0.0)

    def __repr__(self) -> str:
        return f"<{self.method} {self.params} -> {self.code}>"


class FakeTelegram(People):
    """The server, its world, and what people do in it. `local`: a folder of this disk, as with `--local`."""

    def __init__(self, *, local: Path | None = None, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.api.shelf.local = local
        self.trouble = Trouble()
        self.flood = Flood()
        self.base_url = self.base_file_url = ""
        self.strangers = 0  # who came with a wrong token
        self._calls: list[Call] = []
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=MAX_FILE_BYTES_LOCAL)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.*}", self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}/bot"
        self.base_file_url = f"http://127.0.0.1:{port}/file/bot"

    async def stop(self) -> None:
        """Hang up."""
        for hold in self.trouble.holds:
            hold.release()
        await self.updates.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # ---- what tests look at -------------------------------------------------------------------------------------

    def calls(self, *methods: str) -> list[Call]:
        """What the bot asked so far, by method, oldest first; everything but `getUpdates` where none is named."""
        return [call for call in self._calls if call.method in methods or (not methods and call.method != "getUpdates")]

    def messages(self, chat: Chat) -> list[Message]:
        """All messages of a chat that are still there, as they are now, oldest first."""
        return [chat.messages[number] for number in sorted(chat.messages)]

    def from_bot(self, chat: Chat) -> list[Message]:
        """The bot's own messages in a chat that are still there, oldest first."""
        return [message for message in self.api.sent if message.chat is chat and message.alive]

    @property
    def commands(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """The lists of commands by scope, such as "chat:-100", and language; "" is for all others."""
        return self.api.commands

    # ---- what tests order ---------------------------------------------------------------------------------------

    def fail(
        self,
        method: str,
        error_code: int = 400,
        description: str = "Bad Request",
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
        times: int = 1,
        chat: Chat | None = None,
    ) -> Ordered:
        """Let the next calls of a method fail; "file" is the fetching of files, "send*" whatever sends."""
        known = {"retry_after": retry_after, "migrate_to_chat_id": migrate_to}
        refused = Refused(error_code, description, **{name: one for name, one in known.items() if one is not None})
        return self._order(Ordered(method, refused, times, _id(chat)))

    def lose(self, method: str, *, performed: bool, times: int = 1, chat: Chat | None = None) -> Ordered:
        """Break the connection at the next calls of a method, before or after they were `performed`."""
        return self._order(Ordered(method, None, times, _id(chat), performed))

    def hold(self, method: str, *, chat: Chat | None = None) -> Hold:
        """Let calls of a method wait until they are released."""
        hold = Hold(method, _id(chat))
        self.trouble.holds.append(hold)
        return hold

    def _order(self, ordered: Ordered) -> Ordered:
        self.trouble.ordered.append(ordered)
        return ordered

    # ---- serving ------------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            result = await self._result(request)
        except Refused as refused:
            return web.json_response(refused.as_json(), status=refused.code)
        except Severed:
            return _sever(request)
        return web.json_response({"ok": True, "result": result})

    async def _result(self, request: web.Request) -> Any:
        self._check_token(request)
        method = request.match_info["method"]
        if method not in METHODS:
            raise Refused(404, "Not Found: method not found")
        local = self.api.shelf.local is not None
        fields, uploads = await read(request, MAX_FILE_BYTES_LOCAL if local else MAX_FILE_BYTES)
        call = Call(method, dict(fields), time.monotonic())
        self._calls.append(call)
        try:
            call.params = decode(method, fields, uploads)
            call.result = await self._perform(call, uploads)
            call.code = 200
        except Refused as refused:
            call.code = refused.code
            raise
        finally:
            call.ended = time.monotonic()
        return call.result

    async def _perform(self, call: Call, uploads: dict[str, Any]) -> Any:
        await self.trouble.hold(call.method, call.params)
        ordered = self.trouble.next_for(call.method, call.params)
        if ordered is not None and not ordered.performed:
            raise ordered.refused or Severed
        if self.switches.flood_rules and (chat := self.world.chats.get(call.params.get("chat_id", 0))):
            media = call.params.get("media")
            self.flood.check(call.method, chat, len(media) if isinstance(media, list) else 1)
        result = await METHODS[call.method](self.api, call.params, uploads)
        if ordered is not None:
            raise ordered.refused or Severed
        return result

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
            await self.trouble.hold("file", {})
            ordered = self.trouble.next_for("file", {})
            if ordered is not None:
                raise ordered.refused or Severed
            file = self.api.shelf.at(request.match_info["path"])
            if file is None or self.api.shelf.local is not None:
                raise Refused(404, "Not Found")
            if file.size > MAX_DOWNLOAD_BYTES:
                raise bad("file is too big")
        except Refused as refused:
            return web.json_response(refused.as_json(), status=refused.code)
        except Severed:
            return _sever(request)
        return web.Response(body=file.data, content_type="application/octet-stream")

    def _check_token(self, request: web.Request) -> None:
        if request.match_info["token"] != self.token:
            self.strangers += 1
            known = ":" in request.match_info["token"]
            raise Refused(401, "Unauthorized") if known else Refused(404, "Not Found")


def _id(chat: Chat | None) -> int | None:
    return None if chat is None else chat.id


def _sever(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
