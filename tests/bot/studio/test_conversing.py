"""Stopping, typed settings, limits and bans, buttons of saved styles, what may be sent anywhere, places that move."""

from __future__ import annotations

import io
from collections.abc import Awaitable
from typing import Any

import pytest
from PIL import Image

from bot.model import ADMINISTRATORS, Job, Limits, Person, PlaceSettings, TelegramPlace
from bot.outcomes import (
    AdminDone,
    Cancelled,
    DeliveredFile,
    DraftDropped,
    ForgetAsked,
    Forgotten,
    NotAdmin,
    NotManager,
    OptionRefused,
    PersonLimits,
    PresetUnknown,
    QueueState,
    RoleNotAllowed,
    SettingsState,
    Share,
    SizeNotAllowed,
    StyleRemoveAsked,
    StyleRemoved,
    StylesPage,
)
from bot.ports import Sent
from tests.bot.studio.conftest import (
    GROUP,
    OWNER,
    PRIVATE,
    TINA,
    TOM,
    House,
    fetching,
    make_config,
    never_fetched,
    picture,
)
from tests.bot.studio.test_trouble import begun
from tests.fake_engine import SEEDS

SUPERGROUP = TelegramPlace(chat="-100200")


async def asked(house: House, person: Person = TINA, place: TelegramPlace = GROUP, number: int = 1) -> Job:
    words = "ink size=96 quality=draft"
    return await house.accepted(house.studio.stylize(person, place, words, [fetching(number)]))


# ---- stopping ---------------------------------------------------------------------------------------------------


async def test_stopping_is_about_the_draft_then_about_the_only_job(house: House) -> None:
    studio = await house.open(start=False)
    assert await studio.stop(TINA, GROUP) == DraftDropped(existed=False)
    job = await asked(house)
    await asked(house, TOM)
    await studio.stylize(TINA, GROUP, "oil")
    assert await studio.stop(TINA, GROUP) == DraftDropped(existed=True)
    assert not await studio.has_draft(TINA, GROUP)
    outcome = await studio.stop(TINA, PRIVATE)  # wherever it is, as there is no other
    assert isinstance(outcome, Cancelled)
    assert (outcome.job.id, outcome.refunded) == (job.id, 1)
    assert await studio.stop(TINA, GROUP) == DraftDropped(existed=False)
    assert len(await house.store.jobs.by_state("queued")) == 1


async def test_who_stops_a_draft_that_has_just_expired_loses_no_painting(house: House) -> None:
    studio = await house.open(start=False)
    job = await asked(house)
    await studio.stylize(TINA, GROUP, "oil")
    house.clock.advance(3600)
    assert await studio.stop(TINA, GROUP) == DraftDropped(existed=True)
    assert (await house.job(job.id)).state == "queued"
    await studio.tidy()
    assert house.outlet.told == []


async def test_of_several_jobs_the_only_one_here_is_meant(house: House) -> None:
    studio = await house.open(start=False)
    here = await asked(house)
    for number in (2, 3):
        await asked(house, place=PRIVATE, number=number)
    queue = await studio.stop(TINA, PRIVATE)
    assert isinstance(queue, QueueState)
    assert [entry.mine for entry in queue.entries] == [True, True, True]
    outcome = await studio.stop(TINA, GROUP)
    assert isinstance(outcome, Cancelled)
    assert outcome.job.id == here.id
    assert isinstance(await studio.stop(TINA, GROUP), QueueState)


async def test_whose_job_it_is(house: House) -> None:
    studio = await house.open(start=False)
    assert await studio.requester((await asked(house, TOM)).id) == TOM.key
    assert await studio.requester("nonsense") is None


# ---- what is typed by those who run a place, and by owners -------------------------------------------------------


