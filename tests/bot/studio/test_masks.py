"""Masks and backgrounds, from a request to the engine and to every verb after it."""

from __future__ import annotations

import io

import msgspec
import pytest
from PIL import Image

from bot.model import Job, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    DraftState,
    Finished,
    MissingPicture,
    OptionRefused,
    PictureRejected,
    PresetUnknown,
    StylesPage,
    WeightRefused,
)
from bot.ports import Fetch
from bot.presenter import TELEGRAM, Presenter
from bot.studio import typed
from bot.studio.tasks import task_for
from nst_engine.protocol import Paint, Variations
from tests.bot.films import animation
from tests.bot.studio.conftest import ANNA, BERT, PLACE, PRIVATE, TINA, House, fetching, picture

SMALL = {"size": 96, "quality": "draft"}
INK, OIL = RequestedStyle(preset="ink"), RequestedStyle(preset="oil")


def mask(size: tuple[int, int] = (96, 72), kind: str = "PNG") -> bytes:
    """White on the left, black on the right."""
    image, stream = Image.new("L", size), io.BytesIO()
    image.paste(255, (0, 0, size[0] // 2, size[1]))
    image.save(stream, kind)
    return stream.getvalue()


def fetched(data: bytes) -> Fetch:
    async def fetch() -> bytes:
        return data

    return fetch


async def masked(house: House, *, background: tuple[RequestedStyle, ...] = (), **wish: object) -> Job:
    request = Request(content=picture(), styles=(INK,), options=SMALL, mask=mask(), background=background, **wish)
    return await house.accepted(house.studio.submit(ANNA, PLACE, request))


async def test_outside_of_the_mask_the_photo_stays(house: House) -> None:
    await house.open()

    job = await masked(house)
    finished = await house.finished(job.id)

    painting = Image.open(io.BytesIO(finished.files[0].data)).convert("RGB")
    photo = Image.open(io.BytesIO(picture())).convert("RGB").resize(painting.size)
    right, left = (50, 0, 96, 72), (0, 0, 46, 72)
    assert painting.crop(right).tobytes() == photo.crop(right).tobytes()
    assert painting.crop(left).tobytes() != photo.crop(left).tobytes()


async def test_the_engine_gets_mask_and_background_and_so_does_a_sheet(house: House) -> None:
    studio = await house.open()
    job = await masked(house, background=(OIL,))
    await house.finished(job.id)
    await house.status_gone(job.id)

    sheet = await house.accepted(studio.variations(ANNA, PLACE, job.id))

    for each, kind in ((job, Paint), (sheet, Variations)):
        task = await task_for(house.store, await house.job(each.id))
        assert isinstance(task, kind)
        assert isinstance(task, (Paint, Variations))
        assert task.mask is not None
        assert Image.open(io.BytesIO(task.mask)).size == (96, 72)
        assert [len(style.picture) > 0 for style in task.background] == [True]
    await house.finished(sheet.id)


async def test_a_background_is_credited(house: House) -> None:
    await house.open()

    finished = await house.finished((await masked(house, background=(OIL, INK))).id)

    assert (finished.styles, finished.background) == (("Ink on paper",), ("Oil", "Ink on paper"))
    assert finished.credits == ("A. Painter, CC0", "A. Painter, CC0")


async def test_a_background_may_be_a_picture_or_a_saved_style(house: House) -> None:
    studio = await house.open()
    await studio.style_save(ANNA, PLACE, "Mine", picture(7))

    job = await masked(house, background=(RequestedStyle(picture=picture(8)), RequestedStyle(preset="mine", weight=3)))

    assert [(style.saved, style.preset, style.weight) for style in job.request.background] == [
        (None, None, 1),
        ("Mine", None, 3),
    ]
    assert isinstance(await house.finished(job.id), Finished)


@pytest.mark.parametrize("verb", ["again", "stronger", "softer", "colors", "bigger"])
async def test_verbs_keep_mask_and_background(house: House, verb: str) -> None:
    studio = await house.open()
    job = await masked(house, background=(OIL,))
    await house.finished(job.id)
    await house.status_gone(job.id)

    after = await house.accepted(getattr(studio, verb)(ANNA, PLACE, job.id))

    assert (after.request.mask, after.request.background) == (job.request.mask, job.request.background)
    roles = {file.role for file in await house.store.jobs.files(after.id)}
    assert {"mask", "background"} <= roles
    await house.finished(after.id)


async def test_what_paints_another_picture_drops_the_mask(house: House) -> None:
    studio = await house.open()
    job = await masked(house, background=(OIL,))
    await house.finished(job.id)

    swapped = await house.accepted(studio.swap(ANNA, PLACE, job.id))
    restyled = await house.accepted(studio.restyle(BERT, PLACE, job.id, picture(5)))
    at_once = await masked(house, background=(OIL,), swap=True)

    for after in (swapped, restyled, at_once):
        assert (after.request.mask, after.request.background) == (None, ())
        await house.finished(after.id)


# ---- refusals: one sentence, and nothing is lost ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"%PDF-1.7", "not_a_picture"), (b"", "empty"), (picture(size=(8, 8)), "too_small"), (mask()[:60], "truncated")],
)
async def test_a_mask_is_looked_at_like_any_picture(house: House, data: bytes, code: str) -> None:
    studio = await house.open(start=False)

    outcome = await studio.submit(ANNA, PLACE, Request(content=picture(), styles=(INK,), mask=data))

    assert isinstance(outcome, PictureRejected)
    assert (outcome.which, outcome.code) == ("mask", code)
    assert await house.store.files.totals() == (0, 0)
    assert await house.used() == 0


async def test_a_mask_that_is_the_same_everywhere_is_refused(house: House) -> None:
    studio = await house.open(start=False)
    stream = io.BytesIO()
    Image.new("L", (96, 72)).save(stream, "PNG")

    outcome = await studio.submit(ANNA, PLACE, Request(content=picture(), styles=(INK,), mask=stream.getvalue()))

    assert outcome == PictureRejected(which="mask", code="flat_mask", facts={})


async def test_a_background_goes_with_a_mask_only(house: House) -> None:
    studio = await house.open(start=False)

    outcome = await studio.submit(ANNA, PLACE, Request(content=picture(), styles=(INK,), background=(OIL,)))

    assert outcome == MissingPicture(which="mask")


async def test_there_is_nothing_to_invert_without_a_mask(house: House) -> None:
    studio = await house.open(start=False)
    wish = Request(content=picture(), styles=(INK,), options={**SMALL, "invert_mask": True})

    outcome = await studio.submit(ANNA, PLACE, wish)

    assert outcome == MissingPicture(which="mask", verb="invert_mask")
    assert Presenter().view(outcome, "en").text == (
        "There is no mask to invert. Please send one too, or leave out “Invert mask”."
    )
    assert await house.store.files.totals() == (0, 0)
    assert await house.used() == 0
    masked = msgspec.structs.replace(wish, mask=mask())
    assert (await house.accepted(studio.submit(ANNA, PLACE, masked))).request.options.invert_mask


@pytest.mark.parametrize("more", [{"swap": True}, {"options": {**SMALL, "invert_mask": "no"}}])
async def test_where_no_mask_would_be_looked_at_none_is_missed(house: House, more: dict[str, object]) -> None:
    studio = await house.open(start=False)
    wish = Request(content=picture(), styles=(INK,), options={**SMALL, "invert_mask": True})
    await house.accepted(studio.submit(ANNA, PLACE, msgspec.structs.replace(wish, **more)))


async def test_an_inversion_that_nobody_chose_misses_no_mask(house: House) -> None:
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(options={"invert_mask": True}))
    await house.accepted(studio.submit(ANNA, PLACE, Request(content=picture(), styles=(INK,), options=SMALL)))


