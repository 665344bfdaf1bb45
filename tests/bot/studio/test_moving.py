"""Moving pictures, from an animation or a clip to a film in a chat, and what can be done with one afterwards."""

from __future__ import annotations

import io

import av
import pytest
from PIL import Image, ImageSequence

from bot.model import Job, Limits, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    DraftState,
    Finished,
    HistoryPage,
    MoreThanADay,
    OptionRefused,
    PictureRejected,
    QuotaUsedUp,
    SizeNotAllowed,
    StillOnly,
    StylesPage,
)
from bot.presenter import Presenter
from bot.studio.tasks import task_for
from nst_engine import schedule
from nst_engine.protocol import Animate
from tests.bot import films
from tests.bot.studio.conftest import ANNA, BERT, OWNER, PLACE, PRIVATE, TINA, House, make_config, picture
from tests.bot.studio.test_masks import fetched, mask

INK = RequestedStyle(preset="ink")


async def asked(house: House, content: bytes, **wish: object) -> Job:
    wish = {"styles": (INK,), "options": {"size": 64}, **wish}
    return await house.accepted(house.studio.submit(ANNA, PLACE, Request(content=content, **wish)))


async def refused(house: House, content: bytes, **wish: object) -> object:
    wish = {"styles": (INK,), "options": {"size": 64}, **wish}
    outcome = await house.studio.submit(ANNA, PLACE, Request(content=content, **wish))
    assert not isinstance(outcome, Accepted)
    return outcome


async def test_a_gif_becomes_a_gif_in_paint(house: House) -> None:
    await house.open()

    job = await asked(house, films.animation(10))
    finished = await house.finished(job.id)

    assert (job.task, job.request.format) == ("animate", "gif")
    assert (job.request.frames, job.request.frames_per_second) == (10, 10)
    [file] = finished.files
    assert (file.role, file.media_type) == ("film", "image/gif")
    film = Image.open(io.BytesIO(file.data))
    assert (film.n_frames, film.size) == (10, (64, 48))  # type: ignore[attr-defined]
    assert await house.used() == 1
    assert (await house.job(job.id)).width == 64


