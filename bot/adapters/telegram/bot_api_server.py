"""The server that stands for Telegram: what its answers mean before the bot runs, and whether it serves files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import telegram
from telegram.error import InvalidToken, TelegramError

from bot.config import TelegramSection
from bot.findings import Finding
from bot.ports import AdapterFailure

FATHER = "@BotFather"

ODD = (TypeError, ValueError, KeyError, AttributeError)
"""What python-telegram-bot raises where an answer lacks what every Bot API server's has."""

_LET_READ = "let the bot's user read where that server keeps its files, or leave out telegram.local_mode"
_NOTHING = "impasto-doctor-asks-whether-files-are-served-here"


def bad_token() -> str:
    """Return the sentence for a token that Telegram does not accept."""
    return f"Telegram does not accept IMPASTO_TELEGRAM_TOKEN; ask {FATHER} for the right one (/token)"


def refused(error: InvalidToken, section: TelegramSection) -> str:
    """Return the sentence for an answer that the library takes for a refused token: 401 is, 404 need not be one.

    Telegram says 404 of tokens that cannot be any; whatever else answers says so of addresses that it does not know.
    """
    cause = error.__cause__
    said = cause.message if isinstance(cause, TelegramError) else error.message
    return not_there(section) if section.base_url and said.lower().startswith("not found") else bad_token()


def not_there(section: TelegramSection) -> str:
    """Return the sentence for a 404 from another server than Telegram's own."""
    return (
        f"{section.base_url} answers 404: either telegram.base_url leads to no Bot API server, or"
        f" IMPASTO_TELEGRAM_TOKEN is wrong (ask {FATHER}: /token)"
    )


def odd(section: TelegramSection) -> AdapterFailure:
    """Return the failure for an answer that is none of a Bot API server."""
    where = section.base_url or "what answers instead of Telegram"
    advice = "look at telegram.base_url" if section.base_url else "look at your proxy"
    return AdapterFailure(
        f"{where} does not answer as a Bot API server does; {advice}, or bring that server up to date"
    )


def unreachable(error: Exception) -> AdapterFailure:
    """Return the failure for a Telegram that does not answer as it should."""
    return AdapterFailure(f"Telegram cannot be reached ({type(error).__name__}); try again in a moment", passing=True)


async def examine_files(bot: telegram.Bot, section: TelegramSection) -> AsyncIterator[Finding]:
    """Look whether pictures can be fetched, by fetching the bot's own; of Telegram's own server that is not asked."""
    if not (section.base_url or section.base_file_url):
        return
    photos = await bot.get_user_profile_photos(bot.id, limit=1)
    try:
        if photos.photos:
            yield await _fetched(bot, photos.photos[0][0], section)
        elif section.local_mode:
            yield Finding("ok", "files", "they are read from this disk", _try_it())
        else:
            yield await _asked_for_nothing(bot, section)
    except TelegramError as error:
        yield _not_fetched(error, section)


async def _fetched(bot: telegram.Bot, photo: telegram.PhotoSize, section: TelegramSection) -> Finding:
    file = await bot.get_file(photo.file_id)
    path = Path(file.file_path or "")  # an address, where there is no such file on this disk
    if section.local_mode and path.is_absolute():
        if os.access(path, os.R_OK):
            return Finding("ok", "files", "they are read from this disk")
        return Finding("FAIL", "files", f"{path.parent} cannot be read", _LET_READ)
    await file.download_as_bytearray()
    return Finding("ok", "files", f"they are served at {_files(section)}")


def _not_fetched(error: TelegramError, section: TelegramSection) -> Finding:
    reason = type(error.__cause__ or error).__name__
    if section.local_mode:
        return Finding("FAIL", "files", f"a picture cannot be read from this disk, nor fetched ({reason})", _LET_READ)
    found = f"{_files(section)}: a picture could not be fetched ({reason})"
    return Finding("FAIL", "files", found, "look at telegram.base_file_url: no picture reaches the bot like this")


async def _asked_for_nothing(bot: telegram.Bot, section: TelegramSection) -> Finding:
    """Ask for a file that there is not: at the right address that is 404, and at most wrong ones, too."""
    try:
        await bot.request.retrieve(f"{bot.base_file_url}/{_NOTHING}")
    except InvalidToken:
        return Finding("ok", "files", f"something answers at {_files(section)}", _try_it())
    advice = "look at telegram.base_file_url: that is no Bot API server"
    return Finding("FAIL", "files", f"{_files(section)} has whatever is asked for", advice)


def _files(section: TelegramSection) -> str:
    return section.base_file_url or "Telegram's own address"


def _try_it() -> str:
    return f"to have it tried with a real file, give the bot a picture ({FATHER}: /setuserpic)"
