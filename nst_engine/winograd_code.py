"""The three steps of a convolution by Winograd's minimal filtering, written as vector code; `winograd` says what for.

Pictures lie in memory as (height, width, channels), and what is between the steps as (36, tiles, channels): for each
of the 36 places of the basis a matrix, `plane` numbers behind the one before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

from nst_engine.vector_code import Code, Compiled, Count, Floats, Processor, Program, processor

log = logging.getLogger(__name__)

TILE = 4  # results of a tile, along a side
SEEN = 6  # what they depend on
PLACES = SEEN * SEEN
GROUP = 64  # output channels that are worked on together: numbers of channels are multiples of it
APART = 16  # numbers between two planes: a cache keeps few lines whose addresses differ by a power of two


class _Linear(Protocol):
    """What the bases need of a number, be it a float or a vector of code."""

    def __add__(self, other: Any, /) -> Any: ...
    def __sub__(self, other: Any, /) -> Any: ...
    def __rmul__(self, other: float, /) -> Any: ...


_N = TypeVar("_N", bound=_Linear)


def input_basis(d: Sequence[_N]) -> list[_N]:
    """Return Bᵀ d of six numbers."""
    even, odd = d[4] - 4 * d[2], d[3] - 4 * d[1]
    other_even, other_odd = d[4] - d[2], 2 * (d[3] - d[1])
    return [
        4 * d[0] - 5 * d[2] + d[4],
        even + odd,
        even - odd,
        other_even + other_odd,
        other_even - other_odd,
        4 * d[1] - 5 * d[3] + d[5],
    ]


def kernel_basis(g: Sequence[_N]) -> list[_N]:
    """Return G g of three numbers: six."""
    even, odd = g[0] + g[2], g[1]
    other_even, other_odd = 1 / 24 * g[0] + 1 / 6 * g[2], 1 / 12 * g[1]
    return [
        1 / 4 * g[0],
        -1 / 6 * (even + odd),
        -1 / 6 * (even - odd),
        other_even + other_odd,
        other_even - other_odd,
        1 * g[2],
    ]


def result_basis(m: Sequence[_N]) -> list[_N]:
    """Return Aᵀ m of six numbers: four."""
    even, odd = m[1] + m[2], m[1] - m[2]
    other_even, other_odd = m[3] + m[4], m[3] - m[4]
    return [m[0] + even + other_even, odd + 2 * other_odd, even + 4 * other_even, odd + 8 * other_odd + m[5]]


def in_both_dimensions(basis: Callable[[Sequence[_N]], list[_N]], rows: Sequence[Sequence[_N]]) -> list[list[_N]]:
    """Return the rows of numbers in a basis, down the columns and along the rows."""
    columns = [basis(column) for column in zip(*rows, strict=True)]
    return [basis(row) for row in zip(*columns, strict=True)]


class Steps(NamedTuple):
    """The compiled steps."""

    look: Compiled  # from a picture's tiles to the basis
    look_back: Compiled  # the same of a gradient, where a ReLU let it through
    prepare: Compiled  # from kernels to the basis
    multiply: Compiled
    finish: Compiled  # from the basis to a picture
    finish_with_relu: Compiled
    panel: int  # how many output channels lie together in a kernel


@cache
def steps() -> Steps | None:
    """Return the compiled steps; None where code cannot be made for this processor."""
    made_for = processor()
    if made_for is None:
        return None
    rows, columns = _block(made_for)
    program = Program(made_for)
    _write_look(program, "look", through_relu=False)
    _write_look(program, "look_back", through_relu=True)
    _write_prepare(program, columns * made_for.width)
    _write_multiply(program, rows, columns)
    _write_finish(program, "finish", relu=False)
    _write_finish(program, "finish_with_relu", relu=True)
    try:
        return Steps(**program.compile(), panel=columns * made_for.width)
    except RuntimeError as error:  # LLVM's
        log.warning("event=no_vector_code processor=%s detail=%s", made_for.name, error)
        return None


def _block(made_for: Processor) -> tuple[int, int]:
    """Return how many tiles, and vectors of output channels, are summed up at once: what the registers can hold."""
    return (12, 2) if made_for.registers >= 32 else (6, 2)


# ---- the steps as code ------------------------------------------------------------------------------------------


def _write_look(program: Program, name: str, *, through_relu: bool) -> None:
    """Write: tiles `first` to `stop` of a picture (height, width, channels) → (36, tiles, channels)."""
    counts = ("height", "width", "channels", "across", "first", "stop", "plane")
    addresses = ("picture", "result", "seen") if through_relu else ("picture", "seen")
    with program.function(name, addresses, counts) as (code, given):
        channels = given["channels"]
        row = given["width"] * channels
        with code.loop(given["first"], given["stop"]) as tile:
            top, left = tile // given["across"] * TILE - 1, tile % given["across"] * TILE - 1
            corner, place = top * row + left * channels, (tile - given["first"]) * channels

            def number(offset: Count) -> Floats:
                found = code.load(given["picture"], offset)
                return found.where_positive(code.load(given["result"], offset)) if through_relu else found

            def look(read: Callable[[int, int, Count], Floats]) -> None:
                with code.loop(0, channels, code.width) as channel:
                    numbers = [[read(i, j, channel) for j in range(SEEN)] for i in range(SEEN)]
                    for index, value in enumerate(_flat(in_both_dimensions(input_basis, numbers))):
                        code.store(value, given["seen"], place + channel + given["plane"] * index)

            def inside(i: int, j: int, channel: Count) -> Floats:
                return number(corner + row * i + channels * j + channel)

            def at_the_rim(i: int, j: int, channel: Count) -> Floats:  # zeros lie around the picture
                is_there = code.both((top + i).within(0, given["height"]), (left + j).within(0, given["width"]))
                return number(code.pick(is_there, corner + row * i + channels * j, 0) + channel).where(is_there)

            whole = code.both(top.within(0, given["height"], SEEN), left.within(0, given["width"], SEEN))
            code.choose(whole, lambda: look(inside), lambda: look(at_the_rim))


def _write_prepare(program: Program, panel: int) -> None:
    """Write: kernels (panels, 9, inputs, panel) → the same in the basis, (panels, `step`)."""
    with program.function("prepare", ("kernel", "basis"), ("inputs", "panels", "step")) as (code, given):
        size = given["inputs"] * panel
        with code.loop(0, given["panels"]) as index:
            kernel, basis = code.at(given["kernel"], size * 9 * index), code.at(given["basis"], given["step"] * index)
            _prepare(code, kernel, basis, size)


def _prepare(code: Code, kernel: Any, basis: Any, size: Count) -> None:
    """Write: one panel's kernels (9, size) → (36, size and APART numbers)."""
    with code.loop(0, size, code.width) as number:
        rows = [[code.load(kernel, size * (3 * i + j) + number) for j in range(3)] for i in range(3)]
        for index, value in enumerate(_flat(in_both_dimensions(kernel_basis, rows))):
            code.store(value, basis, (size + APART) * index + number)


