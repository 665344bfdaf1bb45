"""Messages to the bot: replies to a painting that mention it, and direct messages."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.bot.adapters.discord.conftest import House, picture


def said(house: House, channel, after: discord.Message) -> list[discord.Message]:
    """What the bot has said in a channel since a message."""
    messages = sorted(channel.history(), key=lambda message: message.id)
    return [one for one in messages if one.id > after.id and one.author.id == house.env.bot.user.id]


async def test_a_reply_in_words_changes_ones_own_painting(house, env):
    painting = await house.painted(house.anna)
    first = await house.newest(house.anna)
    await house.anna.send(house.channel, "stronger!", reply_to=painting)
    job = await house.newest(house.anna)
    assert (job.verb, job.parent, job.request.options.strength) == ("stronger", first.id, 55)
    assert job.person.locale == first.person.locale
    await house.delivered(job.id)
    await house.anna.send(house.channel, f"{env.bot.user.mention} strength=90 oil", reply_to=painting)
    job = await house.newest(house.anna)
    assert (job.verb, job.request.options.strength, job.request.styles[0].preset) == ("revise", 90, "oil")
    assert job.request.content == first.request.content
    await house.delivered(job.id)


async def test_a_photo_as_a_reply_is_painted_in_the_same_style(house, env):
    painting = await house.painted(house.anna)
    await house.anna.send(house.channel, "", reply_to=painting, attachments=[("cat.png", picture(4, size=(64, 80)))])
    job = await house.newest(house.anna)
    assert (job.verb, job.request.width, job.request.height) == ("restyle", 64, 80)
    await house.delivered(job.id)


async def test_talk_about_a_painting_is_left_alone(house, env):
    painting = await house.painted(house.anna)
    first = await house.anna.send(house.channel, "wow", reply_to=painting)
    await house.bert.send(house.channel, "ink", reply_to=painting)
    await house.bert.send(house.channel, "look", reply_to=painting, attachments=[("cat.png", picture(4))])
    await house.bert.send(house.channel, "stronger")
    assert said(house, house.channel, first) == []
    assert not await house.jobs(house.bert)


async def test_somebody_elses_painting_is_not_changed(house, env):
    painting = await house.painted(house.anna)
    message = await house.bert.send(house.channel, "stronger", reply_to=painting)
    [answer] = said(house, house.channel, message)
    assert "somebody else's" in answer.content
    assert answer.reference.message_id == message.id
    assert not await house.jobs(house.bert)


async def direct(house: House, words: str, *, reply_to: discord.Message | None = None, files=()) -> discord.Message:
    """A direct message of Anna's."""
    backend, channel = house.env.backend, house.anna.user.dm_channel
    facts: dict[str, Any] = {"attachments": backend.store_attachments(channel.id, files)}
    if reply_to is not None:
        reference = {"channel_id": str(channel.id), "message_id": str(reply_to.id)}
        facts["reference"] = backend.normalize_message_reference(channel.id, reference)
    return await house.anna.user.send_dm(words, **facts)


async def test_a_direct_message_is_answered_with_help(house, env):
    channel = house.anna.user.dm_channel
    [answer] = said(house, channel, await direct(house, "hello?"))
    assert "/stylize" in answer.content
    assert "this server" not in answer.content
    assert len(said(house, channel, await direct(house, "", files=[("cat.png", picture(4))]))) == 1


async def test_in_direct_messages_a_painting_is_talked_to_as_well(house, env):
    user = house.anna.user
    painting = await house.painted(user)
    message = await direct(house, "make it pop", reply_to=painting)
    assert "strength=90" in said(house, user.dm_channel, message)[0].content
    await direct(house, "strength=90", reply_to=painting)
    job = await house.newest(user)
    assert (job.verb, job.request.options.strength) == ("revise", 90)
    await house.delivered(job.id)


@pytest.mark.parametrize("times", [1, 5])
async def test_a_file_that_is_refused_costs_nobody_the_answer(house, env, times):
    user = house.anna.user
    painting = await house.painted(user, size=256)
    env.inject_error("POST", "/channels/*/messages", status=413, code=40005, times=times)
    message = await direct(house, "full quality", reply_to=painting)
    [answer] = said(house, user.dm_channel, message)
    assert len(answer.attachments) == (times < 5)
    assert "Here is your painting" in answer.content


async def test_where_files_may_not_be_attached_that_is_said(house, env, monkeypatch):
    painting = await house.painted(house.anna)
    held = discord.Permissions(view_channel=True, send_messages=True)
    monkeypatch.setattr(discord.TextChannel, "permissions_for", lambda channel, member: held)
    message = await house.anna.send(house.channel, "stronger", reply_to=painting)
    [answer] = said(house, house.channel, message)
    assert "Attach Files" in answer.content
    await house.anna.send(house.channel, "wow", reply_to=painting)
    assert said(house, house.channel, message) == [answer]
    assert len(await house.jobs(house.anna)) == 1


async def test_what_a_channel_does_not_take_comes_in_private_and_in_the_persons_language(house, env):
    house.facts["locale"] = "de"
    painting = await house.painted(house.anna)
    env.inject_error("POST", f"/channels/{house.channel.id}/messages", status=403, code=50013, times=None)
    await house.anna.send(house.channel, "size=9000", reply_to=painting)
    [answer] = house.anna.user.dm_channel.history()
    assert "erlaubt ist eine ganze Zahl" in answer.content


async def test_a_server_that_is_not_known_is_no_direct_message(house, env):
    env.bot._connection._guilds.pop(house.guild.id)
    message = await house.anna.send(house.channel, f"{env.bot.user.mention} hello")
    assert said(house, house.channel, message) == []