async def test_a_clip_becomes_an_mp4_unless_somebody_wants_a_gif(house: House) -> None:
    await house.open()

    job = await asked(house, films.clip(8))
    other = await asked(house, films.clip(8), format="gif")

    [file] = (await house.finished(job.id)).files
    assert file.media_type == "video/mp4"
    with av.open(io.BytesIO(file.data)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 8
    assert (await house.finished(other.id)).files[0].media_type == "image/gif"


async def test_a_clip_keeps_its_sound_and_so_does_whatever_is_made_of_it(house: House) -> None:
    studio = await house.open()
    clip = films.talkie(8)
    _, packets, _ = films.heard(clip)

    job = await asked(house, clip)
    await studio.draft_pictures(TINA, PRIVATE, [fetched(clip)])
    by_and_by = await house.accepted(studio.draft_text(TINA, PRIVATE, "ink size=64"))
    await house.finished(job.id)
    again = await house.accepted(studio.again(ANNA, PLACE, job.id))

    for made in (job, by_and_by, again):
        finished = await house.finished(made.id)
        [file] = finished.files
        _, kept, ends = films.heard(file.data)
        assert (made.request.sound, file.media_type, file.sound) == (True, "video/mp4", True)
        assert kept == packets[: len(kept)] != []
        assert ends == pytest.approx(films.seen(file.data), abs=0.01)
        assert "sound" not in Presenter().view(finished, "en").text
    once_more = await studio.result(ANNA, job.id)
    assert isinstance(once_more, Finished)
    assert once_more.files[0].sound


async def test_a_sound_that_cannot_be_kept_is_told_of_where_a_film_could_have_one(house: House) -> None:
    await house.open()
    clip = films.talkie(6, "webm", "libvpx", "libvorbis")

    for content, wish, told in ((clip, {}, True), (clip, {"format": "gif"}, False), (films.clip(6), {}, False)):
        job = await asked(house, content, **wish)
        finished = await house.finished(job.id)
        assert not finished.files[0].sound
        assert ("The clip's sound could not be kept" in Presenter().view(finished, "en").text) == told


async def test_of_a_gif_nobody_hears_anything(house: House) -> None:
    await house.open()
    [file] = (await house.finished((await asked(house, films.talkie(5), format="gif")).id)).files
    assert (file.media_type, file.sound) == ("image/gif", False)


async def test_what_the_engine_gets_are_the_frames(house: House) -> None:
    await house.open(start=False)
    job = await asked(house, films.animation(5))

    task = await task_for(house.store, job)

    assert isinstance(task, Animate)
    assert (len(task.frames), task.frames_per_second, task.seconds, task.plays) == (5, 10, (0.1,) * 5, 0)
    seen = [Image.open(io.BytesIO(frame)) for frame in task.frames]
    assert {(frame.format, frame.size) for frame in seen} == {("PNG", (64, 48))}
    assert len({frame.tobytes() for frame in seen}) == 5


async def test_the_film_keeps_its_frames_times_and_plays_once_where_it_did(house: House) -> None:
    await house.open()
    job = await asked(house, films.animation(5, milliseconds=[2000, 100, 100, 100, 700], loop=None))
    finished = await house.finished(job.id)
    (film,) = [file for file in finished.files if file.role == "film"]
    with Image.open(io.BytesIO(film.data)) as gif:
        assert "loop" not in gif.info
        assert [frame.info["duration"] for frame in ImageSequence.Iterator(gif)] == [2000, 100, 100, 100, 700]


async def test_it_is_small_and_quick_unless_somebody_chose(house: House) -> None:
    house.config = make_config(defaults={"options": {"quality": "fine", "size": 512}})
    await house.open(start=False)
    wide = films.animation(2, size=(640, 480))

    usual = await asked(house, wide, options={})
    chosen = await asked(house, wide, options={"size": 400, "quality": "standard"})

    assert (usual.request.options.size, usual.request.options.quality) == (320, "draft")
    assert (usual.request.width, usual.request.height) == (320, 240)
    assert (chosen.request.options.size, chosen.request.options.quality) == (400, "standard")
    assert chosen.request.width == 400


async def test_it_counts_as_a_painting_for_every_dozen_frames_and_costs_as_much_work(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 10})
    await house.open(start=False)

    job = await asked(house, films.animation(40))

    assert job.paintings == 4
    assert await house.used() == 4
    options, size = job.request.options, (job.request.width, job.request.height)
    assert job.cost == pytest.approx(40 * schedule.work(options, *size))
    said = Presenter().view(Accepted(job=job, ahead=0), "en").text
    assert "40 frames, 4 seconds of it. That counts as 4 paintings." in said

    await asked(house, films.animation(40, first=1))
    outcome = await refused(house, films.animation(40, first=2))
    assert isinstance(outcome, QuotaUsedUp)
    assert (outcome.needed, outcome.used, outcome.limit) == (4, 8, 10)
    assert "counts as 4 paintings, and there are 2 left" in Presenter().view(outcome, "en").text


async def test_what_exceeds_a_whole_day_is_not_put_off_until_tomorrow(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 3})
    await house.open(start=False)

    outcome = await refused(house, films.animation(40))

    assert outcome == MoreThanADay(limit=3, needed=4)
    view = Presenter().view(outcome, "en")
    assert view.text == (
        "This moving picture counts as 4 paintings, and there are only 3 a day. Please send a shorter one."
    )
    assert view.is_error
    assert await house.store.files.totals() == (0, 0)
    assert await house.used() == 0
    assert (await asked(house, films.animation(36))).paintings == 3


