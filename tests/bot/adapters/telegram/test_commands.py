"""Every command for everybody: in private and in groups, in texts and captions, for me and for other bots."""

from __future__ import annotations

import asyncio

import pytest

from bot.model import TelegramPlace
from bot.outcomes import StylesPage
from tests.bot.adapters.telegram.conftest import House, eventually, picture
from tests.telegram_api.world import BOT_USERNAME, Chat, Human, Message

EVERYBODY = {
    "help": "This is how:",
    "styles": "The styles to paint in:",
    "mystyles": "no saved style yet",
    "history": "nothing here yet",
    "quota": "30 paintings left today",
    "queue": "The queue is empty",
    "cancel": "nothing to cancel",
    "settings": "The settings here:",
    "privacy": "What I keep",
    "forgetme": "Shall I delete everything",
}
"""Each command, and what its answer says in private."""
IN_GROUPS = EVERYBODY | {
    "history": "answered you in private",
    "forgetme": "answered you in private",
    "settings": "Only administrators",
}


async def told(house: House, who: Human, chat: Chat, text: str, **facts) -> Message:
    """Say something, and return the bot's answer."""
    return await house.said(chat, await house.telegram.say(who, chat, text, **facts))


def alone(who: Human) -> TelegramPlace:
    """Somebody's private chat, as the studio knows it."""
    return TelegramPlace(chat=str(who.id), private=True)


async def silent(house: House, who: Human, chat: Chat, text: str, **facts) -> None:
    """Say something that is not to be answered: what is said after it, is, and nothing else."""
    said = await house.telegram.say(who, chat, text, **facts)
    answer = await told(house, who, chat, house.command(chat, "privacy"))
    assert house.sent_since(chat, said) == [answer]


@pytest.mark.parametrize(("name", "says"), EVERYBODY.items())
async def test_each_answers_in_private(house, name, says):
    assert says in (await told(house, house.anna, house.private(house.anna), f"/{name}")).words


@pytest.mark.parametrize(("name", "says"), IN_GROUPS.items())
async def test_each_answers_in_groups_to_the_message(house, name, says):
    assert says in (await told(house, house.anna, house.group, house.command(house.group, name))).words
    assert house.private(house.bert).messages == {}


async def test_each_answers_in_the_topic_in_which_it_was_asked(house):
    answer = await told(house, house.anna, house.forum, f"/help@{BOT_USERNAME}", thread=house.paintings)
    assert answer.thread == house.paintings


async def test_names_are_understood_in_any_case(house):
    chat = house.private(house.anna)
    assert EVERYBODY["quota"] in (await told(house, house.anna, chat, f"/QUOTA@{BOT_USERNAME.upper()}")).words


async def test_other_bots_commands_are_left_to_them(house):
    await house.telegram.add_bot(house.group, "administrator")  # hears them
    await silent(house, house.anna, house.group, "/quota@another_bot")


async def test_an_edited_command_is_not_asked_again(house):
    chat = house.private(house.bert)
    asked = await house.telegram.say(house.bert, chat, "/quota")
    first = await house.said(chat, asked)
    await house.telegram.edit(house.bert, asked, text="/help")
    answer = await told(house, house.bert, chat, "/privacy")
    assert house.sent_since(chat, first) == [answer]


# ---- help and styles ---------------------------------------------------------------------------------------------


async def test_start_is_help(house):
    chat = house.private(house.anna)
    assert (await told(house, house.anna, chat, "/start")).words == (await told(house, house.anna, chat, "/help")).words


async def style_token(house: House, name: str) -> str:
    page = await house.studio.styles(house.person(house.anna), alone(house.anna))
    assert isinstance(page, StylesPage)
    return next(entry.token for entry in page.entries if entry.name == name)


async def test_a_link_to_a_style_begins_a_painting_in_it(house):
    chat, token = house.private(house.anna), await style_token(house, "ink")
    answer = await told(house, house.anna, chat, f"/start style-{token}")
    assert "Ink on paper" in answer.words
    async with house.one_more(house.anna) as jobs:
        await house.telegram.send_photo(house.anna, chat, picture(3))
    await house.delivered(jobs[0].id)
    assert [style.preset for style in jobs[0].request.styles] == ["ink"]


@pytest.mark.parametrize("payload", ["style-00000000", "style-", "something", "style-" + "x" * 58])
async def test_links_that_are_none_are_answered_too(house, payload):
    assert (await told(house, house.anna, house.private(house.anna), f"/start {payload}")).words


async def test_styles_come_as_numbered_pictures(house):
    answer = await told(house, house.anna, house.private(house.anna), "/styles")
    assert answer.photo is not None
    assert [data.split(":")[1] for data in answer.data] == ["style_pick"] * 4


