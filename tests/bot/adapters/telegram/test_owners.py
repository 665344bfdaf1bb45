"""What owners may do in private and in groups, whom they mean, and that nobody else may."""

from __future__ import annotations

import pytest

from bot.model import ADMINISTRATORS, PlaceSettings
from bot.outcomes import Stats
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import BOT_USERNAME, Chat, Human, Message

COMMANDS = {
    "stats": "People: 0",
    "pause": "no new paintings are taken",
    "resume": "New paintings are taken again",
    "ban 1": "telegram:1 may not ask",
    "unban 1": "telegram:1 was not banned",
    "setquota 1 paintings_a_day=5": "Paintings a day: 5",
    "reload": "in force",
    "reports": "no open reports",
}
"""Each command, and what its answer says."""


async def told(house: House, who: Human, chat: Chat, text: str, **facts) -> Message:
    """Say something, and return the bot's answer."""
    return await house.said(chat, await house.telegram.say(who, chat, text, **facts))


async def order(house: House, text: str, **facts) -> Message:
    """Let the owner say something in the group."""
    name, _, rest = text.partition(" ")
    return await told(house, house.owner, house.group, house.command(house.group, name, rest), **facts)


async def is_banned(house: House, who: Human) -> bool:
    """Tell whether the bot refuses what somebody asks for."""
    before = len(await house.jobs(who))
    asked = await house.ask(who)
    answer = await house.said(house.private(who), asked)
    return len(await house.jobs(who)) == before and "may not" in answer.words


@pytest.mark.parametrize(("command", "says"), COMMANDS.items())
async def test_each_answers_to_owners_only(house, command, says):
    allowed = await told(house, house.owner, house.private(house.owner), f"/{command}")
    assert says in allowed.words
    refused = await told(house, house.anna, house.private(house.anna), f"/{command}")
    assert says not in refused.words
    assert "owners" in refused.words


async def test_a_groups_other_bots_are_not_talked_into(house):
    await house.telegram.add_bot(house.group, "administrator")  # hears all
    first, *_ = [
        await house.telegram.say(house.anna, house.group, text) for text in ("/ban @somebody spam", "/stats", "/reload")
    ]
    answer = await told(house, house.anna, house.group, house.command(house.group, "ban", "1"))
    assert house.sent_since(house.group, first) == [answer]
    assert "Whom" in (await told(house, house.owner, house.group, "/ban")).words


async def test_figures_are_for_the_owner_alone(house):
    public = await order(house, "stats")
    private = house.telegram.from_bot(house.private(house.owner))[-1]
    assert "Engine" in private.words
    assert "Engine" not in public.words


async def test_a_pause_and_its_end(house):
    await order(house, "pause New brushes are on their way")
    refused = await house.said(house.private(house.anna), await house.ask(house.anna))
    assert "New brushes are on their way" in refused.words
    await order(house, "resume")
    assert (await house.painted(house.anna)).photo is not None


@pytest.mark.parametrize("form", ["id", "key", "reply"])
async def test_a_ban_of_whom_is_meant_and_its_end(house, form):
    theirs = await house.telegram.send_photo(house.bert, house.group, picture(1))
    whom = {"id": f"{house.bert.id} ", "key": f"telegram:{house.bert.id} ", "reply": ""}[form]
    facts = {"reply_to": theirs} if form == "reply" else {}
    answer = await order(house, f"ban {whom}days=7 spam", **facts)
    assert str(house.bert.id) in answer.words
    assert await is_banned(house, house.bert)
    assert not await is_banned(house, house.anna)
    await order(house, f"unban {whom}", **facts)
    assert not await is_banned(house, house.bert)


async def test_a_painting_stands_for_who_asked_for_it(house):
    result = await house.painted(house.anna, house.group)
    assert f"telegram:{house.anna.id}" in (await order(house, "ban", reply_to=result)).words


async def test_people_of_other_chats_are_named_by_their_keys(house):
    assert "discord:1234" in (await order(house, "ban discord:1234 for a reason")).words
    assert "was not banned" not in (await order(house, "unban discord:1234")).words
    assert "was not banned" in (await order(house, "unban discord:1234")).words


