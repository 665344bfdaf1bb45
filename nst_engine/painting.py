"""The story of one painting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from nst_engine import color, devices, images, weights
from nst_engine.balance import balance, recoloring
from nst_engine.errors import BadOptions
from nst_engine.goal import Goal
from nst_engine.images import Picture, Pixels
from nst_engine.optimizers import adam, lbfgs
from nst_engine.options import Options
from nst_engine.protocol import Frame, LossPoint
from nst_engine.record import OnProgress, Record, ShouldStop, to_pixels
from nst_engine.schedule import SMALLEST_SIDE, Scale, plan
from nst_engine.settings import Settings
from nst_engine.vgg import Vgg19

Styles = Picture | Sequence[Picture | tuple[Picture, float]]


@dataclass(frozen=True)
class Painting:
    """A finished painting and how it came about."""

    picture: Pixels = field(repr=False)  # height × width × 3, sRGB, 0 to 255
    history: tuple[LossPoint, ...] = field(repr=False)  # one point for each iteration
    frames: tuple[Frame, ...] = field(repr=False)  # at most 24 small JPEGs, spread over the run, the start included
    engine_seconds: float  # first tensor to last: no loading of the network
    iterations: int
    content_loss: float
    style_loss: float
    backbone: str
    device: str
    dtype: str
    seed: int

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.picture.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.picture.shape[0])

    def to_pil(self) -> Image.Image:
        """Return the painting as a Pillow image."""
        return Image.fromarray(self.picture)

    def png(self) -> bytes:
        """Return the painting as a PNG file's bytes."""
        return images.png(self.picture)

    def save(self, path: str | Path) -> Path:
        """Write the painting to a file, in the format of its suffix, and return where."""
        path = Path(path)
        self.to_pil().save(path, quality=95)
        return path

    def _repr_png_(self) -> bytes:
        return self.png()


class Painter:
    """A network on a device, ready to paint one painting after another.

    Raises WeightsError and DeviceError when it cannot be had.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        device = devices.choose(self.settings)
        devices.prepare(self.settings, device)
        source = weights.load(self.settings)

        def network(dtype: torch.dtype) -> Vgg19:
            return Vgg19(source.parameters, device, dtype)

        dtype = devices.pick_dtype(self.settings, device, lambda dtype: _trial(network(dtype), _TRIAL_SIDE))
        self._network = network(dtype)
        self.device = str(device)
        self.device_name = devices.human_name(device)
        self.dtype = str(dtype).removeprefix("torch.")
        self.backbone, self.weights = source.name, source.sha256
        side = 2 * _TRIAL_SIDE
        self.speed = side**2 / 1e6 / devices.quickest(device, _trial(self._network, side))[0]
        """Megapixel-iterations a second; see `schedule.work`."""

    def stylize(
        self,
        content: Picture,
        styles: Styles,
        options: Options | None = None,
        *,
        init: Picture | None = None,
        on_progress: OnProgress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> Painting:
        """Paint `content` in `styles`, one picture or several, each alone or as (picture, weight).

        Weights are at least 0 and relative to their sum. The painting's long side is `options.size` pixels.
        `init` is what to start from, and goes with `options.init == "file"`. `on_progress` hears of every iteration;
        its Progress has an empty id. `should_stop` is asked before every iteration.

        Raises BadPicture, BadOptions, Cancelled, NotFinite or OutOfMemory.
        """
        options = options or Options()
        if (options.init == "file") != (init is not None):
            raise BadOptions('a picture to start from goes with init "file", and only with it')
        photo = images.load(content)
        if options.square:
            photo = images.square(photo)
        pictures = _weighted(styles)
        first = None if init is None else images.load(init)
        scales = plan(options, *photo.size)
        record = Record(scales, on_progress, should_stop)
        began = perf_counter()
        with devices.out_of_memory_is_typed():
            picture = self._paint(photo, pictures, first, options, scales, record)
            pixels = to_pixels(picture)
        last = record.history[-1]
        return Painting(
            picture=pixels,
            history=tuple(record.history),
            frames=tuple(record.frames),
            engine_seconds=perf_counter() - began,
            iterations=len(record.history),
            content_loss=last.content,
            style_loss=last.style,
            backbone=self.backbone,
            device=self.device,
            dtype=self.dtype,
            seed=options.seed,
        )

    def _paint(
        self,
        photo: Image.Image,
        styles: list[tuple[Image.Image, float]],
        first: Image.Image | None,
        options: Options,
        scales: tuple[Scale, ...],
        record: Record,
    ) -> Tensor:
        """Coarse to fine: at each scale, look at photo and styles, then change the picture until it has both."""
        picture: Tensor | None = None
        for index, scale in enumerate(scales):
            record.check_stop()
            content = self._tensor(photo, scale)
            resized = [(self._style_tensor(style, scale, options), weight) for style, weight in styles]
            if options.colors == "photo":
                own = color.colors_of(content)
                resized = [(color.recolor(style, own).clamp(0, 1), weight) for style, weight in resized]
            source = self._source(content, resized, first, scale, options)
            picture = _perturbed(source, options) if picture is None else _enlarged(picture, source, options)
            goal = Goal(self._network, content, resized, balance(options, coarseness=len(scales) - 1 - index))

            def evaluate(x: Tensor, goal: Goal = goal, index: int = index) -> tuple[float, Tensor]:
                losses, gradient = goal(x)
                record.iterated(index, x, *losses)
                return losses.total, gradient

            if options.optimizer == "adam":
                picture = adam(picture, evaluate, scale.iterations, options.learning_rate or 0.02)
            else:
                picture = lbfgs(picture, evaluate, scale.iterations).clamp(0, 1)
        assert picture is not None
        return color.with_chroma_of(picture, content) if options.colors == "photo" else picture

    def _source(
        self,
        content: Tensor,
        styles: list[tuple[Tensor, float]],
        first: Image.Image | None,
        scale: Scale,
        options: Options,
    ) -> Tensor:
        """Return what painting starts from, seen at this scale: (1, 3, H, W) in 0 to 1."""
        if first is not None:
            return self._tensor(first, scale)
        if options.init == "noise":
            noise = torch.Generator().manual_seed(options.seed)
            return torch.rand(content.shape, generator=noise).to(content)
        # Colours are what painting from a photo learns last, so they are given to it at the start.
        wanted = color.blend([(color.colors_of(style), weight) for style, weight in styles])
        return color.recolor(content, wanted, amount=recoloring(options.strength)).clamp(0, 1)

    def _tensor(self, picture: Image.Image, scale: Scale) -> Tensor:
        pixels = np.array(images.resize(picture, scale.width, scale.height))
        tensor = torch.from_numpy(pixels).permute(2, 0, 1)[None].to(self._network.device)
        return tensor.float() / 255

    def _style_tensor(self, style: Image.Image, scale: Scale, options: Options) -> Tensor:
        """Return a style at the painting's long side × `options.style_scale`, in its own proportions."""
        size = max(scale.width, scale.height) * options.style_scale / max(style.size)
        width, height = (max(SMALLEST_SIDE, round(side * size)) for side in style.size)
        return self._tensor(style, Scale(width, height, 0))


