"""Engines that die, hang or refuse; cancelling; the queue goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from bot.model import Job
from bot.outcomes import Accepted, Cancelled, Failed, JobUnknown, NotYours, Painting, QueueState, Waiting, WrongState
from bot.ports import Later
from bot.store import StorageFailed, StorageFull
from nst_engine.protocol import Hello, Progress, Result, Task
from tests.bot.studio.conftest import ANNA, BERT, OWNER, PLACE, House, a_request, eventually
from tests.fake_engine import SEEDS


async def painting(house: House, **options: object) -> Job:
    """A job that the engine has begun to paint, and that does not end by itself."""
    job = await house.submitted(seed=SEEDS["slow"], **options)
    await begun(house, job.id)
    return await house.state(job.id, "painting")


async def begun(house: House, job_id: str) -> None:
    """Wait until the engine has told of an iteration."""
    shown = house.outlet.shown
    await eventually(lambda: any(isinstance(it, Painting) and it.progress and it.job.id == job_id for it, _ in shown))


@pytest.mark.parametrize("trouble", ["crash", "garbage", "exit"])
async def test_a_job_that_kills_the_engine_twice_fails_and_the_queue_goes_on(house: House, trouble: str) -> None:
    studio = await house.open()
    bad = await house.submitted(seed=SEEDS[trouble])
    good = await house.accepted(studio.submit(BERT, PLACE, a_request(1)))
    failed = await house.told(bad.id)
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.refunded, failed.job.state) == ("engine_died", 1, "failed")
    await house.finished(good.id)
    job = await house.job(bad.id)
    assert (job.state, job.error_code, job.refunded, job.attempts_engine) == ("failed", "engine_died", True, 1)
    assert (await house.used(ANNA), await house.used(BERT)) == (0, 1)


async def test_a_job_survives_one_crash(house: House, tmp_path: Path) -> None:
    house.environment |= {"FAKE_ENGINE_MARKER": str(tmp_path / "marker"), "FAKE_ENGINE_DIARY": str(tmp_path / "diary")}
    await house.open()
    job = await house.submitted(seed=SEEDS["crash-once"])
    await house.finished(job.id)
    assert (await house.job(job.id)).attempts_engine == 1
    assert any(isinstance(shown, Painting) and shown.retry for shown, _ in house.outlet.shown)
    assert (tmp_path / "diary").read_text().split().count("start") == 2
    assert await house.used() == 1


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [("out-of-memory", "out_of_memory"), ("not-finite", "not_finite"), ("engine-error", "engine_error")],
)
async def test_what_the_engine_says_is_passed_on(house: House, trouble: str, reason: str) -> None:
    await house.open()
    job = await house.submitted(seed=SEEDS[trouble])
    failed = await house.told(job.id)
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.refunded) == (reason, 1)
    assert (await house.job(job.id)).attempts_engine == 0
    assert await house.used() == 0


async def test_an_engine_that_does_not_start_keeps_people_waiting_and_costs_no_attempt(house: House) -> None:
    house.environment["FAKE_ENGINE_TROUBLE"] = "exit-at-start"
    studio = await house.open()
    job = await house.accepted(studio.submit(ANNA, PLACE, a_request(), status_ref="mine"))
    waiting = await eventually(lambda: [shown for shown, _ in house.outlet.shown if isinstance(shown, Waiting)])
    assert (waiting[0].job.id, waiting[0].ahead, waiting[0].seconds_left) == (job.id, 0, None)
    queue = await studio.queue(ANNA)
    assert isinstance(queue, QueueState)
    assert (queue.engine_ready, [entry.job_id for entry in queue.entries]) == (False, [job.id])
    await house.close()
    house.environment.pop("FAKE_ENGINE_TROUBLE")
    await house.open()
    await house.finished(job.id)
    assert (await house.job(job.id)).attempts_engine == 0


@pytest.mark.parametrize("trouble", ["exit-at-start", "never-hello"])
async def test_who_waits_for_an_engine_that_does_not_come_is_told(house: House, trouble: str) -> None:
    house.environment["FAKE_ENGINE_TROUBLE"] = trouble
    studio = await house.open()
    shown = house.outlet.shown
    job = await house.submitted()  # without a status message, so far
    other = await house.accepted(studio.submit(BERT, PLACE, a_request(1), status_ref="berts"))
    house.clock.advance(119)
    await asyncio.sleep(0.1)
    assert all(isinstance(outcome, Waiting) and outcome.engine_ready for outcome, _ in shown)
    house.clock.advance(2)

    def told() -> set[str]:
        return {outcome.job.id for outcome, _ in shown if isinstance(outcome, Waiting) and not outcome.engine_ready}

    await eventually(lambda: told() == {job.id, other.id})
    late = await studio.submit(BERT, PLACE, a_request(2))
    assert isinstance(late, Accepted)
    assert not late.engine_ready
    queue = await studio.queue(ANNA)
    assert isinstance(queue, QueueState)
    assert len(queue.entries) == 3  # nobody was given up


async def test_an_engine_that_comes_after_all_is_news(house: House, tmp_path: Path) -> None:
    await house.open(start=False)
    start, there = house.process.start, asyncio.Event()

    async def slow() -> Hello:
        await there.wait()
        return await start()

    house.process.start = slow  # type: ignore[method-assign]
    job = await house.submitted()
    await house.studio.start()
    await eventually(lambda: house.clock.sleeping == 2)  # the janitor, and what watches over the start
    house.clock.advance(121)
    await eventually(lambda: any(isinstance(shown, Waiting) for shown, _ in house.outlet.shown))
    there.set()
    await house.finished(job.id)
    accepted = await house.studio.submit(ANNA, PLACE, a_request(1))
    assert isinstance(accepted, Accepted)
    assert accepted.engine_ready


async def test_cancelling_what_waits_refunds(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.submitted()
    assert await studio.cancel(BERT, job.id) == NotYours(verb="cancel")
    assert await studio.cancel(ANNA, "nonsense") == JobUnknown(job_id="nonsense")
    outcome = await studio.cancel(ANNA, job.id)
    assert isinstance(outcome, Cancelled)
    assert (outcome.refunded, outcome.by_admin) == (1, False)
    assert await house.told(job.id) == msgspec.structs.replace(outcome, answer=False)
    assert await studio.cancel(ANNA, job.id) == WrongState(verb="cancel", state="cancelled")
    assert await house.used() == 0


async def test_cancelling_what_is_painted_frees_the_engine_and_refunds_nothing(house: House) -> None:
    studio = await house.open()
    job = await painting(house)
    following = await house.accepted(studio.submit(BERT, PLACE, a_request(1)))
    outcome = await studio.cancel(ANNA, job.id)
    assert isinstance(outcome, Cancelled)
    assert outcome.refunded == 0
    await house.finished(following.id)
    assert (await house.job(job.id)).state == "cancelled"
    assert await house.used() == 1
    await house.told(job.id)
    await eventually(lambda: house.outlet.removed)  # the status message goes, and no new one comes
    assert len({ref for shown, ref in house.outlet.shown if shown.job.id == job.id and ref}) <= 1


async def test_cancelling_before_the_first_iteration_refunds(house: House) -> None:
    """As while the engine is started anew: the job counts as being painted, but nothing has been."""
    studio = await house.open()
    run = house.process.run

    async def without_a_word(task: Task, *, work: float, on_progress: Callable[[Progress], None]) -> Result:
        return await run(task, work=work, on_progress=lambda progress: None)

    house.process.run = without_a_word  # type: ignore[method-assign]
    job = await house.submitted(seed=SEEDS["slow"])
    await house.state(job.id, "painting")
    outcome = await studio.cancel(ANNA, job.id)
    assert isinstance(outcome, Cancelled)
    assert (outcome.refunded, outcome.by_admin) == (1, False)
    assert await house.used() == 0


async def test_an_admin_cancels_with_a_refund(house: House) -> None:
    studio = await house.open()
    job = await painting(house)
    outcome = await studio.cancel(OWNER, job.id)
    assert isinstance(outcome, Cancelled)
    assert (outcome.refunded, outcome.by_admin) == (1, True)
    assert await house.used() == 0


async def test_people_take_turns(house: House, tmp_path: Path) -> None:
    house.environment["FAKE_ENGINE_DIARY"] = str(tmp_path / "diary")
    studio = await house.open()
    busy = await painting(house)
    jobs = [await house.submitted(number=number) for number in (1, 2)]
    outcome = await studio.submit(BERT, PLACE, a_request(3))
    assert isinstance(outcome, Accepted)
    assert outcome.ahead == 1  # Anna is being painted for already, and what waits of hers comes later
    assert outcome.seconds_left is not None
    assert outcome.seconds_left > 0
    queue = await studio.queue(BERT)
    assert isinstance(queue, QueueState)
    assert [(entry.mine, entry.job_id, entry.state) for entry in queue.entries] == [
        (False, None, "painting"),
        (True, outcome.job.id, "queued"),
        (False, None, "queued"),
        (False, None, "queued"),
    ]
    await studio.cancel(ANNA, busy.id)
    for job in [outcome.job, *jobs]:
        await house.finished(job.id)
    painted = [line.split()[1] for line in (tmp_path / "diary").read_text().splitlines() if line.startswith("start")]
    assert painted == [busy.id, outcome.job.id, jobs[0].id, jobs[1].id]


async def test_those_who_wait_see_their_number_change(house: House) -> None:
    studio = await house.open()
    busy = await painting(house)
    one = await house.accepted(studio.submit(BERT, PLACE, a_request(1), status_ref="one"))
    two = await house.accepted(studio.submit(BERT, PLACE, a_request(2), status_ref="two"))
    await studio.cancel(ANNA, busy.id)
    await house.finished(one.id)
    await house.finished(two.id)
    numbers = [shown.ahead for shown, ref in house.outlet.shown if isinstance(shown, Waiting) and ref == "two"]
    assert numbers[0] == 2
    assert 1 in numbers


async def test_two_engines_share_the_queue(house: House) -> None:
    house.engines = 2
    await house.open()
    jobs = [await house.submitted(number=number) for number in range(3)]
    for job in jobs:
        await house.finished(job.id)


async def test_a_picture_that_was_lost_fails_the_job_with_a_refund(house: House) -> None:
    await house.open(start=False)
    job = await house.submitted()
    digest = job.request.content
    (house.folder / "files" / digest[:2] / digest).unlink()
    await house.close()
    await house.open()
    failed = await house.told(job.id)
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.refunded) == ("inputs_gone", 1)
    assert await house.used() == 0


async def test_a_picture_that_was_damaged_fails_the_job_with_a_refund(house: House) -> None:
    await house.open(start=False)
    job = await house.submitted()
    digest = job.request.content
    (house.folder / "files" / digest[:2] / digest).write_bytes(b"something else")
    await house.close()
    await house.open()
    failed = await house.told(job.id)
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.refunded) == ("storage_error", 1)


async def test_a_result_that_was_lost_before_its_delivery_is_refunded(house: House) -> None:
    await house.open()
    house.outlet.answers.append(Later(60))
    job = await house.submitted()
    await house.told(job.id)
    await eventually(lambda: house.process.hello and house.clock.sleeping == 2)  # the janitor, and the next try
    digest = next(file.digest for file in await house.store.jobs.files(job.id) if file.role == "painting")
    (house.folder / "files" / digest[:2] / digest).unlink()
    house.clock.advance(60)
    await eventually(lambda: len(house.outlet.delivered) == 2)
    failed = house.ending(job.id)
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.refunded, failed.job.state) == ("storage_error", 1, "expired")
    assert await house.used() == 0


async def test_no_room_for_the_result(house: House) -> None:
    await house.open(start=False)
    job = await house.submitted()
    put = house.store.files.put

    async def full(data: bytes) -> str:
        raise StorageFull(house.folder)

    house.store.files.put = full  # type: ignore[method-assign]  # a test cannot fill a disk
    await house.studio.start()
    failed = await house.told(job.id)
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.refunded) == ("storage_full", 1)
    house.store.files.put = put  # type: ignore[method-assign]
    await house.painted(number=1)


async def test_a_store_that_fails_for_a_moment_loses_nothing(house: House) -> None:
    """The worker survives, and the janitor picks the job up."""
    from bot.store import StorageFailed

    await house.open(start=False)
    job = await house.submitted()
    jobs = house.store.jobs
    start, end = jobs.start, jobs.end

    async def broken(*_: object, **__: object) -> None:
        raise StorageFailed(house.folder, "the disk is away")

    jobs.start = jobs.end = broken  # type: ignore[method-assign, assignment]
    await house.studio.start()
    await eventually(lambda: house.clock.sleeping >= 2)  # the janitor, and the worker that pauses
    jobs.start, jobs.end = start, end  # type: ignore[method-assign]
    house.clock.advance(5)
    await house.studio.tidy()
    await house.finished(job.id)
    assert await house.used() == 1


async def test_what_nobody_paints_is_taken_up_when_its_lease_is_over(house: House) -> None:
    """As when neither the result nor the failure could be written down."""
    await house.open()
    await house.painted(number=1)
    house.clock.advance(1)
    job = await house.submitted(seed=SEEDS["slow"])
    await begun(house, job.id)
    left = await house.job(job.id)
    assert left.lease_until is not None
    end = house.store.jobs.end

    async def broken(*_: object, **__: object) -> None:
        raise StorageFailed(house.folder, "the disk is away")

    house.store.jobs.end = broken  # type: ignore[method-assign, assignment]
    await house.process.cancel(job.id)  # which ends in a failure that cannot be written down
    await eventually(lambda: job.id not in house.studio._context.running)
    house.store.jobs.end = end  # type: ignore[method-assign]
    await house.studio.tidy()
    assert (await house.job(job.id)).state == "painting"
    house.clock.advance(left.lease_until - house.clock.now())
    await house.studio.tidy()
    assert (await house.job(job.id)).state in ("queued", "painting")
    assert (await house.job(job.id)).lease_until != left.lease_until


async def test_a_worker_outlives_a_queue_that_cannot_be_read(house: House) -> None:
    """To show people where they stand is no reason to stop painting, or to fail what is being painted."""
    await house.open(start=False)
    job = await house.submitted()
    by_state = house.store.jobs.by_state

    async def broken(*states: str) -> list[Job]:
        if states == ("queued",):
            raise StorageFailed(house.folder, "the disk is away")
        return await by_state(*states)  # type: ignore[arg-type]

    await house.studio.start()
    house.store.jobs.by_state = broken  # type: ignore[method-assign, assignment]
    other = await house.submitted(number=1)
    await house.finished(job.id)
    await house.finished(other.id)


async def test_a_worker_outlives_an_engine_that_breaks_its_contract(house: House) -> None:
    await house.open(start=False)
    start, calls = house.process.start, 0

    async def broken() -> Hello:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise PermissionError("no such luck")
        return await start()

    house.process.start = broken  # type: ignore[method-assign]
    job = await house.submitted()
    await house.studio.start()
    await eventually(lambda: calls == 1 and house.clock.sleeping == 3)  # janitor, watch, and the worker that pauses
    house.clock.advance(2)
    await house.finished(job.id)


async def test_a_database_without_room_is_told_as_such(house: House) -> None:
    await house.open(start=False)
    job = await house.submitted()

    async def full(*_: object) -> None:
        raise StorageFull(house.folder)

    house.store.jobs.start = full  # type: ignore[method-assign, assignment]
    await house.studio.start()
    failed = await house.told(job.id)
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.refunded) == ("storage_full", 1)
