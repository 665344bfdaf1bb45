"""Typed settings from one TOML file. config.example.toml documents every key; a test keeps the two in step."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field

PersonKey = Annotated[str, Field(pattern=r"^[a-z]+:\S+$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BotSection(_Section):
    """The bot as a whole."""

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("impasto")))
    owners: tuple[PersonKey, ...] = ()  # may use the admin verbs: "discord:1234", "telegram:5678", "cli:local"
    language: str = "en"  # where a platform tells no locale
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "text", "json"] = "auto"  # auto: text on a terminal, json elsewhere


class EngineSection(_Section):
    """The engine process; see nst_engine.settings.Settings."""

    device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")] = "auto"
    backbone: Literal["vgg19", "vgg19-torchvision", "file"] = "vgg19"
    weights_file: Path | None = None
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None  # None: one a core
    deterministic: bool = False
    nice: Annotated[int, Field(ge=0, le=19)] = 10
    start_seconds: Annotated[float, Field(ge=5, le=3600)] = 120
    silent_seconds: Annotated[float, Field(ge=5, le=3600)] = 30  # no sign of life for so long: it is killed


class LimitsSection(_Section):
    """What a person gets where nobody set anything else. 0 means none."""

    paintings_a_day: Annotated[int, Field(ge=0)] = 30
    waiting_at_once: Annotated[int, Field(ge=0)] = 3
    largest_size: Annotated[int, Field(ge=64, le=6000)] = 1024
    styles_at_once: Annotated[int, Field(ge=1, le=16)] = 4
    queue_length: Annotated[int, Field(ge=1)] = 200
    queue_hours: Annotated[float, Field(gt=0)] = 24  # a job that waited longer expires


class CeilingSection(_Section):
    """What nobody may exceed, whatever an admin or a place set."""

    paintings_a_day: Annotated[int, Field(ge=0)] = 1000
    waiting_at_once: Annotated[int, Field(ge=0)] = 20
    largest_size: Annotated[int, Field(ge=64, le=6000)] = 2048


class DefaultsSection(_Section):
    """Options where the person and the place chose none: names and ranges of nst_engine.options."""

    preset: str | None = None
    options: dict[str, Any] = {}


class IntakeSection(_Section):
    """Limits on pictures from strangers; see bot.intake.Limits."""

    max_bytes: Annotated[int, Field(ge=1024)] = 20 * 1024 * 1024
    max_pixels: Annotated[int, Field(ge=4096)] = 50_000_000
    max_frames: Annotated[int, Field(ge=1)] = 500
    seconds: Annotated[float, Field(gt=0, le=300)] = 20
    memory_bytes: Annotated[int, Field(ge=128 * 1024 * 1024)] = 1024 * 1024 * 1024
    at_once: Annotated[int, Field(ge=1, le=16)] = 2


class StoreSection(_Section):
    """How long things are kept."""

    keep_days: Annotated[float, Field(gt=0)] = 30  # pictures of ended jobs
    keep_history_days: Annotated[float, Field(gt=0)] = 365  # rows of ended jobs
    draft_minutes: Annotated[float, Field(gt=0)] = 60
    deliver_days: Annotated[float, Field(gt=0)] = 7  # an undelivered painting expires
    min_free_bytes: Annotated[int, Field(ge=0)] = 500 * 1024 * 1024


class StylesSection(_Section):
    """More presets: folders with pictures and a styles.toml each."""

    folders: tuple[Path, ...] = ()


class Config(_Section):
    """Everything that an admin may set."""

    bot: BotSection = BotSection()
    engine: EngineSection = EngineSection()
    limits: LimitsSection = LimitsSection()
    ceiling: CeilingSection = CeilingSection()
    defaults: DefaultsSection = DefaultsSection()
    intake: IntakeSection = IntakeSection()
    store: StoreSection = StoreSection()
    styles: StylesSection = StylesSection()
