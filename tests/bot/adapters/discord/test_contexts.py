"""The same menu and the same buttons wherever Discord offers them: in servers, in direct messages, along with a person.

Here simcord is helped along: it has no menus in direct messages, and knows no server without the bot.
"""

from __future__ import annotations

import pytest
from simcord import actors
from simcord.backend import serializers
from simcord.enums import AppCommandType, InteractionType
from simcord.results import to_discord_message

from tests.bot.adapters.discord.conftest import picture
from tests.bot.adapters.discord.test_buttons import press


class Spot:
    """Somewhere that Anna is: `who` acts in `channel`; `alone` where the bot came along with her only."""

    def __init__(self, house, context: str) -> None:
        self.house, self.alone = house, context == "user install"
        self.who = house.anna.user if context == "direct" else house.anna
        self.channel = self.who.dm_channel if context == "direct" else house.channel
        self.guild = None if context == "direct" else str(house.guild.id)

    def post(self):
        """A message of Anna's with a picture."""
        backend = self.house.env.backend
        attachments = backend.store_attachments(self.channel.id, [("cat.png", picture(3))])
        message = backend.create_message(self.channel.id, self.who.id, "look", attachments=attachments)
        return to_discord_message(self.house.env, message)

    async def menu(self, name: str, message):
        """Use a menu on a message."""
        if self.guild is not None:
            return await self.who.context_menu(self.channel, name, message)
        backend = self.house.env.backend
        stored = backend.get_message(self.channel.id, message.id)
        data = {
            "id": backend.find_command(name, None, type=AppCommandType.MESSAGE)["id"],
            "name": name,
            "type": AppCommandType.MESSAGE,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): dict(serializers.message_payload(backend, stored))}},
        }
        kind = InteractionType.APPLICATION_COMMAND
        return await actors._dispatch_actor_interaction(self.who, kind, self.channel, data)

    async def result(self):
        """The newest job and its result, which came on the right way to the right place."""
        job = await self.house.newest(self.who)
        await self.house.delivered(job.id)
        message = await self.house.result_of(job.id)
        assert (job.place.guild, job.place.channel) == (self.guild, str(self.channel.id))
        assert bool(job.place.reply_token) == self.alone
        assert job.place.installation == ("user" if self.alone else "guild")
        assert message.channel.id == self.channel.id
        assert message.content.startswith(self.who.mention)
        assert message.attachments
        assert bool(self.house.requests("POST", "/channels/")) != self.alone
        return job, message


@pytest.fixture(params=["guild", "direct", "user install"])
def spot(request, house, facts):
    if request.param == "direct":
        facts["authorizing_integration_owners"] = {"0": "0"}
    elif request.param == "guild":
        facts["authorizing_integration_owners"] = {"0": str(house.guild.id)}
    else:
        facts["authorizing_integration_owners"] = {"1": str(house.anna.id)}
        house.env.bot._connection._guilds.pop(house.guild.id)  # the bot is not there, and knows nothing of it
    return Spot(house, request.param)


async def test_a_picture_is_painted_through_the_menu(spot, env):
    shown = await spot.menu("Stylize this", spot.post())
    await spot.who.submit_modal(shown, {"preset": ["oil"]})
    job, _ = await spot.result()
    assert [style.preset for style in job.request.styles] == ["oil"]


async def test_buttons_paint_again_and_delete(spot, env):
    await spot.house.stylize(spot.who, None if spot.guild is None else spot.channel)
    first, message = await spot.result()
    await press(spot.who, message, "stronger")
    second, message = await spot.result()
    assert (second.verb, second.parent) == ("stronger", first.id)
    await press(spot.who, message, "delete")
    assert message.id not in [found.id for found in spot.channel.history()]
    assert (await spot.house.job(second.id)).deleted