@pytest.mark.parametrize(
    ("background", "kind"),
    [
        ((RequestedStyle(),), MissingPicture),
        ((RequestedStyle(preset="nobody"),), PresetUnknown),
        ((RequestedStyle(preset="oil", weight=-1),), WeightRefused),
        ((RequestedStyle(picture=b"text"),), PictureRejected),
    ],
)
async def test_a_background_is_looked_at_like_any_style(
    house: House, background: tuple[RequestedStyle, ...], kind: type
) -> None:
    studio = await house.open(start=False)
    request = Request(content=picture(), styles=(INK,), mask=mask(), background=background)

    assert isinstance(await studio.submit(ANNA, PLACE, request), kind)
    assert await house.store.files.totals() == (0, 0)


# ---- how long they live -----------------------------------------------------------------------------------------


async def test_deleting_forgetting_and_sweeping_take_the_mask_along(house: House) -> None:
    studio = await house.open()
    kept, deleted = await masked(house, background=(OIL,)), await masked(house)
    for job in (kept, deleted):
        await house.finished(job.id)
        await house.status_gone(job.id)
    assert kept.request.mask is not None

    await studio.delete(ANNA, deleted.id)
    assert await house.store.files.get(kept.request.mask)  # the other job has the same one
    house.clock.advance(31 * 86400)
    await studio.tidy()

    assert (await house.store.files.totals())[0] == 0
    assert not isinstance(await studio.again(ANNA, PLACE, kept.id), Accepted)


