"""What a person may choose about a painting: ranges, defaults, units and help text, defined once.

The command line, the chats, the config file and the library all read this table, so that they never drift apart.
Nothing here imports torch.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

Quality = Literal["draft", "standard", "fine"]
Colors = Literal["style", "photo", "match"]
Init = Literal["photo", "noise", "style", "file"]
Pooling = Literal["max", "average"]
StyleLoss = Literal["covariance", "gram"]
Reconstruct = Literal["no", "content", "style"]
OptimizerName = Literal["lbfgs", "adam"]

LAYERS: tuple[str, ...] = tuple(
    f"relu{block}_{index}" for block, count in enumerate((2, 2, 4, 4, 4), start=1) for index in range(1, count + 1)
)
"""Names of the VGG-19 activations that losses can be attached to, shallow to deep."""

SMALLEST_SIZE, LARGEST_SIZE = 64, 6000  # pixels, the long side

Weight = Annotated[float, Meta(ge=0, le=1e9)]

CONTENT_LAYERS: dict[str, float] = {"relu4_2": 1.0}
STYLE_LAYERS: dict[str, float] = dict.fromkeys(("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"), 1.0)


LEARNING_RATE = 0.02
"""Adam's, where nobody chose another: what a pixel of 0 to 1 changes in one iteration, about."""


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How to paint. Every field has a default that works untouched; `None` means "as the other options imply".

    Raises OptionError, a ValueError, for a value out of range.
    """

    size: Annotated[
        int, Meta(ge=SMALLEST_SIZE, le=LARGEST_SIZE, description="Long side of the painting, in pixels.")
    ] = 512
    quality: Annotated[Quality, Meta(description="How long to work on it: draft, standard or fine.")] = "standard"
    strength: Annotated[int, Meta(ge=0, le=100, description="From a hint of the style (0) to mostly style (100).")] = 50
    colors: Annotated[
        Colors,
        Meta(description="Whose colours: the style's, the photo's own, or the style given the photo's (match)."),
    ] = "style"
    init: Annotated[
        Init, Meta(description="What the painting starts from: the photo, noise, the style, or a file.")
    ] = "photo"
    seed: Annotated[
        int, Meta(ge=0, le=2**32 - 1, description="Same seed, same painting; another seed, another variation.")
    ] = 0
    style_scale: Annotated[
        float, Meta(ge=0.1, le=4, description="Brush size: the style's long side relative to the painting's.")
    ] = 1.0
    smooth: Annotated[int, Meta(ge=0, le=100, description="Smooths speckles away: off (0) to very smooth (100).")] = 0
    square: Annotated[bool, Meta(description="Crop the photo to a centred square first.")] = False
    invert_mask: Annotated[bool, Meta(description="With a mask: paint where it is black instead of white.")] = False
    reconstruct: Annotated[
        Reconstruct,
        Meta(description="Paint only what the layers keep of the content, or of the style (its texture), from noise."),
    ] = "no"
    style_loss: Annotated[
        StyleLoss,
        Meta(description="What of the style is compared: mean and covariance, or the Gram matrix as Gatys did."),
    ] = "covariance"
    pooling: Annotated[Pooling, Meta(description="How the network shrinks what it sees: max or average.")] = "max"
    optimizer: Annotated[OptimizerName, Meta(description="L-BFGS (paints best) or Adam.")] = "lbfgs"
    learning_rate: Annotated[
        float | None, Meta(description=f"Adam's step, for pictures in 0 to 1; default {LEARNING_RATE}.")
    ] = None
    iterations: Annotated[
        int | None, Meta(description="Iterations at the finest scale, 1 to 5000; default by quality.")
    ] = None
    scales: Annotated[
        int | None, Meta(description="How many sizes to paint at, coarse to fine, 1 to 8; default by size.")
    ] = None
    content_weight: Annotated[
        float | None, Meta(description="Weight of the content loss, at least 0; default by strength.")
    ] = None
    style_weight: Annotated[
        float | None, Meta(description="Weight of the style loss, at least 0; default by strength.")
    ] = None
    tv_weight: Annotated[
        float | None, Meta(description="Weight of the total variation loss, at least 0; default by smooth.")
    ] = None
    content_layers: Annotated[
        dict[str, Weight], Meta(description="VGG-19 layers of the content loss, by name, with weights.")
    ] = msgspec.field(default_factory=lambda: dict(CONTENT_LAYERS))
    style_layers: Annotated[
        dict[str, Weight], Meta(description="VGG-19 layers of the style loss, by name, with weights.")
    ] = msgspec.field(default_factory=lambda: dict(STYLE_LAYERS))

    def __post_init__(self) -> None:
        # msgspec checks ranges where it decodes, but not where Python code makes an Options.
        for info in OPTION_TABLE.values():
            value = getattr(self, info.name)
            if not info.takes(value):
                raise OptionError(info.name, str(value), info.allowed)
            if info.minimum is not None and value is not None and type(value) not in (int, float):
                plain = int(value) if info.whole else float(value)  # of a number of numpy's
                msgspec.structs.force_setattr(self, info.name, plain)


# msgspec cannot put a range on "number or None", so these stand here.
_OPTIONAL_RANGES: dict[str, tuple[float, float]] = {
    "learning_rate": (1e-6, 10.0),
    "iterations": (1, 5000),
    "scales": (1, 8),
    "content_weight": (0.0, 1e9),
    "style_weight": (0.0, 1e9),
    "tv_weight": (0.0, 1e9),
}


class OptionInfo(msgspec.Struct, frozen=True):
    """One row of the table of options."""

    name: str
    help: str
    default: Any
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False

    @property
    def allowed(self) -> str:
        """What may be given, in words that fit behind "use"."""
        if self.choices:
            return " or ".join(self.choices)
        if self.minimum is not None:
            kind = "a whole number" if self.whole else "a number"
            return f"{kind} from {self.minimum:.10g} to {self.maximum:.10g}"
        if isinstance(self.default, bool):
            return "yes or no"
        if isinstance(self.default, dict):
            return f"layers with weights, such as {next(iter(self.default))}:1"
        return "another value"

    def takes(self, value: Any) -> bool:
        """Tell whether the option takes a value, by its type as well: 1.5 is no whole number, and "no" no bool."""
        if self.choices:
            return isinstance(value, str) and value in self.choices
        if self.minimum is not None and self.maximum is not None:
            if value is self.default is None:
                return True
            return _is_number(value, whole=self.whole) and self.minimum <= float(value) <= self.maximum  # false for NaN
        if isinstance(self.default, bool):
            return isinstance(value, bool)
        if isinstance(self.default, dict):
            return isinstance(value, Mapping) and all(
                layer in LAYERS and _is_number(weight) and 0 <= float(weight) <= 1e9 for layer, weight in value.items()
            )
        return True


def _is_number(value: Any, *, whole: bool = False) -> bool:
    return isinstance(value, Integral if whole else Real) and not isinstance(value, bool)


class OptionError(ValueError):
    """A value that an option does not take. `option` may be unknown; then `near` holds similar names."""

    def __init__(self, option: str, found: str, allowed: str, near: tuple[str, ...] = ()) -> None:
        self.option, self.found, self.allowed, self.near = option, found, allowed, near
        super().__init__(f"{option}: found {found!r}, use {allowed}")


def _describe() -> dict[str, OptionInfo]:
    fields = {field.name: field for field in msgspec.structs.fields(Options)}
    table: dict[str, OptionInfo] = {}
    for name, hint in get_type_hints(Options, include_extras=True).items():
        base, meta = get_args(hint)
        field = fields[name]
        default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        low, high = _OPTIONAL_RANGES.get(name, (meta.ge, meta.le))
        choices = tuple(get_args(base)) if get_origin(base) is Literal else ()
        whole = base is int or int in get_args(base)
        table[name] = OptionInfo(name, meta.description, default, choices, low, high, whole)
    return table


OPTION_TABLE: dict[str, OptionInfo] = _describe()
"""Every option by name, in the order in which people should read about them."""


AUTO = "auto"
"""A quality that people may ask a bot for, which makes another one of it: see `schedule.affordable_quality`."""

WISHES: dict[str, OptionInfo] = {
    **OPTION_TABLE,
    "quality": msgspec.structs.replace(
        OPTION_TABLE["quality"],
        help="How long to work on it: draft, standard, fine, or auto: standard if that takes under a minute.",
        default=AUTO,
        choices=(*OPTION_TABLE["quality"].choices, AUTO),
    ),
}
"""The table as those know it who ask a bot: the quality may also be auto, and is where nobody chooses."""


def wished(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return loosely typed values as the options take them; a quality of AUTO stays that.

    Raises OptionError as `make_options` does.
    """
    return {name: _wished(name, value) for name, value in values.items()}


