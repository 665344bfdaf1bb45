"""A finished painting."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeVar

from PIL import Image

from nst_engine import images
from nst_engine.images import Pixels
from nst_engine.protocol import Frame, LossPoint
from nst_engine.settings import Convolutions

FileT = TypeVar("FileT", bound=str | os.PathLike[str] | IO[bytes])


@dataclass(frozen=True)
class Painting:
    """A finished painting and how it came about."""

    picture: Pixels = field(repr=False)  # height × width × 3, sRGB, 0 to 255; × 4 where the photo was transparent
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
    convolutions: Convolutions = "direct"  # how they were computed

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.picture.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.picture.shape[0])

    def to_pil(self) -> Image.Image:
        """Return the painting as a Pillow image, RGB or RGBA."""
        return Image.fromarray(self.picture)

    def png(self) -> bytes:
        """Return the painting as a PNG file's bytes."""
        return images.png(self.picture)

    def save(self, file: FileT, format: str | None = None) -> FileT:  # noqa: A002 - as Pillow calls it
        """Write the painting to a path, in the format of its suffix, or to a file open for bytes; returns it.

        `format` is Pillow's name of one, such as "JPEG"; an open file without a name gets a PNG. What is transparent
        stays so, but is white in a JPEG or BMP. Raises ValueError for a format that cannot be written.
        """
        if isinstance(file, (str, os.PathLike)):
            path = Path(file).expanduser()
            path.write_bytes(images.encoded(self.to_pil(), format or images.format_of(path.name)))
        else:
            name = getattr(file, "name", None)
            usual = images.format_of(name) if isinstance(name, str) and Path(name).suffix else "PNG"
            file.write(images.encoded(self.to_pil(), format or usual))
        return file

    def _repr_png_(self) -> bytes:
        return self.png()
