"""The photos and styles to paint, as files of the size to paint at, so that every tool gets the same pixels."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from benchmarks.painter.runs import ROOT

PHOTOS = ("astronaut", "chelsea", "coffee", "rocket")  # of scikit-image: NASA's, CC0, CC0 and CC0
STYLES = ("starry-river", "stained-glass", "watercolour", "mosaic")
BUNDLED_PHOTO = ROOT / "docs/images/chelsea.jpg"  # for a machine without scikit-image


def height_of(size: int) -> int:
    """Return the short side in pixels of a picture whose long side is `size`."""
    return round(size * 3 / 4)


def style_file(name: str) -> Path:
    """Return the picture of a preset."""
    return ROOT / "bot/styles" / f"{name}.jpg"


def photo_file(folder: Path, name: str, size: int) -> Path:
    """Make a photo 4 : 3 and `size` pixels wide, once, as a PNG file in `folder`, and return where."""
    path = folder / f"{name}-{size}.png"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        photo = _cropped(_original(name))
        photo.resize((size, height_of(size)), Image.Resampling.LANCZOS).save(path)
    return path


def _original(name: str) -> Image.Image:
    try:
        from skimage import data
    except ModuleNotFoundError:
        return Image.open(BUNDLED_PHOTO).convert("RGB")
    return Image.fromarray(getattr(data, name)()).convert("RGB")


def _cropped(photo: Image.Image) -> Image.Image:
    """Cut to 4 : 3: the middle of a wide picture, the top of a high one, where faces are."""
    width, height = photo.size
    if width * 3 > height * 4:
        left = (width - height * 4 // 3) // 2
        return photo.crop((left, 0, left + height * 4 // 3, height))
    return photo.crop((0, 0, width, width * 3 // 4))