def stylize(
    content: Picture,
    styles: Styles,
    options: Options | None = None,
    *,
    init: Picture | None = None,
    settings: Settings | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Painting:
    """Paint one picture; see `Painter.stylize`. For several, keep a Painter: it loads the network once.

    Raises what `Painter.stylize` raises, and WeightsError or DeviceError.
    """
    painter = Painter(settings)
    return painter.stylize(content, styles, options, init=init, on_progress=on_progress, should_stop=should_stop)


_TRIAL_SIDE = 96  # pixels


def _trial(network: Vgg19, side: int) -> Callable[[], object]:
    """Return what one iteration does with a grey square, as work to be timed."""
    grey = torch.full((1, 3, side, side), 0.5, device=network.device)
    goal = Goal(network, grey, [(grey, 1.0)], balance(Options(), coarseness=0))
    return lambda: goal(grey)


def _weighted(styles: Styles) -> list[tuple[Image.Image, float]]:
    """Load the styles; their weights are relative to their sum."""
    if isinstance(styles, (str, bytes, Path, Image.Image, np.ndarray)):
        styles = [styles]
    pairs = [style if isinstance(style, tuple) else (style, 1.0) for style in styles]
    total = sum(weight for _, weight in pairs)
    if not pairs or not 0 < total < float("inf") or any(weight < 0 for _, weight in pairs):
        raise BadOptions("there must be at least one style, with a weight above zero and none below")
    return [(images.load(picture), weight / total) for picture, weight in pairs if weight > 0]


_CLOUDS = 0.06  # standard deviation, of pixels in 0 to 1


def _perturbed(source: Tensor, options: Options) -> Tensor:
    """Lay soft coloured clouds over a start, which make another seed another painting; noise needs none."""
    if options.init == "noise":
        return source
    generator = torch.Generator().manual_seed(options.seed)
    height, width = source.shape[-2:]
    clouds = torch.zeros(source.shape)
    for cells in (4, 8, 16):
        grid = torch.randn(1, 3, cells, max(2, round(cells * width / height)), generator=generator)
        clouds += _resized(grid, height, width)
    return (source + (clouds * _CLOUDS / 3**0.5).to(source)).clamp(0, 1)


def _enlarged(picture: Tensor, source: Tensor, options: Options) -> Tensor:
    """Carry a picture to the next scale, the size of `source`, with the fine detail of it that fits only now.

    Without that detail the enlarged picture is soft, and the first iterations go into sharpening it.
    """
    height, width = source.shape[-2:]
    enlarged = _resized(picture, height, width)
    if options.init != "noise":
        coarse = functional.interpolate(source, size=picture.shape[-2:], mode="area")
        enlarged = enlarged + source - _resized(coarse, height, width)
    return enlarged.clamp(0, 1)


def _resized(picture: Tensor, height: int, width: int) -> Tensor:
    return functional.interpolate(picture, size=(height, width), mode="bicubic", align_corners=False)