async def test_settings_are_typed_in_one_line(house: House) -> None:
    studio = await house.open(start=False)

    async def typed(text: str, *, manager: bool = True) -> Any:
        return await studio.settings_typed(TINA, GROUP, text, manager=manager)

    async def holds(text: str) -> tuple[PlaceSettings, bool]:
        state = await typed(text)
        assert isinstance(state, SettingsState), state
        return state.settings, state.saved

    assert await typed("", manager=False) == NotManager(verb="settings")
    assert await typed("size=512", manager=False) == NotManager(verb="settings")
    assert await holds("  ") == (PlaceSettings(), False)
    chosen = PlaceSettings(
        options={"size": 256, "strength": 30},
        preset="ink",
        limits=Limits(paintings_a_day=5),
        paintings_a_day_for_all=50,
        allowed_roles=(ADMINISTRATORS,),
        allowed_channels=("1",),
        spoiler=True,
    )
    line = "style=ink size=256 strength=30 daily=5 daily_for_all=50 who=administrators topics=here spoiler=yes"
    assert await holds(line) == (chosen, True)
    assert await studio.stylize(TOM, GROUP, "", [never_fetched]) == RoleNotAllowed(roles=(ADMINISTRATORS,))
    assert isinstance(await typed("size=5000"), SizeNotAllowed)
    assert isinstance(await typed("strength=10 stranght=20"), OptionRefused)
    assert await holds("") == (chosen, False)  # nothing of what was refused
    state = await typed("reset=who,topics,spoiler,daily strength=40")
    assert state.settings.options == {"size": 256, "strength": 40}
    assert (state.settings.allowed_roles, state.settings.allowed_channels, state.settings.spoiler) == ((), (), False)
    assert state.settings.limits == Limits()
    assert await holds("reset all") == (PlaceSettings(), True)


async def test_owners_type_limits_and_bans(house: House) -> None:
    studio = await house.open(start=False)
    assert await studio.quota_typed(TINA, TOM.key, "daily=5") == NotAdmin(verb="quota_set")
    assert await studio.ban_typed(TINA, TOM.key, "days=7") == NotAdmin(verb="ban")
    done = await studio.quota_typed(OWNER, TOM.key, "daily=5 largest_size=256")
    assert isinstance(done, PersonLimits)
    assert (done.done, done.own) == ("quota_set", Limits(paintings_a_day=5, largest_size=256))
    assert isinstance(await studio.stylize(TOM, GROUP, "ink size=512", [never_fetched]), SizeNotAllowed)
    shown = await studio.quota_typed(OWNER, TOM.key, "")
    assert isinstance(shown, PersonLimits)
    assert (shown.done, shown.own) == ("", done.own)
    await asked(house, TOM)
    assert await house.used(TOM) == 1
    await studio.quota_typed(OWNER, TOM.key, "reset waiting_at_once=9")
    assert await house.store.people.override(TOM.key) == Limits(waiting_at_once=9)
    assert await house.used(TOM) == 0
    done = await studio.quota_typed(OWNER, TOM.key, "reset")
    assert isinstance(done, PersonLimits)
    assert (done.done, done.own, done.name) == ("quota_reset", Limits(), TOM.name)
    until = house.clock.now() + 7 * 86400
    banned = await studio.ban_typed(OWNER, TOM.key, "days=7 for being rude")
    details = {"reason": "for being rude", "until": until}
    assert banned == AdminDone(verb="ban", person=TOM.key, name=TOM.name, details=details)
    forever = await studio.ban_typed(OWNER, TOM.key, "again")
    details = {"reason": "again", "until": None}
    assert forever == AdminDone(verb="ban", person=TOM.key, name=TOM.name, details=details)


# ---- buttons of saved styles ------------------------------------------------------------------------------------


async def test_a_saved_style_is_removed_by_its_button(house: House) -> None:
    studio = await house.open(start=False)
    await studio.style_save(TINA, GROUP, "sea", picture(1))
    await studio.style_save(TINA, GROUP, "sea", picture(2), for_place=True, manager=True)
    page = await studio.styles(TINA, GROUP, saved_only=True)
    assert isinstance(page, StylesPage)
    [places] = [entry.token for entry in page.entries]
    [mine, preset, *_] = [entry.token for entry in await studio.style_names(TINA, GROUP, "")]

    async def remove(token: str, person: Person = TINA, *, manager: bool = False, confirmed: bool = False) -> Any:
        return await studio.style_remove_token(person, GROUP, token, manager=manager, confirmed=confirmed)

    assert await remove(places) == NotManager(verb="style_remove")
    assert await remove(places, manager=True) == StyleRemoveAsked(name="sea", token=places, for_place=True)
    assert await remove(places, manager=True, confirmed=True) == StyleRemoved(name="sea", for_place=True)
    assert await remove(mine) == StyleRemoveAsked(name="sea", token=mine)
    for token, person in ((mine, TOM), (preset, TINA), (places, TINA), ("", TINA)):
        assert await remove(token, person, manager=True, confirmed=True) == PresetUnknown(name="")
    assert await remove(mine, confirmed=True) == StyleRemoved(name="sea")


