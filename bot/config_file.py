"""Finding, reading and checking the config file: every fault at once, with the key, what was found, what is allowed.

The file is the one named by `--config`, else by the environment variable IMPASTO_CONFIG, else `config.toml` in the
user's config folder (on Linux ~/.config/impasto). A config.toml in the current folder is not read by itself: many
programs call theirs so. Without a file, the defaults apply. Relative paths are relative to the file's folder.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot import api_addresses
from bot.config import SECTIONS, Config
from bot.faults import ConfigError, Fault, allowed, listed, near, shown, toml_fault
from bot.person_keys import how_written
from bot.tokens import SECRETS_FILE, VARIABLES, is_secret
from nst_engine.options import OPTION_TABLE, OptionError, wished

VARIABLE = "IMPASTO_CONFIG"
CONFIG_FILE = "config.toml"


def user_folder() -> Path:
    """Return the folder of the user's own config, by the platform's custom."""
    return Path(platformdirs.user_config_dir("impasto", appauthor=False))


def find(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the config file to read: the one asked for, IMPASTO_CONFIG's, or the user's own; None without any."""
    if path is not None:
        return path
    if named := environ.get(VARIABLE):
        return Path(named).expanduser()
    own = user_folder() / CONFIG_FILE
    return own if own.exists() else None


def load(path: Path | None = None) -> Config:
    """Return the settings from `path`, or from where `find` looks; raises ConfigError with every fault at once."""
    file = find(path)
    if file is None:
        return Config()
    return parse(_read(file), file)


def parse(data: dict[str, Any], file: Path) -> Config:
    """Check settings that were read from `file`; raises ConfigError with every fault at once."""
    faults: list[Fault] = []
    data = _without_secrets(data, "", faults)
    config = None
    try:
        config = Config.model_validate(data, context={"folder": file.absolute().parent})
    except ValidationError as error:
        faults += [_fault(details, data) for details in error.errors(include_url=False)]
    faults += _option_faults(data)
    faults += _address_faults(data)
    faults += [*_engine_faults(config), *_telegram_faults(config)] if config else []
    if faults or config is None:
        raise ConfigError(file, faults)
    return config


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        fault = Fault("", "no such file", 'a file that exists, or make one with "impasto config init"')
        raise ConfigError(file, [fault]) from error
    except OSError as error:
        raise ConfigError(file, [Fault("", error.strerror or str(error), "a file that you can read")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError(file, [Fault("", "text that is not UTF-8", "UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file, [toml_fault(error)]) from error


def _without_secrets(data: dict[str, Any], prefix: str, faults: list[Fault]) -> dict[str, Any]:
    kept = {}
    for key, value in data.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            kept[key] = _without_secrets(value, f"{path}.", faults)
        elif is_secret(key, value):
            variables = " or ".join(VARIABLES.values())
            advice = f"the environment ({variables}) or {SECRETS_FILE}: secrets do not belong in this file"
            faults.append(Fault(path, "a secret", advice))
        else:
            kept[key] = value
    return kept


def _fault(details: ErrorDetails, data: dict[str, Any]) -> Fault:
    section, *rest = (str(part) for part in details["loc"])
    path = ".".join([section, *rest])
    if details["type"] == "extra_forbidden":
        return Fault(path, "an unknown key" if rest else "an unknown section", _meant(section, rest))
    if not rest:
        return Fault(path, shown(data[section]), f"a section: [{section}]")
    schema = SECTIONS[section].model_json_schema()["properties"][rest[0]]
    value = data[section][rest[0]] if len(rest) == 1 else details["input"]
    if section == "bot" and rest[0] == "owners" and len(rest) > 1 and isinstance(value, str):
        return Fault(path, shown(value), how_written(value))
    return Fault(path, shown(value), allowed(schema))


def _meant(section: str, rest: list[str]) -> str:
    if not rest:
        return listed([f"[{name}]" for name in near(section, SECTIONS) or SECTIONS])
    key = rest[0]
    if names := near(key, SECTIONS[section].model_fields):
        return listed(names)
    elsewhere = [f"{key} in [{name}]" for name, model in SECTIONS.items() if key in model.model_fields]
    return listed(elsewhere or list(SECTIONS[section].model_fields))


def _option_faults(data: dict[str, Any]) -> list[Fault]:
    section = data.get("defaults")
    options = section.get("options") if isinstance(section, dict) else None
    faults = []
    for name, value in options.items() if isinstance(options, dict) else ():
        path = f"defaults.options.{name}"
        try:
            if wished({name: value}).get("init") == "file":
                faults.append(Fault(path, shown(value), "photo or noise or style"))
        except OptionError as error:
            faults.append(Fault(path, shown(value) if name in OPTION_TABLE else "an unknown option", error.allowed))
    return faults


def _engine_faults(config: Config) -> list[Fault]:
    engine = config.engine
    if engine.backbone == "file" and engine.weights_file is None:
        return [Fault("engine.weights_file", "nothing", 'a path in quotes, as backbone is "file"')]
    if engine.backbone != "file" and engine.weights_file is not None:
        found = shown(str(engine.weights_file))
        return [Fault("engine.weights_file", found, 'it only along with backbone = "file"')]
    if engine.convolutions == "winograd" and engine.dtype == "bfloat16":
        return [Fault("engine.convolutions", shown("winograd"), 'it only without dtype = "bfloat16"')]
    return []


def _telegram_faults(config: Config) -> list[Fault]:
    telegram = config.telegram
    faults = []
    if telegram.base_url and not telegram.base_file_url and not telegram.local_mode:
        faults.append(
            Fault("telegram.base_file_url", "nothing", "an address along with base_url, or local_mode = true")
        )
    if telegram.local_mode and not telegram.base_url:
        faults.append(Fault("telegram.local_mode", "true", "it only along with base_url"))
    return faults


def _address_faults(data: dict[str, Any]) -> list[Fault]:
    """Look at the shape of the addresses; what is no address at all is told of already."""
    section = data.get("telegram")
    telegram = section if isinstance(section, dict) else {}
    found = {name: value for name, value in telegram.items() if isinstance(value, str) and value.startswith("http")}
    faults = []
    for name, ending in (("base_url", api_addresses.BOT), ("base_file_url", api_addresses.FILES)):
        if name in found and (right := api_addresses.meant(found[name], ending)):
            faults.append(Fault(f"telegram.{name}", shown(found[name]), shown(right)))
    url = found.get("webhook_url")
    if url and (right := api_addresses.webhook_fault(url, own_server="base_url" in telegram)):
        faults.append(Fault("telegram.webhook_url", shown(url), right))
    return faults
