"""Other rooms than a text channel: voice and announcement channels, threads, posts of a forum."""

from __future__ import annotations

import pytest

from tests.bot.adapters.discord.test_outlet import direct_messages, held_job, let_through, retried


@pytest.mark.parametrize("kind", ["voice", "news", "stage"])
async def test_a_channel_of_another_kind_is_painted_in(house, env, kind):
    room = getattr(house.guild, f"create_{kind}_channel")("elsewhere")
    message = await house.painted(house.anna, room)
    job = await house.newest(house.anna)
    assert message.channel.id == room.id
    assert (job.place.channel, job.place.thread) == (str(room.id), None)


def thread_in(house, parent):
    """A thread of Anna's in a channel, to send to."""
    thread = house.env.backend.create_thread(parent.id, "a corner", house.anna.id)
    house.env.backend.add_thread_member(thread.id, house.env.backend.bot_user.id)
    return next(found for found in parent.threads if found.id == thread.id)


@pytest.mark.parametrize("parent", ["text", "news", "forum"])
async def test_a_thread_is_painted_in_wherever_it_hangs(house, env, parent):
    channel = getattr(house.guild, f"create_{parent}_channel")("parent")
    where = thread_in(house, channel)
    message = await house.painted(house.anna, where)
    job = await house.newest(house.anna)
    assert message.channel.id == where.id
    assert (job.place.channel, job.place.thread) == (str(channel.id), str(where.id))


async def test_what_was_asked_for_in_a_thread_that_is_locked_by_then_comes_in_private(house, env):
    where = thread_in(house, house.channel)
    job = await held_job(house, house.anna, where)
    env.backend.faults.clear()
    env.inject_error("POST", f"/channels/{where.id}/messages", status=403, code=50083, times=None)
    env.inject_error("PATCH", f"/channels/{where.id}/messages/*", status=403, code=50083, times=None)
    env.inject_error("DELETE", f"/channels/{where.id}/messages/*", status=403, code=50083, times=None)
    await retried(house, job.id)
    assert direct_messages(house, house.anna)[0].attachments


async def test_a_thread_that_is_gone_by_then_loses_nothing(house, env):
    where = thread_in(house, house.channel)
    job = await held_job(house, house.anna, where)
    env.backend.delete_channel(where.id)
    await let_through(house, job.id)
    assert direct_messages(house, house.anna)[0].attachments
