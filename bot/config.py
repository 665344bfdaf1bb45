"""Typed settings, section by section. config.example.toml documents every key; `bot.config_file` reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from bot.person_keys import is_person_key
from nst_engine.options import LARGEST_SIZE, SMALLEST_SIZE


def _not_empty(value: object) -> object:
    if value == "":
        raise ValueError("empty")
    return value


def _person_key(value: str) -> str:
    if not is_person_key(value):
        raise ValueError("no person")
    return value


def _resolved(path: Path, info: ValidationInfo) -> Path:
    folder = (info.context or {}).get("folder", Path.cwd())
    return Path(folder, path.expanduser())


ConfigPath = Annotated[Path, Field(strict=False), BeforeValidator(_not_empty), AfterValidator(_resolved)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s<>]+$", max_length=500)]
_ADDRESS = "an address that begins with https:// or http://"
PersonKey = Annotated[str, AfterValidator(_person_key)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class BotSection(_Section):
    """The bot as a whole."""

    data_dir: ConfigPath = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("impasto", appauthor=False)),
        description="Folder of the database and the pictures; one running bot owns it.",
        json_schema_extra={"example": '"~/.local/share/impasto"'},
    )
    owners: Annotated[tuple[PersonKey, ...], Field(strict=False)] = Field(
        default=(),
        description="Who may use the admin verbs.",
        json_schema_extra={"allowed": 'a list such as ["discord:1234", "telegram:5678", "cli:local"]'},
    )
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$")] = Field(
        default="en",
        description="Language where a platform tells none.",
        json_schema_extra={"allowed": 'a language\'s tag such as "en", "de" or "pt-BR"'},
    )
    privacy_url: WebAddress | None = Field(
        default=None,
        description="Address of your privacy policy, which people are shown.",
        json_schema_extra={
            "example": '"https://example.org/privacy"',
            "allowed": "an address that begins with https:// or http://",
        },
    )
    terms_url: WebAddress | None = Field(
        default=None,
        description="Address of your terms of service, which people are shown.",
        json_schema_extra={
            "example": '"https://example.org/terms"',
            "allowed": "an address that begins with https:// or http://",
        },
    )
    contact: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None,
        description="How people reach you about their data.",
        json_schema_extra={"example": '"impasto@example.org"'},
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that is logged."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        default="auto", description="How logs are written; auto means text on a terminal, json elsewhere."
    )


class EngineSection(_Section):
    """The engine process, which paints."""

    device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")] = Field(
        default="auto",
        description="What to paint on; auto takes a graphics card where there is one.",
        json_schema_extra={"allowed": '"auto", "cpu", "mps", "cuda" or "cuda:N"'},
    )
    backbone: Literal["vgg19", "vgg19-torchvision", "file"] = Field(
        default="vgg19",
        description="The network's weights: Oxford's (installed along), torchvision's (a download), or a file.",
    )
    weights_file: ConfigPath | None = Field(
        default=None,
        description='The file for backbone = "file".',
        json_schema_extra={"example": '"/srv/impasto/vgg19.safetensors"'},
    )
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="Precision; auto times a short trial at start."
    )
    convolutions: Literal["auto", "direct", "winograd"] = Field(
        default="auto",
        description="How convolutions are computed; winograd is quicker on most CPUs, in float32, where llvmlite is"
        " installed. auto times a short trial at start.",
    )
    threads: Annotated[int, Field(ge=1, le=1024)] | None = Field(
        default=None, description="CPU threads; left out, one for each core.", json_schema_extra={"example": "2"}
    )
    memory_gb: Annotated[float, Field(ge=0.1, le=10_000)] | None = Field(
        default=None,
        description="Gigabytes that painting may take; left out, nearly all that is free when it starts.",
        json_schema_extra={"example": "4"},
    )
    deterministic: bool = Field(
        default=False, description="On CUDA: the same bytes for the same seed, somewhat slower."
    )
    nice: Annotated[int, Field(ge=0, le=19)] = Field(
        default=10, description="How far the engine steps back for other processes: 0 not at all, 19 most."
    )
    start_seconds: Annotated[float, Field(ge=5, le=3600)] = Field(
        default=120,
        description="Seconds without a sign of life after which an engine that starts is started anew. One that gives"
        " such signs may take ten times as long; each start that was given up lets the next one take twice as long.",
    )
    silent_seconds: Annotated[float, Field(ge=5, le=3600)] = Field(
        default=30, description="Seconds without a sign of life after which the engine is restarted."
    )


class LimitsSection(_Section):
    """What a person gets where nobody set anything else. 0 means none at all, not that there is no limit."""

    paintings_a_day: Annotated[int, Field(ge=0)] = Field(
        default=30, description="Paintings a day (UTC) for one person."
    )
    waiting_at_once: Annotated[int, Field(ge=0)] = Field(
        default=3, description="Paintings that one person may have waiting at once."
    )
    largest_size: Annotated[int, Field(ge=SMALLEST_SIZE, le=LARGEST_SIZE)] = Field(
        default=1024, description="Largest long side of a painting, in pixels."
    )
    largest_moving_size: Annotated[int, Field(ge=SMALLEST_SIZE, le=1024)] = Field(
        default=512, description="Largest long side of a moving painting, in pixels."
    )
    frames_a_painting: Annotated[int, Field(ge=1)] = Field(
        default=12, description="Frames of a moving painting that count as one painting, begun ones too."
    )
    styles_at_once: Annotated[int, Field(ge=1, le=16)] = Field(default=4, description="Styles in one request.")
    saved_styles: Annotated[int, Field(ge=0)] = Field(
        default=25, description="Styles that one person may keep under names, and that may be kept for one place."
    )
    reports_a_day: Annotated[int, Field(ge=0)] = Field(
        default=10, description="Reports a day (UTC) from one person to the owners."
    )
    queue_length: Annotated[int, Field(ge=1)] = Field(
        default=200, description="Paintings that may wait, of everybody together."
    )
    queue_hours: Annotated[float, Field(gt=0)] = Field(
        default=24, description="Hours after which a waiting painting expires."
    )


class CeilingSection(_Section):
    """What nobody may exceed, whatever an admin or a place set."""

    paintings_a_day: Annotated[int, Field(ge=0)] = Field(
        default=1000, description="Paintings a day (UTC) for one person."
    )
    waiting_at_once: Annotated[int, Field(ge=0)] = Field(
        default=20, description="Paintings that one person may have waiting at once."
    )
    largest_size: Annotated[int, Field(ge=SMALLEST_SIZE, le=LARGEST_SIZE)] = Field(
        default=2048, description="Largest long side of a painting, in pixels."
    )
    megapixel_iterations: Annotated[float, Field(ge=1)] = Field(
        default=1500,
        description="Work of one job: megapixels times iterations, over all its scales. A fine square of 2048 pixels"
        " takes 650, the standard painting of 512 pixels 11.",
    )


class DefaultsSection(_Section):
    """What is painted where the person and the place chose nothing."""

    preset: str | None = Field(
        default=None,
        description="Name of the preset; left out, a style has to be chosen.",
        json_schema_extra={"example": '"starry-river"'},
    )
    options: dict[str, Any] = Field(
        default={},
        description="Options by name, such as { strength = 60 }; those that are left out have their own defaults.",
        json_schema_extra={"allowed": "options in braces"},
    )


class IntakeSection(_Section):
    """Limits on pictures from strangers."""

    max_bytes: Annotated[int, Field(ge=1024)] = Field(
        default=20 * 1024 * 1024, description="Bytes of one file (20 MiB)."
    )
    max_pixels: Annotated[int, Field(ge=4096)] = Field(default=50_000_000, description="Pixels of one picture.")
    max_frames: Annotated[int, Field(ge=1)] = Field(
        default=500, description="Frames of an animation that is read at all."
    )
    max_moving_frames: Annotated[int, Field(ge=2, le=240)] = Field(
        default=48, description="Frames of an animation or a clip that are painted; the rest is left out."
    )
    seconds: Annotated[float, Field(gt=0, le=300)] = Field(default=20, description="Seconds that decoding may take.")
    memory_bytes: Annotated[int, Field(ge=128 * 1024 * 1024)] = Field(
        default=1280 * 1024 * 1024,
        description="Bytes of memory that decoding may take (1.25 GiB, enough for 50 megapixels of any format).",
    )
    at_once: Annotated[int, Field(ge=1, le=16)] = Field(default=2, description="Pictures that are decoded at once.")


class StoreSection(_Section):
    """How long things are kept."""

    keep_days: Annotated[float, Field(gt=0)] = Field(
        default=30, description="Days that pictures of ended jobs are kept."
    )
    keep_history_days: Annotated[float, Field(gt=0)] = Field(
        default=365, description="Days that ended jobs are remembered."
    )
    draft_minutes: Annotated[float, Field(gt=0)] = Field(
        default=60, description="Minutes that a half-made request waits for the rest."
    )
    deliver_days: Annotated[float, Field(gt=0)] = Field(
        default=7, description="Days after which an undelivered painting expires."
    )
    min_free_bytes: Annotated[int, Field(ge=0)] = Field(
        default=500 * 1024 * 1024,
        description="Bytes to leave free on the disk (500 MiB); below, no new work is accepted.",
    )


class StylesSection(_Section):
    """More presets."""

    folders: Annotated[tuple[ConfigPath, ...], Field(strict=False)] = Field(
        default=(),
        description="Folders with pictures and a styles.toml each.",
        json_schema_extra={"allowed": 'a list of paths, such as ["/srv/styles"]'},
    )


class TelegramSection(_Section):
    """How Telegram is reached; nothing has to be set here."""

    base_url: WebAddress | None = Field(
        default=None,
        description='Address of a Bot API server of your own, up to and with "/bot"; left out, Telegram\'s.',
        json_schema_extra={"example": '"http://127.0.0.1:8081/bot"', "allowed": _ADDRESS},
    )
    base_file_url: WebAddress | None = Field(
        default=None,
        description="The address that it serves files at; the only place that pictures are fetched from then.",
        json_schema_extra={"example": '"http://127.0.0.1:8081/file/bot"', "allowed": _ADDRESS},
    )
    local_mode: bool = Field(
        default=False,
        description="Your server runs with --local, on this machine: files of any size, read from its disk.",
    )
    inline_chat: Annotated[int, Field(strict=True)] | None = Field(
        default=None,
        description="Id of a chat of yours where the presets are posted once, so that inline mode can show them.",
        json_schema_extra={"example": "-1001234567890"},
    )
    webhook_url: WebAddress | None = Field(
        default=None,
        description="Address that Telegram calls with news and that leads to webhook_port; left out, the bot asks.",
        json_schema_extra={"example": '"https://bot.example.org/telegram"', "allowed": "an address with https://"},
    )
    webhook_listen: Annotated[str, Field(min_length=1)] = Field(
        default="127.0.0.1", description="Network address of this machine on which news are awaited."
    )
    webhook_port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=8443, description="Port of this machine on which news are awaited."
    )


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
    telegram: TelegramSection = TelegramSection()


SECTIONS: dict[str, type[_Section]] = {
    name: field.annotation
    for name, field in Config.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, _Section)
}
"""Every section by name, in the order of the file."""
