import msgspec
import pytest

from bot.model import CliPlace, Draft, Limits, Person, PlaceSettings, StoredStyle
from bot.store import Ban, FileGone, Store

from .conftest import DAY, NOON, accept, files_on_disk, paint

HERE = CliPlace(output="/tmp/x.png")


def make_draft(person="ada", **changes):
    draft = Draft(person=Person(platform="cli", id=person), place=HERE, expires_at=NOON + 600)
    return msgspec.structs.replace(draft, **changes)


async def test_a_ban_holds_until_its_time(store, clock):
    assert await store.people.banned("cli:ada") is None
    await store.people.ban("cli:ada", "spam", NOON + 60)
    assert await store.people.banned("cli:ada") == Ban("spam", NOON + 60)
    assert await store.people.banned("cli:bob") is None
    clock.time += 60
    assert await store.people.banned("cli:ada") is None
    assert await store.people.unban("cli:ada") is False
    await store.people.ban("cli:ada", "again", None)
    await store.people.ban("cli:ada", "and again", None)
    clock.time += 10**9
    assert await store.people.banned("cli:ada") == Ban("and again", None)
    assert await store.people.unban("cli:ada") is True
    assert await store.people.banned("cli:ada") is None


async def test_overrides_are_set_replaced_and_cleared(store):
    assert await store.people.override("cli:ada") == Limits()
    await store.people.set_override("cli:ada", Limits(paintings_a_day=0, largest_size=2048))
    await store.people.set_override("cli:ada", Limits(paintings_a_day=5))
    assert await store.people.override("cli:ada") == Limits(paintings_a_day=5)
    await store.people.clear_override("cli:ada")
    assert await store.people.override("cli:ada") == Limits()


async def test_forgetting_takes_jobs_drafts_and_pictures_but_not_those_of_others(store, clock):
    await paint(store, (await accept(store, photo=b"mine")).id, b"painting")
    await accept(store, photo=b"shared")
    others = await accept(store, person="bob", photo=b"shared")
    await store.drafts.put(make_draft(content=await store.files.put(b"draft of mine")))
    await store.drafts.put(make_draft("bob", content=await store.files.put(b"draft of bob's")))
    await store.people.ban("cli:ada", "spam", None)
    await store.people.set_override("cli:ada", Limits(paintings_a_day=2))
    assert await store.people.count_jobs("cli:ada") == 2

    assert await store.people.forget("cli:ada") == (2, 3, [])

    assert await store.people.count_jobs("cli:ada") == 0
    assert await store.jobs.history("cli:ada", before=None, limit=9) == []
    assert await store.drafts.get("cli:ada", HERE.key) is None
    assert len(files_on_disk(store.folder)) == 3
    assert [await store.files.get(file.digest) for file in await store.jobs.files(others.id)] == [b"shared", b"style"]
    assert (await store.drafts.get("cli:bob", HERE.key)).content
    assert await store.people.banned("cli:ada") == Ban("spam", None)
    assert await store.people.override("cli:ada") == Limits(paintings_a_day=2)
    assert await store.people.used(store.person_hash("cli:ada"), DAY) == 2
    assert await store.people.forget("cli:ada") == (0, 0, [])
    for table in ("bans", "overrides", "usage"):
        rows = await store.jobs._database.read(f"SELECT * FROM {table}")
        assert "cli:ada" not in str([tuple(row) for row in rows])  # a hash may well hold "ada"


async def test_the_work_of_somebody_who_was_forgotten_ends_quietly(store):
    job = await accept(store)
    await store.jobs.start(job.id, NOON + 60)
    await store.people.forget("cli:ada")
    assert not await store.jobs.finish(job.id, [], width=1, height=1, facts=None)
    assert await store.jobs.end(job.id, "failed", refund=True) is None
    assert not await store.jobs.requeue(job.id, died=True)
    await store.jobs.set_status_ref(job.id, "x")
    assert await store.jobs.get(job.id) is None


async def test_a_draft_is_kept_replaced_and_dropped_with_its_pictures(store):
    photo, style = await store.files.put(b"photo"), await store.files.put(b"style")
    draft = make_draft(
        content=photo,
        styles=(StoredStyle(digest=style, weight=2.0), StoredStyle(digest=style)),
        options={"strength": "70"},
    )
    await store.drafts.put(draft)
    assert await store.drafts.get("cli:ada", HERE.key) == draft
    assert await store.drafts.get("cli:bob", HERE.key) is None
    assert await store.files.sweep(older_than_seconds=0) == 0
    await store.drafts.put(make_draft(content=photo))
    assert files_on_disk(store.folder) == [photo]
    assert await store.drafts.drop("cli:ada", HERE.key) is True
    assert await store.drafts.drop("cli:ada", HERE.key) is False
    assert files_on_disk(store.folder) == []


async def test_the_message_of_a_draft_is_remembered_while_there_is_one(store):
    draft = make_draft(content=await store.files.put(b"photo"))
    assert await store.drafts.set_shown("cli:ada", HERE.key, "7") is False
    await store.drafts.put(draft)
    assert await store.drafts.set_shown("cli:ada", HERE.key, "7") is True
    assert await store.drafts.get("cli:ada", HERE.key) == msgspec.structs.replace(draft, shown_ref="7")
    assert await store.drafts.set_shown("cli:bob", HERE.key, "7") is False


async def test_a_draft_expires(store):
    await store.drafts.put(make_draft(content=await store.files.put(b"photo")))
    await store.drafts.put(make_draft("bob", expires_at=NOON + 1200))
    assert [draft.person.id for draft in await store.drafts.expired(NOON + 600)] == ["ada"]
    assert [draft.person.id for draft in await store.drafts.expired(NOON + 1200)] == ["ada", "bob"]
    assert await store.drafts.get("cli:ada", HERE.key) is not None  # until somebody drops it
    assert [draft.place for draft in await store.drafts.of("cli:bob")] == [HERE]


async def test_a_draft_of_what_is_gone_leaves_the_earlier_one(store):
    draft = make_draft(content=await store.files.put(b"photo"))
    await store.drafts.put(draft)
    with pytest.raises(FileGone):
        await store.drafts.put(make_draft(content="0" * 64))
    assert await store.drafts.get("cli:ada", HERE.key) == draft
    assert len(files_on_disk(store.folder)) == 1


async def test_a_drafts_picture_becomes_a_jobs(store):
    photo = await store.files.put(b"photo")
    await store.drafts.put(make_draft(content=photo))
    job = await accept(store, photo=b"photo")
    await store.drafts.drop("cli:ada", HERE.key)
    assert await store.files.get(job.request.content) == b"photo"


async def test_settings_of_places_and_flags(store, clock):
    assert await store.places.get("discord:1") == PlaceSettings()
    settings = PlaceSettings(options={"strength": 30}, preset="oils", limits=Limits(waiting_at_once=1), spoiler=True)
    await store.places.put("discord:1", PlaceSettings(preset="vats"))
    await store.places.put("discord:1", settings)
    assert await store.flags.get("paused") is None
    await store.flags.set("paused", "for a while")
    await store.flags.set("paused", "for long")
    await store.close()
    again = await Store.open(store.folder, clock=clock)
    assert await again.places.get("discord:1") == settings
    assert await again.flags.get("paused") == "for long"
    await again.flags.set("paused", None)
    assert await again.flags.get("paused") is None
    await again.close()
