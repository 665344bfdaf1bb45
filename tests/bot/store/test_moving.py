import msgspec
import pytest

from bot.model import Draft, JobFile, Limits, Person, PlaceSettings, Report, StoredStyle, TelegramPlace
from bot.store import check, kept_by_place, place_subject
from bot.store.moving import moved

from .conftest import DAY, NOON, accept, files_on_disk, make_charge

OLD = TelegramPlace(chat="-7", message="5")
NEW = TelegramPlace(chat="-1001")
ADA = Person(platform="telegram", id="1")


async def fill(store, place, picture, **draft):
    """Give a place one of everything."""
    job = await accept(
        store,
        photo=picture + b" photo",
        style=picture + b" style",
        place=place,
        charge=make_charge(place_subject=place_subject(place.key), place_limit=9),
    )
    kept = await store.files.put(picture + b" kept")
    await store.styles.save(kept_by_place(place.key), "Sea", kept, limit=5)
    content, style = await store.files.put(picture + b" draft"), await store.files.put(picture + b" draft's style")
    styles = (StoredStyle(digest=style),)
    await store.drafts.put(
        Draft(person=ADA, place=place, expires_at=NOON + 60, content=content, styles=styles, **draft)
    )
    report = Report(id=f"r{place.chat}", text="rude", reported_at=NOON, person_key="telegram:9", place_key=place.key)
    await store.reports.add(report, subject="reports:x", day=DAY, limit=5)
    return job


async def everything(store):
    tables = ("jobs", "drafts", "saved_styles", "file_refs", "place_settings", "usage", "reports")
    return {
        table: [tuple(row) for row in await store.jobs._database.read(f"SELECT * FROM {table} ORDER BY 1, 2")]
        for table in tables
    }


async def test_all_that_belongs_to_a_place_follows_it(store):
    job = await fill(store, OLD, b"a", shown_ref="-7/8", seen=("m:1",))
    await store.places.put(OLD.key, PlaceSettings(limits=Limits(paintings_a_day=3)))
    pictures = files_on_disk(store.folder)
    await store.places.move(OLD, NEW)
    once = await everything(store)
    assert not any(OLD.key in str(rows) for rows in once.values())
    await store.places.move(OLD, NEW)
    assert await everything(store) == once

    place = (await store.jobs.get(job.id)).place
    assert place == msgspec.structs.replace(NEW, message=None)
    assert await store.places.get(NEW.key) == PlaceSettings(limits=Limits(paintings_a_day=3))
    [style] = await store.styles.all_of([kept_by_place(NEW.key)])
    assert (style.name, style.for_place) == ("Sea", True)
    draft = await store.drafts.get(ADA.key, NEW.key)
    assert (draft.place, draft.shown_ref, draft.seen) == (NEW, "-7/8", ("m:1",))
    assert await store.people.used(place_subject(NEW.key), DAY) == 1
    assert (await store.reports.open(5))[0][0].place_key == NEW.key
    assert files_on_disk(store.folder) == pictures
    assert await check(store.folder) == []

    await store.jobs.end(job.id, "cancelled", refund=True)  # goes to where the charge is now
    assert await store.people.used(place_subject(NEW.key), DAY) == 0
    await store.drafts.drop(ADA.key, NEW.key)
    await store.styles.remove(kept_by_place(NEW.key), "sea")
    assert len(files_on_disk(store.folder)) == 2  # the job's


async def test_what_is_there_already_stays(store):
    await fill(store, OLD, b"old")
    await fill(store, NEW, b"new")
    await store.styles.save(kept_by_place(OLD.key), "Hills", await store.files.put(b"hills"), limit=5)
    await store.places.put(OLD.key, PlaceSettings(preset="ink"))
    await store.places.put(NEW.key, PlaceSettings(preset="oil"))
    before, draft = files_on_disk(store.folder), await store.drafts.get(ADA.key, NEW.key)
    await store.places.move(OLD, NEW)
    assert (await store.places.get(NEW.key)).preset == "oil"
    assert (await store.places.get(OLD.key)).preset is None
    assert await store.drafts.get(ADA.key, NEW.key) == draft
    assert [style.name for style in await store.styles.all_of([kept_by_place(NEW.key)])] == ["Hills", "Sea"]
    assert await store.people.used(place_subject(NEW.key), DAY) == 2
    assert len(before) - len(files_on_disk(store.folder)) == 3  # the old draft's two, and the other sea
    assert await check(store.folder) == []


async def test_it_happens_altogether_or_not_at_all(store, monkeypatch):
    await fill(store, OLD, b"a")
    await store.places.put(OLD.key, PlaceSettings(preset="ink"))
    before = await everything(store)

    async def broken(*arguments):
        raise RuntimeError("in the middle")

    monkeypatch.setattr("bot.store.moving._move_drafts", broken)
    with pytest.raises(RuntimeError):
        await store.places.move(OLD, NEW)
    assert await everything(store) == before


async def test_what_belongs_to_other_places_stays(store):
    other = TelegramPlace(chat="-10")
    await fill(store, other, b"b")
    before = await everything(store)
    await store.places.move(OLD, NEW)
    await store.places.move(other, other)
    assert await everything(store) == before


def test_a_topic_stays_a_topic():
    assert moved(TelegramPlace(chat="-1", thread="7", message="8"), NEW) == TelegramPlace(chat="-1001", thread="7")


async def test_uploads_are_known_by_platform_and_picture(store, clock):
    digest = "0" * 64
    await store.uploads.put("telegram", digest, "first")
    await store.uploads.put("telegram", digest, "second")
    await store.uploads.put("other", digest, "third")
    assert await store.uploads.all_of("telegram") == {digest: "second"}
    await store.uploads.put("telegram", digest, None)
    assert await store.uploads.all_of("telegram") == {}
    assert await store.uploads.all_of("other") == {digest: "third"}


async def test_the_upload_of_a_painting_goes_with_its_pictures(store, clock):
    jobs = []
    for number in range(3):
        job = await accept(store, photo=b"%d" % number, created_at=NOON + number)
        assert await store.jobs.start(job.id, NOON + 60)
        painting = JobFile(role="painting", digest=await store.files.put(b"painting %d" % number))
        assert await store.jobs.finish(job.id, [painting], width=1, height=1, facts=None)
        assert await store.jobs.delivered(job.id, f"ref {number}", f"upload {number}" if number else None)
        jobs.append(job.id)
    found = await store.jobs.shareable("cli:ada", place_key=None, limit=5)
    assert [(job.id, job.upload) for job in found] == [(jobs[2], "upload 2"), (jobs[1], "upload 1")]
    assert [job.id for job in await store.jobs.shareable("cli:ada", place_key=None, limit=1)] == [jobs[2]]
    assert await store.jobs.shareable("cli:ada", place_key="cli:elsewhere", limit=5) == []
    assert await store.jobs.shareable("cli:bob", place_key=None, limit=5) == []
    await store.jobs.delete_files(jobs[2], mark_deleted=True)
    assert (await store.jobs.get(jobs[2])).upload is None
    await store.jobs.clean(ended_before=NOON + 1)
    assert (await store.jobs.get(jobs[1])).upload is None
