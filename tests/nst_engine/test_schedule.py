"""Sizes, scales and cost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_engine.options import Options
from nst_engine.protocol import Film, Paint, Style, Variations
from nst_engine.schedule import AFFORDABLE_SECONDS, SMALLEST_SIDE, affordable_quality, painted_size, plan, work

SIDES = st.integers(1, 20_000)


@given(SIDES, SIDES, st.integers(64, 6000), st.booleans(), st.sampled_from(["draft", "standard", "fine"]))
def test_a_plan_grows_to_the_painted_size(width, height, size, square, quality):
    options = Options(size=size, square=square, quality=quality)
    scales = plan(options, width, height)
    assert (scales[-1].width, scales[-1].height) == painted_size(options, width, height)
    assert max(painted_size(options, width, height)) == size
    assert all(a.width <= b.width and a.height <= b.height for a, b in pairwise(scales))
    assert all(min(s.width, s.height) >= SMALLEST_SIDE and s.iterations >= 1 for s in scales)


def test_the_photos_proportions_stay():
    assert painted_size(Options(size=512), 4000, 3000) == (512, 384)
    assert painted_size(Options(size=512), 300, 400) == (384, 512)
    assert painted_size(Options(size=512, square=True), 4000, 3000) == (512, 512)


def test_iterations_and_scales_are_as_asked():
    scales = plan(Options(iterations=33, scales=4), 640, 480)
    assert len(scales) == 4
    assert scales[-1].iterations == 33
    assert plan(Options(scales=1, iterations=1000, size=128), 640, 480)[0] == (128, 96, 1000)


def test_better_quality_and_larger_size_cost_more():
    costs = [work(Options(quality=quality), 640, 480) for quality in ("draft", "standard", "fine")]
    assert costs == sorted(costs)
    assert costs[0] * 2 < costs[1] < costs[2] / 2
    assert work(Options(size=1024), 640, 480) == pytest.approx(4 * work(Options(size=512), 640, 480), rel=0.2)


def test_a_task_costs_what_its_options_cost():
    paint = Paint(id="a", content=b"", styles=(Style(picture=b""),), options=Options(size=256))
    assert work(paint, 640, 480) == work(Options(size=256), 640, 480) > 0
    sheet = Variations(id="a", content=b"", styles=(Style(picture=b""),), options=Options(quality="fine"))
    assert work(sheet, 640, 480) == pytest.approx(4 * work(Options(quality="draft"), 640, 480))
    assert work(Film(id="a", frames=(), painting=b""), 640, 480) == 0


def test_a_panorama_keeps_its_proportions():
    assert painted_size(Options(size=512), 8000, 300) == (512, 19)


def test_standard_is_for_machines_that_do_it_within_a_minute():
    edge = work(Options(), 4, 3) / AFFORDABLE_SECONDS
    assert affordable_quality(Options(), 4000, 3000, edge) == "standard"
    assert affordable_quality(Options(), 4000, 3000, 0.9 * edge) == "draft"
    assert affordable_quality(Options(size=2048), 4000, 3000, edge) == "standard", "who asks for much waits for it"
    assert affordable_quality(Options(size=256), 4000, 3000, 0.5 * edge) == "standard", "little is quick everywhere"
    assert affordable_quality(Options(quality="fine"), 4000, 3000, edge) == "standard"
