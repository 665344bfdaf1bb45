"""The command: play the conversation, and put its pictures where they belong."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path

from PIL import Image

from tools import browser
from tools.discord_transcript import pictures
from tools.discord_transcript.camera import Camera
from tools.discord_transcript.conversation import Photo, Wishes, play
from tools.discord_transcript.montage import montage
from tools.discord_transcript.world import opened

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"


def main() -> None:
    """Do what the arguments ask for, and say what was written."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.discord_transcript",
        description="Play a conversation on a simulated Discord and take pictures of it. Takes some minutes.",
    )
    parser.add_argument("out", metavar="DIR", type=Path, help="the folder for the whole transcript")
    parser.add_argument("--picture", metavar="FILE", type=Path, help="where to put the picture that tells it in short")
    parser.add_argument("--preset", default="stained-glass", help="Mia's style (default: %(default)s)")
    parser.add_argument("--second-preset", default="great-waves", help="Ben's style (default: %(default)s)")
    parser.add_argument("--size", metavar="PX", type=int, default=640, help="of Mia's painting (default: %(default)s)")
    parser.add_argument("--quality", help="of Mia's painting (default: the bot's own)")
    parser.add_argument("--browser", metavar="PROGRAM", help="a Chromium (default: the first that is found)")
    arguments = parser.parse_args()
    program = arguments.browser or next(filter(None, map(shutil.which, browser.CANDIDATES)), None)
    if program is None:
        parser.error("no Chromium was found; name one with --browser")
    options = {"size": arguments.size, **({"quality": arguments.quality} if arguments.quality else {})}
    wishes = Wishes(
        cat=Photo("chelsea.jpg", (IMAGES / "chelsea.jpg").read_bytes()),
        face=Photo("face.png", pictures.face()),
        coffee=Photo("breakfast.jpg", pictures.coffee()),
        stroll=Photo("stroll.gif", pictures.stroll()),
        preset=arguments.preset,
        second_preset=arguments.second_preset,
        options=options,
    )
    out, picture = arguments.out, arguments.picture
    out.mkdir(parents=True, exist_ok=True)
    shots = asyncio.run(_run(out, program, wishes))
    print(f"{out / 'transcript.md'}: the whole conversation")
    if picture is not None:
        picture.write_bytes(montage(shots))
        print(f"{picture}: {picture.stat().st_size / 1024:.0f} kB")


async def _run(out: Path, program: str, wishes: Wishes) -> dict[str, Image.Image]:
    with tempfile.TemporaryDirectory(prefix="impasto-") as folder:
        async with opened(Path(folder) / "data") as world, browser.opened(program) as page:
            camera = Camera(world, page, out)
            try:
                return await play(world, camera, wishes)
            finally:
                camera.close()


if __name__ == "__main__":
    main()