def leaves_quality(values: Mapping[str, Any]) -> bool:
    """Tell whether wishes leave it open how long to work on the painting."""
    return str(values.get("quality", AUTO)).strip().lower() == AUTO


def _wished(name: str, value: Any) -> Any:
    if name != "quality":
        return getattr(make_options({name: value}), name)
    if leaves_quality({name: value}):
        return AUTO
    try:
        return make_options({name: value}).quality
    except OptionError as error:
        raise OptionError(name, error.found, WISHES[name].allowed) from error


def make_options(values: Mapping[str, Any], base: Options | None = None) -> Options:
    """Build options from loosely typed values ("70", 70, "yes"), on top of `base` or the defaults.

    Raises OptionError for an unknown name or a value out of range, naming what is allowed.
    """
    known: dict[str, Any] = {}
    for name, value in values.items():
        info = OPTION_TABLE.get(name)
        if info is None:
            near = tuple(difflib.get_close_matches(name, OPTION_TABLE, n=3))
            raise OptionError(name, str(value), " or ".join(near or OPTION_TABLE), near)
        known[name] = _converted(info, value)
    return msgspec.structs.replace(base or Options(), **known)


def parse_options(words: Iterable[str], base: Options | None = None) -> Options:
    """Read `key=value` words as people type them in a chat; raises OptionError as `make_options` does."""
    values: dict[str, str] = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator:
            raise OptionError(word, "", f"{word}=VALUE")
        values[name.strip().lower()] = value.strip()
    return make_options(values, base)


_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}


def _converted(info: OptionInfo, value: Any) -> Any:
    found = str(value)
    if isinstance(info.default, bool) and isinstance(value, str):
        if value.lower() not in _YES | _NO:
            raise OptionError(info.name, value, info.allowed)
        value = value.lower() in _YES
    elif isinstance(info.default, dict) and isinstance(value, str):
        value = _parsed_layers(info, value)
    elif info.choices and isinstance(value, str):
        value = value.lower()
    try:
        return getattr(msgspec.convert({info.name: value}, Options, strict=False), info.name)
    except (msgspec.ValidationError, OverflowError) as error:
        raise OptionError(info.name, found, info.allowed) from error


def _parsed_layers(info: OptionInfo, text: str) -> dict[str, str]:
    layers: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        layer, _, weight = part.partition(":")
        if layer not in LAYERS:
            raise OptionError(info.name, text, f"layers among {', '.join(LAYERS)}")
        layers[layer] = weight or "1"
    if not layers:
        raise OptionError(info.name, text, info.allowed)
    return layers
