"""3 × 3 convolutions by Winograd's minimal filtering (Lavin and Gray, 2016), F(4 × 4, 3 × 3), in float32 on a CPU.

A tile of 4 × 4 results depends on 6 × 6 numbers of each input channel. In another basis, in which the 3 × 3 kernel is
6 × 6 too, a tile's convolution is a product place by place: 36 multiplications for each pair of channels, where the
definition takes 144. Over many tiles each of the 36 places is a product of matrices, tiles × inputs by inputs ×
outputs. The bases for one dimension, and two dimensions are one after the other:

    input   Bᵀ d B        kernel   G g Gᵀ        result   Aᵀ m A

Strips of tiles are worked on one by one, so that what is between the three steps stays in a processor's cache; bias and
ReLU go with the last step, and the ReLU's gradient with the first, where memory is passed over anyhow. Sums are as
exact as the definition's to about 1e-6 of their size (docs/experiments.md has the figures).
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from nst_engine.winograd_code import APART, GROUP, PLACES, TILE, Steps, steps

# Kernels take four times the memory in the basis. So only those of the shallower layers are kept there, which are small
# and used for many tiles; those of others are brought there while they are used, for a tenth more time.
_KEPT = 256 * 256  # pairs of channels

# Tiles of a strip, a multiple of what is summed up at once. What is between the steps should stay in the cache next to
# a core; but deep layers' kernels do not fit there themselves, and are read anew for every strip.
_STRIP, _DEEP_STRIP = 48, 96
_DEEP = 512 * 256  # pairs of channels


def available() -> bool:
    """Tell whether convolutions can be computed this way here."""
    return steps() is not None


def computes(weight: Tensor) -> bool:
    """Tell whether the convolution with a weight (C', C, 3, 3) can be computed this way here."""
    return available() and (
        weight.device.type == "cpu"
        and weight.dtype == torch.float32
        and not any(side % GROUP for side in weight.shape[:2])
    )


class Winograd:
    """The convolution with a weight (C', C, 3, 3), zeros around the picture, a bias (C') and a ReLU; float32, on a CPU.

    C and C' are multiples of GROUP, as in VGG-19 behind its first layer: see `computes`.
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        found = steps()
        assert found is not None
        self._steps, self._bias = found, bias
        self._kernel = _Kernel.of(weight, found)
        self._turned_kernel = _Kernel.of(weight.flip(2, 3).transpose(0, 1), found)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the next layer's activation (1, C', H, W) of one (1, C, H, W), both channels_last."""
        result: Tensor = _Convolved.apply(x, self)  # type: ignore[no-untyped-call]
        return result

    def there(self, x: Tensor) -> Tensor:
        """Return the next layer's activation."""
        return _convolved(self._steps, x, None, self._kernel, self._bias)

    def back(self, pull: Tensor, result: Tensor) -> Tensor:
        """Return the gradient by the input, given that by the result: a convolution with the turned kernel."""
        return _convolved(self._steps, pull, result, self._turned_kernel, None)


class _Convolved(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, convolution: Winograd) -> Tensor:
        result = convolution.there(x)
        ctx.convolution = convolution
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx: Any, pull: Tensor) -> tuple[Tensor, None]:
        (result,) = ctx.saved_tensors
        return ctx.convolution.back(pull, result), None


