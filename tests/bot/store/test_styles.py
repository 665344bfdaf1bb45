"""Saved styles: names, limits, and whose picture goes when."""

import asyncio
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.model import PlaceSettings, SavedStyle
from bot.naming import style_key
from bot.store import FileGone, check, kept_by_person, kept_by_place

from .conftest import NOON, accept, files_on_disk

ADA, BOB, CLUB = kept_by_person("discord:1"), kept_by_person("discord:2"), kept_by_place("discord:1")


async def keep(store, keeper, name, picture=b"style", limit=25):
    return await store.styles.save(keeper, name, await store.files.put(picture), limit=limit)


async def names(store, *keepers):
    return [style.name for style in await store.styles.all_of(keepers)]


async def test_a_style_is_kept_replaced_and_removed_with_its_picture(store):
    assert await keep(store, ADA, "Sea foam", b"one") == "saved"
    assert await keep(store, ADA, "SEA  FOAM", b"two") == "replaced"
    digest = await store.files.put(b"two")
    assert await store.styles.all_of([ADA]) == [SavedStyle(name="SEA  FOAM", digest=digest, saved_at=NOON)]
    assert files_on_disk(store.folder) == [digest]
    assert await store.files.sweep(older_than_seconds=0) == 0
    assert await store.styles.remove(BOB, "sea foam") is False
    assert await store.styles.remove(ADA, "sea foam") is True
    assert await store.styles.remove(ADA, "sea foam") is False
    store.files.settle([digest])
    await store.files.sweep(older_than_seconds=0)
    assert files_on_disk(store.folder) == []


async def test_the_same_picture_once_more_under_its_name_stays(store):
    await keep(store, ADA, "a", b"one")
    assert await keep(store, ADA, "a", b"one") == "replaced"
    [style] = await store.styles.all_of([ADA])
    assert await store.files.get(style.digest) == b"one"


async def test_keepers_come_in_the_order_asked_for_and_names_in_theirs(store):
    for keeper, name in ((CLUB, "b"), (CLUB, "a"), (ADA, "Z"), (ADA, "c"), (BOB, "d")):
        await keep(store, keeper, name)
    assert await names(store, ADA, CLUB) == ["c", "Z", "a", "b"]
    assert await names(store, CLUB) == ["a", "b"]
    assert [style.for_place for style in await store.styles.all_of([ADA, CLUB])] == [False, False, True, True]
    assert await names(store) == []


async def test_beyond_the_limit_only_what_is_there_may_be_replaced(store):
    assert [await keep(store, ADA, name, name.encode(), limit=2) for name in "abc"] == ["saved", "saved", "too_many"]
    assert await names(store, ADA) == ["a", "b"]
    assert len(files_on_disk(store.folder)) == 2
    assert await keep(store, ADA, "B", b"new", limit=2) == "replaced"
    assert await keep(store, BOB, "c", b"c", limit=2) == "saved"
    assert await keep(store, ADA, "d", limit=0) == "too_many"


async def test_saves_at_once_keep_to_the_limit_and_to_one_row_a_name(store):
    done = await asyncio.gather(*(keep(store, ADA, f"style {n}", b"%d" % n, limit=3) for n in range(8)))
    assert sorted(done) == ["saved"] * 3 + ["too_many"] * 5
    assert len(files_on_disk(store.folder)) == 3
    done = await asyncio.gather(*(keep(store, BOB, "one name", b"bob %d" % n, limit=3) for n in range(6)))
    assert sorted(done) == ["replaced"] * 5 + ["saved"]
    assert await names(store, BOB) == ["one name"]
    assert len(files_on_disk(store.folder)) == 4


async def test_a_picture_that_is_not_there_leaves_the_earlier_one(store):
    await keep(store, ADA, "a", b"one")
    with pytest.raises(FileGone):
        await store.styles.save(ADA, "a", "0" * 64, limit=25)
    [style] = await store.styles.all_of([ADA])
    assert await store.files.get(style.digest) == b"one"


async def test_a_removed_style_leaves_its_picture_to_the_jobs_that_use_it(store):
    job = await accept(store, style=b"shared")
    await keep(store, ADA, "a", b"shared")
    assert await store.styles.remove(ADA, "a")
    assert [await store.files.get(file.digest) for file in await store.jobs.files(job.id)] == [b"photo", b"shared"]


async def test_forgetting_takes_a_persons_styles_and_leaves_those_of_others_and_of_places(store):
    await keep(store, ADA, "mine", b"mine")
    await keep(store, ADA, "shared", b"shared")
    await keep(store, BOB, "shared", b"shared")
    await keep(store, CLUB, "ours", b"ours")  # a place whose id is the person's
    assert await store.people.forget("discord:1") == (0, 1, [])
    assert await names(store, ADA, BOB, CLUB) == ["shared", "ours"]
    assert [await store.files.get(style.digest) for style in await store.styles.all_of([BOB, CLUB])] == [
        b"shared",
        b"ours",
    ]
    await store.close()
    assert await check(store.folder) == []


async def test_leaving_a_place_takes_its_styles_and_settings_alone(store):
    await keep(store, CLUB, "ours", b"ours")
    await keep(store, kept_by_place("discord:3"), "theirs", b"theirs")
    await keep(store, ADA, "mine", b"mine")
    await store.places.put("discord:1", PlaceSettings(preset="ours"))
    await store.places.put("discord:3", PlaceSettings(preset="theirs"))
    await store.places.leave("discord:1")
    assert await names(store, CLUB, kept_by_place("discord:3"), ADA) == ["theirs", "mine"]
    assert await store.places.get("discord:1") == PlaceSettings()
    assert await store.places.get("discord:3") == PlaceSettings(preset="theirs")
    assert len(files_on_disk(store.folder)) == 2
    await store.places.leave("discord:1")  # there is nothing left to take


async def test_check_finds_a_picture_that_is_referred_to_by_no_style(store):
    await keep(store, ADA, "a")
    async with store.styles._database.transaction() as run:
        await run("DELETE FROM saved_styles")
    await store.close()
    assert await check(store.folder) == ["style:person:discord:1|a refers to files, but is not there"]


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60))
@example("\u0345\u0301α")
def test_a_names_key_is_its_own_key_in_any_case(name):
    key = style_key(name)
    assert style_key(key) == key
    assert style_key(f"  {name}\n") == key
    assert style_key(unicodedata.normalize("NFD", name)) == style_key(unicodedata.normalize("NFC", name)) == key
    assert style_key(unicodedata.normalize("NFD", name).casefold()) == key


def test_names_are_compared_however_they_are_composed():
    assert style_key("Größe  ÉTÉ") == style_key("GRÖSSE e\u0301te\u0301")
    assert style_key("Grandma’s quilt") == style_key("grandma's quilt")
    assert style_key("ink") != style_key("ink 2")
