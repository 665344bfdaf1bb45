"""Reports: the newest first, only so many a day, and gone when they are closed, old or their person forgotten."""

import asyncio

from bot.model import Report

from .conftest import DAY, NOON


def make_report(number=1, **changes):
    return Report(
        **{"id": f"r{number}", "text": f"text {number}", "reported_at": NOON + number, "person_key": "discord:1"}
        | changes,
        place_key="p",
    )


async def add(store, number=1, person="discord:1", day=DAY, limit=10, **changes):
    subject = f"reports:{store.person_hash(person)}"
    return await store.reports.add(
        make_report(number, person_key=person, **changes), subject=subject, day=day, limit=limit
    )


async def test_reports_come_newest_first_and_say_how_many_there_are(store):
    assert await store.reports.open(5) == ([], 0)
    whole = {"job_id": "k3f9", "link": "https://example.org/1", "person_name": "Ada", "place_name": "Art Club"}
    for number in (1, 2, 3):
        assert await add(store, number, **(whole if number == 3 else {}))
    assert await store.reports.open(2) == ([make_report(3, **whole), make_report(2)], 3)
    assert await store.reports.count() == 3
    assert await store.reports.close("r2") is True
    assert await store.reports.close("r2") is False
    assert await store.reports.open(5) == ([make_report(3, **whole), make_report(1)], 2)


async def test_only_so_many_a_day_also_when_they_come_at_once(store):
    done = await asyncio.gather(*(add(store, number, limit=3) for number in range(8)))
    assert sorted(done) == [False] * 5 + [True] * 3
    assert await add(store, 20, person="discord:2", limit=3)
    assert await add(store, 21, day="2025-06-16", limit=3)
    await store.reports.close("r20")
    assert not await add(store, 22, limit=3)


async def test_forgetting_takes_the_reports_of_a_person_but_not_their_count(store):
    await add(store, 1, limit=1)
    await add(store, 2, person="discord:2", limit=1)
    await store.people.forget("discord:1")
    assert await store.reports.open(5) == ([make_report(2, person_key="discord:2")], 1)
    assert not await add(store, 3, limit=1)
    rows = await store.jobs._database.read("SELECT * FROM usage")
    assert rows
    assert "discord:1" not in str([tuple(row) for row in rows])


async def test_old_reports_are_cleaned_away(store):
    await add(store, 1)
    await add(store, 2)
    assert await store.reports.clean(NOON + 2) == 1
    assert await store.reports.open(5) == ([make_report(2)], 1)