async def test_nor_is_what_exceeds_the_day_of_a_place_where_the_persons_own_is_used_up(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 4})
    await house.open(start=False)
    await asked(house, films.animation(12))
    await house.store.places.put(PLACE.key, PlaceSettings(paintings_a_day_for_all=2))

    assert await refused(house, films.animation(40, first=1)) == MoreThanADay(limit=2, needed=4)


async def test_nor_is_what_exceeds_a_day_that_was_longer_once(house: House) -> None:
    studio = await house.open()
    job = await asked(house, films.animation(40))
    await house.finished(job.id)
    await studio.quota_set(OWNER, ANNA.key, Limits(paintings_a_day=3))

    assert await studio.again(ANNA, PLACE, job.id) == MoreThanADay(limit=3, needed=4)


async def test_a_failure_gives_all_its_paintings_back(house: House) -> None:
    house.environment["FAKE_ENGINE_TROUBLE"] = "engine-error"
    await house.open()

    job = await asked(house, films.animation(30))
    failed = await house.told(job.id)

    assert getattr(failed, "refunded", None) == 3
    assert await house.used() == 0


async def test_a_film_of_a_moving_painting_is_not_made_twice(house: House) -> None:
    await house.open()
    job = await asked(house, films.animation(4), film=True)
    await house.finished(job.id)
    await house.status_gone(job.id)
    assert [outcome.job.id for outcome, _ in house.outlet.delivered] == [job.id]


async def test_what_stands_still_is_a_painting_as_ever(house: House) -> None:
    await house.open()
    for content in (films.animation(1), films.clip(1), picture(3)):
        job = await asked(house, content)
        assert (job.task, job.request.frames, job.request.format) == ("paint", 1, None)
        assert (await house.finished(job.id)).files[0].role == "painting"


@pytest.mark.parametrize("content", [films.animation(1, size=(640, 480)), films.clip(1, size=(640, 480))])
async def test_and_as_large_and_careful_as_ever(house: House, content: bytes) -> None:
    house.config = make_config(defaults={"options": {"quality": "fine", "size": 600}})
    studio = await house.open(start=False)

    at_once = await asked(house, content, options={})
    await studio.draft_pictures(TINA, PRIVATE, [fetched(content)])
    by_and_by = await house.accepted(studio.draft_text(TINA, PRIVATE, "ink"))

    for job in (at_once, by_and_by):
        assert (job.task, job.paintings) == ("paint", 1)
        assert (job.request.options.size, job.request.options.quality) == (600, "fine")
        assert (job.request.width, job.request.height) == (640, 480)


# ---- refusals ---------------------------------------------------------------------------------------------------


async def test_what_does_not_go_with_it_is_refused_in_a_sentence_and_leaves_nothing(house: House) -> None:
    await house.open(start=False)
    film = films.animation(3)

    assert await refused(house, film, mask=mask()) == StillOnly(what="mask")
    assert await refused(house, film, swap=True) == StillOnly(what="swap")
    assert await refused(house, film, options={"size": 800}) == SizeNotAllowed(size=800, largest=512, moving=True)

    assert await house.store.files.totals() == (0, 0)
    assert await house.used() == 0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (films.gif_bomb(5000), "too_many_frames"),
        (films.animation(10)[:-300], "truncated"),
        (films.clip(20)[:-300], "truncated"),
        (films.sound(), "not_a_picture"),
    ],
)
async def test_hostile_ones_are_refused(house: House, data: bytes, code: str) -> None:
    await house.open(start=False)
    outcome = await refused(house, data)
    assert isinstance(outcome, PictureRejected)
    assert (outcome.which, outcome.code) == ("photo", code)
    assert await house.store.files.totals() == (0, 0)


async def test_a_clip_is_no_style(house: House) -> None:
    await house.open(start=False)
    outcome = await refused(house, picture(), styles=(RequestedStyle(picture=films.clip(3)),))
    assert outcome == PictureRejected(which="style", code="not_a_picture", facts={"found": "video"})


