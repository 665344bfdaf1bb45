"""Small pictures, frames and histories for tests that look at no painting in particular."""

import io
import math

from PIL import Image, ImageDraw

from nst_engine.protocol import Frame, LossPoint


def sketch(width: int, height: int, step: int = 0) -> Image.Image:
    """Return a colourful picture whose disc moves with `step`."""
    picture = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (picture, picture.rotate(180), Image.new("L", (width, height), 90)))
    x, y = width * (0.2 + 0.02 * step), height * 0.5
    radius = min(width, height) * 0.15
    ImageDraw.Draw(picture).ellipse((x - radius, y - radius, x + radius, y + radius), fill=(250, 220, 30))
    return picture


def as_bytes(picture: Image.Image, kind: str = "PNG") -> bytes:
    """Return the picture as a file's bytes."""
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def some_frames(count: int, width: int = 120, height: int = 80) -> tuple[Frame, ...]:
    """Return frames as of a painting, the first half of them from a coarser scale."""
    frames = []
    for step in range(count):
        factor = 1 if step >= count // 2 else 0.5
        picture = sketch(round(width * factor), round(height * factor), step)
        frames.append(Frame(step * 5, as_bytes(picture, "JPEG")))
    return tuple(frames)


def some_history(scales: int, iterations: int) -> tuple[LossPoint, ...]:
    """Return losses that fall within each scale."""
    points = []
    for scale in range(scales):
        for step in range(iterations):
            style, content = 1e5 * math.exp(-step / 8) + 100, 500 * (1 - math.exp(-step / 5))
            points.append(LossPoint(len(points), scale, content, style, 0.1, content + style + 0.1))
    return tuple(points)
