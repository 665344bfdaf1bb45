"""The main road: a request comes in, a painting goes out."""

from __future__ import annotations

import io

import msgspec
from PIL import Image

from bot.outcomes import Accepted, Finished, Painting
from nst_engine.protocol import Frame, LossPoint
from tests.bot.studio.conftest import ANNA, PLACE, House, a_request


async def test_a_photo_and_a_style_become_a_painting(house: House) -> None:
    studio = await house.open()
    outcome = await studio.submit(ANNA, PLACE, a_request(strength=80))
    assert isinstance(outcome, Accepted)
    assert (outcome.ahead, outcome.repeated) == (0, False)
    finished = await house.finished(outcome.job.id)
    assert isinstance(finished, Finished)
    [file] = finished.files
    assert Image.open(io.BytesIO(file.data)).size == (96, 72)
    assert file.name == f"painting-{outcome.job.id[:4]}.png"
    job = await house.job(outcome.job.id)
    assert job.request.options.strength == 80
    assert job.request.chosen == {"size": 96, "quality": "draft", "strength": 80}
    assert job.sent_ref and job.sent_ref.startswith("sent-")
    assert job.facts is not None and finished.facts == job.facts
    assert (job.width, job.height) == (96, 72)
    roles = {file.role: file for file in await house.store.jobs.files(job.id)}
    assert set(roles) == {"content", "style", "painting", "frames", "history"}
    frames = msgspec.msgpack.decode(await house.store.files.get(roles["frames"].digest), type=tuple[Frame, ...])
    points = msgspec.msgpack.decode(await house.store.files.get(roles["history"].digest), type=tuple[LossPoint, ...])
    assert frames and points


async def test_no_preview_is_passed_over(house: House) -> None:
    house.environment["FAKE_ENGINE_SECONDS"] = "1.5"
    studio = await house.open()
    job = await house.accepted(studio.submit(ANNA, PLACE, a_request()))
    await house.finished(job.id)
    told = [outcome.progress for outcome, _ in house.outlet.shown if isinstance(outcome, Painting) and outcome.progress]
    has_preview = [progress.preview is not None for progress in told]
    assert True in has_preview
    assert all(has_preview[has_preview.index(True) :])


async def test_one_status_message_shows_the_way_and_goes_in_the_end(house: House) -> None:
    studio = await house.open()
    job = await house.accepted(studio.submit(ANNA, PLACE, a_request(), status_ref="mine"))
    await house.finished(job.id)
    paintings = [outcome for outcome, _ in house.outlet.shown if isinstance(outcome, Painting)]
    assert any(outcome.progress for outcome in paintings)
    assert {ref for _, ref in house.outlet.shown} == {"mine"}
    await house.close()
    assert house.outlet.removed == ["mine"]
