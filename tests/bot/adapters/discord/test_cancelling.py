"""Cancelling on Discord: what the channel reads, and what whoever cancels is answered where they are."""

from __future__ import annotations

from tests.bot.adapters.discord.conftest import eventually
from tests.bot.adapters.discord.test_buttons import press


async def slow(house, where=None):
    """A status message of Anna's, and its job, which takes long."""
    status = (await house.stylize(house.anna, where, preset="slow")).response.message
    return status, await house.newest(house.anna)


def answers(shown) -> list[str]:
    """What a press was answered in private."""
    return [found.content for found in shown.followups if found.ephemeral]


def notes(channel) -> list[str]:
    """What a channel reads of jobs that were cancelled."""
    return [message.content for message in channel.history() if "ancelled" in message.content]


async def test_a_channel_reads_who_cancelled(house, env):
    status, job = await slow(house)
    shown = await press(house.anna, status, "cancel")
    await house.told(job.id)
    assert answers(shown) == [], "they see it in the channel"
    (note,) = notes(house.channel)
    assert note.startswith("Anna cancelled this job.")
    assert "your" not in note


async def test_alone_with_the_bot_nobody_needs_a_name(house, env):
    anna = house.anna.user
    status = (await house.stylize(anna, preset="slow")).response.message
    job = await house.newest(anna)
    shown = await press(anna, status, "cancel")
    await house.told(job.id)
    assert answers(shown) == []
    (note,) = notes(anna.dm_channel)
    assert note.startswith("Cancelled, as you asked.")


async def test_in_a_private_chat_nothing_is_said_of_this_server(house, env):
    anna = house.anna.user
    for command in ("help", "impasto settings"):
        shown = await anna.slash(command)
        assert "this server" not in shown.response.content, command


async def test_cancelled_out_of_the_queue_in_another_channel_is_answered_there(house, env):
    _, job = await slow(house)
    elsewhere = house.guild.create_text_channel("elsewhere")
    queue = (await house.anna.slash(elsewhere, "queue")).response
    shown = await press(house.anna, queue.message, "cancel")
    await house.told(job.id)
    (answer,) = answers(shown)
    assert answer.startswith("Cancelled, as you asked.")
    assert notes(elsewhere) == []
    await eventually(lambda: len(notes(house.channel)) == 1)


async def test_an_owner_reads_that_it_worked_and_the_channel_who_did_it(house, env):
    _, job = await slow(house)
    shown = await house.owner.slash(house.channel, "impasto cancel", job=job.id)
    await house.told(job.id)
    assert shown.response.content == "The job is cancelled."
    (note,) = notes(house.channel)
    assert note.startswith(f"{house.anna.mention} The people who run this bot cancelled this one.")
