"""Who asks, and where: groups, topics, channels, those who write in a chat's name, and places that change."""

from __future__ import annotations

from bot.model import TelegramPlace
from tests.bot.adapters.telegram.conftest import House, eventually, picture


async def test_a_private_chat_is_answered_there_and_mentions_nobody(house: House) -> None:
    job = await house.stylize(house.anna)
    chat = house.private(house.anna)
    assert job.person.key == f"telegram:{house.anna.id}"
    assert job.place == TelegramPlace(chat=str(chat.id), message="1", private=True)
    await house.delivered(job.id)
    assert (await house.result_of(job.id)).mentioned == []


async def test_a_group_is_answered_with_a_reply_that_mentions_the_person(house: House) -> None:
    result = await house.painted(house.anna, house.group)
    assert result.reply_to is not None
    assert (result.reply_to.sender, result.mentioned) == (house.anna, [house.anna.id])


async def test_a_forums_topic_is_answered_in_it(house: House) -> None:
    result = await house.painted(house.anna, house.forum, thread=house.paintings)
    job = await house.newest(house.anna)
    assert isinstance(job.place, TelegramPlace)
    assert (job.place.thread, result.thread) == (str(house.paintings), house.paintings)


async def test_a_chain_of_replies_is_no_topic(house: House) -> None:
    first = await house.telegram.say(house.bert, house.group, "look at this")
    job = await house.stylize(house.anna, house.group, reply_to=first)
    assert isinstance(job.place, TelegramPlace)
    assert job.place.thread is None


async def test_an_anonymous_admin_is_the_group_itself(house: House) -> None:
    async with house.one_more(house.group) as found:
        await house.ask(house.maud, house.group, anonymous=True)
    await house.delivered(found[0].id)
    result = await house.result_of(found[0].id)
    assert found[0].person.key == f"telegram:{house.group.id}"
    assert result.mentioned == []


async def test_a_channel_asks_for_itself(house: House) -> None:
    async with house.one_more(house.channel) as found:
        await house.ask(house.maud, house.channel)
    await house.delivered(found[0].id)
    assert found[0].person.key == f"telegram:{house.channel.id}"
    assert (await house.result_of(found[0].id)).photo is not None


async def test_a_channel_is_asked_for_what_lacks_and_answers_by_replies(house: House) -> None:
    begun = await house.telegram.say(house.maud, house.channel, "/stylize")
    asks = await house.said(house.channel, begun)
    photo = await house.telegram.send_photo(house.maud, house.channel, picture(1), reply_to=asks)
    gallery = await house.said(house.channel, photo)
    async with house.one_more(house.channel) as found:
        await house.telegram.say(house.maud, house.channel, "ink size=96", reply_to=gallery)
    assert found[0].request.styles[0].preset == "ink"


async def test_a_channels_post_that_was_wrong_is_served_when_it_is_corrected(house: House) -> None:
    post = await house.ask(house.maud, house.channel, "nosuchstyle size=96")
    await house.said(house.channel, post)
    async with house.one_more(house.channel) as found:
        await house.telegram.edit(house.maud, post, caption="/stylize ink size=96")
    await house.delivered(found[0].id)
    await house.telegram.edit(house.maud, post, caption="/stylize oil size=96")
    asked = await house.telegram.say(house.maud, house.channel, "/help")
    await house.said(house.channel, asked)
    assert len(await house.jobs(house.channel)) == 1


async def test_somebody_who_writes_as_a_channel_of_theirs_is_that_channel(house: House) -> None:
    async with house.one_more(house.channel) as found:
        await house.ask(house.maud, house.group, as_chat=house.channel)
    assert found[0].place.key == f"telegram:{house.group.id}"


async def test_a_channels_copy_in_its_group_and_what_other_bots_say_is_not_served(house: House) -> None:
    await house.telegram.add_bot(house.group, "administrator")
    world = house.telegram.world
    robot = house.telegram.person("Robot")
    robot.is_bot = True
    house.group.members[robot.id] = "member"
    media = house.telegram.api.shelf.photo(picture(1))
    facts = {"media": media, "caption": "/stylize ink"}
    from_robot = world.add(house.group, sender=robot, **facts)
    through_robot = world.add(house.group, sender=house.anna, via_bot=robot, **facts)
    copied = world.add(
        house.group,
        sender=house.telegram.person("Telegram", id=777000),
        sender_chat=house.channel,
        service={"is_automatic_forward": True},
        **facts,
    )
    for message in (from_robot, through_robot, copied):
        assert house.telegram.arrive(message)
    asked = await house.telegram.say(house.anna, house.group, house.command(house.group, "help"))
    answer = await house.said(house.group, asked)
    assert house.telegram.from_bot(house.group) == [answer]


