"""From a result to a message, and all that Discord puts in the way of it."""

from __future__ import annotations

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.adapters.discord.outlet import DiscordOutlet
from bot.adapters.discord.routes import ChannelRoute
from bot.adapters.discord.statuses import GAP_SECONDS
from bot.model import DiscordPlace
from bot.outcomes import Cancelled, DraftExpired
from bot.ports import Later
from tests.bot.adapters.discord.conftest import eventually

DELIVERIES = "/channels/*/messages"
UNAVAILABLE = {"status": 503, "code": 0, "times": None}


def hold(house, status: int = 503, code: int = 0) -> None:
    """Let no message of the bot's own through from now on."""
    house.env.inject_error("POST", DELIVERIES, status=status, code=code, times=None)


async def let_through(house, job_id: str, state: str = "delivered"):
    """Take all faults away, and let time pass until the job has ended."""
    house.env.backend.faults.clear()
    return await retried(house, job_id, state)


async def retried(house, job_id: str, state: str = "delivered"):
    async def ended():
        house.clock.advance(20)
        job = await house.job(job_id)
        return job if job.state == state and job.status_ref is None else None

    return await eventually(ended)


async def held_job(house, who=None, where=None, **options):
    """A job that is painted, while its delivery does not work yet."""
    hold(house)
    await house.stylize(who or house.anna, where, **options)
    job = await house.newest(who or house.anna)
    return await house.state(job.id, "painted")


def forbid(house, channel, **permissions: bool) -> None:
    """Take permissions from the bot in a channel, as an admin does in the middle of everything."""
    allow, deny = discord.PermissionOverwrite(**permissions).pair()
    overwrite = Overwrite(
        target_id=house.env.backend.bot_user.id, type=OverwriteType.MEMBER, allow=allow.value, deny=deny.value
    )
    house.env.backend.channels[channel.id].overwrites.append(overwrite)


def direct_messages(house, who):
    return who.user.dm_channel.history() if hasattr(who, "user") else who.dm_channel.history()


# ---- what arrives -------------------------------------------------------------------------------------------------


async def test_a_painting_comes_as_a_new_message_that_mentions_only_who_asked(house, env):
    await house.stylize(house.anna)
    job = await house.delivered((await house.newest(house.anna)).id)
    (message,) = house.channel.history()  # the status message is gone
    assert message.content.startswith(f"{house.anna.mention} ")
    assert "Ink on paper" in message.content
    assert "A. Painter, CC0" in message.content
    (file,) = message.attachments
    assert file.description
    assert not file.is_spoiler()
    assert {button.label for row in message.components for button in row.children} > {"Again", "Delete", "Film"}
    (sent,) = house.requests("POST", f"/channels/{house.channel.id}/messages")
    assert sent.json["nonce"] == job.id
    assert sent.json["enforce_nonce"] is True
    assert sent.json["allowed_mentions"]["parse"] == []
    assert [int(user) for user in sent.json["allowed_mentions"]["users"]] == [house.anna.id]


async def test_results_are_hidden_where_a_server_wants_that(house, env):
    place = DiscordPlace(channel=str(house.channel.id), guild=str(house.guild.id))
    await house.studio.settings_change(house.person(house.manager), place, {"spoiler": True}, manager=True)
    message = await house.painted(house.anna)
    assert message.attachments[0].is_spoiler()


async def test_in_a_thread_the_painting_comes_into_the_thread(house, env):
    thread = env.backend.create_thread(house.channel.id, "my corner", house.anna.id)
    where = next(found for found in house.channel.threads if found.id == thread.id)
    message = await house.painted(house.anna, where)
    job = await house.newest(house.anna)
    assert message.channel.id == thread.id
    assert (job.place.channel, job.place.thread) == (str(house.channel.id), str(thread.id))
    assert [found for found in house.channel.history() if found.author.bot] == []


