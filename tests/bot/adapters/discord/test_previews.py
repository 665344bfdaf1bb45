"""Small pictures of a painting under way, on its status message."""

from __future__ import annotations

import pytest

from bot.adapters.discord.statuses import GAP_SECONDS
from bot.model import DiscordPlace
from bot.outcomes import Painting
from nst_engine.protocol import Progress
from tests.bot.adapters.discord.conftest import eventually, picture
from tests.bot.adapters.discord.test_outlet import advanced


def under_way(job, iteration: int, preview: bytes | None = None, *, spoiler: bool = False) -> Painting:
    progress = Progress(
        id=job.id, iteration=iteration, iterations=100, scale=0, scales=1, width=96, height=72,
        content_loss=1.0, style_loss=1.0, seconds_left=60.0, preview=preview,
    )  # fmt: skip
    return Painting(job=job, progress=progress, spoiler=spoiler)


@pytest.fixture
async def show(house, env):
    """Show how a job stands, and return the message as it is then."""
    await house.painted(house.anna)
    job = await house.newest(house.anna)
    outlet = house.adapter.outlet
    ref = await outlet.show(job.place, under_way(job, 1), None)

    async def shown(iteration: int, preview: bytes | None = None, *, spoiler: bool = False):
        house.clock.advance(GAP_SECONDS)
        assert await outlet.show(job.place, under_way(job, iteration, preview, spoiler=spoiler), ref) == ref
        await env.settle()
        return house.message(*map(int, ref.split("/")))

    return shown


@pytest.mark.parametrize("spoiler", [False, True])
async def test_the_last_preview_stays_until_there_is_another(show, spoiler):
    (first,) = (await show(10, picture(1, kind="JPEG"), spoiler=spoiler)).attachments
    assert first.is_spoiler() == spoiler

    later = await show(20, picture(1, kind="JPEG"), spoiler=spoiler)
    assert "20" in later.content
    assert [kept.id for kept in later.attachments] == [first.id]
    assert later.attachments[0].is_spoiler() == spoiler

    (second,) = (await show(30, picture(2, kind="JPEG"), spoiler=spoiler)).attachments
    assert second.id != first.id
    assert second.is_spoiler() == spoiler


async def test_previews_are_hidden_where_a_server_wants_results_hidden(house, env):
    place = DiscordPlace(channel=str(house.channel.id), guild=str(house.guild.id))
    await house.studio.settings_change(house.person(house.manager), place, {"spoiler": True}, manager=True)
    status = (await house.stylize(house.anna, preset="slow")).response
    job = await house.newest(house.anna)

    def previews():
        return house.message(house.channel.id, status.id).attachments

    (preview,) = await eventually(lambda: advanced(house) and previews())
    assert preview.is_spoiler()
    await house.studio.cancel(house.person(house.anna), job.id)
    await house.told(job.id)