# ---- sending into any chat --------------------------------------------------------------------------------------


def names(shares: tuple[Share, ...]) -> list[str]:
    return [share.entry.name if share.entry else share.job.id if share.job else "" for share in shares]


async def test_paintings_and_presets_can_be_sent_anywhere(house: House) -> None:
    house.config = make_config(limits={"waiting_at_once": 10})
    studio = await house.open()
    jobs = []
    for number, (place, upload) in enumerate(((GROUP, "A"), (PRIVATE, "B"), (GROUP, None))):
        house.outlet.answers.append(Sent(f"sent {number}", upload))
        jobs.append(await asked(house, place=place, number=number))
        await house.finished(jobs[-1].id)
        house.clock.advance(1)
    in_group, in_private, _without_upload = (job.id for job in jobs)
    finished = await studio.result(TINA, in_group)
    assert getattr(finished, "job").upload == "A"  # noqa: B009 - a refusal has none

    async def shares(text: str, person: Person = TINA, place_key: str | None = None, limit: int = 50) -> Any:
        return (await studio.shares(person, place_key, text, limit=limit, title=str.upper)).shares

    everything = await shares("")
    assert names(everything) == [in_private, in_group, "ink", "oil"]
    assert [share.upload for share in everything] == ["B", "A", None, None]
    assert everything[0].styles == ("INK ON PAPER",)
    assert everything[2].entry.title == "INK ON PAPER"
    assert names(await shares("oil")) == ["oil"]
    assert names(await shares("paper")) == [in_private, in_group, "ink"]
    assert names(await shares("", limit=1)) == [in_private]
    assert names(await shares("", place_key=GROUP.key)) == [in_group, "ink", "oil"]
    assert names(await shares("", TOM)) == ["ink", "oil"]
    await studio.delete(TINA, in_private)
    assert names(await shares("")) == [in_group, "ink", "oil"]
    assert (await house.job(in_private)).upload is None
    house.clock.advance(31 * 86400)
    await studio.tidy()  # with its pictures, the painting can no longer be sent
    assert names(await shares("")) == ["ink", "oil"]


async def test_presets_are_uploaded_once(house: House) -> None:
    studio = await house.open(start=False)
    assert [entry.name for entry in await studio.styles_not_uploaded("telegram")] == ["ink", "oil"]
    for entry in await studio.styles_not_uploaded("telegram"):
        file = await studio.style_picture(entry.name)
        assert isinstance(file, DeliveredFile)
        with Image.open(io.BytesIO(file.data)) as image:
            assert (image.format, image.size) == ("JPEG", (96, 72))
        await studio.style_uploaded("telegram", entry.name, f"file of {entry.name}")
    assert await studio.styles_not_uploaded("telegram") == ()
    assert len(await studio.styles_not_uploaded("discord")) == 2
    shares = (await studio.shares(TINA, None, "")).shares
    assert [share.upload for share in shares] == ["file of ink", "file of oil"]
    assert (await studio.shares(OWNER, None, "")).shares[0].upload is None  # another platform's names are of no use
    await house.close()
    studio = await house.open(start=False)
    assert await studio.styles_not_uploaded("telegram") == ()
    await studio.style_uploaded("telegram", "ink", None)  # it was lost there
    assert [entry.name for entry in await studio.styles_not_uploaded("telegram")] == ["ink"]
    assert isinstance(await studio.style_picture("no such thing"), PresetUnknown)
    house.presets.get("oil").path.unlink()
    assert isinstance(await studio.style_picture("oil"), PresetUnknown)


# ---- a group becomes a supergroup --------------------------------------------------------------------------------