def _write_multiply(program: Program, rows: int, columns: int) -> None:
    """Write: (36, tiles, inputs) by kernels (panels, 9, inputs, panel) → (36, tiles, outputs).

    `basis` holds the prepared kernels, `step` numbers apart. Where `step` is 0 it has room for GROUP output channels,
    which are prepared when their turn comes: nine numbers are read in place of 36.
    """
    counts = ("tiles", "inputs", "outputs", "step", "seen_plane", "product_plane")
    with program.function("multiply", ("seen", "kernel", "basis", "product"), counts) as (code, given):
        inputs, outputs, panel = given["inputs"], given["outputs"], columns * code.width
        size = inputs * panel
        with code.loop(0, outputs, GROUP) as group:
            with code.only_if(code.equal(given["step"], 0)), code.loop(0, code.count(GROUP // panel)) as index:
                kernel = code.at(given["kernel"], group * inputs * 9 + size * 9 * index)
                _prepare(code, kernel, code.at(given["basis"], (size + APART) * PLACES * index), size)
            with code.loop(0, code.count(PLACES)) as place, code.loop(0, code.count(GROUP // panel)) as index:
                seen = code.at(given["seen"], given["seen_plane"] * place)
                basis = code.at(given["basis"], given["step"] * (group // panel))
                factors_at = code.at(basis, (size + APART) * (index * PLACES + place))
                product = code.at(given["product"], given["product_plane"] * place + group + index * panel)

                def block(first: Count, height: int) -> None:
                    def terms(channel: Count) -> Iterator[tuple[Floats, Floats]]:
                        factors = [code.load(factors_at, channel * panel + code.width * i) for i in range(columns)]
                        for row in range(height):
                            number = code.spread(seen, (first + row) * inputs + channel)
                            yield from ((number, factor) for factor in factors)

                    sums = code.accumulate(height * columns, inputs, lambda channel: list(terms(channel)))
                    for index, total in enumerate(sums):
                        row, column = divmod(index, columns)
                        code.store(total, product, (first + row) * outputs + code.width * column)

                full = given["tiles"] // rows * rows
                with code.loop(0, full, rows) as first:
                    block(first, rows)
                for left in range(1, rows):
                    with code.only_if(code.equal(given["tiles"] - full, left)):
                        block(full, left)


def _write_finish(program: Program, name: str, *, relu: bool) -> None:
    """Write: (36, tiles, channels) → tiles `first` to `stop` of a picture whose places are `pitch` numbers apart."""
    counts = ("height", "width", "channels", "pitch", "across", "first", "stop", "plane")
    addresses = ("product", "bias", "picture") if relu else ("product", "picture")
    with program.function(name, addresses, counts) as (code, given):
        channels = given["channels"]
        row = given["width"] * given["pitch"]
        with code.loop(given["first"], given["stop"]) as tile:
            top, left = tile // given["across"] * TILE, tile % given["across"] * TILE
            corner, place = top * row + left * given["pitch"], (tile - given["first"]) * channels

            def finish(write: Callable[[int, int, Count, Floats], None]) -> None:
                with code.loop(0, channels, code.width) as channel:
                    numbers = [
                        code.load(given["product"], place + channel + given["plane"] * index) for index in range(PLACES)
                    ]
                    rows = [numbers[SEEN * i : SEEN * (i + 1)] for i in range(SEEN)]
                    bias = code.load(given["bias"], channel) if relu else None
                    for index, value in enumerate(_flat(in_both_dimensions(result_basis, rows))):
                        write(*divmod(index, TILE), channel, value if bias is None else (value + bias).relu())

            def inside(i: int, j: int, channel: Count, value: Floats) -> None:
                code.store(value, given["picture"], corner + row * i + given["pitch"] * j + channel)

            def at_the_rim(i: int, j: int, channel: Count, value: Floats) -> None:
                is_there = code.both((top + i).within(0, given["height"]), (left + j).within(0, given["width"]))
                with code.only_if(is_there):
                    inside(i, j, channel, value)

            whole = code.both(top.within(0, given["height"], TILE), left.within(0, given["width"], TILE))
            code.choose(whole, lambda: finish(inside), lambda: finish(at_the_rim))


def _flat(rows: Sequence[Sequence[_N]]) -> list[_N]:
    return [value for row in rows for value in row]
