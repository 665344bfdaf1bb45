"""The story of one painting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import msgspec
import torch
from torch import Tensor

from nst_engine import devices, images, memory, weights
from nst_engine.balance import balance
from nst_engine.devices import Way
from nst_engine.errors import BadOptions, OutOfMemory
from nst_engine.finished import Painting
from nst_engine.goal import Goal, Region
from nst_engine.images import Picture, Pixels
from nst_engine.masks import Kept
from nst_engine.moving import Held, Watch
from nst_engine.optimizers import adam, lbfgs
from nst_engine.options import LEARNING_RATE, Init, Options
from nst_engine.progress import OnProgress, ShouldStop, parts
from nst_engine.record import Record
from nst_engine.scene import Scene
from nst_engine.schedule import Scale, plan
from nst_engine.settings import Settings
from nst_engine.subject import Regions, Styles, Subject
from nst_engine.tensors import to_pixels
from nst_engine.vgg import Vgg19

log = logging.getLogger(__name__)


class Painter:
    """A network on a device, ready to paint one painting after another.

    Raises WeightsError and DeviceError when it cannot be had.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        device = devices.choose(self.settings)
        devices.prepare(self.settings, device)
        source = weights.load(self.settings)

        networks: dict[Way, Vgg19] = {}

        def trial(way: Way) -> Callable[[], object]:
            networks[way] = Vgg19(source.parameters, device, way.dtype, way.convolutions)
            return _trial(networks[way])

        way, seconds = devices.pick(self.settings, device, trial)
        self._network = networks[way]  # warm by now
        networks.clear()
        devices.give_back_memory(device)
        self.device = str(device)
        self.device_name = devices.human_name(device)
        self.dtype, self.convolutions = way
        self.backbone, self.weights = source.name, source.sha256
        self.speed = _TRIAL_SIDE**2 / 1e6 / seconds
        """Megapixel-iterations a second; see `schedule.work`."""
        self.memory_bytes = devices.memory_bytes(self.settings, device)
        """What a painting may take on the device; 0 where that is not known."""

    def stylize(
        self,
        content: Picture,
        styles: Styles | None = None,
        options: Options | None = None,
        *,
        init: Picture | None = None,
        mask: Picture | None = None,
        background: Styles | None = None,
        regions: Regions = (),
        on_progress: OnProgress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> Painting:
        """Paint `content` in `styles`, one picture or several, each alone or as (picture, weight).

        Weights are at least 0 and relative to their sum. The painting's long side is `options.size` pixels.
        `init` is what to start from, and goes with `options.init == "file"`. With a `mask`, a grey picture of any size,
        only where it is white (with `options.invert_mask`: black) are the `styles` painted; the rest is painted in
        `background`, or stays the photo, pixel for pixel, where there is none. `regions` are more masks, each with
        styles of its own, up to 8 in all; where masks overlap, a later one lies over an earlier one. With regions and
        no `mask`, the `styles` are for the rest, and may be left out. `nst_engine.color_mask` makes masks of a picture
        whose colours name the parts. What of `content` is transparent counts for nothing, and is as transparent in the
        painting; in the other pictures it is white, in a mask black. `on_progress` hears of every iteration; its
        Progress has an empty id. `should_stop` is asked before every iteration.

        Raises BadPicture, BadOptions, Cancelled, NotFinite or OutOfMemory (when even small tiles do not fit).
        """
        options = options or Options()
        subject = Subject.load(content, styles, options, init=init, mask=mask, background=background, regions=regions)
        return self._painted(subject, options, on_progress, should_stop)

    def animate(
        self,
        frames: Sequence[Picture],
        styles: Styles,
        options: Options | None = None,
        *,
        init: Picture | None = None,
        on_progress: OnProgress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> list[Painting]:
        """Paint the frames of a moving picture, in order, each started from the painting of the one before.

        Where nothing moved a frame is held to the painting before it, so that it does not flicker: the temporal loss
        of Ruder, Dosovitskiy and Brox (2016), without their optical flow. `init` is for the first frame. The frames'
        proportions become those of the first, and what is transparent becomes white. `on_progress` hears of all frames
        as one run.

        Raises what `stylize` raises; BadOptions where there are no frames.
        """
        options = options or Options()
        pictures = [images.load(frame) for frame in frames]
        if not pictures:
            raise BadOptions("a moving picture needs at least one frame")
        if options.square:  # now, so that what is held is cropped along
            pictures = [images.square(picture) for picture in pictures]
        watch = Watch(pictures[0])
        subject = Subject.load(pictures[0], styles, options, init=init)
        paintings: list[Painting] = []
        for picture, tell in zip(pictures, parts(on_progress or (lambda _: None), len(pictures)), strict=True):
            if paintings:
                frame = images.resize(picture, *pictures[0].size)
                subject = replace(
                    subject, photo=frame, first=None, held=Held(paintings[-1].picture, watch.still(frame))
                )
                options = msgspec.structs.replace(options, init=_INIT_LATER[options.init])
            paintings.append(self._painted(subject, options, tell, should_stop))
        return paintings

    def _painted(
        self, subject: Subject, options: Options, on_progress: OnProgress | None, should_stop: ShouldStop | None
    ) -> Painting:
        """Paint, and tell how it went."""
        began = perf_counter()
        try:
            record, pixels = self._tried(subject, options, on_progress, should_stop)
        finally:
            if memory.needed_bytes(options, *subject.photo.size) > _KEPT:
                devices.give_back_memory(self._network.device)
        point = record.history[-1]
        return Painting(
            picture=pixels,
            history=tuple(record.history),
            frames=tuple(record.frames),
            engine_seconds=perf_counter() - began,
            iterations=len(record.history),
            content_loss=point.content,
            style_loss=point.style,
            backbone=self.backbone,
            device=self.device,
            dtype=self.dtype,
            convolutions=self.convolutions,
            seed=options.seed,
        )

    def _tried(
        self, subject: Subject, options: Options, on_progress: OnProgress | None, should_stop: ShouldStop | None
    ) -> tuple[Record, Pixels]:
        """Paint, in tiles where the whole does not fit, and in smaller ones where memory still runs out."""
        scales = plan(options, *subject.photo.size)
        last = scales[-1]
        tile = self._tile(options, *subject.photo.size)
        while True:
            record = Record(scales, on_progress, should_stop)
            try:
                with devices.out_of_memory_is_typed():
                    return record, to_pixels(self._paint(subject, options, scales, record, tile))
            except OutOfMemory as error:
                smaller = memory.smaller_tile(tile, last.width, last.height)
                if smaller is None:
                    raise
                log.warning("event=out_of_memory tile=%s retry_with_tile=%s detail=%s", tile, smaller, error)
                tile = smaller
            devices.give_back_memory(self._network.device)

    def _tile(self, options: Options, width: int, height: int) -> int | None:
        """Return the side of the tiles to paint in, in pixels; None where the whole is no burden on the device."""
        bound = self.memory_bytes
        if self._network.device.type == "cpu":
            modest = memory.need(options, width, height, _MODEST, self.dtype)
            if not bound or modest.bytes <= _MODEST <= bound:
                return modest.tile
        return memory.need(options, width, height, bound, self.dtype).tile

    def _paint(
        self, subject: Subject, options: Options, scales: tuple[Scale, ...], record: Record, tile: int | None
    ) -> Tensor:
        """Coarse to fine: at each scale, look at photo and styles, then change the picture until it has both."""
        picture: Tensor | None = None
        for index, scale in enumerate(scales):
            record.check_stop()
            scene = Scene.of(subject, scale, options, self._network.device)
            picture = scene.begun(picture, options)
            goal = Goal(
                self._network,
                scene.content,
                scene.regions,
                balance(options, coarseness=len(scales) - 1 - index),
                pooling=options.pooling,
                style_loss=options.style_loss,
                anchor=scene.anchor,
                alpha=scene.alpha,
                tile=tile,
            )
            kept = scene.kept

            def evaluate(x: Tensor, goal: Goal = goal, kept: Kept = kept, index: int = index) -> tuple[float, Tensor]:
                losses, gradient = goal(x)
                record.iterated(index, losses, lambda: kept.shown(x))
                return losses.total, gradient

            if options.optimizer == "adam":
                picture = adam(picture, evaluate, scale.iterations, options.learning_rate or LEARNING_RATE)
            else:
                picture = lbfgs(picture, evaluate, scale.iterations).clamp(0, 1)
        assert picture is not None
        return kept.finish(picture)


def stylize(
    content: Picture,
    styles: Styles | None = None,
    options: Options | None = None,
    *,
    init: Picture | None = None,
    mask: Picture | None = None,
    background: Styles | None = None,
    regions: Regions = (),
    settings: Settings | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Painting:
    """Paint one picture; see `Painter.stylize`. For several, keep a Painter: it loads the network once.

    Raises what `Painter.stylize` raises, and WeightsError or DeviceError.
    """
    painter = Painter(settings)
    return painter.stylize(
        content,
        styles,
        options,
        init=init,
        mask=mask,
        background=background,
        regions=regions,
        on_progress=on_progress,
        should_stop=should_stop,
    )


_INIT_LATER: dict[Init, Init] = {"photo": "photo", "noise": "noise", "style": "style", "file": "photo"}
"""What the later frames of a moving picture start from where they are not held, by what the first one did."""


_MODEST = 5_500_000_000  # bytes: on a CPU, whose memory others need too, tiles come before more than this is taken

_KEPT = 1_500_000_000  # bytes: what an idle engine may keep, so that the next painting need not get them page by page

_TRIAL_SIDE = 160  # pixels: large enough to tell how fast paintings are, small enough for a second's trial


def _trial(network: Vgg19) -> Callable[[], object]:
    """Return what one iteration does with a grey square, as work to be timed."""
    grey = torch.full((1, 3, _TRIAL_SIDE, _TRIAL_SIDE), 0.5, device=network.device)
    goal = Goal(network, grey, [Region([(grey, 1.0)])], balance(Options(), coarseness=0))
    return lambda: goal(grey)