# ---- afterwards -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["again", "stronger", "softer", "colors"])
async def test_verbs_that_go_with_it_make_another(house: House, verb: str) -> None:
    studio = await house.open()
    job = await asked(house, films.clip(14))
    await house.finished(job.id)

    after = await house.accepted(getattr(studio, verb)(ANNA, PLACE, job.id))
    finished = await house.finished(after.id)

    assert (after.task, after.paintings, after.request.frames, after.request.format) == ("animate", 2, 14, "mp4")
    assert finished.files[0].media_type == "video/mp4"
    assert await house.used() == 4


@pytest.mark.parametrize("verb", ["bigger", "swap", "variations", "film", "details"])
async def test_verbs_that_do_not_say_so(house: House, verb: str) -> None:
    studio = await house.open()
    job = await asked(house, films.animation(3))
    finished = await house.finished(job.id)

    outcome = await getattr(studio, verb)(ANNA, PLACE, job.id)

    assert outcome == StillOnly(what=verb)
    view = Presenter().view(outcome, "en")
    assert view.is_error
    assert "single picture only" not in view.text or verb not in view.text
    buttons = {button.verb for row in Presenter().view(finished, "en").buttons for button in row}
    assert verb not in buttons
    assert {"again", "stronger", "softer", "colors", "delete"} <= buttons


async def test_a_photo_may_have_the_style_of_a_moving_painting_and_the_other_way_round(house: House) -> None:
    studio = await house.open()
    moving, still = await asked(house, films.animation(3)), await asked(house, picture(4))
    await house.finished(moving.id)
    await house.finished(still.id)

    photo = await house.accepted(studio.restyle(BERT, PLACE, moving.id, picture(9)))
    film = await house.accepted(studio.restyle(BERT, PLACE, still.id, films.animation(3, first=9)))

    assert (photo.task, film.task) == ("paint", "animate")
    await house.finished(photo.id)
    await house.finished(film.id)


async def test_it_stands_in_the_history_comes_once_more_and_can_be_deleted(house: House) -> None:
    studio = await house.open()
    job = await asked(house, films.animation(3))
    await house.finished(job.id)

    page = await studio.history(ANNA)
    assert isinstance(page, HistoryPage)
    assert "moving painting" in Presenter().view(page, "en").text
    once_more = await studio.result(ANNA, job.id)
    assert isinstance(once_more, Finished)
    assert [file.role for file in once_more.files] == ["film"]
    await studio.delete(ANNA, job.id)

    assert await house.store.files.totals() == (0, 0)


async def test_a_moving_picture_may_come_bit_by_bit(house: House) -> None:
    studio = await house.open()

    page = await studio.draft_pictures(TINA, PRIVATE, [fetched(films.clip(6))])
    assert isinstance(page, StylesPage)
    assert page.draft is not None
    assert page.draft.moving
    assert await studio.draft_pictures(TINA, PRIVATE, [], mask=fetched(mask())) is not None
    assert await studio.draft_text(TINA, PRIVATE, "ink") == StillOnly(what="mask")
    state = await studio.draft_state(TINA, PRIVATE)
    assert isinstance(state, DraftState)
    assert (state.has_photo, state.has_mask) == (True, True)
    await studio.draft_unmask(TINA, PRIVATE)
    assert isinstance(await studio.draft_text(TINA, PRIVATE, "ink size=5000"), (SizeNotAllowed, OptionRefused))
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, "ink size=64"))

    assert (job.task, job.request.frames, job.request.format) == ("animate", 6, "mp4")
    assert (await house.finished(job.id)).files[0].media_type == "video/mp4"


async def test_a_restart_paints_what_was_waiting(house: House) -> None:
    await house.open(start=False)
    job = await asked(house, films.animation(3))
    await house.close()

    await house.open()

    assert isinstance(await house.finished(job.id), Finished)
