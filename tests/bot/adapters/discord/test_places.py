"""Who asks and where, as Discord tells it, and what the bot lacks there."""

from __future__ import annotations

import discord
import pytest

from bot.adapters.discord.pictures import fetch
from bot.model import rooms
from bot.ports import NotBrought
from tests.bot.adapters.discord.conftest import EPOCH, picture
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


# ---- pictures -----------------------------------------------------------------------------------------------------


def attachment(env, url: str | None = None, data: bytes = b"data", size: int | None = None) -> discord.Attachment:
    stored = env.backend.cdn.store_attachment(env.backend.snowflake(), 1, "photo.png", data, None)
    if url is not None:
        stored["url"] = url
    if size is not None:
        stored["size"] = size
    return discord.Attachment(data=stored, state=env.bot._connection)


async def refusal(fetching) -> NotBrought:
    with pytest.raises(NotBrought) as refused:
        await fetching()
    return refused.value


async def test_a_picture_is_fetched(env):
    data = picture()
    assert await fetch(attachment(env, data=data), "photo", 10**6, {"cdn.simcord.invalid"})() == data


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/photo.png",
        "https://cdn.discordapp.com.example.org/photo.png",
        "https://cdn.discordapp.com@example.org/photo.png",
        "http://169.254.169.254/latest/meta-data",
        "https://[::1]/photo.png",
        "nonsense",
    ],
)
async def test_only_discords_own_hosts_are_asked(env, url):
    refused = await refusal(fetch(attachment(env, url), "style", 10**6))
    assert (refused.which, refused.code) == ("style", "unreachable")
    assert not [found for found in env.http_requests if "example" in found.path]


async def test_a_picture_that_is_too_large_is_not_fetched(env):
    refused = await refusal(fetch(attachment(env, size=11), "photo", 10, {"cdn.simcord.invalid"}))
    assert (refused.code, refused.facts) == ("too_many_bytes", {"found": 11, "limit": 10})


async def test_a_picture_that_lied_about_its_size_is_refused(env):
    refused = await refusal(fetch(attachment(env, data=b"0" * 11, size=5), "photo", 10, {"cdn.simcord.invalid"}))
    assert refused.code == "too_many_bytes"


async def test_a_picture_that_is_gone_is_said_to_be(env):
    lost = attachment(env, "https://cdn.simcord.invalid/attachments/1/2/photo.png")
    assert (await refusal(fetch(lost, "photo", 100, {"cdn.simcord.invalid"}))).code == "gone"
