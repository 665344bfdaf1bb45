"""Who asks and where, as Discord tells it, and what the bot lacks there."""

from __future__ import annotations

import pytest

from bot.model import rooms
from tests.bot.adapters.discord.conftest import EPOCH
from tests.bot.adapters.discord.test_outlet import forbid


async def place_of_newest(house, who, **options):
    await house.stylize(who, **options)
    return (await house.newest(who)).place


async def test_a_server_is_reached_by_the_bots_own_token(house, env):
    place = await place_of_newest(house, house.anna)
    assert (place.guild, place.channel, place.thread) == (str(house.guild.id), str(house.channel.id), None)
    assert (place.installation, place.reply_token, place.reply_until) == ("guild", None, None)
    assert rooms(place) == (str(house.channel.id),)


@pytest.mark.parametrize("owners", [{"0": "GUILD"}, {"0": "GUILD", "1": "PERSON"}, {}])
async def test_where_the_server_has_the_bot_it_does_not_matter_who_else_has(house, env, facts, owners):
    ids = {"GUILD": str(house.guild.id), "PERSON": str(house.anna.id)}
    facts["authorizing_integration_owners"] = {key: ids[value] for key, value in owners.items()}
    assert (await place_of_newest(house, house.anna)).installation == "guild"


async def test_where_only_the_person_has_the_bot_the_reply_token_is_kept_for_fifteen_minutes(house, env, facts):
    facts.update(authorizing_integration_owners={"1": str(house.anna.id)}, context=0)
    place = await place_of_newest(house, house.anna)
    assert place.installation == "user"
    assert place.reply_token
    assert place.reply_until == EPOCH + 15 * 60
    assert place.reply_token not in repr(place)


async def test_a_direct_message_to_the_bot_is_reached_by_its_own_token(house, env, facts):
    facts["authorizing_integration_owners"] = {"1": str(house.anna.id)}
    assert (await place_of_newest(house, house.anna.user)).installation == "guild"


async def test_the_persons_language_comes_along(house, env, facts):
    facts["locale"] = "pt-BR"
    await house.stylize(house.anna)
    person = (await house.newest(house.anna)).person
    assert (person.locale, person.name) == ("pt-BR", "Anna")


async def test_a_language_that_the_library_does_not_know_is_no_trouble(house, env, facts):
    facts["locale"] = "tlh"
    await house.painted(house.anna)


@pytest.mark.parametrize("name", ["send_messages", "attach_files"])
async def test_a_missing_permission_is_named_before_any_work(house, env, name):
    forbid(house, house.channel, **{name: False})
    shown = await house.stylize(house.anna)
    assert shown.ephemeral
    assert name.replace("_", " ").title() in shown.response.content
    assert not await house.jobs(house.anna)


async def test_in_a_thread_another_permission_counts(house, env):
    thread = env.backend.create_thread(house.channel.id, "my corner", house.anna.id)
    where = next(found for found in house.channel.threads if found.id == thread.id)
    forbid(house, house.channel, send_messages=False)
    await house.painted(house.anna, where)
    forbid(house, house.channel, send_messages=False, send_messages_in_threads=False)
    shown = await house.stylize(house.anna, where)
    assert "Send Messages in Threads" in shown.response.content


async def test_where_the_reply_token_is_the_way_permissions_do_not_matter(house, env, facts):
    facts.update(authorizing_integration_owners={"1": str(house.anna.id)}, context=0, app_permissions="0")
    await house.stylize(house.anna)
    await house.delivered((await house.newest(house.anna)).id)
