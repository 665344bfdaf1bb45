"""Nothing in private is met with silence, and a group that lets nobody hear me is answered in private."""

from __future__ import annotations

import asyncio

import pytest

from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.bot.adapters.telegram.test_drafts import time_is_up
from tests.telegram_api.world import BOT_USERNAME, Chat, Human, Message


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram tells soon of a group that became another."""
    monkeypatch.setattr("bot.adapters.telegram.client.MOVING_SECONDS", 0.2)


NO_RIGHTS = "Bad Request: not enough rights to send text messages to the chat"


async def told(house: House, who: Human, chat: Chat, text: str, **facts) -> Message:
    """Say something, and return the bot's answer."""
    return await house.said(chat, await house.telegram.say(who, chat, text, **facts))


# ---- commands as people type them -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/help.", "This is how:"),
        ("/help!!!", "This is how:"),
        ("/HELP?", "This is how:"),
        (" /help", "This is how:"),
        ("／help", "This is how:"),
        ("/cancel!", "nothing to cancel"),
        ("/hilfe", "This is how:"),
        ("/стили", "The styles to paint in:"),
        ("/ヘルプ", "This is how:"),
        ("/forget-me", "Shall I delete everything"),
        ("/stylize, ink", "photo"),
    ],
)
async def test_a_command_is_understood_as_it_was_meant(house: House, text: str, says: str) -> None:
    assert says in (await told(house, house.anna, house.private(house.anna), text)).words


async def test_signs_behind_a_command_are_not_its_words(house: House) -> None:
    for text in ("/stylize, ink size=96", "/stylize: ink size=96", "/malen ink size=96"):
        async with house.one_more(house.anna) as found:
            await house.telegram.send_photo(house.anna, house.private(house.anna), picture(1), text)
        assert [style.preset for style in found[0].request.styles] == ["ink"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/hepl", "Did you mean /help?"),
        ("/стиль", "/styles"),
        ("/xyzzy", "I don't know /xyzzy"),
        ("/xyzzy 1 2 3", "I don't know /xyzzy"),
        ("/xyzzy.", "I don't know /xyzzy."),
        ("/", "Send me a photo"),
        ("/home/anna/cat.png", "Send me a photo"),
        ("/quota@another_bot", "Send me a photo"),
    ],
)
async def test_what_is_no_command_is_answered_too(house: House, text: str, says: str) -> None:
    assert says in (await told(house, house.anna, house.private(house.anna), text)).words


async def test_a_forwarded_command_is_answered_with_help_in_short(house: House) -> None:
    assert (
        "Send me a photo" in (await told(house, house.bert, house.private(house.bert), "/quota", forwarded=True)).words
    )


async def test_in_a_group_only_what_names_me_is_answered(house: House) -> None:
    await house.telegram.add_bot(house.group, "administrator")  # hears everything
    assert "/help" in (await told(house, house.anna, house.group, f"/hepl@{BOT_USERNAME}")).words
    assert "This is how" in (await told(house, house.anna, house.group, f"/help@{BOT_USERNAME}!")).words
    for text in ("/hepl", "/hilfe", "/xyzzy", "/hilfe@another_bot"):
        said = await house.telegram.say(house.anna, house.group, text)
        answer = await told(house, house.anna, house.group, f"/privacy@{BOT_USERNAME}")
        assert house.sent_since(house.group, said) == [answer]


async def test_what_nobody_thought_of_is_answered_with_help(house: House) -> None:
    chat = house.private(house.anna)
    message = house.telegram.world.add(chat, sender=house.anna, service={"checklist": {"title": "x", "tasks": []}})
    house.telegram.arrive(message)
    assert "Send me a photo" in (await house.said(chat, message)).words