async def test_all_of_a_group_follows_it(house: House) -> None:
    studio = await house.open()
    await studio.settings_typed(TINA, GROUP, "daily_for_all=2 size=96", manager=True)
    await studio.style_save(TINA, GROUP, "sea", picture(1), for_place=True, manager=True)
    done = await asked(house)
    await house.finished(done.id)
    house.environment["FAKE_ENGINE_SECONDS"] = "0.05"
    await studio.stylize(TOM, GROUP, "", [fetching(3)])
    await studio.draft_shown(TOM, GROUP, "gallery")
    for _ in range(2):  # both chats tell of it
        await studio.moved(GROUP, SUPERGROUP)

    state = await studio.settings_typed(TINA, SUPERGROUP, "", manager=True)
    assert isinstance(state, SettingsState)
    assert (state.settings.paintings_a_day_for_all, state.settings.options) == (2, {"size": 96})
    assert not await studio.has_draft(TOM, GROUP)
    job = await house.accepted(studio.draft_text(TOM, SUPERGROUP, "sea"))
    assert job.place == SUPERGROUP
    await house.finished(job.id)
    assert (await house.job(done.id)).place == SUPERGROUP  # its old message has no successor to answer to
    refused = await studio.again(TINA, SUPERGROUP, done.id)
    assert type(refused).__name__ == "QuotaUsedUp", "today's paintings of the group count on"


async def test_what_is_under_way_is_delivered_where_the_group_is_now(house: House) -> None:
    studio = await house.open(start=False)
    job = await asked(house)
    await studio.moved(GROUP, SUPERGROUP)
    await studio.start()
    assert (await house.finished(job.id)).job.place == SUPERGROUP


async def test_a_painting_that_ends_meanwhile_stops_no_move(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = await house.open()
    words = f"ink size=96 quality=draft seed={SEEDS['slow']}"
    ends = await house.accepted(studio.stylize(TINA, GROUP, words, [fetching(1)]))
    await begun(house, ends.id)
    get, running = house.store.jobs.get, studio._context.running

    async def meanwhile(job_id: str) -> Job | None:
        running.pop(ends.id, None)
        return await get(job_id)

    monkeypatch.setattr(house.store.jobs, "get", meanwhile)
    await studio.moved(GROUP, SUPERGROUP)
    assert (await house.job(ends.id)).place.key == SUPERGROUP.key


async def test_a_group_that_moves_to_itself_loses_nothing(house: House) -> None:
    studio = await house.open(start=False)
    await studio.settings_typed(TINA, GROUP, "size=96", manager=True)
    await studio.style_save(TINA, GROUP, "sea", picture(1), for_place=True, manager=True)
    await studio.moved(GROUP, GROUP)
    state = await studio.settings_typed(TINA, GROUP, "preset=sea", manager=True)
    assert isinstance(state, SettingsState)
    assert state.settings.options == {"size": 96}


@pytest.mark.parametrize("text", ["", "ink"])
async def test_nothing_of_it_breaks_where_there_is_nothing(house: House, text: str) -> None:
    studio = await house.open(start=False)
    await studio.moved(GROUP, GROUP)
    await studio.moved(GROUP, SUPERGROUP)
    await studio.draft_shown(TINA, GROUP, None)
    answers: list[Awaitable[Any]] = [studio.shares(TINA, None, text, limit=0), studio.stop(TINA, GROUP)]
    shares, stopped = [await answer for answer in answers]
    assert (shares.shares, stopped) == ((), DraftDropped(existed=False))


# ---- to be forgotten --------------------------------------------------------------------------------------------


async def test_what_was_chosen_in_private_is_forgotten_and_what_a_group_chose_is_not(house: House) -> None:
    studio = await house.open(start=False)
    for place in (PRIVATE, GROUP):
        assert isinstance(await studio.settings_typed(TINA, place, "preset=oil", manager=True), SettingsState)
    asked = await studio.forget(TINA)
    assert isinstance(asked, ForgetAsked)
    assert isinstance(await studio.forget(TINA, asked.token), Forgotten)
    assert (await house.store.places.get(PRIVATE.key)).preset is None
    assert (await house.store.places.get(GROUP.key)).preset == "oil"


async def test_a_group_that_asks_to_be_forgotten_keeps_its_rules(house: House) -> None:
    studio = await house.open(start=False)
    group = Person(platform="telegram", id=GROUP.chat)
    assert isinstance(await studio.settings_typed(TINA, GROUP, "preset=oil", manager=True), SettingsState)
    asked = await studio.forget(group)
    assert isinstance(asked, ForgetAsked)
    await studio.forget(group, asked.token)
    assert (await house.store.places.get(GROUP.key)).preset == "oil"
