"""Who may not write does not make the bot write, whatever was left to press."""

from __future__ import annotations

import discord
import pytest
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from tests.bot.adapters.discord.conftest import picture

_WRITE = discord.Permissions(send_messages=True, send_messages_in_threads=True).value


def close(house, *writers) -> None:
    """Make the channel read-only for all but the bot and `writers`."""
    channel = house.env.backend.get_channel(house.channel.id)
    channel.overwrites.append(Overwrite(target_id=house.guild.id, type=OverwriteType.ROLE, allow=0, deny=_WRITE))
    for one in (house.env.backend.bot_user, *writers):
        channel.overwrites.append(Overwrite(target_id=one.id, type=OverwriteType.MEMBER, allow=_WRITE, deny=0))


async def posted(house) -> int:
    await house.env.settle()
    return len([message for message in house.channel.history() if not message.flags.ephemeral])


@pytest.mark.parametrize("verb", ["again", "film:gif", "details", "variations"])
async def test_a_button_in_a_channel_that_became_read_only_posts_nothing(house, env, verb):
    painting = await house.painted(house.anna)
    job = await house.newest(house.anna)
    close(house)
    before = await posted(house)

    result = await house.anna.click(painting, custom_id=f"job:{job.id}:{verb}")

    assert result.response.ephemeral
    assert "You may not write here" in result.response.content
    assert await posted(house) == before
    assert len(await house.jobs(house.anna)) == 1


async def test_no_form_opens_there(house, env):
    message = await house.bert.send(house.channel, "look", attachments=[("cat.png", picture(3))])
    close(house)
    result = await house.anna.context_menu(house.channel, "Stylize this", message)
    assert result.modal is None
    assert result.response.ephemeral
    assert "You may not write here" in result.response.content


async def test_a_form_that_was_open_when_the_channel_was_closed_posts_nothing(house, env):
    message = await house.bert.send(house.channel, "look", attachments=[("cat.png", picture(3))])
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    close(house)
    before = await posted(house)
    result = await house.anna.submit_modal(shown, {"preset": ["ink"]})
    assert "You may not write here" in result.response.content
    assert await posted(house) == before


async def test_nor_does_a_command_or_a_press_in_a_thread(house, env):
    thread = env.backend.create_thread(house.channel.id, "my corner", house.anna.id)
    where = next(found for found in house.channel.threads if found.id == thread.id)
    painting = await house.painted(house.anna, where)
    job = await house.newest(house.anna)
    close(house)
    result = await house.anna.click(painting, custom_id=f"job:{job.id}:again")
    assert "You may not write here" in result.response.content
    assert len(await house.jobs(house.anna)) == 1


async def test_who_may_write_there_is_served(house, env):
    painting = await house.painted(house.moderator)
    job = await house.newest(house.moderator)
    close(house, house.moderator)
    await house.moderator.click(painting, custom_id=f"job:{job.id}:again")
    await house.delivered((await house.newest(house.moderator)).id)
    assert len(await house.jobs(house.moderator)) == 2


async def test_one_may_still_delete_ones_own_painting_there(house, env):
    painting = await house.painted(house.anna)
    job = await house.newest(house.anna)
    close(house)
    await house.anna.click(painting, custom_id=f"job:{job.id}:delete")
    assert (await house.job(job.id)).deleted
