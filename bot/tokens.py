"""Secrets: where the tokens of the chats come from, and how to keep anything like them out of sight.

A token comes from the environment (IMPASTO_DISCORD_TOKEN, IMPASTO_TELEGRAM_TOKEN), or else from `secrets.toml` beside
the config file (discord_token, telegram_token), which only its owner may read. There is no other way in: the config
file itself is refused when it holds one.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.faults import ConfigError, Fault, listed, near, shown, toml_fault

SECRETS_FILE = "secrets.toml"
VARIABLES = {"discord": "IMPASTO_DISCORD_TOKEN", "telegram": "IMPASTO_TELEGRAM_TOKEN"}
"""The environment variable of each chat's token."""

# What the chats' tokens look like: Discord's three base64 parts, Telegram's bot id and secret, and what answers one
# interaction on Discord ("interaction:" in base64, and more).
_TOKEN_LIKE = re.compile(
    r"[\w-]{23,28}\.[\w-]{5,7}\.[\w-]{27,}|(?<!\d)\d{6,12}:[\w-]{30,}|aW50ZXJhY3Rpb246[\w+/=-]{20,}"
)
_SECRET_NAME = re.compile(r"token|secret|password|passwd|api_?key|credential", re.IGNORECASE)


class Tokens(BaseModel):
    """The chats' tokens; printing one shows stars only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    discord: SecretStr | None = None
    telegram: SecretStr | None = None


def is_secret(name: str, value: object = None) -> bool:
    """Tell whether a key by its name, or a text by its looks, holds something that must not be shown."""
    return bool(_SECRET_NAME.search(name)) or (isinstance(value, str) and bool(_TOKEN_LIKE.search(value)))


def redact(text: str) -> str:
    """Return the text with everything that looks like a token replaced."""
    return _TOKEN_LIKE.sub("[secret]", text)


def load_tokens(folder: Path, environ: MutableMapping[str, str] = os.environ) -> Tokens:
    """Take the tokens out of `environ`, and read the missing ones from `folder`/secrets.toml.

    What is taken is removed, so that no child process inherits it. Raises ConfigError for what can be no token, and
    when the file is readable by others, belongs to somebody else, or holds anything but tokens.
    """
    given = {chat: text for chat, name in VARIABLES.items() if (text := environ.pop(name, "").strip())}
    if faults := [fault for chat, text in given.items() if (fault := _token_fault(VARIABLES[chat], text))]:
        raise ConfigError(None, faults)
    found = {**_read(folder / SECRETS_FILE), **given}
    return Tokens(**{chat: SecretStr(text) for chat, text in found.items()})


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            faults = _mode_faults(os.fstat(file.fileno()), path)
            if faults:
                raise ConfigError(path, faults)
            data = tomllib.loads(file.read().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(path, [Fault("", error.strerror or str(error), "a file that you can read")]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [toml_fault(error)]) from None  # nothing of the file, which holds secrets
    except UnicodeDecodeError as error:
        raise ConfigError(path, [Fault("", "text that is not TOML", 'lines such as discord_token = "…"')]) from error
    return _checked(path, data)


def _checked(path: Path, data: dict[str, Any]) -> dict[str, str]:
    keys = {f"{chat}_token": chat for chat in VARIABLES}
    faults, tokens = [], {}
    for key, value in data.items():
        if key not in keys:
            faults.append(Fault(key, "an unknown key", listed(near(key, keys) or list(keys))))
        elif not isinstance(value, str) or not value.strip():
            faults.append(Fault(key, shown(value) if not isinstance(value, str) else "nothing", "the token in quotes"))
        else:
            tokens[keys[key]] = value.strip()
            faults += [fault] if (fault := _token_fault(key, value.strip())) else []
    if faults:
        raise ConfigError(path, faults)
    return tokens


def _token_fault(name: str, text: str) -> Fault | None:
    """Return what keeps a text from being any chat's token; it is not repeated, as it may be one with a slip in it."""
    if "=" in text and is_secret(text.partition("=")[0]):
        return Fault(name, "the name and the = along with the token", "the token alone")
    if text[0] in "\"'" or text[-1] in "\"'":
        return Fault(name, "a token in quotes too many", "the token without them")
    if text.lower().startswith("bot "):
        return Fault(name, "“Bot” before the token", "the token alone")
    if any(sign.isspace() for sign in text):
        found = "a line break in the token" if "\n" in text or "\r" in text else "a space in the token"
        return Fault(name, found, "the token in one piece, as it was copied")
    if not (text.isascii() and text.isprintable()):
        return Fault(name, "a sign in the token that no token has", "the token as it was copied")
    return None


def _mode_faults(status: os.stat_result, path: Path) -> list[Fault]:
    mode = stat.S_IMODE(status.st_mode)
    faults = []
    if mode & 0o077:
        faults.append(Fault("", f"a file that others can read (mode {mode:04o})", f"mode 0600: chmod 600 {path}"))
    if status.st_uid not in (os.getuid(), 0):
        faults.append(Fault("", f"a file of another user (id {status.st_uid})", "a file of your own"))
    return faults
