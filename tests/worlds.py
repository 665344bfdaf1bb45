"""What the worlds of the chats have in common in tests: small pictures, presets that behave and some that don't."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from bot.engines.process import Limits
from bot.presets import Presets
from tests.fake_engine import SEEDS

LIMITS = Limits(hello_seconds=60, silent_seconds=20, stall_seconds=60, backoff_seconds=0.05, close_seconds=3)


def picture(seed: int = 0, size: tuple[int, int] = (96, 72), kind: str = "PNG") -> bytes:
    """A small picture, another for each seed."""
    stream = io.BytesIO()
    image = Image.radial_gradient("L").resize(size)
    Image.merge("RGB", (image, image.rotate(90), Image.new("L", size, seed * 37 % 256))).save(stream, kind)
    return stream.getvalue()


def make_presets(folder: Path) -> Presets:
    """Presets "ink" and "oil", "slow" (paints for a minute) and "broken" (the engine gives up)."""
    folder.mkdir(exist_ok=True)
    names = ("ink", "oil", "slow", "broken")
    for number, name in enumerate(names):
        (folder / f"{name}.jpg").write_bytes(picture(200 + number, kind="JPEG"))
    (folder / "styles.toml").write_text(
        f"""
        [ink]
        title = "Ink on paper"
        file = "ink.jpg"
        credits = "A. Painter, CC0"
        settings = {{ strength = 40, seed = 7 }}

        [oil]
        title = "Oil"
        file = "oil.jpg"

        [slow]
        title = "Slow"
        file = "slow.jpg"
        settings = {{ seed = {SEEDS["slow"]} }}

        [broken]
        title = "Broken"
        file = "broken.jpg"
        settings = {{ seed = {SEEDS["engine-error"]} }}
        """,
        encoding="utf-8",
    )
    return Presets.load(folder, shipped=None)
