"""What can be handed over nowhere: it is said where words still go, given back, and can be had later."""

from __future__ import annotations

from bot.model import DiscordPlace
from tests.bot.adapters.discord.test_buttons import press
from tests.bot.adapters.discord.test_outlet import DELIVERIES, forbid, held_job, retried


async def test_where_files_are_forbidden_and_the_person_takes_no_messages_words_come(house, env):
    job = await held_job(house)
    env.backend.faults.clear()
    env.inject_error("POST", DELIVERIES, status=403, code=50013, times=1)  # simcord lets files through in any case
    env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    ended = await retried(house, job.id, "expired")
    await house.told(job.id)
    assert (ended.error_code, ended.refunded) == ("undeliverable", True)
    (message,) = house.channel.history()
    assert message.content.startswith(house.anna.mention)
    assert "could not hand it over" in message.content
    assert "does not count" in message.content
    shown = await press(house.anna, message, "result")  # the press has a token of its own, which takes files
    assert shown.ephemeral
    assert shown.response.attachments
    listed = await house.anna.slash(house.channel, "history")
    assert "not delivered" in listed.response.message.content
    place = DiscordPlace(channel=str(house.channel.id), guild=str(house.guild.id))
    assert (await house.studio.quota(house.person(house.anna), place)).used == 0


async def test_where_files_are_forbidden_beforehand_no_verb_is_let_in(house, env):
    result = await house.painted(house.anna)
    forbid(house, house.channel, attach_files=False)
    for verb in ("again", "variations", "film", "details"):
        shown = await press(house.anna, result, verb)
        assert "“Attach Files”" in shown.response.content, verb
        assert shown.ephemeral
    assert len(await house.jobs(house.anna)) == 1
