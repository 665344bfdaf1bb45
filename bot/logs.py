"""Logs: text for people on a terminal, JSON lines elsewhere, on stderr; nothing like a token ever gets through."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Any, Literal, TextIO

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.tokens import Tokens, is_secret, redact

Format = Literal["auto", "text", "json"]
HIDDEN = "[secret]"
# At "debug" they would bury our own lines, and spell out every row, and whatever people say to the bot.
_CHATTY = ("aiosqlite", "asyncio", "discord", "filelock", "telegram")
_QUIETER = {
    "httpx": logging.WARNING,  # at "info" it tells of every request, with the address that holds Telegram's token
    "httpcore": logging.WARNING,
    "tornado": logging.WARNING,
    "telegram.request.BaseRequest": logging.CRITICAL,  # it would print each page that a server in between answers with
    "telegram.ext.AIORateLimiter": logging.CRITICAL,  # a limit that was hit is ours to handle, and no error
}


def configure(
    level: str = "info", form: Format = "auto", *, tokens: Tokens | None = None, stream: TextIO | None = None
) -> None:
    """Set up logging for the whole process, the standard library's loggers included.

    `tokens` are hidden literally wherever they turn up; what merely looks like a token is hidden as well.
    """
    stream = stream or sys.stderr
    as_json = form == "json" or (form == "auto" and not stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso" if as_json else "%H:%M:%S", utc=as_json),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _Redacting(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _hide_by_name,
                *_ending(as_json, stream),
            ],
            literal=_values(tokens),
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(root.level, logging.INFO))
    for name, least in _QUIETER.items():
        logging.getLogger(name).setLevel(max(root.level, least))
    logging.captureWarnings(True)


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """Hides secrets in the finished line, so that tracebacks and other people's messages are covered too."""

    def __init__(self, *, literal: Iterable[str], **rest: Any) -> None:
        super().__init__(**rest)
        self._literal = tuple(literal)

    def format(self, record: logging.LogRecord) -> str:
        line = redact(super().format(record))
        for secret in self._literal:
            line = line.replace(secret, HIDDEN)
        return line


def _ending(as_json: bool, stream: TextIO) -> list[Processor]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    # rich's tracebacks would print local variables, which hold people's pictures
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=30, exception_formatter=plain)]


def _hide_by_name(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {name: _hidden(name, value) for name, value in event.items()}


def _hidden(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _hidden(str(key), inner) for key, inner in value.items()}
    return HIDDEN if is_secret(name) and isinstance(value, (str, bytes, SecretStr)) else value


def _values(tokens: Tokens | None) -> list[str]:
    secrets = (tokens.discord, tokens.telegram) if tokens else ()
    return [secret.get_secret_value() for secret in secrets if secret is not None]
