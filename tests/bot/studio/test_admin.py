"""What owners may do, and what the janitor does."""

from __future__ import annotations

from typing import Any

import pytest

from bot.config import Config
from bot.faults import ConfigError, Fault
from bot.model import Limits
from bot.outcomes import (
    Accepted,
    AdminDone,
    Banned,
    Failed,
    NotAdmin,
    OptionRefused,
    Paused,
    PersonLimits,
    QueueState,
    QuotaUsedUp,
    ReloadFailed,
    Stats,
)
from bot.presenter import Presenter
from tests.bot.studio.conftest import ANNA, BERT, OWNER, PLACE, House, a_request, eventually, make_config

ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "stats": (),
    "pause": (),
    "resume": (),
    "ban": ("discord:1",),
    "unban": ("discord:1",),
    "quota_set": ("discord:1", Limits(paintings_a_day=100)),
    "quota_reset": ("discord:1",),
    "reload": (),
}


@pytest.mark.parametrize("verb", ARGUMENTS)
async def test_only_owners_may(house: House, verb: str) -> None:
    studio = await house.open(start=False)
    assert await getattr(studio, verb)(ANNA, *ARGUMENTS[verb]) == NotAdmin(verb=verb)
    outcome = await getattr(studio, verb)(OWNER, *ARGUMENTS[verb])
    assert isinstance(outcome, (AdminDone, PersonLimits, Stats))


async def test_stats(house: House) -> None:
    studio = await house.open()
    await house.painted()
    stats = await studio.stats(OWNER)
    assert isinstance(stats, Stats)
    assert (stats.by_state["delivered"], stats.people, stats.last_day["paintings"], stats.paused) == (1, 1, 1, False)
    assert stats.files == 5
    assert stats.file_bytes > 0
    assert stats.free_bytes > 0
    assert stats.engine.startswith("cpu (fake), float32")


