"""Telegram as a whole: the outlet, and the application over a studio; opened and closed by the composition root."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from bot.adapters.telegram import inline, registration
from bot.adapters.telegram.asking import Asking
from bot.adapters.telegram.bot_api_server import FATHER, ODD, bad_token, not_there, odd, refused, unreachable
from bot.adapters.telegram.client import ALLOWED_UPDATES, AnyApplication, add_handlers, application
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.failures import trouble_of
from bot.adapters.telegram.news import NewsRefused
from bot.adapters.telegram.outlet import TelegramOutlet
from bot.adapters.telegram.pictures import origins
from bot.adapters.telegram.turns import Turns
from bot.background import Background
from bot.clock import SystemClock
from bot.config import Config, TelegramSection
from bot.downloads import Source
from bot.ports import AdapterFailure, Clock
from bot.presenter import Presenter
from bot.studio import Studio

log = structlog.get_logger(__name__)

_STOP_SECONDS = 5.0  # that each step of stopping may take
_FINISH_SECONDS = 5.0  # that deliveries on their way are waited for
_POLL_SECONDS = 30  # that Telegram keeps a question for news open
_BOOTSTRAP_RETRIES = 1  # at once; after that the house tries again now and then
_COMPLAINT_SECONDS = 600.0  # before the same trouble is worth another line in the log

_CONFLICT = (
    "another program asks for this bot's news with the same token, and only one of them can get them: stop the other"
    f" one, or ask {FATHER} for a new token (/revoke)"
)
_ELSEWHERE = (
    "somebody has this bot's news sent elsewhere (by setWebhook) since it started; start it anew to have them back"
)
_REVOKED = (
    f"Telegram does not accept the token any more; ask {FATHER} for the one that is valid now (/token) and"
    " start anew with it"
)
_UNKNOWN_ADDRESS = "what answers instead of Telegram says 404: look at the network or the proxy between"


class TelegramAdapter:
    """Serves Telegram. Its outlet is there at once, for the studio; `start` needs the studio."""

    def __init__(self, config: Config, presenter: Presenter, clock: Clock | None = None) -> None:
        self._config, self._presenter, self._clock = config, presenter, clock or SystemClock()
        self._source = Source(origins(config), proxied=True, clock=self._clock)  # as the library asks for all the rest
        self.outlet = TelegramOutlet(presenter, self._clock, local_mode=config.telegram.local_mode)
        self._app: AnyApplication | None = None
        self._asking: Asking | None = None
        self._background = Background()
        self._complaint: tuple[str, float] = ("", 0.0)  # what was said last, and until when that is enough

    def bind(self, studio: Studio, token: SecretStr) -> AnyApplication:
        """Return an application that serves this studio, not yet connected."""
        turns = Turns()
        app = application(self._config.telegram, token, turns)
        desk = Desk(studio, self._presenter, self.outlet, self._config, self._clock, self._source, app.bot)
        self.outlet.on_moved = desk.moved
        self._asking = Asking(desk, turns)
        add_handlers(app, desk, self._asking)
        return app

    async def start(self, studio: Studio, token: SecretStr) -> None:
        """Find out whether the token is good, and begin to serve; raises AdapterFailure where that cannot work."""
        if not registration.may_be_token(token):
            raise AdapterFailure(bad_token())
        self._app = app = self.bind(studio, token)
        try:
            await self._meet(app)
            log.info("telegram.ready", name=f"@{app.bot.username}", id=app.bot.id)
            self.outlet.serve(app.bot)
            await app.start()
            await self._receive(app)
        except InvalidToken as error:
            await self._leave()
            sentence = refused(error, self._config.telegram)
            raise AdapterFailure(sentence) from None  # the library's own sentence repeats the token
        except TelegramError as error:
            await self._leave()
            raise unreachable(error) from error
        except BaseException:
            await self._leave()
            raise
        section = self._config.telegram
        syncing = registration.sync(
            app.bot, self._presenter, self._config.bot.owners, self._config.bot.data_dir, sleep=self._clock.sleep
        )
        self._background.start(syncing, "what Telegram shows of the bot")
        if section.inline_chat is not None:
            uploading = inline.upload_presets(app.bot, studio, section.inline_chat, sleep=self._clock.sleep)
            self._background.start(uploading, "pictures for inline mode")

    async def _meet(self, app: AnyApplication) -> None:
        """Ask who the bot is; raises TelegramError, and AdapterFailure for what answers without telling."""
        try:
            await app.bot.initialize()
        except ODD as error:
            log.debug("telegram.odd_answer", exc_info=error)
            raise odd(self._config.telegram) from None
        await app.initialize()

    async def close(self) -> None:
        """Leave; what is not delivered yet will be by the next run."""
        await self._leave()
        await self._source.close()

    # ---- receiving ----------------------------------------------------------------------------------------------

    async def _receive(self, app: AnyApplication) -> None:
        """Begin to take news, those included that came while the bot was down; raises TelegramError, AdapterFailure."""
        assert app.updater is not None
        if self._config.telegram.webhook_url is not None:
            await self._listen(app, self._config.telegram.webhook_url.rstrip("/"))
            return
        await app.updater.start_polling(
            timeout=_POLL_SECONDS,
            bootstrap_retries=_BOOTSTRAP_RETRIES,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
            error_callback=self._complain,
        )

    async def _listen(self, app: AnyApplication, address: str) -> None:
        """Let Telegram bring the news, to a path that only it knows and with a secret of this start in each."""
        assert app.updater is not None
        section = self._config.telegram
        address = f"{address}/{secrets.token_urlsafe(16)}"
        try:
            await app.updater.start_webhook(
                listen=section.webhook_listen,
                port=section.webhook_port,
                url_path=urlsplit(address).path,
                webhook_url=address,
                secret_token=secrets.token_urlsafe(32),
                bootstrap_retries=_BOOTSTRAP_RETRIES,
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,
            )
        except BadRequest as error:
            sentence = (
                f"Telegram does not take telegram.webhook_url: {error.message}; docs/telegram.md says what it needs"
            )
            raise AdapterFailure(sentence) from None
        except OSError as error:
            where = f"{section.webhook_listen}:{section.webhook_port}"
            sentence = f"news cannot be awaited at {where} ({error.strerror}); set telegram.webhook_port to a free one"
            raise AdapterFailure(sentence) from None

    def _complain(self, error: TelegramError) -> None:
        """Log why no news come, but not each time anew; the library goes on asking."""
        reason = _no_news(error, self._config.telegram)
        said, until = self._complaint
        if reason != said or self._clock.now() >= until:
            log.warning("telegram.no_news", reason=reason)
            self._complaint = (reason, self._clock.now() + _COMPLAINT_SECONDS)

    # ---- leaving ------------------------------------------------------------------------------------------------

    async def _leave(self) -> None:
        """Take no more news, let what is being served and delivered come to its end, and disconnect."""
        app, self._app = self._app, None
        asking, self._asking = self._asking, None
        if app is None:
            return
        if app.updater is not None and app.updater.running:
            await _within_time("receiving", app.updater.stop())
        if app.running:
            await _within_time("serving", app.stop())
        if asking is not None:  # what was served until now may have been the last picture of an album
            await asking.albums.close()
        await self._background.close()
        await self.outlet.finish(_FINISH_SECONDS)
        await _within_time("connections", app.shutdown())
        await _within_time("connections", app.bot.shutdown())  # where the application itself had not come up


def _no_news(error: TelegramError, section: TelegramSection) -> str:
    """Return why Telegram gives no news, and what an admin can do about it."""
    if isinstance(error, NewsRefused):
        if error.code == HTTPStatus.UNAUTHORIZED:
            return _REVOKED
        return not_there(section) if section.base_url else _UNKNOWN_ADDRESS
    if isinstance(error, Conflict):
        return _ELSEWHERE if "webhook" in error.message.lower() else _CONFLICT
    return trouble_of(error).reason


async def _within_time(what: str, coroutine: Coroutine[Any, Any, None]) -> None:
    """Wait for a step of stopping, but not for ever; nothing that goes wrong there keeps the bot from stopping."""
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await coroutine
    except TimeoutError:
        log.warning("telegram.stopping_took_too_long", what=what)
    except (TelegramError, RuntimeError) as error:
        log.warning("telegram.not_stopped_cleanly", what=what, reason=type(error).__name__)
