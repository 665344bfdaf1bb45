"""Forgetting takes the paintings out of the chats, at any time, as far as the bot still reaches them."""

from __future__ import annotations

import pytest

from tests.bot.adapters.discord.test_buttons import press
from tests.bot.adapters.discord.test_outlet import forbid


async def forget(house, who) -> str:
    """Ask to be forgotten and say yes; returns what is said then."""
    shown = await who.slash(house.channel, "forget-me")
    page = shown.response.message
    await press(who, page, "forget")
    return house.message(house.channel.id, page.id).content


@pytest.mark.parametrize("days", [0, 20])
async def test_posted_paintings_go_however_old_they_are(house, env, days):
    result, theirs = await house.painted(house.anna), await house.painted(house.bert)
    direct = await house.painted(house.anna.user)
    await house.later(days * 86400)
    told = await forget(house, house.anna)
    left = [found.id for found in house.channel.history()]
    assert result.id not in left
    assert theirs.id in left
    assert direct.id not in [found.id for found in house.anna.user.dm_channel.history()]
    assert "2 messages that showed your paintings are removed, too." in told


async def test_what_cannot_be_reached_any_more_stays_and_that_is_said(house, env):
    away = house.guild.create_text_channel("away")
    result = await house.painted(house.anna, away)
    forbid(house, away, view_channel=False)
    told = await forget(house, house.anna)
    assert result.id in [found.id for found in away.history()]
    assert "1 message stays, as I can't remove it any more." in told


async def test_delete_below_what_stayed_works_for_whom_it_mentions(house, env):
    """An interaction's own token removes what the bot's cannot."""
    away = house.guild.create_text_channel("away")
    for who in (house.anna, house.moderator):
        result = await house.painted(house.anna, away)
        forbid(house, away, view_channel=False)
        await forget(house, house.anna)
        await press(who, result, "delete")
        assert result.id not in [found.id for found in away.history()]
        house.env.backend.channels[away.id].overwrites.clear()
