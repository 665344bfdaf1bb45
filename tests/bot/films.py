"""Moving pictures for tests: animations through Pillow, clips through PyAV."""

from __future__ import annotations

import io
import struct

import av
import numpy as np
from PIL import Image


def frames(count: int, size: tuple[int, int] = (96, 72), *, first: int = 0) -> list[Image.Image]:
    """A square that walks to the right, a pixel or two a frame."""
    drawn = []
    for number in range(first, first + count):
        image = Image.new("RGB", size, (40, 80, 120))
        image.paste((255, 200, 0), (2 * number % size[0], 20, 2 * number % size[0] + 30, 60))
        drawn.append(image)
    return drawn


def animation(
    count: int,
    kind: str = "GIF",
    *,
    milliseconds: int | list[int] = 100,
    size: tuple[int, int] = (96, 72),
    first: int = 0,
    loop: int | None = 0,
) -> bytes:
    """An animated GIF, WebP, PNG or AVIF."""
    stream, (start, *rest) = io.BytesIO(), frames(count, size, first=first)
    again = {} if loop is None else {"loop": loop}
    start.save(stream, kind, save_all=True, append_images=rest, duration=milliseconds, **again)
    return stream.getvalue()


def clip(
    count: int,
    kind: str = "mp4",
    codec: str = "libx264",
    *,
    rate: int = 10,
    size: tuple[int, int] = (96, 72),
    title: str | None = None,
) -> bytes:
    """A video without sound."""
    stream = io.BytesIO()
    with av.open(stream, "w", format=kind) as container:
        if title is not None:
            container.metadata["title"] = title
        video = container.add_stream(codec, rate=rate)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        for image in frames(count, size):
            container.mux(video.encode(av.VideoFrame.from_image(image)))
        container.mux(video.encode())
    return stream.getvalue()


def sound() -> bytes:
    """An MP4 with nothing to see."""
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as container:
        audio = container.add_stream("aac", rate=44100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        silence.rate = 44100
        container.mux(audio.encode(silence))
        container.mux(audio.encode())
    return stream.getvalue()


def gif_bomb(count: int) -> bytes:
    """A GIF whose frames are a few bytes each."""
    header = b"GIF89a" + struct.pack("<HHBBB", 64, 64, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"!\xf9\4\0\1\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2D\1\0"
    return header + count * frame + b";"


def turned(data: bytes) -> bytes:
    """A clip whose frames are to be shown turned by 90 degrees clockwise, as phones do it."""
    at = data.index(b"tkhd") + 4 + 4 + 4 * 4 + 4 + 8 + 2 * 4  # version, times and id, duration, reserved, layer…
    one = 1 << 16
    matrix = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, 1 << 30)
    return data[:at] + matrix + data[at + len(matrix) :]