class _Kernel(NamedTuple):
    """A weight as the steps want it."""

    inputs: int
    outputs: int
    numbers: Tensor  # (C' / panel, 9, C, panel), or prepared: in the basis, (C' / panel, 36 · (C · panel + APART))
    is_prepared: bool

    @classmethod
    def of(cls, weight: Tensor, steps: Steps) -> _Kernel:
        """Lay out a weight (C', C, 3, 3)."""
        outputs, inputs, panel = *weight.shape[:2], steps.panel
        shape = 9, inputs, outputs // panel, panel
        panels = weight.permute(2, 3, 1, 0).reshape(shape).permute(2, 0, 1, 3).contiguous()
        if inputs * outputs > _KEPT:
            return cls(inputs, outputs, panels, is_prepared=False)
        prepared = torch.empty(outputs // panel, PLACES * (inputs * panel + APART))
        steps.prepare(panels.data_ptr(), prepared.data_ptr(), inputs, *prepared.shape)
        return cls(inputs, outputs, prepared, is_prepared=True)


class _Piece(NamedTuple):
    """A part of the work: tiles by output channels."""

    tiles: range
    outputs: range


def _pieces(tiles: int, inputs: int, outputs: int, workers: int) -> list[_Piece]:
    """Cut the work into strips of tiles; where there are fewer than workers, these share a strip's output channels."""
    most = _DEEP_STRIP if inputs * outputs >= _DEEP else _STRIP
    strips = -(-tiles // most)
    strips = -(-strips // workers) * workers if strips >= workers else strips  # so that nobody waits for the last one
    strip = -(-tiles // strips)
    share = -(-outputs // GROUP // max(1, workers // strips)) * GROUP
    return [
        _Piece(range(first, min(first + strip, tiles)), range(begin, min(begin + share, outputs)))
        for first in range(0, tiles, strip)
        for begin in range(0, outputs, share)
    ]


def _convolved(steps: Steps, x: Tensor, through: Tensor | None, kernel: _Kernel, bias: Tensor | None) -> Tensor:
    """Return x (1, C, H, W), where `through` is positive if given, convolved: plus bias, then ReLU, if there is one."""
    x = x.contiguous(memory_format=torch.channels_last)
    height, width = x.shape[2:]
    inputs, outputs, panel = kernel.inputs, kernel.outputs, steps.panel
    found = torch.empty((1, outputs, height, width), memory_format=torch.channels_last)
    across, down = -(-width // TILE), -(-height // TILE)
    workers = torch.get_num_threads()
    pieces = _pieces(across * down, inputs, outputs, workers)
    longest, widest = max(len(piece.tiles) for piece in pieces), max(len(piece.outputs) for piece in pieces)
    seen_plane, product_plane = longest * inputs + APART, longest * widest + APART
    room = 0 if kernel.is_prepared else GROUP // panel * (inputs * panel + APART)
    workers = min(workers, len(pieces))
    scratch = _scratch(workers, PLACES * (seen_plane + product_plane + room))
    waiting, lock = iter(pieces), threading.Lock()

    def work(worker: int) -> None:
        seen = scratch[worker].data_ptr()
        product = seen + 4 * PLACES * seen_plane  # bytes
        basis, step = product + 4 * PLACES * product_plane, 0
        while True:
            with lock:
                piece = next(waiting, None)
            if piece is None:
                return
            tiles, channels = piece
            where = tiles.start, tiles.stop
            if through is None:
                steps.look(x.data_ptr(), seen, height, width, inputs, across, *where, seen_plane)
            else:
                steps.look_back(
                    x.data_ptr(), through.data_ptr(), seen, height, width, inputs, across, *where, seen_plane
                )
            numbers = kernel.numbers.data_ptr() + 4 * kernel.numbers[0].numel() * (channels.start // panel)
            if kernel.is_prepared:
                basis, step = numbers, kernel.numbers.shape[1]
            steps.multiply(
                seen,
                numbers,
                basis,
                product,
                len(tiles),
                inputs,
                len(channels),
                step,
                seen_plane,
                product_plane,
            )
            target = found.data_ptr() + 4 * channels.start
            shape = height, width, len(channels), outputs, across, *where, product_plane
            if bias is None:
                steps.finish(product, target, *shape)
            else:
                steps.finish_with_relu(product, bias.data_ptr() + 4 * channels.start, target, *shape)

    others = [_pool(workers).submit(work, worker) for worker in range(1, workers)]
    work(0)
    for other in others:
        other.result()
    return found


def _scratch(workers: int, size: int) -> Tensor:
    """Return memory for so many workers. It stays with its thread: made anew each time, it scatters the heap."""
    found: Tensor | None = getattr(_kept, "scratch", None)
    if found is None or found.numel() < workers * size:
        found = _kept.scratch = torch.empty(workers * size)
    return found[: workers * size].view(workers, size)


_kept = threading.local()


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, workers - 1), thread_name_prefix="winograd")
