"""Who may not write to a group does not make the bot write there, by whatever button was left."""

from __future__ import annotations

import pytest

from tests.bot.adapters.telegram.conftest import House


@pytest.mark.parametrize("closed", ["muted", "read-only"])
async def test_who_may_not_write_gets_a_window_and_the_group_nothing(house: House, closed: str) -> None:
    painting = await house.painted(house.anna, house.group)
    if closed == "muted":
        house.group.muted.add(house.anna.id)
    else:
        house.group.read_only = True
    before = len(house.telegram.from_bot(house.group))
    for verb in ("again", "film", "details", "variations", "full"):
        answer = await house.press(house.anna, painting, verb)
        assert answer.alert, verb
        assert "You may not write here" in answer.text, verb
    assert len(await house.jobs(house.anna)) == 1
    assert len(house.telegram.from_bot(house.group)) == before


async def test_who_runs_a_read_only_group_is_served(house: House) -> None:
    painting = await house.painted(house.maud, house.group)
    house.group.read_only = True
    async with house.one_more(house.maud) as found:
        await house.press(house.maud, painting, "again")
    await house.delivered(found[0].id)


async def test_one_may_still_delete_ones_own_painting_there(house: House) -> None:
    painting = await house.painted(house.anna, house.group)
    house.group.muted.add(house.anna.id)
    await house.press(house.anna, painting, "delete")
    assert not painting.alive


async def test_where_telegram_does_not_say_one_may(house: House) -> None:
    painting = await house.painted(house.anna, house.group)
    house.telegram.fail("getChatMember", 400, "Bad Request: member list is inaccessible", times=9)
    async with house.one_more(house.anna) as found:
        await house.press(house.anna, painting, "again")
    await house.delivered(found[0].id)
