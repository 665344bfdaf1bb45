import asyncio

import pytest

from bot.model import TRANSITIONS, DiscordPlace, JobFile, Person
from bot.store import Duplicate, FileGone, OverQueue, OverQuota, OverWaiting, Store
from nst_engine.protocol import PaintFacts

from .conftest import DAY, NOON, accept, files_on_disk, make_charge, make_job, paint


async def usage_of(store, person="ada", day=DAY):
    return await store.people.used(store.person_hash(f"cli:{person}"), day)


async def test_a_job_goes_its_way_and_comes_back_the_same(store, clock):
    facts = PaintFacts(
        engine_seconds=12.0,
        iterations=200,
        content_loss=1.5,
        style_loss=2.5,
        backbone="vgg19",
        device="cpu",
        dtype="float32",
        seed=7,
    )
    place = DiscordPlace(channel="1", guild="2", thread="3", installation="user")
    asker = Person(platform="discord", id="42", locale="de", name="Änne")
    job = await accept(store, person="ada", place=place, verb="again", parent="gone")
    assert job == await store.jobs.get(job.id)
    assert (job.place, job.verb, job.parent, job.request.options.seed) == (place, "again", "gone", 7)
    assert asker != job.person

    clock.time += 5
    started = await store.jobs.start(job.id, lease_until=NOON + 60)
    assert (started.state, started.started_at, started.lease_until) == ("painting", NOON + 5, NOON + 60)
    clock.time += 12
    digest = await store.files.put(b"painting")
    files = [JobFile(role="painting", digest=digest), JobFile(role="frames", digest=digest, media_type="application/x")]
    assert await store.jobs.finish(job.id, files, width=512, height=384, facts=facts)
    await store.jobs.later(job.id, deliver_after=NOON + 99)
    assert (await store.jobs.get(job.id)).attempts_delivery == 1
    assert await store.jobs.delivered(job.id, "message-9")

    ended = await store.jobs.get(job.id)
    assert (ended.state, ended.sent_ref, ended.deliver_after, ended.lease_until) == (
        "delivered",
        "message-9",
        None,
        None,
    )
    assert (ended.painted_at, ended.ended_at, ended.width, ended.height) == (NOON + 17, NOON + 17, 512, 384)
    assert ended.facts == facts
    assert {file.role: file.media_type for file in await store.jobs.files(job.id)} == {
        "content": "image/png",
        "style": "image/png",
        "painting": "image/png",
        "frames": "application/x",
    }
    assert await store.jobs.since(NOON) == {"paintings": 1, "seconds": 12, "failed": 0, "people": 1}
    assert (await store.jobs.counts_by_state())["delivered"] == 1


async def test_the_same_key_never_makes_a_second_job(store):
    first = await accept(store, key="interaction-1")
    again = await accept(store, key="interaction-1")
    assert again == Duplicate(first)
    assert await usage_of(store) == 1


async def test_limits_refuse_in_words_and_change_nothing(store):
    await accept(store)
    assert await accept(store, charge=make_charge(waiting_limit=1)) == OverWaiting(1)
    assert await accept(store, charge=make_charge(queue_limit=1)) == OverQueue(1)
    assert await accept(store, charge=make_charge(person_limit=1)) == OverQuota(1, 1, "person")
    assert await accept(store, charge=make_charge(place_subject="place:x", place_limit=0)) == OverQuota(0, 0, "place")
    assert await usage_of(store) == 1
    assert await store.people.used("place:x", DAY) == 0
    assert await store.people.count_jobs("cli:ada") == 1


async def test_what_costs_nothing_is_accepted_when_the_day_is_used_up(store):
    await accept(store, charge=make_charge(person_limit=1))
    film = await accept(store, task="film", verb="film", charge=make_charge(paintings=0, person_limit=1))
    assert film.paintings == 0
    assert await usage_of(store) == 1


async def test_an_accept_without_its_file_stores_nothing(store):
    with pytest.raises(FileGone):
        await store.jobs.accept(make_job(), [JobFile(role="content", digest="0" * 64)], make_charge())
    assert await store.people.count_jobs("cli:ada") == 0
    assert await usage_of(store) == 0


async def test_many_at_once_never_exceed_the_quota(store):
    async def ask(number):
        return await accept(
            store,
            photo=f"photo {number % 5}".encode(),
            charge=make_charge(person_limit=7, place_subject="place:x", place_limit=100),
        )

    answers = await asyncio.gather(*(ask(number) for number in range(40)))
    refused = [answer for answer in answers if isinstance(answer, OverQuota)]
    assert len(answers) - len(refused) == 7
    assert await usage_of(store) == 7
    assert await store.people.used("place:x", DAY) == 7
    assert await store.jobs.waiting_count("cli:ada") == 7