async def test_a_style_is_saved_from_the_message_itself(house):
    chat = house.private(house.anna)
    asked = await house.telegram.send_photo(house.anna, chat, picture(5), "/savestyle Blue hour")
    assert "Blue hour" in (await house.said(chat, asked)).words
    assert "Blue hour" in (await told(house, house.anna, chat, "/mystyles")).words


@pytest.mark.parametrize("kind", ["photo", "document", "sticker"])
async def test_a_style_is_saved_from_the_message_replied_to(house, kind):
    send = {
        "photo": house.telegram.send_photo,
        "document": house.telegram.send_document,
        "sticker": house.telegram.send_sticker,
    }[kind]
    data = picture(5, kind="WEBP") if kind == "sticker" else picture(5)
    theirs = await send(house.bert, house.group, data)
    command = house.command(house.group, "savestyle", "Berts")
    assert "Berts" in (await told(house, house.anna, house.group, command, reply_to=theirs)).words
    styles = await house.studio.styles(house.person(house.anna), alone(house.anna), saved_only=True)
    assert [entry.name for entry in styles.entries] == ["Berts"]


async def test_a_style_without_a_picture_or_of_what_is_none(house):
    chat = house.private(house.anna)
    assert "picture" in (await told(house, house.anna, chat, "/savestyle Blue")).words
    sound = await house.telegram.send_other(house.bert, house.group, "audio", b"sound")
    answer = await told(house, house.anna, house.group, house.command(house.group, "savestyle", "Blue"), reply_to=sound)
    assert "a sound file" in answer.words
    empty = await house.telegram.send_photo(house.anna, chat, picture(5), "/savestyle")
    assert "name" in (await house.said(chat, empty)).words


async def test_a_groups_style_is_for_its_administrators_to_save(house):
    command = house.command(house.group, "savestyle", "Ours for=group")
    refused = await house.telegram.send_photo(house.anna, house.group, picture(5), command)
    assert "Only administrators" in (await house.said(house.group, refused)).words
    done = await house.telegram.send_photo(house.maud, house.group, picture(5), command)
    assert "Ours" in (await house.said(house.group, done)).words
    shown = await told(house, house.bert, house.group, house.command(house.group, "mystyles"))
    assert "Ours" in shown.words
    assert shown.photo is not None


async def test_in_groups_ones_own_styles_are_shown_to_oneself(house):
    chat = house.private(house.anna)
    saved = await house.telegram.send_photo(house.anna, chat, picture(5), "/savestyle Secret")
    await house.said(chat, saved)
    assert "Secret" not in (await told(house, house.anna, house.group, house.command(house.group, "styles"))).words
    asked = await house.telegram.say(house.anna, house.group, house.command(house.group, "mystyles"))
    assert "Secret" not in (await house.said(house.group, asked)).words
    gallery = house.telegram.from_bot(chat)[-1]
    assert "Secret" in gallery.words
    await house.press(house.anna, gallery, "style_drop")  # its buttons work where it is
    question = await house.said(chat, gallery)
    await house.press(house.anna, question, "style_remove")
    await eventually(lambda: question.data == [])
    assert "Secret" not in (await told(house, house.anna, chat, "/mystyles")).words


# ---- what is personal ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["history", "forgetme"])
async def test_in_groups_what_is_personal_goes_to_the_person(house, name):
    await house.painted(house.anna, house.group)
    asked = await house.telegram.say(house.anna, house.group, house.command(house.group, name))
    public = await house.said(house.group, asked)
    assert public.data == []
    assert "private" in public.words
    private = house.telegram.from_bot(house.private(house.anna))[-1]
    assert private.data
    assert private.words not in public.words


@pytest.mark.parametrize("name", ["history", "forgetme"])
async def test_who_never_started_the_bot_is_asked_to(house, name):
    newcomer = house.telegram.person("Nora")
    house.group.members[newcomer.id] = "member"
    asked = await house.telegram.say(newcomer, house.group, house.command(house.group, name))
    answer = await house.said(house.group, asked)
    assert f"https://t.me/{BOT_USERNAME}" in answer.words
    assert answer.data == []


async def test_forgetting_asks_first_and_then_forgets(house):
    chat = house.private(house.anna)
    await house.painted(house.anna)
    question = await told(house, house.anna, chat, "/forgetme")
    assert await house.jobs(house.anna)
    await house.press(house.anna, question, "forget")
    await eventually(lambda: question.data == [])
    assert await house.jobs(house.anna) == ()


# ---- cancelling -------------------------------------------------------------------------------------------------


async def test_cancel_stops_a_draft_and_then_has_nothing_to_stop(house):
    chat = house.private(house.anna)
    await told(house, house.anna, chat, "/stylize")
    assert await house.studio.has_draft(house.person(house.anna), alone(house.anna))
    first = await told(house, house.anna, chat, "/cancel")
    assert not await house.studio.has_draft(house.person(house.anna), alone(house.anna))
    assert (await told(house, house.anna, chat, "/cancel")).words != first.words


