"""Each way to be refused: one typed answer, nothing stored, nothing charged."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from bot.model import Limits, PlaceSettings, Request, RequestedStyle
from bot.outcomes import (
    Accepted,
    Banned,
    MissingPicture,
    OptionRefused,
    Outcome,
    PictureRejected,
    PresetUnknown,
    QueueFull,
    QuotaUsedUp,
    SizeNotAllowed,
    StorageFull,
    TooManyStyles,
    TooManyWaiting,
    TooMuchWork,
    WeightRefused,
)
from nst_engine.options import Options
from nst_engine.schedule import work
from tests.bot.studio.conftest import ANNA, BERT, OWNER, PLACE, House, a_request, make_config, never_fetched, picture

OWN = RequestedStyle(picture=picture(100))


def request(*styles: RequestedStyle, content: bytes = picture(1), **more: Any) -> Request:
    return Request(content=content, styles=styles or (OWN,), **more)


REFUSED: dict[str, tuple[Request, type[Outcome], dict[str, Any]]] = {
    "an unknown option": (a_request(colour="red"), OptionRefused, {"option": "colour", "near": ("colors",)}),
    "strength 101": (a_request(strength=101), OptionRefused, {"option": "strength", "found": "101"}),
    "a reconstruction of nothing": (
        a_request(reconstruct="content", content_weight=0),
        OptionRefused,
        {"option": "content_weight", "found": "0"},
    ),
    "a texture of nothing": (
        a_request(reconstruct="style", style_layers="relu1_1:0"),
        OptionRefused,
        {"option": "style_weight"},
    ),
    "a size beyond the limit": (a_request(size=1500), SizeNotAllowed, {"size": 1500, "largest": 1024}),
    "an unknown preset": (request(RequestedStyle(preset="no such thing")), PresetUnknown, {"name": "no such thing"}),
    "a weight of -1": (request(RequestedStyle(picture=b"x", weight=-1)), WeightRefused, {"found": -1}),
    "a weight of 0": (request(RequestedStyle(picture=b"x", weight=0)), WeightRefused, {"found": 0}),
    "a weight that is no number": (request(RequestedStyle(picture=b"x", weight=math.inf)), WeightRefused, {}),
    "too many styles": (request(*[OWN] * 5), TooManyStyles, {"limit": 4}),
    "no style": (Request(content=picture(1), styles=()), MissingPicture, {"which": "style"}),
    "an empty style": (request(RequestedStyle()), MissingPicture, {"which": "style"}),
    "a style without a name": (request(RequestedStyle(preset="")), MissingPicture, {"which": "style"}),
    "nothing to start from": (a_request(init="file"), MissingPicture, {"which": "init"}),
    "an empty photo": (request(content=b""), PictureRejected, {"which": "photo", "code": "empty"}),
    "a photo that is text": (request(content=b"hello " * 50), PictureRejected, {"code": "not_a_picture"}),
    "a torn style": (
        request(RequestedStyle(picture=picture(3, (640, 480))[:2000])), PictureRejected, {"which": "style"},
    ),
    "a bad start": (request(init=b"hello " * 50), PictureRejected, {"which": "init"}),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_a_bad_request_is_refused_and_costs_nothing(house: House, case: str) -> None:
    studio = await house.open(start=False)
    bad, kind, facts = REFUSED[case]
    outcome = await studio.submit(ANNA, PLACE, bad)
    assert isinstance(outcome, kind), outcome
    found = msgspec.structs.asdict(outcome)
    assert {name: found[name] for name in facts} == facts
    assert await house.used() == 0
    assert not await house.store.jobs.by_state("queued")
    await house.store.files.sweep(0)
    house.clock.advance(7200)
    await studio.tidy()
    assert await house.store.files.totals() == (0, 0)


async def test_the_banned_are_refused_until_the_ban_ends(house: House) -> None:
    studio = await house.open(start=False)
    until = house.clock.now() + 3600
    await studio.ban(OWNER, ANNA.key, "rude", until)
    assert await studio.submit(ANNA, PLACE, a_request()) == Banned(until=until, reason="rude")
    assert await studio.draft_pictures(ANNA, PLACE, [never_fetched]) == Banned(until=until, reason="rude")
    house.clock.advance(3601)
    assert isinstance(await studio.submit(ANNA, PLACE, a_request()), Accepted)


async def test_waiting_at_once(house: House) -> None:
    studio = await house.open(start=False)
    for number in range(3):
        await house.submitted(number=number)
    assert await studio.submit(ANNA, PLACE, a_request(4)) == TooManyWaiting(limit=3)
    assert isinstance(await studio.submit(BERT, PLACE, a_request(4)), Accepted)
    assert await house.used() == 3


async def test_ten_at_once_do_not_get_past_the_limits(house: House) -> None:
    import asyncio

    studio = await house.open(start=False)
    outcomes = await asyncio.gather(*(studio.submit(ANNA, PLACE, a_request(number)) for number in range(6)))
    assert [type(outcome) for outcome in outcomes].count(Accepted) == 3
    assert [type(outcome) for outcome in outcomes].count(TooManyWaiting) == 3
    assert await house.used() == 3


async def test_the_queue_is_full(house: House) -> None:
    house.config = make_config(limits={"queue_length": 1})
    studio = await house.open(start=False)
    await house.submitted()
    assert await studio.submit(BERT, PLACE, a_request(1)) == QueueFull(limit=1)


async def test_work_beyond_the_ceiling(house: House) -> None:
    """One painting for the quota, yet hours of work."""
    house.config = make_config(ceiling={"megapixel_iterations": 20}, limits={"largest_size": 2048})
    studio = await house.open(start=False)
    refused = await studio.submit(ANNA, PLACE, a_request(size=512, iterations=5000, quality="standard"))
    assert isinstance(refused, TooMuchWork)
    assert (refused.largest, refused.work > 500) == (20, True)
    assert refused.iterations is not None
    assert 10 < refused.iterations < 200
    assert await house.store.files.totals() == (0, 0)
    await house.submitted(size=512, iterations=refused.iterations, quality="standard")  # what it advises, goes
    refused = await studio.submit(ANNA, PLACE, a_request(size=1024, quality="fine"))
    assert isinstance(refused, TooMuchWork)
    assert refused.iterations is None  # nobody chose any: the size or the quality has to come down
    refused = await studio.submit(ANNA, PLACE, a_request(size=2048, iterations=1000))
    assert isinstance(refused, TooMuchWork)
    assert await house.used() == 1
    wide = await house.submitted(size=1024, iterations=5)
    refused = await studio.variations(ANNA, PLACE, wide.id)  # which are painted with as many as a draft has
    assert isinstance(refused, TooMuchWork)


def test_the_usual_ceiling_is_generous() -> None:
    config = make_config()
    largest = Options(size=config.ceiling.largest_size, quality="fine")
    classic = Options(size=512, scales=1, iterations=5000)
    for options in (largest, classic):
        assert work(options, 100, 100) <= config.ceiling.megapixel_iterations
    assert work(Options(size=1024, iterations=5000), 100, 100) > config.ceiling.megapixel_iterations


async def test_the_days_quota_ends_at_midnight_in_utc(house: House) -> None:
    house.config = make_config(limits={"paintings_a_day": 1})
    studio = await house.open()
    midnight = (house.clock.now() // 86400 + 1) * 86400
    house.clock.advance(midnight - 1 - house.clock.now())
    await house.painted()
    refused = await studio.submit(ANNA, PLACE, a_request(1))
    assert refused == QuotaUsedUp(limit=1, used=1, needed=1, resets_at=midnight)
    house.clock.advance(1)
    assert await house.used() == 0
    await house.painted(number=1)
    assert await house.used() == 1


async def test_what_was_used_before_midnight_is_refunded_to_that_day(house: House) -> None:
    studio = await house.open(start=False)
    midnight = (house.clock.now() // 86400 + 1) * 86400
    house.clock.advance(midnight - 1 - house.clock.now())
    late = await house.submitted()
    house.clock.advance(1)
    await house.submitted(number=1)
    await studio.cancel(ANNA, late.id)
    assert await house.used() == 1


async def test_a_place_may_have_a_cap_for_all(house: House) -> None:
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(paintings_a_day_for_all=1))
    await house.submitted()
    refused = await studio.submit(BERT, PLACE, a_request(1))
    assert isinstance(refused, QuotaUsedUp)
    assert (refused.whose, refused.limit, refused.used) == ("place", 1, 1)


async def test_layers_of_limits(house: House) -> None:
    house.config = make_config(ceiling={"largest_size": 900})
    studio = await house.open(start=False)
    await house.store.places.put(PLACE.key, PlaceSettings(limits=Limits(largest_size=300)))
    assert await studio.submit(ANNA, PLACE, a_request(size=301)) == SizeNotAllowed(size=301, largest=300)
    await studio.quota_set(OWNER, ANNA.key, Limits(largest_size=5000))
    assert await studio.submit(ANNA, PLACE, a_request(size=901)) == SizeNotAllowed(size=901, largest=900)
    assert isinstance(await studio.submit(ANNA, PLACE, a_request(size=900)), Accepted)


async def test_layers_of_options(house: House) -> None:
    defaults = {"colors": "photo", "seed": 5, "strength": 10, "square": True, "quality": "draft"}
    house.config = make_config(defaults={"options": defaults})
    studio = await house.open(start=False)
    settings = PlaceSettings(options={"seed": 6, "size": 2000, "square": "no"}, preset="ink")
    await house.store.places.put(PLACE.key, settings)
    photo_only = Request(content=picture(1), styles=(), options={"quality": "FINE"})
    job = await house.accepted(studio.submit(ANNA, PLACE, photo_only))
    options = job.request.options
    assert job.request.styles[0].preset == "ink"
    assert options.quality == "fine"  # the person's
    assert (options.strength, options.seed) == (40, 7)  # the preset's
    assert not options.square  # the place's
    assert options.size == 1024  # the place's too, but cut to what is allowed, as nobody chose it
    assert options.colors == "photo"  # the config's
    assert job.request.chosen == {"quality": "fine"}


async def test_the_heaviest_preset_sets_the_options(house: House) -> None:
    studio = await house.open(start=False)
    styles = (RequestedStyle(preset="ink"), RequestedStyle(preset="oil", weight=2))
    job = await house.accepted(studio.submit(ANNA, PLACE, Request(content=picture(1), styles=styles)))
    assert job.request.options.strength == 50


async def test_no_room_on_the_disk(house: House) -> None:
    house.config = make_config(store={"min_free_bytes": 10**15})
    studio = await house.open(start=False)
    assert await studio.submit(ANNA, PLACE, a_request()) == StorageFull()
    assert await house.used() == 0


async def test_the_same_key_gets_the_same_job_even_when_limits_are_reached(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 1})
    studio = await house.open(start=False)
    one = await studio.submit(ANNA, PLACE, a_request(), key="message 7")
    two = await studio.submit(ANNA, PLACE, a_request(1), key="message 7")
    assert isinstance(one, Accepted)
    assert isinstance(two, Accepted)
    assert (two.job.id, one.repeated, two.repeated) == (one.job.id, False, True)
    assert await house.used() == 1
    other = await studio.submit(BERT, PLACE, a_request(), key="message 7")
    assert isinstance(other, Accepted)
    assert not other.repeated


async def test_a_preset_whose_stored_picture_was_damaged_is_stored_anew(house: House) -> None:
    studio = await house.open(start=False)
    request = Request(content=picture(1), styles=(RequestedStyle(preset="ink"),))
    job = await house.accepted(studio.submit(ANNA, PLACE, request))
    digest = job.request.styles[0].digest
    path = house.folder / "files" / digest[:2] / digest
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert isinstance(await studio.submit(ANNA, PLACE, request), Accepted)
    assert path.read_bytes() == whole


async def test_pictures_are_kept_no_larger_than_what_is_painted_needs(house: House) -> None:
    """Half as long again as a painting, so that a square out of a photo of 3:2 keeps its detail."""
    house.config = make_config(ceiling={"largest_size": 100})
    studio = await house.open(start=False)
    content = picture(1, size=(300, 200))
    request = Request(content=content, styles=(RequestedStyle(preset="ink"),), options={"size": 96})
    job = await house.accepted(studio.submit(ANNA, PLACE, request))
    assert (job.request.width, job.request.height) == (150, 100)
