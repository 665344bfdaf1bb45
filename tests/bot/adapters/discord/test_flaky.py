"""A Discord that fails at the worst moment: what was asked for still happens, once, and is said truly."""

from __future__ import annotations

import asyncio

import discord
import pytest

from bot.model import DiscordPlace
from tests.bot.adapters.discord.conftest import eventually
from tests.bot.adapters.discord.test_buttons import id_of, press, private
from tests.bot.adapters.discord.test_outlet import DELIVERIES, direct_messages, held_job, let_through, retried
from tests.waiting import PATIENCE

ORIGINAL = "/webhooks/*/messages/@original"


async def test_an_accepted_job_is_not_called_broken_when_its_first_status_fails(house, env):
    env.inject_error("PATCH", ORIGINAL, status=500, times=None)
    shown = await house.stylize(house.anna)
    assert not shown.followups
    job = await retried(house, (await house.newest(house.anna)).id)
    assert job.state == "delivered"


async def test_a_refusal_arrives_although_the_announcement_cannot_be_taken_back(house, env):
    env.inject_error("PATCH", ORIGINAL, status=500, times=None)
    env.inject_error("DELETE", ORIGINAL, status=500, times=None)
    shown = await house.stylize(house.anna, preset="no such style")
    assert "no such style" in shown.response.content  # Discord takes it for the answer that it waits for


async def test_without_an_acknowledgement_nothing_is_made_and_it_is_said(house, env):
    env.inject_error("POST", "/interactions/*/callback", status=500, times=1)
    shown = await house.stylize(house.anna)
    assert "not your fault" in private(shown)
    assert not await house.jobs(house.anna)
    assert len(env.errors) == 1


async def test_when_nothing_can_be_said_at_all_nothing_breaks(house, env):
    env.inject_error("POST", "/interactions/*/callback", status=500, times=None)
    env.inject_error("*", "/webhooks/*", status=500, times=None)
    await house.stylize(house.anna)
    assert not await house.jobs(house.anna)
    assert len(env.errors) == 1
    env.backend.faults.clear()
    await house.painted(house.anna)


async def test_a_direct_message_that_cannot_be_opened_now_is_opened_later(house, env):
    job = await held_job(house)
    env.backend.delete_channel(house.channel.id)
    env.backend.faults.clear()
    env.inject_error("POST", "/users/@me/channels", status=500, times=1)
    await retried(house, job.id)
    assert direct_messages(house, house.anna)[0].attachments


async def test_what_was_deleted_is_said_to_be_although_its_message_stays(house, env):
    message = await house.painted(house.anna)
    job = await house.newest(house.anna)
    env.inject_error("DELETE", "*", status=500, times=None)
    shown = await press(house.anna, message, "delete")
    assert "deleted" in private(shown).lower()
    assert (await house.job(job.id)).deleted


async def test_a_server_that_fails_for_a_while_keeps_what_it_chose(house, env):
    place = DiscordPlace(channel=str(house.channel.id), guild=str(house.guild.id))
    await house.studio.settings_change(house.person(house.manager), place, {"spoiler": True}, manager=True)
    env.bot._connection.parse_guild_delete({"id": str(house.guild.id), "unavailable": True})
    await env.settle()
    settings = await house.studio.settings(house.person(house.manager), place, manager=True)
    assert settings.settings.spoiler


async def test_a_cancel_pressed_twice_is_answered_twice_and_ends_one_job(house, env):
    shown = await house.stylize(house.anna, preset="slow")
    job = await house.newest(house.anna)
    await house.state(job.id, "painting")
    status = shown.response.message
    custom_id = id_of(status, "cancel")
    again = await house.anna.click(status, custom_id=custom_id)
    assert not [found for found in again.followups if "broke" in found.content]
    await house.told(job.id)
    assert (await house.job(job.id)).state == "cancelled"
    (said,) = house.channel.history()  # the ending; the status message is gone
    assert said.id != status.id


async def test_an_answer_that_fits_does_not_wait_until_films_are_made(house, env, monkeypatch):
    monkeypatch.setattr("bot.fitting.asyncio.to_thread", lambda *_: pytest.fail("it would wait"))
    shown = await house.anna.slash(house.channel, "quota")
    assert shown.response.ephemeral


# ---- the bot stops ------------------------------------------------------------------------------------------------


async def test_closing_waits_for_a_delivery_that_is_on_its_way(house, env, monkeypatch):
    job = await held_job(house)
    env.backend.faults.clear()
    under_way, go_on = asyncio.Event(), asyncio.Event()
    send = discord.PartialMessageable.send

    async def slow(self, *arguments, **options):
        under_way.set()
        await go_on.wait()
        return await send(self, *arguments, **options)

    monkeypatch.setattr(discord.PartialMessageable, "send", slow)

    async def begun() -> bool:
        house.clock.advance(20)
        return under_way.is_set()

    await eventually(begun)
    closing = asyncio.create_task(house.adapter.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    go_on.set()
    await closing
    await house.state(job.id, "delivered")
    assert len([found for found in house.channel.history() if "Here is your painting" in found.content]) == 1


async def test_closing_does_not_wait_for_ever(house, env, monkeypatch):
    await held_job(house)
    env.backend.faults.clear()
    under_way = asyncio.Event()

    async def stuck(self, *arguments, **options):
        under_way.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(discord.PartialMessageable, "send", stuck)
    monkeypatch.setattr("bot.adapters.discord.adapter._FINISH_SECONDS", 0.1)

    async def begun() -> bool:
        house.clock.advance(20)
        return under_way.is_set()

    await eventually(begun)
    await asyncio.wait_for(house.adapter.close(), PATIENCE)


async def test_a_delivery_that_was_cut_off_is_repeated_under_the_same_key(house, env):
    job = await held_job(house)
    await house.restart()
    await let_through(house, job.id)
    keys = {sent.json["nonce"] for sent in house.requests("POST", f"/channels/{house.channel.id}/messages")}
    assert keys == {job.id}
    assert len(job.id) <= 25  # as Discord wants of a nonce


@pytest.mark.parametrize(("status", "code"), [(403, 0), (403, 40333)])
async def test_a_gate_before_discord_that_refuses_for_now_loses_nothing(house, env, status, code):
    env.inject_error("POST", DELIVERIES, status=status, code=code, times=1)
    await house.stylize(house.anna)
    job = await retried(house, (await house.newest(house.anna)).id)
    assert (await house.result_of(job.id)).channel.id == house.channel.id
