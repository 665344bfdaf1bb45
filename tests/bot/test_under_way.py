"""What is on its way can be waited for."""

import asyncio

from bot.under_way import UnderWay


async def test_nothing_is_nothing_to_wait_for():
    assert await UnderWay().ended(0.0) == 0


async def test_the_last_one_ends_the_waiting():
    under_way = UnderWay()
    with under_way.one():
        with under_way.one():
            waiting = asyncio.create_task(under_way.ended(60))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not waiting.done()
    assert await waiting == 0


async def test_what_takes_too_long_is_counted():
    under_way = UnderWay()
    with under_way.one(), under_way.one():
        assert await under_way.ended(0.01) == 2
    assert await under_way.ended(0.01) == 0
