"""The command: play the conversation, and put its pictures where they belong."""

from __future__ import annotations

import argparse
import asyncio
import io
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageSequence
from skimage import data

from bot.presets import Presets
from nst_engine.film import make_animation
from tools import browser
from tools.discord_transcript import pictures
from tools.telegram_transcript.camera import Camera
from tools.telegram_transcript.conversation import play
from tools.telegram_transcript.montage import montage
from tools.telegram_transcript.stage import Wishes
from tools.telegram_transcript.world import Disappointed, opened

_ROOT = Path(__file__).resolve().parents[2]
IMAGES, STYLES = _ROOT / "docs" / "images", _ROOT / "bot" / "styles"
_SMALL = {"size": 224, "quality": "draft"}


def main() -> None:
    """Do what the arguments ask for, and say what was written."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.telegram_transcript",
        description="Play a conversation on a stand-in for Telegram and take pictures of it. Takes some minutes.",
    )
    parser.add_argument("out", metavar="DIR", type=Path, help="the folder for the whole transcript")
    parser.add_argument("--picture", metavar="FILE", type=Path, help="where to put the picture that tells it in short")
    parser.add_argument("--preset", default="stained-glass", help="Mia's style (default: %(default)s)")
    parser.add_argument("--second-preset", default="great-waves", help="Ben's style (default: %(default)s)")
    parser.add_argument("--size", metavar="PX", type=int, default=640, help="of Mia's painting (default: %(default)s)")
    parser.add_argument("--quality", default="draft", help="of Mia's painting (default: %(default)s)")
    parser.add_argument("--browser", metavar="PROGRAM", help="a Chromium (default: the first that is found)")
    arguments = parser.parse_args()
    program = arguments.browser or next(filter(None, map(shutil.which, browser.CANDIDATES)), None)
    if program is None:
        parser.error("no Chromium was found; name one with --browser")
    wishes = Wishes(
        cat=(IMAGES / "chelsea.jpg").read_bytes(),
        face=pictures.face(),
        coffee=_photo("coffee"),
        portrait=_photo("astronaut"),
        pattern=(STYLES / "batik.jpg").read_bytes(),
        stroll=_film(pictures.stroll()),
        title=Presets.load().get(arguments.preset).title,
        second_preset=arguments.second_preset,
        small=_SMALL,
    )
    out, picture, began = arguments.out, arguments.picture, time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    options = {"size": arguments.size, "quality": arguments.quality}
    shots = asyncio.run(_run(out, program, wishes, options))
    print(f"{out / 'transcript.md'}: the whole conversation, in {time.monotonic() - began:.0f} s")
    if picture is not None:
        picture.write_bytes(montage(shots))
        print(f"{picture}: {picture.stat().st_size / 1024:.0f} kB")


async def _run(out: Path, program: str, wishes: Wishes, options: Mapping[str, Any]) -> dict[str, Image.Image]:
    with tempfile.TemporaryDirectory(prefix="impasto-") as folder:
        async with opened(Path(folder) / "data", options) as world, browser.opened(program) as page:
            camera, began = Camera(world.telegram, page, out), time.monotonic()
            try:
                return await play(world, camera, wishes)
            except Disappointed:
                camera.says("What there was when somebody waited in vain")
                for where in (world.private(world.mia), world.private(world.lena), world.group):
                    await camera.take("in-vain", where, world.mia, last=6, bar=True)
                raise
            finally:
                camera.says("All that the bot asked of Telegram")
                camera.writes_down(world.calls(began), began)
                camera.close()
                if camera.cut_off:
                    print(f"buttons that a phone cuts off: {sorted(camera.cut_off)}")


def _photo(name: str) -> bytes:
    """Return one of scikit-image's photos (CC0)."""
    stream = io.BytesIO()
    photos: Any = data
    Image.fromarray(getattr(photos, name)()).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def _film(gif: bytes) -> bytes:
    """Return a GIF as Telegram's apps send one: as an MP4."""
    with Image.open(io.BytesIO(gif)) as opened:
        pace = 1000 / opened.info["duration"]
        return make_animation([view.convert("RGB") for view in ImageSequence.Iterator(opened)], pace, "mp4").data


if __name__ == "__main__":
    main()