async def test_forgetting_takes_the_mask_of_a_draft_along(house: House) -> None:
    studio = await house.open(start=False)
    await studio.draft_pictures(TINA, PRIVATE, [fetching()], mask=fetched(mask()))

    asked = await studio.forget(TINA)
    await studio.forget(TINA, msgspec.structs.asdict(asked)["token"])

    assert await house.store.files.totals() == (0, 0)


# ---- bit by bit -------------------------------------------------------------------------------------------------


async def test_a_mask_may_come_before_or_after_the_photo(house: House) -> None:
    studio = await house.open()
    for order in ("before", "after"):
        if order == "before":
            state = await studio.draft_pictures(TINA, PRIVATE, [], mask=fetched(mask()))
            assert isinstance(state, DraftState)
            assert (state.has_photo, state.has_mask) == (False, True)
        page = await studio.draft_pictures(TINA, PRIVATE, [fetching()])
        if order == "after":
            page = await studio.draft_pictures(TINA, PRIVATE, [], mask=fetched(mask()))
        assert isinstance(page, StylesPage)
        assert page.draft is not None
        assert page.draft.has_mask

        job = await house.accepted(studio.draft_text(TINA, PRIVATE, "ink size=96 background=oil"))

        assert job.request.mask is not None
        assert [style.preset for style in job.request.background] == ["oil"]
        assert not await studio.has_draft(TINA, PRIVATE)
        await house.finished(job.id)


async def test_a_mask_in_an_album_with_photo_and_style(house: House) -> None:
    studio = await house.open()

    job = await house.accepted(studio.draft_pictures(TINA, PRIVATE, [fetching(1), fetching(2)], mask=fetched(mask())))

    assert job.request.mask is not None
    assert len(job.request.styles) == 1


async def test_the_word_mask_makes_the_last_picture_one(house: House) -> None:
    studio = await house.open()

    job = await house.accepted(studio.stylize(TINA, PRIVATE, "ink mask size=96", [fetching(1), fetched(mask())]))
    page = await studio.draft_pictures(TINA, PRIVATE, [fetching(3)])
    assert isinstance(page, StylesPage)
    page = await studio.stylize(TINA, PRIVATE, "mask", [fetched(mask())])

    assert job.request.mask is not None
    assert [style.preset for style in job.request.styles] == ["ink"]
    assert isinstance(page, StylesPage)  # the photo that was there is still there
    assert page.draft is not None
    assert (page.draft.has_photo, page.draft.has_mask) == (True, True)


async def test_the_word_without_a_picture_is_answered_with_what_lacks(house: House) -> None:
    studio = await house.open(start=False)
    await studio.draft_pictures(TINA, PRIVATE, [fetching()])

    assert await studio.draft_text(TINA, PRIVATE, "mask") == MissingPicture(which="mask")
    assert await studio.draft_text(TINA, PRIVATE, "ink background=oil") == MissingPicture(which="mask")
    assert await studio.has_draft(TINA, PRIVATE)


async def test_a_draft_waits_for_the_mask_that_is_to_be_inverted(house: House) -> None:
    studio = await house.open(start=False)
    await studio.draft_pictures(TINA, PRIVATE, [fetching()])
    missing = MissingPicture(which="mask", verb="invert_mask")

    assert await studio.draft_text(TINA, PRIVATE, "ink invert_mask=yes") == missing
    assert await studio.has_draft(TINA, PRIVATE)
    page = await studio.draft_text(TINA, PRIVATE, "invert_mask=yes")  # the mask may come after it
    assert isinstance(page, StylesPage)
    assert await studio.draft_text(TINA, PRIVATE, "ink") == missing
    said = Presenter(dialect=TELEGRAM).view(missing, "en").text
    assert said == (
        "There is no mask to invert. Please send a picture with the caption “mask”, or write invert_mask=no."
    )
    await studio.draft_pictures(TINA, PRIVATE, [], mask=fetched(mask()))
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, "ink"))

    assert (job.request.mask is not None, job.request.options.invert_mask) == (True, True)


@pytest.mark.parametrize("drop", ["button", "words", "inversion"])
async def test_without_the_mask_nothing_is_inverted_either(house: House, drop: str) -> None:
    studio = await house.open(start=False)
    await studio.draft_pictures(TINA, PRIVATE, [fetching()], mask=fetched(mask()))
    await studio.draft_text(TINA, PRIVATE, "invert_mask=yes")

    words = {"button": "ink", "words": "ink mask=no", "inversion": "ink mask=no invert_mask=no"}[drop]
    if drop == "button":
        await studio.draft_unmask(TINA, PRIVATE)
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, words))

    assert (job.request.mask, job.request.options.invert_mask) == (None, False)