async def test_a_direct_message_is_answered_there(house, env):
    anna = house.anna.user
    message = await house.painted(anna)
    assert message.channel.id == anna.dm_channel.id
    assert (await house.newest(anna)).place.guild is None


async def test_two_people_at_once_get_their_own(house, env):
    await house.stylize(house.anna)
    await house.stylize(house.bert, preset="oil")
    for who in (house.anna, house.bert):
        await house.delivered((await house.newest(who)).id)
    first, second = house.channel.history()
    assert {first.content.split()[0], second.content.split()[0]} == {house.anna.mention, house.bert.mention}


async def test_a_job_without_a_result_ends_in_a_sentence(house, env):
    await house.stylize(house.anna, preset="broken")
    job = await house.told((await house.newest(house.anna)).id)
    assert job.state == "failed"
    (message,) = house.channel.history()
    assert message.attachments == []


# ---- the status message -------------------------------------------------------------------------------------------


async def test_the_status_message_shows_the_latest_but_not_too_often(house, env):
    shown = await house.stylize(house.anna, preset="slow")
    job = await house.newest(house.anna)
    status = shown.response
    assert job.status_ref == f"{house.channel.id}/{status.id}"
    assert [button["label"] for row in status.components for button in row["components"]] == ["Cancel"]
    await house.state(job.id, "painting")

    def edits():
        return house.requests("PATCH", f"/channels/{house.channel.id}/messages/{status.id}")

    for count in range(3):
        assert len(edits()) == count
        await eventually(lambda: house.clock.sleeping)
        house.clock.advance(GAP_SECONDS)
        await eventually(lambda count=count: len(edits()) == count + 1)
    message = house.message(house.channel.id, status.id)
    assert "▱" in message.content
    await eventually(lambda: advanced(house) and house.message(house.channel.id, status.id).attachments)
    await house.studio.cancel(house.person(house.anna), job.id)
    await house.told(job.id)


def advanced(house) -> bool:
    house.clock.advance(GAP_SECONDS)
    return True


async def test_a_status_message_that_somebody_deleted_ends_the_updates_but_not_the_job(unopened):
    house = unopened
    house.environment["FAKE_ENGINE_SECONDS"] = "1.5"
    try:
        await house.open()
        shown = await house.stylize(house.anna)
        job = await house.newest(house.anna)
        await house.moderator.delete(shown.response.message)
        await retried(house, job.id)
        edits = house.requests("PATCH", f"/messages/{shown._interaction.message_id}")
        assert sum("/channels/" in edit.path for edit in edits) <= 1
        assert len(house.requests("POST", f"/channels/{house.channel.id}/messages")) == 1
        assert len(house.channel.history()) == 1
    finally:
        await house.close()


async def test_updates_that_discord_cannot_take_disturb_nothing(house, env):
    env.inject_error("PATCH", "/channels/*/messages/*", status=500, times=None)
    await house.stylize(house.anna)
    await retried(house, (await house.newest(house.anna)).id)


# ---- when time passes ---------------------------------------------------------------------------------------------


async def test_after_fifteen_minutes_status_and_result_still_work(house, env):
    shown = await house.stylize(house.anna, preset="slow")
    job = await house.newest(house.anna)
    await house.state(job.id, "painting")

    def edits():
        return house.requests("PATCH", f"/channels/{house.channel.id}/messages/{shown.response.id}")

    await house.later(16 * 60)
    before = len(edits())
    await eventually(lambda: advanced(house) and len(edits()) > before)
    await house.studio.cancel(house.person(house.anna), job.id)
    await house.told(job.id)
    other = await held_job(house, house.bert)
    await house.later(16 * 60)
    await let_through(house, other.id)
    result = await house.result_of(other.id)
    assert result.channel.id == house.channel.id
    assert result.content.startswith(house.bert.mention)