async def test_what_telegram_itself_says_is_left_alone(house: House) -> None:
    chat = house.private(house.anna)
    first = await told(house, house.anna, chat, "/quota")
    service = house.telegram.world.add(
        chat, sender=house.anna, service={"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}}
    )
    house.telegram.arrive(service)
    answer = await told(house, house.anna, chat, "/privacy")
    assert house.sent_since(chat, first) == [answer]


# ---- groups in which I may not write ----------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "says"), [("help", "This is how:"), ("quota", "30 paintings"), ("xyzzy", "xyzzy")])
async def test_what_a_group_refuses_is_said_in_private(house: House, command: str, says: str) -> None:
    house.telegram.fail("sendMessage", 400, NO_RIGHTS, chat=house.group, times=9)
    await house.telegram.say(house.anna, house.group, f"/{command}@{BOT_USERNAME}")
    answer = (await eventually(lambda: house.telegram.from_bot(house.private(house.anna))))[0]
    assert "could not post this where you asked" in answer.words
    assert says in answer.words
    assert house.telegram.from_bot(house.group) == []


async def test_a_question_that_a_group_refuses_is_not_asked_elsewhere(house: House) -> None:
    for method in ("sendMessage", "sendPhoto"):
        house.telegram.fail(method, 400, NO_RIGHTS, chat=house.group, times=9)
    private = house.private(house.anna)
    await house.telegram.say(house.anna, house.group, house.command(house.group))
    answer = await eventually(lambda: house.telegram.from_bot(private))
    assert "I may not write where you asked me" in answer[0].words
    assert answer[0].data == []


async def test_a_photo_that_never_came_is_told_of_in_private_where_a_group_refuses_that(house: House) -> None:
    begun = await house.telegram.say(house.anna, house.group, house.command(house.group))
    await house.said(house.group, begun)
    house.telegram.fail("sendMessage", 400, NO_RIGHTS, chat=house.group, times=9)
    await time_is_up(house, house.anna, house.group)
    private = house.private(house.anna)
    assert "The photo never came" in (await eventually(lambda: house.telegram.from_bot(private)))[0].words


async def test_who_cannot_be_reached_in_private_either_is_left_alone(house: House) -> None:
    nora = house.telegram.person("Nora")
    house.group.members[nora.id] = "member"
    house.telegram.fail("sendMessage", 400, NO_RIGHTS, chat=house.group, times=1)
    await house.telegram.say(nora, house.group, house.command(house.group, "help"))
    assert "This is how" in (await told(house, house.anna, house.group, house.command(house.group, "help"))).words


# ---- being added ------------------------------------------------------------------------------------------------


async def test_a_group_that_takes_me_in_is_told_how_to_ask(house: House) -> None:
    group = house.telegram.group("New", house.anna, bot="left")
    await house.telegram.add_bot(group)
    welcome = (await eventually(lambda: house.telegram.from_bot(group)))[0]
    assert "\n" not in welcome.words
    assert "/stylize" in welcome.words
    await house.telegram.add_bot(group, "administrator")  # which is no second welcome
    answer = await told(house, house.anna, group, house.command(group, "privacy"))
    assert house.telegram.from_bot(group) == [welcome, answer]


@pytest.mark.parametrize("joined_first", [True, False])
async def test_a_group_that_became_a_supergroup_is_not_welcomed_again(house: House, joined_first: bool) -> None:
    old = house.telegram.group("Basic", house.anna, supergroup=False)
    new = house.telegram.world.upgrade(old)
    service = house.telegram.world.add(new, sender=house.anna, service={"migrate_from_chat_id": old.id})
    if not joined_first:
        house.telegram.arrive(service)
    new.members[house.telegram.world.me.id] = "left"
    await house.telegram.add_bot(new)
    if joined_first:
        house.telegram.arrive(service)
    await eventually(lambda: house.adapter.outlet.has_moved_to(str(new.id)))
    await asyncio.sleep(0.4)
    answer = await told(house, house.anna, new, house.command(new, "privacy"))
    assert house.telegram.from_bot(new) == [answer]


async def test_whoever_adds_me_to_a_group_where_nobody_may_write_is_told_in_private(house: House) -> None:
    group = house.telegram.group("Silent", house.anna, bot="left")
    house.telegram.fail("sendMessage", 400, NO_RIGHTS, chat=group, times=9)
    await house.telegram.add_bot(group)
    private = house.private(house.anna)
    assert "/stylize" in (await eventually(lambda: house.telegram.from_bot(private)))[0].words


async def test_a_channel_and_a_person_are_not_welcomed(house: House) -> None:
    channel = house.telegram.channel("Other", house.maud)
    channel.members[house.telegram.world.me.id] = "left"
    await house.telegram.add_bot(channel, "administrator")
    await house.telegram.block(house.bert)
    await house.telegram.unblock(house.bert)
    await told(house, house.anna, house.private(house.anna), "/quota")
    assert house.telegram.from_bot(channel) == house.telegram.from_bot(house.private(house.bert)) == []


# ---- who am I ---------------------------------------------------------------------------------------------------


async def test_everybody_may_ask_for_their_own_id(house: House) -> None:
    assert f"telegram:{house.anna.id}" in (await told(house, house.anna, house.private(house.anna), "/myid")).words
    answer = await told(house, house.owner, house.private(house.owner), "/myid")
    assert f"telegram:{house.owner.id}" in answer.words
    assert "owner" in answer.words
    public = await told(house, house.anna, house.group, house.command(house.group, "myid"))
    assert str(house.anna.id) not in public.words
