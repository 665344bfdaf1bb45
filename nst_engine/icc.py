"""What a file says of its colours in words of its own, as an ICC profile, which colour management understands.

A PNG may name its primaries and its transfer function (cICP), or give a gamma (gAMA) and chromaticities (cHRM); of
several, cICP counts most, then an embedded profile, then sRGB, then gamma (Portable Network Graphics, third edition,
4.3). HEIC and AVIF may name the same two (nclx; ISO/IEC 14496-12, 12.1.5). Profiles are written as ICC.1:2001-04 has
it: primaries adapted to D50, and a table for the transfer function.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from math import exp
from typing import NamedTuple

XY = tuple[float, float]
Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]
Transfer = Callable[[float], float]
"""From a sample to light, both 0 to 1."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STEPS = 4096  # of a table for a transfer function

_D65: XY = (0.3127, 0.3290)
_D50: Vector = (0.9642, 1.0, 0.8249)


class Primaries(NamedTuple):
    """The chromaticities (CIE 1931 x, y) of a colour space's red, green, blue and white."""

    red: XY
    green: XY
    blue: XY
    white: XY


SRGB = Primaries((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65)
_PRIMARIES = {  # by their numbers in ITU-T H.273, table 2
    1: SRGB,
    5: Primaries((0.640, 0.330), (0.290, 0.600), (0.150, 0.060), _D65),
    6: Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    9: Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
}


def of_png(data: bytes) -> bytes | None:
    """Return the profile of what a PNG says of its colours; None where it says sRGB, nothing, or has a profile itself.

    Raises nothing: what makes no sense counts as nothing.
    """
    said = dict(_chunks(data, {b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"}))
    if len(said.get(b"cICP", b"")) == 4:
        number, transfer = said[b"cICP"][:2]
        if number == 1 and transfer in _LIKE_SRGB:
            return matrix_profile(SRGB, _srgb) if b"iCCP" in said else None
        if profile := _named(number, transfer):
            return profile
    if b"iCCP" in said or b"sRGB" in said or len(said.get(b"gAMA", b"")) != 4:
        return None
    gamma = int.from_bytes(said[b"gAMA"], "big") / 100_000
    primaries = _chromaticities(said.get(b"cHRM", b"")) or SRGB
    if not 0.05 < gamma < 5 or (abs(gamma * 2.2 - 1) < _SAME_GAMMA and _is_srgb(primaries)):
        return None
    try:
        return matrix_profile(primaries, lambda sample: sample ** (1 / gamma))
    except ZeroDivisionError:  # primaries on one line
        return None


def of_heif(data: bytes) -> bytes | None:
    """Return the profile of the colours that a HEIC or AVIF names; None where it says sRGB, nothing, or nothing known.

    The first that are named count, which are those of the picture itself.
    """
    at = data.find(_NCLX, 0, _HEAD_BYTES)
    if at < 0 or len(data) < at + len(_NCLX) + 4:
        return None
    number, transfer = struct.unpack_from(">HH", data, at + len(_NCLX))
    return None if number == 1 and transfer in _LIKE_SRGB else _named(number, transfer)


_NCLX, _HEAD_BYTES = b"colrnclx", 65_536


def _named(primaries: int, transfer: int) -> bytes | None:
    """Return the profile of primaries and transfer function by their numbers in ITU-T H.273; None for unknown ones."""
    if primaries not in _PRIMARIES or transfer not in _TRANSFERS:
        return None
    return matrix_profile(_PRIMARIES[primaries], _TRANSFERS[transfer])


_SAME_GAMMA = 0.05  # the share by which gammas may differ and look the same, as libpng has it


def _chunks(data: bytes, wanted: set[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Walk over a PNG's chunks up to the first pixels."""
    at = len(PNG_SIGNATURE)
    while data.startswith(PNG_SIGNATURE) and at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"IDAT":
            return
        if kind in wanted:
            yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def _chromaticities(chunk: bytes) -> Primaries | None:
    if len(chunk) != 32:
        return None
    white, red, green, blue = ((x / 100_000, y / 100_000) for x, y in struct.iter_unpack(">II", chunk))
    return Primaries(red, green, blue, white) if all(y > 0 for _, y in (white, red, green, blue)) else None


def _is_srgb(primaries: Primaries) -> bool:
    return all(
        abs(found - usual) < 0.01
        for xy, own in zip(primaries, SRGB, strict=True)
        for found, usual in zip(xy, own, strict=True)
    )


# ---- transfer functions, by their numbers in ITU-T H.273, table 3 ----------------------------------------------------


def _srgb(sample: float) -> float:
    return sample / 12.92 if sample <= 0.04045 else float(((sample + 0.055) / 1.055) ** 2.4)


def _pq(sample: float) -> float:
    """SMPTE ST 2084: light up to 10,000 candela a square metre. What is brighter than paper, at 203, is white."""
    power = float(sample ** (32 / 2523))
    light = max(power - 107 / 128, 0.0) / (2413 / 128 - 2392 / 128 * power)
    return min(1.0, float(light ** (16384 / 2610)) * 10_000 / 203)


def _hlg_scene(sample: float) -> float:
    return sample**2 / 3 if sample <= 0.5 else (exp((sample - 0.55991073) / 0.17883277) + 0.28466892) / 12


def _hlg(sample: float) -> float:
    """ITU-R BT.2100's hybrid log-gamma on its reference display; paper white is a sample of 0.75 (BT.2408)."""
    return min(1.0, float((_hlg_scene(sample) / _hlg_scene(0.75)) ** 1.2))


_LIKE_SRGB = {1, 6, 13, 14, 15}
"""sRGB's own, and television's, whose pictures are made for the same displays."""
_TRANSFERS: dict[int, Transfer] = dict.fromkeys(_LIKE_SRGB, _srgb) | {
    4: lambda sample: sample**2.2,
    5: lambda sample: sample**2.8,
    8: lambda sample: sample,
    16: _pq,
    18: _hlg,
}


# ---- profiles --------------------------------------------------------------------------------------------------------


def matrix_profile(primaries: Primaries, transfer: Transfer) -> bytes:
    """Return an ICC profile of an RGB space; raises ZeroDivisionError where its primaries span no triangle."""
    rows = [struct.pack(">H", round(65535 * transfer(step / (_STEPS - 1)))) for step in range(_STEPS)]
    curve = b"curv\0\0\0\0" + struct.pack(">I", _STEPS) + b"".join(rows)
    tags = {b"wtpt": _xyz(_D50)}
    tags |= {name: _xyz(color) for name, color in zip((b"rXYZ", b"gXYZ", b"bXYZ"), _colorants(primaries), strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    at = 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for block in tags.values():  # a block that several tags share stands there once
        if block not in places:
            places[block], at = at, at + len(block)
    table = b"".join(struct.pack(">4sII", name, places[block], len(block)) for name, block in tags.items())
    header = struct.pack(
        ">I4sI4s4s4s12s4s28s12s48s",
        at, b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ", struct.pack(">6H", 2026, 1, 1, 0, 0, 0),
        b"acsp", bytes(28), _xyz(_D50)[8:], bytes(48),
    )  # fmt: skip
    return header + struct.pack(">I", len(tags)) + table + b"".join(places)


def _xyz(color: Iterable[float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in color))


def _colorants(primaries: Primaries) -> Matrix:
    """Return XYZ of red, green and blue, adapted to D50 by Bradford's transform (ICC.1:2001-04, annex E)."""
    white = _of_xy(primaries.white)
    colors = tuple(_of_xy(xy) for xy in primaries[:3])
    amounts = _times(_inverse(_turned((colors[0], colors[1], colors[2]))), white)
    scaled = [tuple(amount * part for part in color) for amount, color in zip(amounts, colors, strict=True)]
    cones, wanted = _times(_BRADFORD, white), _times(_BRADFORD, _D50)
    back = _inverse(_BRADFORD)
    adapted = [
        _times(
            back,
            _vector(
                cone * to / of for cone, to, of in zip(_times(_BRADFORD, _vector(color)), wanted, cones, strict=True)
            ),
        )
        for color in scaled
    ]
    return adapted[0], adapted[1], adapted[2]


_BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))


def _of_xy(xy: XY) -> Vector:
    x, y = xy
    return x / y, 1.0, (1 - x - y) / y


def _vector(values: Iterable[float]) -> Vector:
    first, second, third = values
    return first, second, third


def _times(matrix: Matrix, vector: Vector) -> Vector:
    return _vector(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def _turned(matrix: Matrix) -> Matrix:
    first, second, third = (_vector(column) for column in zip(*matrix, strict=True))
    return first, second, third


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _inverse(matrix: Matrix) -> Matrix:
    """Return the inverse of a 3 × 3 matrix, by cross products of its rows."""
    a, b, c = matrix
    volume = sum(x * y for x, y in zip(a, _cross(b, c), strict=True))
    columns = (_vector(part / volume for part in _cross(first, second)) for first, second in pairwise((b, c, a, b)))
    first, second, third = columns
    return _turned((first, second, third))