async def test_after_a_power_cut_what_was_queued_painting_and_painted_arrives(house, env):
    painted = await held_job(house)
    house.environment["FAKE_ENGINE_SECONDS"] = "60"
    await house.restart()
    await house.stylize(house.anna)
    painting = await house.state((await house.newest(house.anna)).id, "painting")
    await house.stylize(house.bert)
    queued = await house.newest(house.bert)
    assert await house.cut_power() == {painted.id: "painted", painting.id: "painting", queued.id: "queued"}
    env.backend.faults.clear()
    house.environment["FAKE_ENGINE_SECONDS"] = "0.05"
    await house.restart()
    for job in (painting, queued):  # at once: no time passes in which the janitor would find them
        assert (await house.delivered(job.id)).attempts_engine == 0
    await retried(house, painted.id)
    messages = house.channel.history()  # three results, no status message left
    mentioned = sorted(message.content.split()[0] for message in messages)
    assert mentioned == sorted([house.anna.mention, house.anna.mention, house.bert.mention])
    assert all(message.attachments for message in messages)


# ---- when Discord does not take it --------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "code"), [(500, 0), (503, 0), (429, 0), (401, 0)])
async def test_a_delivery_that_fails_for_now_is_tried_again(house, env, status, code):
    env.inject_error("POST", DELIVERIES, status=status, code=code, times=1)
    await house.stylize(house.anna)
    await retried(house, (await house.newest(house.anna)).id)
    (message,) = house.channel.history()
    assert message.content.startswith(house.anna.mention)


async def test_when_the_bot_may_not_write_there_any_more_the_painting_comes_in_private(house, env):
    job = await held_job(house)
    forbid(house, house.channel, send_messages=False)
    await let_through(house, job.id)
    (message,) = direct_messages(house, house.anna)
    assert "I could not post this where you asked for it" in message.content
    assert message.attachments
    assert (await house.job(job.id)).sent_ref == f"{message.channel.id}/{message.id}"


async def test_when_the_bot_may_not_even_look_there_any_more_the_painting_comes_in_private(house, env):
    job = await held_job(house)
    forbid(house, house.channel, view_channel=False)
    await let_through(house, job.id)
    assert direct_messages(house, house.anna)[0].attachments


async def test_when_the_channel_is_deleted_the_painting_comes_in_private(house, env):
    job = await held_job(house)
    env.backend.delete_channel(house.channel.id)
    await let_through(house, job.id)
    (message,) = direct_messages(house, house.anna)
    assert message.attachments


async def test_when_the_bot_is_removed_the_painting_comes_in_private_and_the_servers_settings_go(house, env):
    place = DiscordPlace(channel=str(house.channel.id), guild=str(house.guild.id))
    await house.studio.settings_change(house.person(house.manager), place, {"spoiler": True}, manager=True)
    job = await held_job(house)
    env.backend.remove_guild(house.guild.id)
    await env.settle()
    await let_through(house, job.id)
    assert direct_messages(house, house.anna)[0].attachments
    settings = await house.studio.settings(house.person(house.manager), place, manager=True)
    assert not settings.settings.spoiler


async def test_who_left_the_server_gets_the_painting_where_it_was_asked_for(house, env):
    job = await held_job(house)
    house.guild.remove_member(house.anna)
    await let_through(house, job.id)
    assert (await house.result_of(job.id)).channel.id == house.channel.id


async def test_where_nobody_can_be_reached_the_job_ends(house, env):
    job = await held_job(house)
    env.backend.delete_channel(house.channel.id)
    env.backend.faults.clear()
    env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    ended = await retried(house, job.id, "expired")
    assert ended.error_code == "undeliverable"


# ---- files that are too large -------------------------------------------------------------------------------------


async def test_a_file_over_the_limit_of_the_place_is_compressed_and_the_message_says_so(house, env, monkeypatch):
    monkeypatch.setattr(ChannelRoute, "limit", 6_000)
    message = await house.painted(house.anna, size=256)
    (file,) = message.attachments
    assert file.filename.endswith(".jpg")
    assert file.size <= 6_000
    assert "Saved again as JPEG" in message.content