async def test_in_a_topic_its_beginning_is_nobodys_message(house):
    service = house.forum.topics[house.paintings]
    asked = await house.telegram.say(
        house.owner, house.forum, f"/ban@{BOT_USERNAME}", thread=house.paintings, reply_to=service
    )
    answer = await house.said(house.forum, asked)
    assert str(house.maud.id) not in answer.words


@pytest.mark.parametrize("command", ["ban", "ban days=7 spam", "unban", "setquota", "setquota paintings_a_day=5"])
async def test_whom_nobody_can_tell_is_asked_for(house, command):
    assert "Whom do you mean?" in (await order(house, command)).words


async def test_a_name_is_no_id(house):
    assert "telegram:1234" in (await order(house, "ban @bert")).words  # the form of one


async def test_a_channels_and_an_anonymous_administrators_words_are_the_chats(house):
    theirs = await house.telegram.say(house.maud, house.group, "hello", anonymous=True)
    assert f"telegram:{house.group.id}" in (await order(house, "ban", reply_to=theirs)).words


async def test_somebodys_own_limits_are_set_and_taken_back(house):
    theirs = await house.telegram.say(house.anna, house.group, "hello")
    await order(house, "setquota paintings_a_day=1 largest_size=64", reply_to=theirs)
    refused = await house.said(house.private(house.anna), await house.ask(house.anna))
    assert "64" in refused.words
    assert await house.jobs(house.anna) == ()
    await order(house, f"setquota {house.anna.id} reset")
    assert (await house.painted(house.anna)).photo is not None


async def test_a_group_that_lets_only_administrators_ask_tells_so_before_anybody_does(house):
    settings = PlaceSettings(allowed_roles=(ADMINISTRATORS,))
    await house.store.places.put(f"telegram:{house.group.id}", settings)
    sentence = "Here I paint only for administrators of this group."
    for name in ("quota", "help"):
        told_to_all = await told(house, house.anna, house.group, house.command(house.group, name))
        assert sentence in told_to_all.words
        told_to_maud = await told(house, house.maud, house.group, house.command(house.group, name))
        assert sentence not in told_to_maud.words


async def test_somebody_who_never_asked_for_anything_has_a_name_too(house):
    theirs = await house.telegram.say(house.bert, house.group, "hello")
    assert f"Bert (telegram:{house.bert.id}) may not ask" in (await order(house, "ban", reply_to=theirs)).words


async def test_somebodys_limits_are_told_where_none_is_named(house):
    await house.painted(house.anna)
    answer = await order(house, f"setquota {house.anna.id}")
    assert f"The limits of Anna (telegram:{house.anna.id}) now:" in answer.words
    assert "Paintings a day: 30, as usual" in answer.words
    assert "Used today: 1." in answer.words


async def test_a_limit_that_is_none_is_refused_in_words(house):
    answer = await order(house, f"setquota {house.anna.id} paintings_a_day=many")
    assert "many" in answer.words


async def test_the_config_is_read_anew(house):
    house.sections["limits"] = {"paintings_a_day": 2}
    chat = house.private(house.anna)
    assert "today, of 30" in (await told(house, house.anna, chat, "/quota")).words
    await order(house, "reload")
    assert "today, of 2." in (await told(house, house.anna, chat, "/quota")).words


async def test_owners_cancel_anybodys_job(house):
    job = await house.stylize(house.anna, text="slow size=96")
    await house.status_of(job.id)
    answer = await order(house, f"cancel {job.id}")
    assert (await house.told(job.id)).state == "cancelled"
    assert "ancelled" in answer.words
    await eventually(lambda: house.telegram.from_bot(house.private(house.anna)))


async def test_figures_are_right(house):
    await house.painted(house.anna)
    stats = await house.studio.stats(house.person(house.owner))
    assert isinstance(stats, Stats)
    answer = await told(house, house.owner, house.private(house.owner), "/stats")
    assert f"People: {stats.people}" in answer.words
