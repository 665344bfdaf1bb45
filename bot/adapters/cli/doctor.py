"""`impasto doctor`: is everything in order on this machine? Each line is ok, warn or FAIL, and says what to do."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import platform
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from importlib import metadata
from typing import TYPE_CHECKING

import typer

from bot.adapters.cli.errors import Exit
from bot.adapters.cli.frame import Frame, frame_of
from bot.findings import Finding

if TYPE_CHECKING:
    from bot.config import Config

_MIB = 1024 * 1024


def doctor(context: typer.Context) -> None:
    """Look at everything that the bot needs: config, tokens, chats, disk, styles, device, weights, protection.

    Ends with exit code 1 when something fails. The engine is started for it, which takes a few seconds, and each chat
    whose token is set is asked whether it accepts the token and how the bot is set up there.
    """
    frame = frame_of(context)
    failed = asyncio.run(_examine(frame))
    if failed:
        raise typer.Exit(Exit.OURS)


async def _examine(frame: Frame) -> bool:
    from rich.console import Console

    from bot.config import Config
    from bot.faults import ConfigError

    console = Console(highlight=False)
    failed = False
    config = Config()
    try:
        config = frame.config()
        frame.set_up_logs(config, "critical")
    except ConfigError:
        frame.set_up_logs(config, "critical")
    async for finding in _findings(frame, config):
        failed = failed or finding.level == "FAIL"
        color = {"ok": "green", "warn": "yellow", "FAIL": "red"}[finding.level]
        console.print(f"[{color}]{finding.level:>4}[/]  [bold]{finding.topic:<10}[/] ", end="", soft_wrap=True)
        console.print(finding.found, markup=False, soft_wrap=True)
        if finding.advice:
            console.print(f"      {'':<10} → {finding.advice}", markup=False, soft_wrap=True)
    return failed


async def _findings(frame: Frame, config: Config) -> AsyncIterator[Finding]:
    yield Finding("ok", "versions", _versions())
    for finding in _config(frame):
        yield finding
    async for finding in _chats(frame, config):
        yield finding
    for finding in _data_dir(config):
        yield finding
    yield _styles(frame, config)
    async for finding in _intake(config):
        yield finding
    async for finding in _engine(frame, config):
        yield finding
    yield _film()


def _versions() -> str:
    names = ("impasto", "torch", "pillow")
    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {metadata.version(name)}" for name in names)])


def _config(frame: Frame) -> Iterator[Finding]:
    from bot.config_file import find
    from bot.faults import ConfigError

    file = find(frame.config_file)
    try:
        frame.config()
    except ConfigError as error:
        for fault in error.faults:
            yield Finding("FAIL", "config", str(fault), f"edit {error.file}")
        return
    if file is None:
        yield Finding("ok", "config", "no config file, so the defaults apply", "make one with: impasto config init")
    else:
        yield Finding("ok", "config", str(file))


async def _chats(frame: Frame, config: Config) -> AsyncIterator[Finding]:
    from bot.faults import ConfigError
    from bot.tokens import VARIABLES

    try:
        tokens = frame.tokens()
    except ConfigError as error:
        for fault in error.faults:
            where = f"{error.file}: {fault.path}".removesuffix(": ") if error.file else fault.path
            yield Finding("FAIL", "tokens", f"{where}: {fault.found}", f"use {fault.allowed}")
        return
    present = [chat for chat in VARIABLES if getattr(tokens, chat) is not None]
    if present:
        yield Finding("ok", "tokens", f"set for {' and '.join(present)}")
        try:
            async for finding in frame.house().examine_chats(config, tokens):
                yield finding
        except ConfigError as error:
            for fault in error.faults:
                yield Finding("FAIL", "chats", f"{fault.path}: {fault.found}", f"use {fault.allowed}")
    else:
        yield Finding("warn", "tokens", "none is set, so no chat is served", f"set {' or '.join(VARIABLES.values())}")


def _data_dir(config: Config) -> Iterator[Finding]:
    folder = config.bot.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        yield Finding("FAIL", "data", f"{existing} cannot be written to", "make it yours, or set bot.data_dir")
        return
    if folder.exists():
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & 0o077:
            yield Finding("warn", "data", f"{folder} is open to others (mode {mode:04o})", f"chmod 700 {folder}")
        else:
            yield Finding("ok", "data", f"{folder}, yours alone")
    else:
        yield Finding("ok", "data", f"{folder} will be made at the first start")
    free, wanted = shutil.disk_usage(existing).free, config.store.min_free_bytes
    found = f"{free // _MIB} MiB free"
    if free < wanted:
        advice = f"make room: {wanted // _MIB} MiB are to stay free (store.min_free_bytes)"
        yield Finding("FAIL", "disk", found, advice)
    elif free < 2 * wanted:
        yield Finding("warn", "disk", found, f"below {wanted // _MIB} MiB no new work is accepted")
    else:
        yield Finding("ok", "disk", found)


def _styles(frame: Frame, config: Config) -> Finding:
    from bot.faults import ConfigError

    try:
        count = len(list(frame.house().presets(config)))
    except ConfigError as error:
        return Finding("FAIL", "styles", str(error.faults[0]), f"edit {error.file}")
    return Finding("ok", "styles", f"{count} by name")


async def _intake(config: Config) -> AsyncIterator[Finding]:
    from bot.intake import Intake, Rejected

    intake = Intake()
    try:
        protection = await intake.describe_protection()
    except Rejected as error:
        yield Finding("FAIL", "intake", f"pictures cannot be decoded: {error}", "install Impasto again")
        return
    finally:
        await intake.close()
    missing = [layer for layer in protection.layers if not layer.active]
    active = [layer.name for layer in protection.layers if layer.active]
    allowed = [attempt.name for attempt in protection.attempts if not attempt.refused]
    if active:
        yield Finding("ok", "intake", f"pictures are decoded behind: {', '.join(active)}")
    for layer in missing:
        yield Finding("warn", "intake", f"without {layer.name}: {layer.detail}", "a newer Linux kernel may have it")
    if allowed:
        yield Finding(
            "warn", "intake", f"a hostile picture could {', '.join(allowed)}", "run the bot as a user of its own"
        )


async def _engine(frame: Frame, config: Config) -> AsyncIterator[Finding]:
    from bot.ports import EngineFailure

    engine = frame.house().engine(config)
    try:
        hello = await engine.start()
    except EngineFailure as failure:
        yield Finding("FAIL", "engine", f"does not start: {failure.detail}", "look at [engine] in the config")
        return
    finally:
        await engine.close()
    ready = f"ready in {hello.seconds_to_ready:.1f} s, {hello.speed:.2g} megapixel-iterations a second in a trial"
    way = f"{hello.dtype}, {hello.convolutions} convolutions"
    yield Finding("ok", "device", f"{hello.device} ({hello.device_name}), {way}, {ready}")
    if engine.pace.speed:
        yield Finding("ok", "speed", _speed(engine.pace.speed))
    yield Finding("ok", "weights", f"{hello.backbone}, SHA-256 {hello.weights[:12]}…")


def _speed(speed: float) -> str:
    from bot.presenter import Presenter
    from nst_engine.schedule import usual_work

    return f"a standard painting takes about {Presenter().words('en').estimate(usual_work() / speed)}"


def _film() -> Finding:
    if importlib.util.find_spec("av") is None:
        return Finding("warn", "film", "GIF only", 'for MP4 install PyAV: pip install "impasto[mp4]"')
    return Finding("ok", "film", "GIF and MP4")
