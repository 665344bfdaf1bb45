"""Moving pictures: what stands still keeps its brush strokes, and what moves is painted anew."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from nst_engine import Options
from nst_engine.errors import BadOptions, Cancelled
from nst_engine.moving import Held, stillness
from tests.nst_engine.sketches import sketch

OPTIONS = Options(size=64, quality="draft", scales=2, iterations=5)
at = Held.at


def noisy(picture: Image.Image, seed: int, amount: float = 3.0) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0, amount, (picture.height, picture.width, 3))
    return Image.fromarray((np.array(picture) + noise).clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def frames() -> list[Image.Image]:
    """A disc that moves to the right over a ground that stands still, with a camera's noise."""
    return [noisy(sketch(96, 64, step * 8), seed=step) for step in range(3)]


def test_stillness_sees_motion_and_not_noise(frames):
    still = np.array(stillness(frames[0], frames[1])).astype(int)
    assert still.shape == (64, 96)
    assert still[:, 60:].mean() > 200  # nothing comes here yet
    assert still[28:36, 18:40].mean() < 30  # the disc leaves here, and comes there
    assert np.array(stillness(frames[0], frames[0])).min() == 255


@pytest.fixture(scope="module")
def moving(painter, frames, waves):
    told = []
    return painter.animate(frames, waves, OPTIONS, on_progress=told.append), told


def test_what_stands_still_does_not_flicker(painter, frames, waves, moving):
    held = [painting.picture.astype(int) for painting in moving[0]]
    alone = [painter.stylize(frame, waves, OPTIONS).picture.astype(int) for frame in frames[:2]]
    flicker = [np.abs(pictures[1] - pictures[0])[:, 43:].mean() for pictures in (held, alone)]
    assert flicker[0] < 0.5 * flicker[1]
    assert flicker[0] < 3


def test_what_moves_is_painted_where_it_is(frames, moving):
    pictures = [painting.picture.astype(int) for painting in moving[0]]
    motion = np.abs(pictures[2] - pictures[0]).mean(axis=2)
    assert motion[16:27, 8:37].mean() > 3 * motion[:, 48:].mean()


def test_the_frames_are_told_of_as_one_run(moving):
    paintings, told = moving
    assert [step.iteration for step in told] == list(range(1, sum(p.iterations for p in paintings) + 1))
    assert told[-1].iteration == told[-1].iterations
    assert told[-1].done == pytest.approx(1)
    assert told[-1].scales == 2 * len(paintings)


def test_frames_take_the_size_of_the_first(painter, waves):
    frames = [sketch(96, 64), sketch(80, 80), sketch(30, 90)]
    paintings = painter.animate(frames, waves, Options(size=64, scales=1, iterations=2))
    assert {(painting.width, painting.height) for painting in paintings} == {(64, 43)}


def test_a_picture_to_start_from_is_for_the_first_frame(painter, frames, waves):
    paintings = painter.animate(frames, waves, Options(size=64, iterations=2, init="file"), init=frames[2])
    assert len(paintings) == 3


def test_no_frames_and_a_stop_are_typed(painter, frames, waves):
    with pytest.raises(BadOptions, match="at least one frame"):
        painter.animate([], waves)
    told = []
    with pytest.raises(Cancelled):
        painter.animate(frames, waves, OPTIONS, on_progress=told.append, should_stop=lambda: len(told) > 20)


@pytest.mark.long
def test_what_changes_too_slowly_to_be_motion_is_painted_anew_all_the_same(painter, waves):
    dark, light = Image.new("RGB", (96, 64), (60, 60, 60)), Image.new("RGB", (96, 64), (220, 220, 220))
    fade = [Image.blend(dark, light, step / 27) for step in range(28)]
    paintings = painter.animate(fade, waves, Options(size=64, scales=1, iterations=2, colors="photo"))
    assert abs(paintings[-1].picture.mean() - 220) < 30


def test_what_is_held_is_cropped_along_with_the_photo(painter, waves, monkeypatch):
    """A square of a wide picture: what moves at its sides is not seen, and holds nothing back in the middle."""
    held = []
    monkeypatch.setattr("nst_engine.moving.Held.at", lambda self, *args: held.append(self.still) or at(self, *args))
    wide = [sketch(128, 64, 0), sketch(128, 64, 0)]
    wide[1].paste((255, 255, 255), (0, 0, 20, 64))
    painter.animate(wide, waves, Options(size=64, scales=1, iterations=2, square=True))
    assert held
    assert all(np.array(still).min() == 255 for still in held)


def test_large_frames_are_compared_in_no_time(monkeypatch):
    """A rank filter's work grows with the square of its size, which grew with the picture."""
    sizes, ranked = [], ImageFilter.MaxFilter
    monkeypatch.setattr(ImageFilter, "MaxFilter", lambda size: sizes.append(size) or ranked(size))
    frames = [sketch(1600, 1200), sketch(1600, 1200)]
    frames[1].paste((255, 255, 255), (800, 600, 1600, 1200))
    still = np.array(stillness(*frames).resize((16, 12), Image.Resampling.BOX))
    assert still[:5, :7].min() > 250
    assert still[7:, 9:].max() < 5
    assert max(sizes) < 20


def test_every_scale_goes_on_from_what_is_held(painter, photo, waves):
    first, second = painter.animate([photo, photo], waves, Options(size=64, quality="draft", scales=2, iterations=1))
    assert np.abs(first.picture.astype(int) - second.picture).mean() < 1
