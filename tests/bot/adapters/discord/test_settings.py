"""`/impasto settings`: what those who run a server choose for it."""

from __future__ import annotations

import aiohttp
import discord
import pytest
from simcord.backend.errors import SetupError

from bot.adapters.discord.settings import Lists
from bot.model import Limits, PlaceSettings
from tests.bot.adapters.discord.conftest import picture


@pytest.fixture
async def change(house):
    """Change settings as the manager; returns the private answer."""

    async def changed(who=None, **options):
        result = await (who or house.manager).slash(house.channel, "impasto settings", **options)
        assert result.response.ephemeral
        return result.response

    return changed


async def settings(house) -> PlaceSettings:
    return await house.store.places.get(f"discord:{house.guild.id}")


def lists(answer):
    """The ids of the lists of channels and of roles below an answer."""
    channels, roles = (row["components"][0] for row in answer.components)
    assert (channels["type"], roles["type"]) == (8, 6)
    return channels, roles


async def test_every_setting_is_kept(house, env, change):
    studio = house.guild.create_role("Painters")
    answer = await change(
        preset="oil", size=128, quality="draft", strength=70, channels=house.channel, roles=studio, daily=3,
        daily_for_all=20, spoiler=True,
    )  # fmt: skip
    assert await settings(house) == PlaceSettings(
        options={"size": 128, "quality": "draft", "strength": 70},
        preset="oil",
        limits=Limits(paintings_a_day=3),
        paintings_a_day_for_all=20,
        allowed_channels=(str(house.channel.id),),
        allowed_roles=(str(studio.id),),
        spoiler=True,
    )
    assert f"<#{house.channel.id}>" in answer.content
    assert f"<@&{studio.id}>" in answer.content


async def test_without_an_option_it_shows_what_holds(house, env, change):
    await change(preset="oil")
    before = await settings(house)
    assert "Style: Oil\n" in (await change()).content
    assert await settings(house) == before


async def test_one_setting_goes_back_and_the_others_stay(house, env, change):
    await change(preset="oil", daily=3)
    await change(reset="daily")
    assert await settings(house) == PlaceSettings(preset="oil")


async def test_all_settings_go_back_except_for_what_is_given_along(house, env, change):
    await change(preset="oil", daily=3, spoiler=True, strength=10)
    await change(reset="all", strength=60)
    assert await settings(house) == PlaceSettings(options={"strength": 60})


async def test_channels_and_roles_are_chosen_from_lists(house, env, change):
    other = house.guild.create_text_channel("other")
    answer = await change()
    channels, _ = lists(answer)
    await house.manager.select(answer, [house.channel, other], custom_id=channels["custom_id"])
    assert (await settings(house)).allowed_channels == (str(house.channel.id), str(other.id))

    answer = await change()
    channels, roles = lists(answer)
    assert [int(value["id"]) for value in channels["default_values"]] == [house.channel.id, other.id]
    painters = house.guild.create_role("Painters")
    await house.manager.select(answer, [painters], custom_id=roles["custom_id"])
    assert (await settings(house)).allowed_roles == (str(painters.id),)
    answer = await change()
    await house.manager.select(answer, [], custom_id=lists(answer)[0]["custom_id"])
    assert (await settings(house)).allowed_channels == ()


async def test_the_settings_hold(house, env, change):
    elsewhere = house.guild.create_text_channel("elsewhere")
    await change(preset="oil", channels=house.channel, spoiler=True, daily=1)

    refused = await house.stylize(house.anna, elsewhere)
    assert f"<#{house.channel.id}>" in refused.followups[0].content

    await house.anna.slash(house.channel, "stylize", photo=("p.png", picture(1)), size=96)
    job = await house.newest(house.anna)
    await house.delivered(job.id)
    assert job.request.styles[0].preset == "oil"
    assert (await house.result_of(job.id)).attachments[0].is_spoiler()

    used_up = await house.stylize(house.anna)
    assert used_up.followups[0].ephemeral
    assert len(await house.jobs(house.anna)) == 1


async def test_people_without_the_role_are_refused(house, env, change):
    painters = house.guild.create_role("Painters")
    await change(roles=painters)
    painter = house.guild.add_member(env.create_user("paula"), roles=[painters])

    refused = await house.stylize(house.anna)
    assert f"<@&{painters.id}>" in refused.followups[0].content
    await house.painted(painter)


async def test_only_those_who_manage_the_server_see_it(house, env):
    with pytest.raises(SetupError, match="not visible"):
        await house.anna.slash(house.channel, "impasto settings", spoiler=True)


async def test_the_studio_refuses_those_whom_discord_let_through(house, env, change):
    command = env.backend.find_command("impasto", None, type=1)
    house.guild.set_command_permissions(int(command["id"]), {house.anna: True})
    answer = await change(house.anna, spoiler=True)
    assert not (await settings(house)).spoiler
    assert not answer.components
    assert "manage this server" in answer.content


async def test_there_are_no_settings_in_direct_messages(house, env):
    result = await house.manager.user.slash("impasto settings", spoiler=True)
    assert result.response.ephemeral
    assert "That is for servers only" in result.response.content
    for command in ("style save", "style remove"):
        given = {"picture": ("s.png", picture(1))} if command == "style save" else {}
        result = await house.manager.user.slash(command, name="ours", for_server=True, **given)
        assert "That is for servers only" in result.response.content
        assert "styles of your own" in result.response.content


async def test_the_lists_work_after_a_restart(house, env, change):
    answer = await change()
    channels, roles = lists(answer)
    painters = house.guild.create_role("Painters")
    await house.restart()
    await house.manager.select(answer, [house.channel], custom_id=channels["custom_id"])
    await house.manager.select(answer, [painters], custom_id=roles["custom_id"])
    now = await settings(house)
    assert (now.allowed_channels, now.allowed_roles) == ((str(house.channel.id),), (str(painters.id),))


async def test_the_lists_are_for_managers_whoever_sees_them(house, env, change):
    answer = await change()
    channels, _ = lists(answer)
    env.backend.get_member(house.guild.id, house.manager.id).role_ids.clear()
    result = await house.manager.select(answer, [house.channel], custom_id=channels["custom_id"])
    assert "manage this server" in result.response.content
    assert (await settings(house)).allowed_channels == ()


@pytest.mark.parametrize(
    "options", [{"preset": "no such style"}, {"size": 5999}, {"size": 100, "preset": "nonsense"}], ids=str
)
async def test_what_cannot_be_is_refused_and_nothing_changes(house, env, change, options):
    await change(**options)
    assert await settings(house) == PlaceSettings()


async def test_leaving_the_server_takes_its_settings_along(house, env, change):
    await change(preset="oil")
    env.backend.emit("GUILD_DELETE", {"id": str(house.guild.id)})
    await env.settle()
    assert await settings(house) == PlaceSettings()


async def test_what_was_saved_is_not_called_broken_when_the_lists_cannot_be_shown(house, change, monkeypatch):
    edit = discord.Interaction.edit_original_response

    async def without_lists(self, **message):
        if isinstance(message.get("view"), Lists):
            raise aiohttp.ServerDisconnectedError
        return await edit(self, **message)

    monkeypatch.setattr(discord.Interaction, "edit_original_response", without_lists)
    result = await house.manager.slash(house.channel, "impasto settings", spoiler=True)
    assert not result.followups
    assert (await settings(house)).spoiler