async def test_a_mask_can_be_dropped_by_a_button_and_by_words(house: House) -> None:
    studio = await house.open(start=False)
    for drop in ("button", "words"):
        await studio.draft_pictures(TINA, PRIVATE, [fetching()], mask=fetched(mask()))
        left = (
            await studio.draft_unmask(TINA, PRIVATE)
            if drop == "button"
            else await studio.draft_text(TINA, PRIVATE, "mask=no")
        )
        assert isinstance(left, StylesPage)
        assert left.draft is not None
        assert (left.draft.has_photo, left.draft.has_mask) == (True, False)
        assert (await house.store.files.totals())[0] == 1
        await studio.draft_drop(TINA, PRIVATE)
    assert isinstance(await studio.draft_unmask(TINA, PRIVATE), DraftState)


@pytest.mark.parametrize("drop", ["button", "words"])
async def test_without_the_mask_there_is_no_background_either(house: House, drop: str) -> None:
    studio = await house.open(start=False)
    await studio.draft_pictures(TINA, PRIVATE, [fetching()], mask=fetched(mask()))
    await studio.draft_text(TINA, PRIVATE, "background=oil")

    if drop == "button":
        left = await studio.draft_unmask(TINA, PRIVATE)
        assert isinstance(left, StylesPage)
        assert left.draft is not None
        assert left.draft.background == ()
    words = "ink" if drop == "button" else "ink mask=no"
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, words))

    assert (job.request.mask, job.request.background) == (None, ())


async def test_a_bad_mask_leaves_the_draft_as_it_was(house: House) -> None:
    studio = await house.open(start=False)
    await studio.draft_pictures(TINA, PRIVATE, [fetching()], mask=fetched(mask()))

    for data in (b"%PDF-1.7", b"", animation(3)[:100]):
        outcome = await studio.draft_pictures(TINA, PRIVATE, [], mask=fetched(data))
        assert isinstance(outcome, PictureRejected)
        assert outcome.which == "mask"
    state = await studio.draft_state(TINA, PRIVATE)

    assert isinstance(state, DraftState)
    assert (state.has_photo, state.has_mask) == (True, True)


async def test_a_background_is_remembered_and_can_be_taken_back(house: House) -> None:
    studio = await house.open(start=False)
    await studio.draft_pictures(TINA, PRIVATE, [fetching()], mask=fetched(mask()))

    page = await studio.draft_text(TINA, PRIVATE, "background=oil")
    assert isinstance(page, StylesPage)
    assert page.draft is not None
    assert page.draft.background == ("Oil",)
    job = await house.accepted(studio.draft_text(TINA, PRIVATE, "ink background=keep"))

    assert (job.request.background, job.request.mask is not None) == ((), True)


@pytest.mark.parametrize(
    "caption", ["mask", "Mask", " MASK! ", "„Maske“", "masque", "Máscara", "маска", "マスク", "mask."]
)
def test_captions_that_mean_a_mask(caption: str) -> None:
    assert typed.means_mask(caption)


@pytest.mark.parametrize("caption", ["", "masks of Venice", "a mask", "unmask", "/stylize mask"])
def test_captions_that_mean_something_else(caption: str) -> None:
    assert not typed.means_mask(caption)


@pytest.mark.parametrize(
    ("text", "names", "background"),
    [
        ("ink background=oil", ("ink",), "oil"),
        ("background=oil ink", ("ink",), "oil"),
        ("background = oil, ink", ("ink",), "oil"),
        ("background: starry river ink", ("ink",), "starry river"),
        ('ink background="starry river"', ("ink",), "starry river"),
        ("background=Keep ink", ("ink",), "keep"),
        ("background=nobody ink", ("ink",), "nobody"),
        ("background=oil film ink", ("ink",), "oil"),
        ("ink strength=70", ("ink",), None),
    ],
)
def test_backgrounds_are_read_in_every_way_in_which_people_write_them(
    text: str, names: tuple[str, ...], background: str | None
) -> None:
    known = {"ink", "oil", "starry river"}

    said = typed.read(text, lambda name: name.lower() in known)

    assert (said.names, said.background) == (names, background)


async def test_a_background_needs_a_name(house: House) -> None:
    studio = await house.open(start=False)
    outcome = await studio.stylize(TINA, PRIVATE, "ink background=", [fetching()])
    assert isinstance(outcome, OptionRefused)
    assert (outcome.option, outcome.found) == ("background", "")


async def test_a_swap_in_a_chat_leaves_the_mask_behind(house: House) -> None:
    studio = await house.open()
    await studio.draft_pictures(TINA, PRIVATE, [fetching()], mask=fetched(mask()))

    job = await house.accepted(studio.draft_text(TINA, PRIVATE, "ink swap background=oil size=96"))

    assert (job.request.mask, job.request.background) == (None, ())
    await house.finished(job.id)
    kept = {file.digest for file in await house.store.jobs.files(job.id)}
    assert (await house.store.files.totals())[0] == len(kept)
