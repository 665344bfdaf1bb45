"""What Telegram knows of the bot: the commands that it is told, and whether everything is set up as it should be.

The looking only asks, so that it may run beside the bot.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from pathlib import Path

import structlog
import telegram
from pydantic import SecretStr
from telegram import (
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from yarl import URL

from bot.adapters.telegram.bot_api_server import FATHER, ODD, bad_token, examine_files, odd, refused, unreachable
from bot.adapters.telegram.failures import trouble_of
from bot.adapters.telegram.places import PLATFORM
from bot.config import Config, TelegramSection
from bot.findings import Finding
from bot.fingerprint import fingerprint, note, noted
from bot.presenter import TELEGRAM_COMMANDS, Presenter, languages

log = structlog.get_logger(__name__)

FILE = "telegram-commands.sha256"
"""In the data folder: what Telegram was told last, by scope and language."""

_ENGLISH = ""  # the language of those for whom there is no other
_CODE_LENGTH = 2  # Telegram knows languages by the two letters of ISO 639-1
_LONGEST_WAIT_SECONDS = 120.0  # that a limit on telling commands is sat out
_TRIES = 3
_TOKEN = re.compile(r"[\w:-]+", re.ASCII)

Sleep = Callable[[float], Awaitable[None]]


# ---- the menu of commands ----------------------------------------------------------------------------------------


async def sync(
    bot: telegram.Bot, presenter: Presenter, owners: Iterable[str], data_dir: Path, *, sleep: Sleep = asyncio.sleep
) -> bool:
    """Tell Telegram the commands of each scope in each language where they changed; True if all is as it should be.

    `owners` are the keys of people ("telegram:123"; those of other platforms don't count), each of whom sees theirs in
    their private chat. What Telegram does not take now it is told at the next start: the commands work all the same.
    """
    file = data_dir / FILE
    known = await noted(file)
    wanted = {
        f"{scope}/{code}": _commands(audience, code, presenter)
        for scope, audience in _audiences(owners).items()
        for code in _codes()
    }
    marks = {name: fingerprint([bot.id, commands]) for name, commands in wanted.items()}
    steps: dict[str, list[tuple[str, str]] | None] = {
        **{name: commands for name, commands in wanted.items() if known.get(name) != marks[name]},
        **{name: None for name in known if name not in wanted},
    }
    told = dict(known)
    for name, commands in steps.items():
        try:
            taken = await _tell(bot, name, commands, sleep)
        except TelegramError as error:
            log.warning("telegram.commands_not_told", reason=trouble_of(error).reason)
            break
        if commands is None:
            del told[name]
        elif taken:
            told[name] = marks[name]
    if told != known:
        await note(file, told)
        log.info("telegram.commands_told", changes=len(steps))
    return told == marks


async def _tell(bot: telegram.Bot, name: str, commands: list[tuple[str, str]] | None, sleep: Sleep) -> bool:
    """Set or (None) delete the commands of "scope/language"; False where Telegram does not know the chat.

    Raises TelegramError where it makes no sense to go on now.
    """
    scope, _, code = name.partition("/")
    for _ in range(_TRIES):
        try:
            if commands is None:
                return await bot.delete_my_commands(_scope(scope), language_code=code or None)
            return await bot.set_my_commands(commands, _scope(scope), language_code=code or None)
        except (TelegramError, ValueError) as error:
            trouble = trouble_of(error) if isinstance(error, TelegramError) else None
            if trouble is None or trouble.meaning in ("lost", "refused"):  # such as an owner who never started the bot
                log.info("telegram.scope_not_told", scope=scope, reason=str(error))
                return False
            if trouble.meaning != "flood" or (trouble.seconds or 0) > _LONGEST_WAIT_SECONDS:
                raise
            await sleep(trouble.seconds or 0)
    return False


def _audiences(owners: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return for whom each scope's commands are; scopes are written as the note of them is."""
    everybody, managers = frozenset({"everybody"}), frozenset({"everybody", "administrators"})
    ids = sorted({id_ for platform, _, id_ in (key.partition(":") for key in owners) if platform == PLATFORM})
    return {
        "default": managers,  # in private, people run their place themselves
        "groups": everybody,
        "administrators": managers,
        **{f"chat:{id_}": frozenset({*managers, "owners"}) for id_ in ids},
    }


def _scope(name: str) -> BotCommandScope:
    kind, _, chat = name.partition(":")
    if kind == "chat":
        return BotCommandScopeChat(int(chat))
    scopes: Mapping[str, type[BotCommandScope]] = {
        "groups": BotCommandScopeAllGroupChats,
        "administrators": BotCommandScopeAllChatAdministrators,
    }
    return scopes.get(kind, BotCommandScopeDefault)()  # type: ignore[call-arg]


def _codes() -> tuple[str, ...]:
    spoken = {language.split("_")[0] for language in languages()[1:]}
    return (_ENGLISH, *sorted(code for code in spoken if len(code) == _CODE_LENGTH))


def _commands(audience: frozenset[str], code: str, presenter: Presenter) -> list[tuple[str, str]]:
    """Return names and descriptions, in the order of the table."""
    return [
        (name, presenter.command_text("description", command.description, code) or command.description)
        for name, command in TELEGRAM_COMMANDS.items()
        if command.audience in audience
    ]


# ---- is everything set up? ---------------------------------------------------------------------------------------


def may_be_token(token: SecretStr) -> bool:
    """Tell whether something could be a token; what could not would look like a network that is away."""
    return _TOKEN.fullmatch(token.get_secret_value()) is not None


async def examine(token: SecretStr, config: Config) -> AsyncIterator[Finding]:
    """Look at token, groups, privacy mode, inline mode, how news arrive, and whether files do."""
    section = config.telegram
    if not may_be_token(token):
        yield Finding("FAIL", "telegram", bad_token(), "docs/telegram.md helps")
        return
    try:
        async with telegram.Bot(token.get_secret_value(), **_address_of(section)) as bot:  # type: ignore[arg-type]
            me = bot.bot
            yield Finding("ok", "telegram", f"the token is accepted: @{me.username} ({me.id})")
            yield _groups(me)
            yield _privacy(me)
            yield _inline(me)
            yield _news(await bot.get_webhook_info(), section)
            async for finding in examine_files(bot, section):
                yield finding
            if me.supports_inline_queries:
                yield await _inline_chat(bot, section.inline_chat)
    except InvalidToken as error:
        advice = f"look at telegram.base_url, too: {section.base_url}" if section.base_url else "docs/telegram.md helps"
        yield Finding("FAIL", "telegram", refused(error, section), advice)
    except ODD:
        yield Finding("FAIL", "telegram", str(odd(section)), "docs/telegram.md leads through it")
    except TelegramError as error:
        advice = "look at telegram.base_url" if section.base_url else "docs/telegram.md leads through it"
        yield Finding("FAIL", "telegram", str(unreachable(error)), advice)


def _address_of(config: TelegramSection) -> dict[str, str | bool]:
    """Return what a Bot is made with, so that it asks the configured server."""
    addresses: dict[str, str | bool] = {"local_mode": config.local_mode}
    if config.base_url:
        addresses["base_url"] = config.base_url
    if config.base_file_url:
        addresses["base_file_url"] = config.base_file_url
    return addresses


def _groups(me: telegram.User) -> Finding:
    if me.can_join_groups:
        return Finding("ok", "groups", "it can be added to groups")
    return Finding("warn", "groups", "it cannot be added to groups", f"{FATHER}: /setjoingroups, Enable")


def _privacy(me: telegram.User) -> Finding:
    """Impasto needs no messages but commands and replies; privacy mode keeps the others away."""
    if not me.can_read_all_group_messages:
        return Finding("ok", "privacy", "privacy mode is on: in groups it gets what is meant for it only")
    advice = f"{FATHER}: /setprivacy, Enable; then take the bot out of its groups and add it again"
    return Finding("warn", "privacy", "privacy mode is off: it gets every message of its groups, without need", advice)


def _inline(me: telegram.User) -> Finding:
    if me.supports_inline_queries:
        return Finding("ok", "inline", f"@{me.username} works in every chat")
    return Finding("warn", "inline", "inline mode is off", f"{FATHER}: /setinline, and a hint such as “a style”")


def _news(info: telegram.WebhookInfo, section: TelegramSection) -> Finding:
    """Look at how news arrive; the last part of a webhook's path is secret, and another at each start."""
    wanted, host = section.webhook_url, URL(info.url).host if info.url else None
    if info.url and not wanted:
        advice = "is another bot running with this token? This one takes over at its start"
        return Finding("warn", "news", f"they are sent to {host}", advice)
    if wanted and not info.url.startswith(wanted):
        found = f"they are sent to {host}" if host else "they are sent to nobody yet"
        return Finding("warn", "news", found, f"the bot has them sent to {wanted} when it starts")
    if wanted and info.last_error_message:
        when = f", {info.last_error_date:%Y-%m-%d %H:%M} UTC" if info.last_error_date else ""
        found = f"Telegram could not hand some over: {info.last_error_message}{when}"
        return Finding("warn", "news", found, f"does {wanted} lead to telegram.webhook_port, with a valid certificate?")
    return Finding("ok", "news", f"they are sent to {wanted}" if wanted else "the bot asks for them")


async def _inline_chat(bot: telegram.Bot, chat_id: int | None) -> Finding:
    advice = "make a channel, the bot an administrator of it who may post, and set telegram.inline_chat to its id"
    if chat_id is None:
        return Finding("warn", "inline", "the styles are offered without pictures", advice)
    try:
        chat, member = await bot.get_chat(chat_id), await bot.get_chat_member(chat_id, bot.id)
    except (BadRequest, Forbidden) as error:
        return Finding("warn", "inline", f"telegram.inline_chat {chat_id}: {error.message}", advice)
    may_post = chat.type != telegram.Chat.CHANNEL or getattr(member, "can_post_messages", False)
    if not may_post or member.status in (telegram.ChatMember.LEFT, telegram.ChatMember.BANNED):
        return Finding("warn", "inline", f"it may not post in {chat.effective_name}", advice)
    return Finding("ok", "inline", f"the styles' pictures are kept in {chat.effective_name}")
