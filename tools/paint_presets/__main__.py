"""The command: paint all preset pictures, or some."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.paint_presets.studies import PAINTERS, SIZE, jpeg, paint

STYLES = Path(__file__).resolve().parents[2] / "bot" / "styles"


def main() -> None:
    """Paint what the arguments ask for and say what was written."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.paint_presets",
        description="Paint the preset styles, each from its fixed seed, as JPEG files.",
    )
    parser.add_argument(
        "--only", metavar="NAME", action="append", choices=tuple(PAINTERS), help="one preset; may be repeated"
    )
    parser.add_argument("--out", metavar="DIR", type=Path, default=STYLES, help="the folder (default: bot/styles)")
    parser.add_argument(
        "--size", metavar="PX", type=int, default=SIZE, help="long side in pixels (default: %(default)s)"
    )
    arguments = parser.parse_args()
    if not 64 <= arguments.size <= 4096:
        parser.error(f"--size {arguments.size}: use a whole number from 64 to 4096")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.only or PAINTERS:
        file = arguments.out / f"{name}.jpg"
        file.write_bytes(jpeg(paint(name, arguments.size)))
        print(f"{file}: {file.stat().st_size / 1024:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
