"""Ways to compute VGG-19's convolutions in float32 on a CPU, layer by layer and as whole iterations.

    python -m benchmarks.convolutions [--own] [--sizes 128 256 512 1024] [--json]

All ways take turns in one process, and the quickest run of each counts: other programs slow them alike. Libraries and
code of our own are held to AVX2, as on processors without more; with --own each uses what the processor has. With
--json one JSON object is printed, with what whole iterations by Winograd's filtering take over direct ones.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from benchmarks.painter.kernels import AVX2

SIZES = (128, 256, 512, 1024)  # pixels, the long side of a 4 : 3 picture
LAYERS = ((64, 64, 1), (64, 128, 2), (128, 128, 2), (128, 256, 4), (256, 256, 4), (256, 512, 8), (512, 512, 8))
_REPEATS = 5

Work = Callable[[], object]


def main() -> None:
    """Start the measuring process, or be it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--own", action="store_true", help="use all that the processor has")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="PIXELS")
    parser.add_argument("--json", action="store_true", help="print one JSON object, and leave single layers out")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        figures = measure(arguments.sizes, layers=not arguments.json)
        if arguments.json:
            print(json.dumps(figures))
        return
    held = {} if arguments.own else AVX2
    environment = {"OMP_WAIT_POLICY": "passive", **os.environ, **held}  # as the engine process sets it
    command = [sys.executable, "-m", "benchmarks.convolutions", "--measure", *sys.argv[1:]]
    sys.exit(subprocess.run(command, env=environment, check=False).returncode)


