"""What does not fit into memory: a size that does is offered, and one press paints it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from nst_engine.memory import needed_bytes
from nst_engine.options import Options
from tests.bot.adapters.discord.conftest import House
from tests.bot.adapters.discord.test_buttons import id_of, labels, press, private
from tests.fake_engine import SEEDS

WISH, FITS = 512, 256  # pixels of the long side


@pytest.fixture
async def small(unopened: House) -> AsyncIterator[House]:
    """A world whose engine has memory for small paintings only."""
    room = needed_bytes(Options(size=FITS), FITS, FITS * 3 // 4)
    assert room < needed_bytes(Options(size=WISH), WISH, WISH * 3 // 4)
    unopened.environment["FAKE_ENGINE_MEMORY"] = str(room)
    try:
        await unopened.open()
        await unopened.painted(unopened.bert)  # the engine has said what it holds
        yield unopened
    finally:
        await unopened.close()


async def taken(small, offer):
    return await small.anna.click(offer, custom_id=id_of(offer.message, "offer"))


async def test_what_does_not_fit_is_offered_smaller_and_painted_at_a_press(small):
    result = await small.stylize(small.anna, size=WISH, strength=70)
    (offer,) = result.followups
    assert offer.ephemeral
    assert str(WISH) in offer.content
    assert not await small.jobs(small.anna)

    (label,) = labels(offer.message)
    await taken(small, offer)

    job = await small.newest(small.anna)
    assert FITS // 2 < job.request.options.size < WISH
    assert str(job.request.options.size) in label
    assert job.request.options.strength == 70
    await small.delivered(job.id)
    assert (await small.result_of(job.id)).content.startswith(small.anna.mention)


async def test_an_offer_is_taken_once(small):
    result = await small.stylize(small.anna, size=WISH)
    (offer,) = result.followups
    await taken(small, offer)
    await small.delivered((await small.newest(small.anna)).id)
    assert private(await taken(small, offer))
    assert len(await small.jobs(small.anna)) == 1


async def test_after_memory_ran_out_one_press_paints_it_smaller(house, env):
    await house.stylize(house.anna, size=128, options=f"seed={SEEDS['out-of-memory']}")
    job = await house.told((await house.newest(house.anna)).id)
    assert job.error_code == "out_of_memory"
    (told,) = (message for message in house.channel.history() if message.components)
    (label,) = labels(told)
    await press(house.anna, told, "smaller")
    again = await house.newest(house.anna)
    assert again.id != job.id
    assert again.verb == "smaller"
    assert 64 <= again.request.options.size < 128
    assert str(again.request.options.size) in label