async def test_many_at_once_never_exceed_the_places_limits_or_the_queue(store):
    charge = make_charge(place_subject="place:x", place_limit=3)
    answers = await asyncio.gather(*(accept(store, person=f"p{number}", charge=charge) for number in range(12)))
    assert sum(not isinstance(answer, OverQuota) for answer in answers) == 3
    answers = await asyncio.gather(
        *(accept(store, person="bob", charge=make_charge(waiting_limit=4, queue_limit=5)) for _ in range(9))
    )
    assert sum(isinstance(answer, OverQueue) for answer in answers) == 7  # 3 of the queue's 5 are taken


async def test_a_refund_goes_once_to_the_day_that_paid(store, clock):
    job = await accept(store, charge=make_charge(paintings=2, place_subject="place:x"))
    clock.time += 86400  # midnight has passed when it fails
    failed = await store.jobs.end(job.id, "failed", refund=True, code="engine_died", detail="twice")
    assert (failed.state, failed.refunded, failed.error_code, failed.error_detail) == (
        "failed",
        True,
        "engine_died",
        "twice",
    )
    assert await usage_of(store) == 0
    assert await store.people.used("place:x", DAY) == 0
    assert await store.jobs.end(job.id, "cancelled", refund=True) is None
    assert await usage_of(store) == 0


async def test_a_refund_after_a_reset_never_goes_below_nothing(store):
    job = await accept(store)
    await store.people.reset_usage(store.person_hash("cli:ada"), DAY)
    assert await store.jobs.end(job.id, "failed", refund=True)
    assert await usage_of(store) == 0
    dear = await accept(store, charge=make_charge(paintings=3))
    await store.people.reset_usage(store.person_hash("cli:ada"), DAY)
    await accept(store)
    assert await store.jobs.end(dear.id, "failed", refund=True)
    assert await usage_of(store) == 0


async def test_what_is_left_of_the_day_must_suffice(store):
    await accept(store, charge=make_charge(paintings=2, person_limit=3))
    assert await accept(store, charge=make_charge(paintings=2, person_limit=3)) == OverQuota(3, 2, "person")
    assert (await accept(store, charge=make_charge(paintings=1, person_limit=3))).state == "queued"


async def test_without_refund_the_charge_stays(store):
    job = await accept(store)
    await store.jobs.start(job.id, NOON + 60)
    cancelled = await store.jobs.end(job.id, "cancelled", refund=False)
    assert not cancelled.refunded
    assert await usage_of(store) == 1


async def test_only_from_narrows_where_an_ending_may_start(store):
    job = await accept(store)
    assert await store.jobs.end(job.id, "cancelled", refund=True, only_from=("painting",)) is None
    assert await store.jobs.end(job.id, "cancelled", refund=True, only_from=("queued",)) is not None


async def bring_to(store, state):
    job = await accept(store)
    if state in ("failed", "cancelled", "expired"):
        await store.jobs.end(job.id, state, refund=False)
    elif state != "queued":
        if state == "painting":
            await store.jobs.start(job.id, NOON)
        else:
            await paint(store, job.id)
            if state == "delivered":
                await store.jobs.delivered(job.id, None)
    assert (await store.jobs.get(job.id)).state == state
    return job.id


@pytest.mark.parametrize("to", TRANSITIONS)
@pytest.mark.parametrize("state", TRANSITIONS)
async def test_no_transition_but_those_of_the_table(store, state, to):
    job_id = await bring_to(store, state)
    before = await store.jobs.get(job_id)
    moves = {
        "queued": lambda: store.jobs.requeue(job_id, died=True),
        "painting": lambda: store.jobs.start(job_id, NOON),
        "painted": lambda: store.jobs.finish(job_id, [], width=1, height=1, facts=None),
        "delivered": lambda: store.jobs.delivered(job_id, "ref"),
    }
    move = moves.get(to, lambda: store.jobs.end(job_id, to, refund=True))
    moved = bool(await move())
    assert moved == (to in TRANSITIONS[state])
    after = await store.jobs.get(job_id)
    assert after.state == (to if moved else state)
    if not moved:
        assert after == before