async def test_who_runs_a_group_is_asked_once_in_a_while(house: House) -> None:
    for who in (house.anna, house.bert, house.maud):
        await house.painted(who, house.group)
    assert len(house.telegram.calls("getChatAdministrators")) == 1
    house.clock.advance(600)
    await house.painted(house.anna, house.group)
    assert len(house.telegram.calls("getChatAdministrators")) == 2


async def test_a_group_may_keep_paintings_for_those_who_run_it(house: House) -> None:
    chosen = await house.telegram.say(
        house.maud, house.group, house.command(house.group, "settings", "who=administrators")
    )
    await house.said(house.group, chosen)
    asked = await house.ask(house.anna, house.group)
    refusal = await house.said(house.group, asked)
    assert refusal.photo is None
    assert not await house.jobs(house.anna)
    await house.painted(house.maud, house.group)
    async with house.one_more(house.group) as found:
        await house.ask(house.maud, house.group, anonymous=True)
    assert found


async def test_a_telegram_that_does_not_say_who_runs_a_group_stops_nobody(house: House) -> None:
    house.telegram.fail("getChatAdministrators", 400, "Bad Request: member list is inaccessible")
    assert (await house.painted(house.anna, house.group)).photo is not None


async def test_people_are_answered_in_their_language(house: House) -> None:
    eva = house.telegram.person("Eva", language="de")
    asked = await house.telegram.say(eva, house.private(eva), "/help")
    german = await house.said(house.private(eva), asked)
    asked = await house.telegram.say(house.anna, house.private(house.anna), "/help")
    assert german.words != (await house.said(house.private(house.anna), asked)).words


# ---- places that change -----------------------------------------------------------------------------------------


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_chose(house: House) -> None:
    small = house.telegram.group("Small", house.anna, admins=(house.maud,), supergroup=False)
    chosen = await house.telegram.say(house.maud, small, house.command(small, "settings", "size=96 preset=oil"))
    await house.said(small, chosen)
    large = await house.telegram.migrate(small)

    async def has_moved() -> bool:
        return (await house.store.places.get(f"telegram:{large.id}")).preset == "oil"

    await eventually(has_moved)
    job = await house.stylize(house.anna, large, "")
    assert (job.request.styles[0].preset, job.request.options.size) == ("oil", 96)


async def test_who_removes_the_bot_takes_along_what_was_chosen_for_the_group(house: House) -> None:
    chosen = await house.telegram.say(house.maud, house.group, house.command(house.group, "settings", "preset=oil"))
    await house.said(house.group, chosen)
    key = f"telegram:{house.group.id}"
    assert (await house.store.places.get(key)).preset == "oil"
    await house.telegram.remove_bot(house.group)

    async def is_forgotten() -> bool:
        return (await house.store.places.get(key)).preset is None

    await eventually(is_forgotten)


async def test_who_blocks_the_bot_may_come_back_to_what_they_chose(house: House) -> None:
    chat = house.private(house.anna)
    chosen = await house.telegram.say(house.anna, chat, "/settings preset=oil")
    await house.said(chat, chosen)
    await house.telegram.block(house.anna)
    await house.telegram.unblock(house.anna)
    job = await house.stylize(house.anna, text="size=96")
    assert job.request.styles[0].preset == "oil"


async def test_an_answer_to_a_chat_that_is_gone_or_flooded_breaks_nothing(house: House) -> None:
    chat = house.private(house.anna)
    house.telegram.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await house.telegram.say(house.anna, chat, "/help")
    await eventually(lambda: len(house.telegram.calls("sendMessage")) == 1)
    house.telegram.fail("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    asked = await house.telegram.say(house.anna, chat, "/help")
    await eventually(lambda: len(house.telegram.calls("sendMessage")) == 2)
    house.clock.advance(3)
    assert "/stylize" in (await house.said(chat, asked)).words