async def test_a_pause_refuses_new_work_over_restarts_but_paints_what_waits(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.submitted()
    await studio.pause(OWNER, "")
    await house.close()
    studio = await house.open()
    assert await studio.submit(ANNA, PLACE, a_request(1)) == Paused(reason="")
    queue = await studio.queue(ANNA)
    assert isinstance(queue, QueueState)
    assert queue.paused
    await house.finished(job.id)
    assert await studio.again(ANNA, PLACE, job.id) == Paused(reason="")
    await studio.resume(OWNER)
    await house.painted(number=1)


async def test_ban_and_unban(house: House) -> None:
    studio = await house.open(start=False)
    await studio.ban(OWNER, ANNA.key, "spam")
    assert await studio.submit(ANNA, PLACE, a_request()) == Banned(reason="spam")
    assert await studio.unban(OWNER, ANNA.key) == AdminDone(verb="unban", person=ANNA.key, details={"was_banned": True})
    assert isinstance(await studio.submit(ANNA, PLACE, a_request()), Accepted)
    nobody = await studio.ban(OWNER, "Anna", "spam")
    assert isinstance(nobody, OptionRefused)
    assert (nobody.option, nobody.found) == ("person", "Anna")


async def test_quota_set_and_reset(house: House) -> None:
    studio = await house.open(start=False)
    await studio.quota_set(OWNER, ANNA.key, Limits(paintings_a_day=1))
    await studio.quota_set(OWNER, ANNA.key, Limits(waiting_at_once=20))
    await house.submitted()
    refused = await studio.submit(ANNA, PLACE, a_request(1))
    assert isinstance(refused, QuotaUsedUp)
    assert refused.limit == 1
    await studio.quota_reset(OWNER, ANNA.key)
    assert await house.used() == 0
    for number in (1, 2):
        await house.submitted(number=number)
    assert isinstance(await studio.quota_set(OWNER, ANNA.key, Limits(paintings_a_day=-1)), OptionRefused)


@pytest.mark.parametrize("whom", ["discord:anna", "anna", "telegram:@anna", "slack:1", "discord:", ""])
async def test_who_could_be_nobody_is_refused(house: House, whom: str) -> None:
    studio = await house.open(start=False)
    for outcome in (
        await studio.ban(OWNER, whom),
        await studio.unban(OWNER, whom),
        await studio.quota_set(OWNER, whom, Limits(paintings_a_day=1)),
        await studio.quota_reset(OWNER, whom),
    ):
        assert isinstance(outcome, OptionRefused)
        assert outcome.option == "person"


async def test_a_largest_size_below_the_smallest_is_refused(house: House) -> None:
    """Nobody could ask for anything then, and would be told to choose that size."""
    studio = await house.open(start=False)
    refused = await studio.quota_set(OWNER, ANNA.key, Limits(largest_size=10))
    assert isinstance(refused, OptionRefused)
    assert refused.option == "largest_size"


async def test_reload_takes_effect_or_says_what_is_wrong(house: House) -> None:
    fresh: list[Config | ConfigError] = [
        make_config(limits={"paintings_a_day": 0}),
        ConfigError(None, [Fault("limits.paintings_a_day", "-1", "a whole number of at least 0")]),
    ]

    def load() -> Config:
        found = fresh.pop(0)
        if isinstance(found, ConfigError):
            raise found
        return found

    house.reload = load
    studio = await house.open(start=False)
    await house.submitted()
    assert isinstance(await studio.reload(OWNER), AdminDone)
    refused = await studio.submit(BERT, PLACE, a_request(1))
    assert isinstance(refused, QuotaUsedUp)
    failed = await studio.reload(OWNER)
    assert isinstance(failed, ReloadFailed)
    assert failed.faults[0].startswith("limits.paintings_a_day: found -1")
    assert isinstance(await studio.submit(BERT, PLACE, a_request(1)), QuotaUsedUp)


async def test_what_waits_too_long_expires_with_a_refund(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.submitted()
    house.clock.advance(24 * 3600 - 1)
    await studio.tidy()
    assert (await house.job(job.id)).state == "queued"
    house.clock.advance(2)
    await studio.tidy()
    failed = await house.told(job.id)
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.refunded) == ("expired", 1)
    assert (await house.job(job.id)).state == "expired"
    queue = await studio.queue(ANNA)
    assert isinstance(queue, QueueState)
    assert queue.entries == ()


async def test_the_janitor_goes_round_by_himself(house: House) -> None:
    await house.open()
    await house.painted()
    files, _ = await house.store.files.totals()
    assert files == 5
    house.clock.advance(31 * 86400)

    async def empty() -> bool:
        return (await house.store.files.totals())[0] == 0

    await eventually(empty)


async def test_the_janitor_comes_back_whatever_happened_on_a_round(house: House) -> None:
    await house.open(start=False)
    sweep, calls = house.store.files.sweep, 0

    async def broken() -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("nobody thought of this")
        return await sweep()

    house.store.files.sweep = broken  # type: ignore[method-assign, assignment]
    await house.studio.start()
    await eventually(lambda: calls == 1 and house.clock.sleeping == 1)
    house.clock.advance(600)
    await eventually(lambda: calls == 2)


async def test_reload_refuses_a_default_preset_that_is_not_there(house: House) -> None:
    """As the start does; else everybody who chooses no style would be refused from then on."""
    house.reload = lambda: make_config(defaults={"preset": "starry-rivr"})
    studio = await house.open(start=False)
    failed = await studio.reload(OWNER)
    assert isinstance(failed, ReloadFailed)
    assert failed.faults[0].startswith('defaults.preset: found "starry-rivr"')
    assert isinstance(await studio.submit(ANNA, PLACE, a_request()), Accepted)


async def test_reload_names_what_takes_a_restart(house: House) -> None:
    house.reload = lambda: make_config(engine={"threads": 3}, limits={"paintings_a_day": 5}, intake={"at_once": 1})
    studio = await house.open(start=False)
    done = await studio.reload(OWNER)
    assert done == AdminDone(verb="reload", details={"after_restart": ["engine.threads", "intake.at_once"]})
    assert "engine.threads and intake.at_once" in Presenter().view(done, "en").text