async def test_requeue_counts_engines_that_died_but_no_restarts(store):
    job = await accept(store)
    await store.jobs.start(job.id, NOON + 60)
    assert await store.jobs.requeue(job.id, died=False)
    await store.jobs.start(job.id, NOON + 60)
    assert await store.jobs.requeue(job.id, died=True)
    again = await store.jobs.get(job.id)
    assert (again.state, again.attempts_engine, again.lease_until, again.started_at) == ("queued", 1, None, None)


async def test_two_that_start_or_end_a_job_at_once_do_not_both_win(store):
    job = await accept(store)
    starts = await asyncio.gather(*(store.jobs.start(job.id, NOON + at) for at in range(5)))
    assert sum(start is not None for start in starts) == 1
    ends = await asyncio.gather(*(store.jobs.end(job.id, "cancelled", refund=True) for _ in range(5)))
    assert sum(end is not None for end in ends) == 1
    assert await usage_of(store) == 0


async def test_history_is_newest_first_in_pages_and_without_what_was_deleted(store):
    jobs = [await accept(store, created_at=NOON + at) for at in range(5)]
    await accept(store, person="bob")
    await store.jobs.delete_files(jobs[3].id, mark_deleted=True)
    page = await store.jobs.history("cli:ada", before=None, limit=2)
    assert [job.created_at - NOON for job in page] == [4, 2]
    page = await store.jobs.history("cli:ada", before=page[-1].created_at, limit=2)
    assert [job.created_at - NOON for job in page] == [1, 0]
    assert (await store.jobs.get(jobs[3].id)).deleted


async def test_by_state_is_oldest_first(store):
    ids = [(await accept(store, created_at=NOON - at)).id for at in range(3)]
    await store.jobs.start(ids[1], NOON)
    assert [job.id for job in await store.jobs.by_state("queued", "painting")] == ids[::-1]
    assert [job.id for job in await store.jobs.by_state("painting")] == [ids[1]]
    assert await store.jobs.by_state() == []


async def test_deleting_files_takes_those_that_nobody_shares_at_once(store):
    first = await accept(store, photo=b"shared", style=b"one")
    second = await accept(store, person="bob", photo=b"shared", style=b"two")
    await paint(store, first.id)
    await store.jobs.delete_files(first.id, roles=["painting"])
    assert {file.role for file in await store.jobs.files(first.id)} == {"content", "style"}
    await store.jobs.delete_files(first.id)
    assert await store.jobs.files(first.id) == []
    assert len(files_on_disk(store.folder)) == 2
    assert [await store.files.get(file.digest) for file in await store.jobs.files(second.id)] == [b"shared", b"two"]


async def test_clean_lets_go_of_files_then_of_rows(store, clock):
    old = await accept(store, photo=b"old")
    await store.jobs.end(old.id, "failed", refund=False)
    waiting = await accept(store, photo=b"waiting")
    clock.time += 40 * 86400
    young = await accept(store, photo=b"young")
    await store.jobs.end(young.id, "failed", refund=False)

    assert await store.jobs.clean(ended_before=clock.time - 30 * 86400) == 1
    assert await store.jobs.files(old.id) == []
    assert await store.jobs.get(old.id) is not None
    assert len(await store.jobs.files(waiting.id)) == len(await store.jobs.files(young.id)) == 2
    assert await store.jobs.clean(ended_before=clock.time - 30 * 86400) == 0

    await store.jobs.clean(ended_before=clock.time - 30 * 86400, forget_rows_before=clock.time - 35 * 86400)
    assert await store.jobs.get(old.id) is None
    assert await store.jobs.get(waiting.id) is not None
    assert await usage_of(store) == 0  # a day that long ago interests nobody


async def test_references_to_messages_are_remembered_and_dropped(store):
    job = await accept(store)
    await store.jobs.set_status_ref(job.id, "status-1")
    await store.jobs.set_sent_ref(job.id, "sent-1")
    stored = await store.jobs.get(job.id)
    assert (stored.status_ref, stored.sent_ref) == ("status-1", "sent-1")
    await store.jobs.set_status_ref(job.id, None)
    assert (await store.jobs.get(job.id)).status_ref is None


async def test_everything_is_there_after_closing_and_opening(tmp_path, store, clock):
    job = await accept(store)
    await store.flags.set("paused", "maintenance")
    await store.close()
    again = await Store.open(store.folder, clock=clock)
    try:
        assert await again.jobs.get(job.id) == job
        assert await again.flags.get("paused") == "maintenance"
        assert again.person_hash("cli:ada") == store.person_hash("cli:ada")
        assert [await again.files.get(file.digest) for file in await again.jobs.files(job.id)] == [b"photo", b"style"]
    finally:
        await again.close()