async def test_a_file_that_discord_finds_too_large_is_made_smaller(house, env, monkeypatch):
    sizes = []
    send = ChannelRoute.send

    async def sent(route, rendered, nonce=None):
        sizes.extend(len(file.data) for file in rendered.files)
        return await send(route, rendered, nonce)

    monkeypatch.setattr(ChannelRoute, "send", sent)
    env.inject_error("POST", DELIVERIES, status=413, code=40005, times=2)
    message = await house.painted(house.anna, size=256)
    refused, again, taken = sizes
    assert again == refused
    assert taken < 0.7 * refused
    (file,) = message.attachments
    assert file.size == taken
    assert "Saved again as a smaller JPEG" in message.content
    assert "at most" not in message.content  # nobody knows what this chat takes


async def test_a_file_that_was_refused_once_comes_as_it_is(house, env):
    env.inject_error("POST", DELIVERIES, status=413, code=40005, times=1)
    message = await house.painted(house.anna, size=256)
    (file,) = message.attachments
    assert file.filename.endswith(".png")
    assert "JPEG" not in message.content


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_an_answer_whose_file_is_refused_is_given_all_the_same(house, env, times):
    await house.painted(house.anna, size=256)
    history = await house.anna.slash(house.channel, "history")
    job = await house.newest(house.anna)
    env.inject_error("PATCH", "/webhooks/*/messages/@original", status=413, code=40005, times=times)
    shown = await house.anna.click(history.response, custom_id=f"job:{job.id}:result")
    assert len(shown.response.attachments) == (times < 5)
    assert "Here is your painting" in shown.response.content


async def test_answers_keep_to_the_limit_that_their_interaction_names(house, env, facts):
    await house.painted(house.anna, size=256)
    facts["attachment_size_limit"] = 6_000
    history = await house.anna.slash(house.channel, "history")
    job = await house.newest(house.anna)
    shown = await house.anna.click(history.response, custom_id=f"job:{job.id}:result")
    (file,) = shown.response.attachments
    assert file.size <= 6_000


async def test_where_no_file_gets_through_the_words_do(house, env):
    env.inject_error("POST", DELIVERIES, status=413, code=40005, times=5)
    message = await house.painted(house.anna, size=256)
    assert message.channel.id == house.channel.id
    assert message.attachments == []
    assert "this chat did not take it" in message.content


# ---- before there is a client -------------------------------------------------------------------------------------


async def test_before_the_client_is_ready_everything_waits(house, env):
    job = await held_job(house)
    outlet = DiscordOutlet(house.presenter, house.clock)
    assert isinstance(await outlet.deliver(job.place, Cancelled(job=job), job.id), Later)
    assert not await outlet.notify("1", Cancelled(job=job))
    env.backend.faults.clear()


async def test_an_owner_is_told_in_private(house, env):
    job = (await held_job(house)).id
    env.backend.faults.clear()
    told = await house.adapter.outlet.notify(str(house.owner.id), Cancelled(job=await house.job(job)))
    assert told
    assert direct_messages(house, house.owner)


async def test_an_owner_whose_id_is_none_of_discords_is_not_told(house, env):
    job = await house.job((await held_job(house)).id)
    env.backend.faults.clear()
    assert not await house.adapter.outlet.notify("olga", Cancelled(job=job))


async def test_a_person_is_told_something_where_they_asked(house, env):
    job = await house.job((await held_job(house)).id)
    env.backend.faults.clear()
    over, before = DraftExpired(had_photo=True), len(house.channel.history())
    assert await house.adapter.outlet.tell(job.place, job.person, over)
    assert len(house.channel.history()) == before + 1
    nobody_there = DiscordOutlet(house.presenter, house.clock)
    assert not await nobody_there.tell(job.place, job.person, over)
