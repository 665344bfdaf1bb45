"""In which order updates are served."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from telegram import Update

from bot.adapters.telegram import turns as module
from bot.adapters.telegram.turns import Turns


def message(number: int, *, user: int = 1, chat: int = 5, kind: str = "message") -> Update:
    content = {
        "message_id": number,
        "date": 1,
        "chat": {"id": chat, "type": "group"},
        "from": {"id": user, "is_bot": False, "first_name": "Anna"},
        "text": "hello",
    }
    return Update.de_json({"update_id": number, kind: content}, None)


def press(number: int, *, user: int = 1) -> Update:
    sender = {"id": user, "is_bot": False, "first_name": "Anna"}
    content = {"id": str(number), "from": sender, "chat_instance": "1", "data": "d:styles"}
    return Update.de_json({"update_id": number, "callback_query": content}, None)


class Counter:
    """Serves updates; each is served until the test ends it."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.serving, self.served = list[int](), list[int]()
        self._ends: dict[int, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[Any]] = []

    async def take(self, *updates: Update) -> None:
        for update in updates:
            self._ends[update.update_id] = asyncio.Event()
            work: Awaitable[Any] = self._serve(update.update_id)
            self._tasks.append(asyncio.create_task(self.turns.process_update(update, work)))
        await self._settled()

    async def end(self, number: int) -> None:
        self._ends[number].set()
        await self._settled()

    async def _serve(self, number: int) -> None:
        self.serving.append(number)
        try:
            await self._ends[number].wait()
            self.served.append(number)
        finally:
            self.serving.remove(number)

    async def _settled(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def close(self) -> None:
        await self.turns.shutdown()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
async def counter() -> Any:
    found = Counter()
    yield found
    await found.close()


async def test_what_one_person_says_in_one_chat_is_served_in_order(counter: Counter) -> None:
    await counter.take(message(1), message(2), message(3, kind="edited_message"))
    for number in (1, 2, 3):
        assert counter.serving == [number]
        await counter.end(number)
    assert counter.served == [1, 2, 3]


async def test_other_people_and_other_chats_do_not_wait(counter: Counter) -> None:
    await counter.take(message(1), message(2, user=2), message(3, chat=6), message(4))
    assert counter.serving == [1, 2, 3]


async def test_presses_never_wait_for_messages(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    await counter.take(*(message(number, user=number) for number in range(100, 300)))
    assert len(counter.serving) == module._MESSAGES_AT_ONCE
    await counter.take(message(1), press(2), press(3))
    assert counter.serving[-2:] == [2, 3]
    assert 1 not in counter.serving


async def test_who_says_much_takes_no_room_from_others(counter: Counter) -> None:
    await counter.take(*(message(number) for number in range(100, 300)))
    await counter.take(message(1, user=2))
    assert counter.serving == [100, 1]


async def test_of_a_flood_of_one_persons_only_so_much_waits(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_IN_A_LANE", 3)
    await counter.take(*(message(number) for number in range(1, 6)), message(10, user=2))
    for number in (1, 2, 3):
        await counter.end(number)
    await counter.take(message(6))
    await counter.end(6)
    assert counter.served == [1, 2, 3, 6]
    assert counter.serving == [10]


async def test_what_broke_or_was_stopped_holds_nobody_up(counter: Counter) -> None:
    async def breaks() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        await counter.turns.process_update(message(1), breaks())
    await counter.take(message(2))
    assert counter.serving == [2]
    await counter.turns.shutdown()
    assert counter.serving == []
    assert len(counter.turns._lanes) == 0
