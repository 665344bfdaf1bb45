"""From a result to a message, and all that Discord puts in the way of it."""

from __future__ import annotations


async def test_a_painting_comes_as_a_new_message_that_mentions_only_who_asked(house, env):
    await house.stylize(house.anna)
    job = await house.newest(house.anna)
    await house.delivered(job.id)
    (message,) = house.channel.history()
    assert message.content.startswith(house.anna.mention)
    assert message.attachments[0].description
    sent = house.requests("POST", f"/channels/{house.channel.id}/messages")
    assert len(sent) == 1
