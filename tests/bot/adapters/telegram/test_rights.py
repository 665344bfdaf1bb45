"""Who may do what with a painting of another chat, also with data that no button has."""

from __future__ import annotations

import pytest

from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import Human, Message

UNKNOWN = "I don't know this painting any more"

VERBS = ("again", "stronger", "softer", "colors", "bigger", "swap", "variations", "pick:1", "film", "details")
OTHER_VERBS = ("smaller:64", "cancel", "delete", "result", "full", "sticker", "restyle")


def rogue_group(house: House, *members: Human) -> Message:
    """A message of the bot's in a group that Rob made, who is nobody in the others."""
    rob = house.telegram.person("Rob")
    group = house.telegram.group("Rob's", *members, admins=(rob,))
    return house.telegram.world.add(group, sender=house.telegram.world.me, text="Anything")


async def crafted(house: House, who: Human, message: Message, data: str):
    """Press with data that the client made up."""
    return await house.telegram.press(who, message, data=data)


def creator(house: House, message: Message) -> Human:
    return next(house.telegram.world.humans[one] for one, status in message.chat.members.items() if status == "creator")


@pytest.mark.parametrize("where", ["private", "group", "channel"])
async def test_who_runs_one_chat_deletes_nothing_in_another(house, where):
    """The creator of any group can send any data, with ids that stand in every group's buttons."""
    if where == "channel":
        async with house.one_more(house.channel) as jobs:
            await house.telegram.send_photo(house.maud, house.channel, picture(1), "/stylize ink size=96")
        job = await house.delivered(jobs[0].id)
    else:
        job = await house.delivered((await house.stylize(house.anna, house.group if where == "group" else None)).id)
    result, message = await house.result_of(job.id), rogue_group(house)
    pressed = await crafted(house, creator(house, message), message, f"j:{job.id}:delete")
    assert pressed.text == "The message is removed."  # the one in their own group
    await eventually(lambda: not message.alive)
    assert result.alive
    assert await house.store.jobs.files(job.id)
    assert not (await house.job(job.id)).deleted


@pytest.mark.parametrize("verb", [*VERBS, *OTHER_VERBS])
async def test_crafted_data_with_somebody_elses_painting_of_elsewhere_does_and_tells_nothing(house, verb):
    job = await house.delivered((await house.stylize(house.anna)).id)
    message = rogue_group(house)
    rob = creator(house, message)
    known = await crafted(house, rob, message, f"j:{job.id}:{verb}")
    unknown = await crafted(house, rob, message, f"j:{'a' * 10}:{verb}")
    assert known.alert or verb == "delete"  # who runs a chat may remove the bot's messages there
    assert (known.text, known.alert) == (unknown.text, unknown.alert)
    assert (await house.result_of(job.id)).alive
    assert await house.jobs(rob) == ()
    assert len(await house.jobs(house.anna)) == 1


async def test_cancelling_somebody_elses_job_of_elsewhere_tells_nothing(house):
    job = await house.stylize(house.anna, text="slow size=96")
    message = rogue_group(house)
    pressed = await crafted(house, creator(house, message), message, f"j:{job.id}:cancel")
    assert UNKNOWN in pressed.text
    assert (await house.job(job.id)).state in ("queued", "painting")


async def test_who_may_delete_messages_may_delete_what_was_asked_for_in_the_same_chat_topics_too(house):
    for where, facts in ((house.group, {}), (house.forum, {"thread": house.paintings})):
        result = await house.painted(house.anna, where, **facts)
        pressed = await house.press(house.maud, result, "delete")
        assert not pressed.alert, where
        await eventually(lambda result=result: not result.alive)


async def test_strangers_of_the_same_chat_are_told_whose_it_is(house):
    result = await house.painted(house.anna, house.group)
    pressed = await house.press(house.bert, result, "delete")
    assert "Only the person who asked" in pressed.text
    assert result.alive


# ---- what is not known any more ----------------------------------------------------------------------------------


async def forgotten_row(house: House) -> None:
    """Let the janitor forget every job that has ended, as it does after a while."""
    later = house.clock.now() + 1
    await house.store.jobs.clean(ended_before=later, forget_rows_before=later)


async def test_what_is_not_known_any_more_is_removed_by_moderators_and_by_whom_it_mentions(house):
    for who in (house.maud, house.anna, house.owner):
        result = await house.painted(house.anna, house.group)
        await forgotten_row(house)
        pressed = await house.press(house.bert, result, "delete")
        assert UNKNOWN in pressed.text
        assert result.alive
        pressed = await house.press(who, result, "delete")
        assert pressed.text == "The message is removed."
        await eventually(lambda result=result: not result.alive)


async def test_in_private_ones_own_message_is_removed_when_it_is_not_known_any_more(house):
    result = await house.painted(house.anna)
    await forgotten_row(house)
    await house.press(house.anna, result, "delete")
    await eventually(lambda: not result.alive)


async def test_a_copy_in_another_chat_is_removed_by_who_runs_that_chat_and_the_painting_stays(house):
    result = await house.painted(house.anna)
    job = await house.newest(house.anna)
    group = house.telegram.group("Other", house.anna, house.bert, admins=(house.maud,))
    asked = await house.telegram.say(house.anna, group, house.command(group, "help"))
    shown = await house.said(group, asked)
    await house.telegram.press(house.anna, shown, data=f"j:{job.id}:result")  # as from a history that is shown there
    copy = await house.said(group, shown, strict=False)
    pressed = await house.press(house.bert, copy, "delete")
    assert UNKNOWN in pressed.text
    await house.press(house.maud, copy, "delete")
    await eventually(lambda: not copy.alive)
    assert result.alive
    assert not (await house.job(job.id)).deleted
