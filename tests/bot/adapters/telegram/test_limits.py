"""The library's limiter as the bot has it: one chat's flood is its own, and only messages are counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram.constants import ChatAction, FloodLimit
from telegram.error import RetryAfter

from tests.bot.adapters.telegram.posting import Post, eventually, posting
from tests.waiting import PATIENCE

A_MINUTE = int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with posting() as post:
        yield post


async def test_a_flood_in_one_chat_delays_nobody_in_another(post: Post) -> None:
    said = "Too Many Requests: retry after 3000"
    post.telegram.fail("sendMessage", 429, said, retry_after=3000, chat=post.group)
    flooded = asyncio.create_task(post.bot.send_message(post.group.id, "One"))
    await eventually(lambda: [call for call in post.telegram.calls("sendMessage") if call.code == 429])
    await post.settled()
    async with asyncio.timeout(PATIENCE):
        await post.bot.send_message(post.private.id, "Two")
        with pytest.raises(RetryAfter):  # which the outlet knows how to wait for
            await flooded


SOON = 50.0  # seconds: as much as a busy machine may need, and less than those that are waiting take


@pytest.fixture
async def used_up(post: Post) -> AsyncIterator[Post]:
    """A group that has had all messages that it takes in a minute, and for which more are waiting."""
    sending = [asyncio.create_task(post.bot.send_message(post.group.id, str(one))) for one in range(2 * A_MINUTE)]
    await eventually(lambda: len(post.sent(post.group)) >= A_MINUTE)
    await post.settled()
    assert len(post.sent(post.group)) < 2 * A_MINUTE
    yield post
    for task in sending:
        task.cancel()
    await asyncio.wait(sending)


async def test_what_is_no_message_does_not_wait_for_a_groups_next_minute(used_up: Post) -> None:
    post, group = used_up, used_up.group
    first = post.sent(group)[0]
    async with asyncio.timeout(SOON):
        await post.bot.send_chat_action(group.id, ChatAction.UPLOAD_PHOTO)
        await post.bot.delete_message(group.id, first.id)
        await post.bot.get_chat_administrators(group.id)
        await post.bot.get_chat_member(group.id, post.anna.id)
    assert len(group.actions) == 1
    assert not first.alive


async def test_a_groups_next_minute_is_its_own(used_up: Post) -> None:
    async with asyncio.timeout(SOON):
        await used_up.bot.send_message(used_up.private.id, "Hello")
    assert len(used_up.sent()) == 1
