"""Moving pictures for tests: animations through Pillow, clips through PyAV."""

from __future__ import annotations

import io
import struct
from fractions import Fraction

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


def talkie(
    count: int,
    kind: str = "mp4",
    codec: str = "libx264",
    sound: str = "aac",
    *,
    rate: int = 10,
    begins: float = 0.0,
    lasts: float | None = None,
    sounds: int = 1,
    hertz: int = 48_000,
) -> bytes:
    """A video with a tone in it, which `begins` some seconds after the frames and `lasts` as long as they do."""
    stream = io.BytesIO()
    times = np.arange(round((count / rate if lasts is None else lasts) * hertz)) / hertz
    tone = (12_000 * np.sin(2 * np.pi * (300 + 100 * times) * times)).astype(np.int16)  # no two packets are alike
    with av.open(stream, "w", format=kind) as container:
        video = container.add_stream(codec, rate=rate)
        video.width, video.height, video.pix_fmt = 96, 72, "yuv420p"
        tracks = [container.add_stream(sound, rate=hertz, layout="mono") for _ in range(sounds)]
        for image in frames(count):
            container.mux(video.encode(av.VideoFrame.from_image(image)))
        container.mux(video.encode())
        for track in tracks:
            heard = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
            heard.sample_rate, heard.time_base, heard.pts = hertz, Fraction(1, hertz), round(begins * hertz)
            container.mux(track.encode(heard))
            container.mux(track.encode())
    return stream.getvalue()


def heard(film: bytes) -> tuple[list[float], list[bytes], float]:
    """When the packets of a film's first sound begin, in seconds after its first frame; their bytes; when it ends."""
    with av.open(io.BytesIO(film)) as container:
        if not container.streams.audio:
            return [], [], 0.0
        video = container.streams.video[0]
        began = float((video.start_time or 0) * video.time_base)
        found = [packet for packet in container.demux(audio=0) if packet.size]
        begins = [float(packet.pts * packet.time_base) - began for packet in found]
        lasts = float((found[-1].duration or 0) * found[-1].time_base)
        return begins, [bytes(packet) for packet in found], begins[-1] + lasts


def seen(film: bytes) -> float:
    """For how many seconds a film's frames are shown."""
    with av.open(io.BytesIO(film)) as container:
        return float(container.streams.video[0].duration * container.streams.video[0].time_base)


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