def measure(sizes: Sequence[int], *, layers: bool) -> dict[str, Any]:
    """Return the figures, and tell them on stderr as they come."""
    import torch

    from nst_engine import devices, winograd
    from nst_engine.settings import Settings

    devices.prepare(Settings(), torch.device("cpu"))
    figures: dict[str, Any] = {"capability": torch.backends.cpu.get_cpu_capability(), "torch": torch.__version__}
    _say(", ".join(f"{name} {value}" for name, value in figures.items()))
    if not winograd.available():
        _say("No vector code can be made here: llvmlite is missing, or the processor is too simple.")
        return figures
    for size in sizes:
        if layers:
            for inputs, outputs, stride in LAYERS:
                _layer(inputs, outputs, size * 3 // 4 // stride, size // stride)
        seconds = _iterations(size)
        figures[f"iteration_{size}_ratio"] = round(seconds["winograd"] / seconds["direct"], 3)
        _say(f"{size} px, an iteration: {_told(seconds)}")
    return figures


def _layer(inputs: int, outputs: int, height: int, width: int) -> None:
    """Time one convolution and its ReLU, there alone; errors are against double precision."""
    import torch
    from torch.nn import functional

    from nst_engine.convolution import convolution

    x = torch.randn(1, inputs, height, width).contiguous(memory_format=torch.channels_last)
    weight, bias = torch.randn(outputs, inputs, 3, 3) / (9 * inputs) ** 0.5, torch.randn(outputs)
    exact = functional.relu(functional.conv2d(x.double(), weight.double(), bias.double(), padding=1))
    ways: dict[str, Callable[[Any], Any]] = {
        "direct": convolution(weight, bias),
        "winograd": convolution(weight, bias, "winograd"),
        "bmm": Products(weight, bias),
    }
    if torch._nnpack_available():
        usual = x.contiguous()  # NNPACK knows no channels_last
        ways["nnpack"] = lambda _: torch._nnpack_spatial_convolution(usual, weight, bias, padding=1).relu_()
    with torch.no_grad():
        for name, way in list(ways.items()):
            try:
                error = ((way(x).double() - exact).norm() / exact.norm()).item()
            except RuntimeError as problem:
                _say(f"  {name}: {problem}")
                del ways[name]
                continue
            ways[f"{name}, error {error:.0e}"] = ways.pop(name)
        seconds = _quickest({name: lambda way=way: way(x) for name, way in ways.items()})
    operations = 2 * 9 * inputs * outputs * height * width / next(iter(seconds.values())) / 1e9
    _say(f"  {inputs} to {outputs}, {width} × {height}: {_told(seconds)}; direct {operations:.0f} GFLOP/s")


class Products:
    """Winograd's F(4 × 4, 3 × 3) from torch's operators alone: each step is a product of matrices over strips of rows.

    What `nst_engine.winograd` is measured against; the transforms are products with Kronecker matrices here.
    """

    def __init__(self, weight: Any, bias: Any, rows: int = 4) -> None:
        import torch

        from nst_engine.winograd_code import input_basis, kernel_basis, result_basis

        def matrix(basis: Callable[[Any], list[Any]], size: int) -> Any:
            return torch.stack(basis(list(torch.eye(size, dtype=torch.float64)))).float()

        self._there, self._back = (
            torch.kron(m, m).contiguous() for m in (matrix(input_basis, 6), matrix(result_basis, 6))
        )
        kernel = matrix(kernel_basis, 3)
        outputs, inputs = weight.shape[:2]
        flat = weight.permute(2, 3, 1, 0).reshape(9, inputs * outputs)
        self._kernel = (torch.kron(kernel, kernel) @ flat).view(36, inputs, outputs)
        self._bias, self._rows = bias, rows

    def __call__(self, x: Any) -> Any:
        """Return the next layer's activation (1, C', H, W) of one (1, C, H, W), channels_last."""
        import torch
        from torch.nn import functional

        _, inputs, height, width = x.shape
        outputs = self._kernel.shape[2]
        down, across = -(-height // 4), -(-width // 4)
        padded = functional.pad(x, (1, 4 * across - width + 1, 1, 4 * down - height + 1))
        padded = padded.permute(0, 2, 3, 1).contiguous()[0]
        found = torch.empty(4 * down, 4 * across, outputs)
        line = padded.stride(0)
        for first in range(0, down, self._rows):
            rows = min(self._rows, down - first)
            tiles = padded[4 * first :].as_strided(
                (6, 6, rows, across, inputs), (line, inputs, 4 * line, 4 * inputs, 1), 4 * first * line
            )
            seen = (self._there @ tiles.reshape(36, -1)).view(36, rows * across, inputs)
            results = (self._back @ torch.bmm(seen, self._kernel).view(36, -1)).view(4, 4, rows, across, outputs)
            strip = found[4 * first : 4 * (first + rows)].view(rows, 4, across, 4, outputs)
            torch.add(results.permute(2, 0, 3, 1, 4), self._bias, out=strip).relu_()
        return found[:height, :width].permute(2, 0, 1)[None]


def _iterations(size: int) -> dict[str, float]:
    """Time losses and gradient of the finest scale."""
    import torch
    from torch.nn import functional

    from nst_engine import weights
    from nst_engine.balance import balance
    from nst_engine.goal import Goal, Region
    from nst_engine.options import Options
    from nst_engine.settings import Settings
    from nst_engine.vgg import Vgg19

    parameters = weights.load(Settings()).parameters
    shape = size * 3 // 4, size
    torch.manual_seed(0)
    photo, style = (functional.interpolate(torch.rand(1, 3, 12, 16), shape, mode="bicubic") for _ in range(2))
    goals = {
        way: Goal(
            Vgg19(parameters, torch.device("cpu"), torch.float32, way),
            photo,
            [Region([(style, 1.0)])],
            balance(Options(), coarseness=0),
        )
        for way in ("direct", "winograd")
    }
    return _quickest({way: lambda goal=goal: goal((photo + style) / 2) for way, goal in goals.items()})


def _quickest(works: dict[str, Work]) -> dict[str, float]:
    """Return the seconds of the quickest run of each work; the first round does not count."""
    seconds = dict.fromkeys(works, float("inf"))
    for repeat in range(_REPEATS + 1):
        for name, work in works.items():
            began = perf_counter()
            work()
            if repeat:
                seconds[name] = min(seconds[name], perf_counter() - began)
    return seconds


def _told(seconds: dict[str, float]) -> str:
    direct = next(iter(seconds.values()))
    return ", ".join(f"{name}: {1000 * one:.1f} ms ({one / direct:.2f})" for name, one in seconds.items())


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