async def test_cancel_stops_the_only_job_and_the_place_is_told_once(house):
    chat = house.private(house.anna)
    job = await house.stylize(house.anna, text="slow size=96")
    await house.status_of(job.id)
    await house.telegram.say(house.anna, chat, "/cancel")
    assert (await house.told(job.id)).state == "cancelled"
    await told(house, house.anna, chat, "/privacy")
    assert sum("ancel" in message.words for message in house.telegram.from_bot(chat)) == 1


async def test_of_several_jobs_the_one_that_is_named_is_cancelled(house):
    chat = house.private(house.anna)
    first = await house.stylize(house.anna, text="slow size=96")
    second = await house.stylize(house.anna, text="ink size=96")
    queue = await told(house, house.anna, chat, "/cancel")
    assert {data.split(":")[1] for data in queue.data} == {first.id, second.id}
    await house.telegram.say(house.anna, chat, f"/cancel {second.id.upper()}")
    assert (await house.told(second.id)).state == "cancelled"
    assert (await house.job(first.id)).state in ("queued", "painting")  # as soon as the engine is there


async def test_who_cancels_from_another_chat_is_answered_there_and_the_group_reads_who_it_was(house):
    job = await house.stylize(house.anna, house.group, text="slow size=96")
    chat = house.private(house.anna)
    answer = await told(house, house.anna, chat, "/cancel")
    assert answer.words.startswith("Cancelled, as you asked.")
    await house.told(job.id)
    notes = [message.words for message in house.telegram.from_bot(house.group) if "ancelled" in message.words]
    assert [note.splitlines()[0] for note in notes] == ["Anna cancelled this job."]


async def test_an_owner_reads_that_somebodys_job_is_cancelled(house):
    job = await house.stylize(house.anna, house.group, text="slow size=96")
    answer = await told(house, house.owner, house.private(house.owner), f"/cancel {job.id}")
    assert answer.words == "The job is cancelled."


async def test_nobody_cancels_somebody_elses_job(house):
    job = await house.stylize(house.anna, house.group, text="slow size=96")
    answer = await told(house, house.bert, house.group, house.command(house.group, "cancel", job.id))
    assert answer.words
    assert (await house.job(job.id)).state in ("queued", "painting")


# ---- settings -----------------------------------------------------------------------------------------------------


async def test_settings_in_private_are_ones_own(house):
    chat = house.private(house.anna)
    assert "96" in (await told(house, house.anna, chat, "/settings size=96 preset=oil")).words
    async with house.one_more(house.anna) as jobs:
        await house.telegram.send_photo(house.anna, chat, picture(1), "/stylize")
    assert jobs[0].request.options.size == 96
    assert [style.preset for style in jobs[0].request.styles] == ["oil"]


async def test_rules_for_others_cannot_be_set_in_private(house):
    chat = house.private(house.anna)
    for rule in ("daily=3", "daily_for_all=3", "who=administrators", "topics=all", "largest_size=64"):
        answer = (await told(house, house.anna, chat, f"/settings size=96 {rule}")).words
        assert "is a rule for groups; a private chat has none." in answer, answer
    assert "96" not in (await told(house, house.anna, chat, "/settings")).words.replace("1096", "")
    assert "Saved" in (await told(house, house.anna, chat, "/settings reset=all")).words


async def test_settings_of_a_group_are_for_its_administrators(house):
    command = house.command(house.group, "settings", "size=96")
    refused = await told(house, house.anna, house.group, command)
    accepted = await told(house, house.maud, house.group, command)
    assert "Only administrators" in refused.words
    assert "96" in accepted.words
    anonymous = await told(house, house.maud, house.group, house.command(house.group, "settings"), anonymous=True)
    assert "96" in anonymous.words


async def test_a_wrong_setting_is_said_and_changes_nothing(house):
    chat = house.private(house.anna)
    assert "colour" in (await told(house, house.anna, chat, "/settings size=96 colour=red")).words
    assert "96" not in (await told(house, house.anna, chat, "/settings")).words.replace("1096", "")


# ---- at once ------------------------------------------------------------------------------------------------------


async def test_two_people_at_once_get_their_own_answers(house):
    before = await asyncio.gather(
        *(
            house.telegram.say(who, house.group, house.command(house.group, "quota"))
            for who in (house.anna, house.bert, house.maud)
        )
    )
    answers = await eventually(
        lambda: len(house.telegram.from_bot(house.group)) == 3 and house.telegram.from_bot(house.group)
    )
    assert {answer.reply_to.id for answer in answers} == {message.id for message in before}
