"""Who may do what with a painting of another channel or server, also with ids that no button has."""

from __future__ import annotations

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from tests.bot.adapters.discord.conftest import House
from tests.bot.adapters.discord.test_buttons import press, private

UNKNOWN = "I don't know this painting any more"


def elsewhere(house: House):
    """A moderator of a server of their own, and a channel there."""
    guild = house.env.create_guild("Elsewhere")
    role = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    rob = guild.add_member(house.env.create_user("rob"), roles=[role])
    return rob, guild.create_text_channel("anything")


async def crafted(house: House, who, channel, custom_id: str):
    """Press a button with this id, on a message of the bot's in this channel."""
    message = await house.painted(who, channel)
    house.env.backend.messages[channel.id][message.id].components[0]["components"][0]["custom_id"] = custom_id
    return message, await who.click(message, custom_id=custom_id)


@pytest.mark.parametrize("where", ["channel", "private"])
async def test_a_moderator_of_one_server_deletes_nothing_in_another(house, env, where):
    result = await house.painted(house.anna if where == "channel" else house.anna.user)
    job = await house.newest(house.anna)
    rob, channel = elsewhere(house)
    pressed, shown = await crafted(house, rob, channel, f"job:{job.id}:delete")
    assert private(shown) == "The message is removed."
    assert pressed.id not in [found.id for found in channel.history()]
    assert house.message(result.channel.id, result.id).attachments
    assert not (await house.job(job.id)).deleted


async def test_a_moderator_of_one_channel_deletes_nothing_in_another(house, env):
    """Discord gives the right in a channel; in others of the same server somebody may not even read."""
    result = await house.painted(house.anna)
    job = await house.newest(house.anna)
    channel = house.guild.create_text_channel("berts")
    allow, deny = discord.PermissionOverwrite(manage_messages=True).pair()
    overwrite = Overwrite(target_id=house.bert.id, type=OverwriteType.MEMBER, allow=allow.value, deny=deny.value)
    env.backend.channels[channel.id].overwrites.append(overwrite)
    _, shown = await crafted(house, house.bert, channel, f"job:{job.id}:delete")
    assert "Only the person who asked" in private(shown)
    assert house.message(result.channel.id, result.id).attachments
    assert not (await house.job(job.id)).deleted


@pytest.mark.parametrize("verb", ["again", "cancel", "delete", "result", "details", "film", "variations", "pick:1"])
async def test_of_another_server_a_press_tells_nothing(house, env, verb):
    await house.painted(house.anna)
    job = await house.newest(house.anna)
    guild = env.create_guild("Elsewhere")
    rob, channel = guild.add_member(env.create_user("rob")), guild.create_text_channel("anything")
    if verb == "delete":  # on a message that mentions nobody
        message = await house.painted(rob, channel)
        stored = env.backend.messages[channel.id][message.id]
        stored.components[0]["components"][0]["custom_id"] = f"job:{job.id}:{verb}"
        stored.mention_user_ids = []
        shown = await rob.click(message, custom_id=f"job:{job.id}:{verb}")
    else:
        _, shown = await crafted(house, rob, channel, f"job:{job.id}:{verb}")
    assert UNKNOWN in private(shown)
    assert not (await house.job(job.id)).deleted
    assert len(await house.jobs(house.anna)) == 1


async def test_moderators_delete_in_their_channel_and_its_threads(house, env):
    made = env.backend.create_thread(house.channel.id, "more", house.anna.id)
    thread = next(found for found in house.channel.threads if found.id == made.id)
    for where in (house.channel, thread):
        result = await house.painted(house.anna, where)
        job = await house.newest(house.anna)
        await press(house.moderator, result, "delete")
        assert result.id not in [found.id for found in where.history()]
        assert (await house.job(job.id)).deleted


async def test_what_is_not_known_any_more_is_removed_by_moderators_and_by_whom_it_mentions(house, env):
    later = house.clock.now() + 1
    for who in (house.moderator, house.anna, house.owner):
        result = await house.painted(house.anna)
        await house.store.jobs.clean(ended_before=later, forget_rows_before=later)
        shown = await press(house.bert, result, "delete")
        assert UNKNOWN in private(shown)
        assert house.message(house.channel.id, result.id).attachments
        shown = await press(who, result, "delete")
        assert private(shown) == "The message is removed."
        assert result.id not in [found.id for found in house.channel.history()]


async def test_in_private_ones_own_message_is_removed_when_it_is_not_known_any_more(house, env):
    result = await house.painted(house.anna.user)
    later = house.clock.now() + 1
    await house.store.jobs.clean(ended_before=later, forget_rows_before=later)
    await press(house.anna.user, result, "delete")
    assert result.id not in [found.id for found in house.anna.user.dm_channel.history()]
