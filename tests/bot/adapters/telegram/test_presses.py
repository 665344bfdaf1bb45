"""Every button: pressed by whom it is for, by others, by administrators, twice, after a restart, when it is gone."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.bot.adapters.telegram.conftest import House, eventually
from tests.telegram_api.world import Human, Message

JOB_VERBS = {
    "again": "paint",
    "stronger": "paint",
    "softer": "paint",
    "colors": "paint",
    "bigger": "paint",
    "swap": "paint",
    "variations": "variations",
    "film": "film",
    "details": "inspect",
}


async def made(house: House, who: Human, message: Message, what: str):
    """Press a button that makes a job, and return the job when it is delivered."""
    async with house.one_more(who) as jobs:
        pressed = await house.press(who, message, what)
    assert not pressed.alert
    assert pressed.text
    return await house.delivered(jobs[0].id)


# ---- below a painting --------------------------------------------------------------------------------------------


async def test_a_painting_has_a_button_for_each_verb(house):
    result = await house.painted(house.anna)
    verbs = [data.split(":")[2] for data in result.data]
    assert sorted(verbs) == sorted([*JOB_VERBS, "full", "delete"])
    assert all(len(data.encode()) <= 64 for data in result.data)


@pytest.mark.parametrize("verb", JOB_VERBS)
async def test_each_verb_makes_its_job_as_a_reply_to_the_painting(house, verb):
    result = await house.painted(house.anna, house.group)
    job = await made(house, house.anna, result, verb)
    assert (job.verb, job.task) == (verb, JOB_VERBS[verb])
    assert (await house.result_of(job.id)).reply_to is result
    assert result.alive


async def test_a_variation_is_picked_by_its_number(house):
    sheet_of = await made(house, house.anna, await house.painted(house.anna), "variations")
    sheet = await house.result_of(sheet_of.id)
    picks = [data for data in sheet.data if ":pick:" in data]
    assert len(picks) == 4
    job = await made(house, house.anna, sheet, "pick:3")
    assert job.request.options.strength == sheet_of.request.strengths[2]


async def test_full_quality_comes_as_a_document(house):
    result = await house.painted(house.anna, house.group)
    pressed = await house.press(house.anna, result, "full")
    assert not pressed.text
    copy = await house.said(house.group, result)
    assert copy.document is not None
    assert copy.photo is None
    assert copy.reply_to is result
    assert not copy.data  # the buttons stand below the painting itself
    stored = await house.studio.result(house.person(house.anna), (await house.newest(house.anna)).id)
    assert copy.document == stored.files[0].data


@pytest.mark.parametrize("verb", [*JOB_VERBS, "full", "delete"])
async def test_strangers_presses_change_nothing(house, verb):
    result = await house.painted(house.anna, house.group)
    pressed = await house.press(house.bert, result, verb)
    assert pressed.alert
    assert pressed.text
    assert result.alive
    assert await house.jobs(house.bert) == ()
    assert len(await house.jobs(house.anna)) == 1


async def test_buttons_work_after_a_restart(house):
    result = await house.painted(house.anna)
    await house.restart()
    job = await made(house, house.anna, result, "again")
    assert job.parent is not None


async def test_a_button_pressed_twice_at_once_is_answered_twice(house):
    result = await house.painted(house.anna)
    first, second = await asyncio.gather(
        house.press(house.anna, result, "delete"), house.press(house.anna, result, "delete")
    )
    await eventually(lambda: not result.alive)
    assert first.text
    assert second.text


async def test_the_same_press_that_comes_twice_makes_one_job(house):
    result = await house.painted(house.anna)
    async with house.one_more(house.anna):
        query = await house.telegram.start_press(house.anna, result, "again")
        content = {
            "id": query.id,
            "from": house.anna.as_json(),
            "chat_instance": "1",
            "message": {"chat": result.chat.as_json(), "message_id": result.id, "date": 0},
            "data": next(data for data in result.data if data.endswith(":again")),
        }
        house.telegram.updates.push("callback_query", content)
        await query.wait()
    await eventually(lambda: len(house.telegram.calls("answerCallbackQuery")) == 2)
    assert len(await house.jobs(house.anna)) == 2


# ---- deleting and cancelling -------------------------------------------------------------------------------------


async def test_the_requester_deletes_a_painting(house):
    result = await house.painted(house.anna, house.group)
    job = await house.newest(house.anna)
    pressed = await house.press(house.anna, result, "delete")
    assert not pressed.alert
    await eventually(lambda: not result.alive)
    assert (await house.job(job.id)).deleted


async def test_a_groups_administrator_deletes_anybodys_painting(house):
    result = await house.painted(house.anna, house.group)
    assert not (await house.press(house.maud, result, "delete")).alert
    await eventually(lambda: not result.alive)


async def test_who_runs_a_group_is_not_guessed(house):
    result = await house.painted(house.anna, house.group)
    house.telegram.fail("getChatMember", 500, "Internal Server Error")
    assert (await house.press(house.maud, result, "delete")).alert
    assert result.alive


async def test_details_are_deleted_with_all_their_messages(house):
    job = await made(house, house.anna, await house.painted(house.anna), "details")
    messages = house.messages_at(job.sent_ref)
    assert len(messages) > 1
    await house.press(house.anna, messages[-1], "delete")
    await eventually(lambda: not any(message.alive for message in messages))


async def test_cancel_ends_ones_own_job_only(house):
    job = await house.stylize(house.anna, house.group, text="slow size=96")
    status = await house.status_of(job.id)
    assert (await house.press(house.bert, status, "cancel")).alert
    assert (await house.job(job.id)).state in ("queued", "painting")
    pressed = await house.press(house.anna, status, "cancel")
    assert not pressed.alert
    assert (await house.told(job.id)).state == "cancelled"
    await eventually(lambda: not status.alive)
    assert (await house.telegram.press(house.anna, status, data=f"j:{job.id}:cancel")).alert


# ---- owners, chats as persons ------------------------------------------------------------------------------------


async def test_an_owner_closes_reports_one_by_one(house):
    for text in ("First.", "Second."):
        chat = house.private(house.bert)
        await house.said(chat, await house.telegram.say(house.bert, chat, f"/report {text}"))
    office = house.private(house.owner)
    page = await house.said(office, await house.telegram.say(house.owner, office, "/reports"))
    assert "First." in page.words
    await house.press(house.owner, page, "report_close")
    await eventually(lambda: ("First." in page.words) != ("Second." in page.words))


async def test_reports_are_closed_by_owners_only(house):
    chat = house.private(house.bert)
    page = await house.said(chat, await house.telegram.say(house.bert, chat, "/help"))
    assert (await house.telegram.press(house.bert, page, data="d:report_close:abcd")).alert


async def test_an_anonymous_administrators_painting_listens_to_those_who_run_the_group(house):
    async with house.one_more(house.group) as jobs:
        await house.ask(house.maud, house.group, anonymous=True)
    await house.delivered(jobs[0].id)
    result = await house.result_of(jobs[0].id)
    assert (await house.press(house.anna, result, "again")).alert
    async with house.one_more(house.group) as more:
        assert not (await house.press(house.maud, result, "again")).alert
    await house.delivered(more[0].id)


async def test_a_painting_asked_for_in_a_channels_name_listens_to_those_who_run_it_where_that_can_be_seen(house):
    async with house.one_more(house.channel) as jobs:
        await house.ask(house.maud, house.group, as_chat=house.channel)
    await house.delivered(jobs[0].id)
    result = await house.result_of(jobs[0].id)
    assert (await house.press(house.anna, result, "again")).alert
    async with house.one_more(house.channel) as more:
        assert not (await house.press(house.maud, result, "again")).alert
    await house.delivered(more[0].id)
    assert house.channel.title in (await house.result_of(more[0].id)).words
    await house.telegram.remove_bot(house.channel)
    house.clock.advance(600)
    assert (await house.press(house.maud, result, "again")).alert


async def test_a_channels_painting_listens_to_those_who_run_it(house):
    async with house.one_more(house.channel) as jobs:
        await house.ask(house.maud, house.channel)
    await house.delivered(jobs[0].id)
    result = await house.result_of(jobs[0].id)
    assert (await house.press(house.bert, result, "delete")).alert
    assert not (await house.press(house.maud, result, "delete")).alert
    await eventually(lambda: not result.alive)


# ---- what a button should not meet -------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["j:nosuchjob:again", "j:nosuchjob:nosuchverb", "d:nosuchverb", "nonsense", "x" * 64])
async def test_buttons_of_other_versions_are_answered(house, data):
    result = await house.painted(house.anna)
    pressed = await house.telegram.press(house.anna, result, data=data)
    assert pressed.alert
    assert pressed.text


@pytest.mark.parametrize("verb", [*JOB_VERBS, "full", "delete"])
async def test_buttons_of_a_message_that_is_too_old_to_be_seen_still_work(house, verb):
    result = await house.painted(house.anna)
    data = next(data for data in result.data if data.split(":")[2] == verb)
    await house.telegram.delete(result)
    assert not (await house.telegram.press(house.anna, result, data=data)).alert


async def test_a_press_on_a_message_that_was_sent_inline_is_answered(house):
    query = await house.telegram.start_press(house.anna, await house.painted(house.anna), "again")
    await query.wait()
    content = {
        "id": "77",
        "from": house.anna.as_json(),
        "chat_instance": "1",
        "inline_message_id": "AAAA",
        "data": "d:styles:1",
    }
    house.telegram.updates.push("callback_query", content)

    def answered() -> bool:
        return any(call.params["callback_query_id"] == "77" for call in house.telegram.calls("answerCallbackQuery"))

    await eventually(answered)


async def test_a_press_that_waited_too_long_is_carried_out_all_the_same(house):
    result = await house.painted(house.anna)
    house.telegram.switches.callback_seconds = -1
    async with house.one_more(house.anna) as jobs:
        await house.telegram.start_press(house.anna, result, "again")
    await house.delivered(jobs[0].id)


async def test_what_breaks_behind_a_button_is_said_with_its_number(house, monkeypatch):
    result = await house.painted(house.anna)

    async def broken(*args, **kwargs):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(house.studio, "again", broken)
    pressed = await house.press(house.anna, result, "again")
    assert pressed.alert
    assert pressed.text


async def test_what_a_button_carries_is_its_job_and_verb(house):
    result = await house.painted(house.anna)
    job = await house.newest(house.anna)
    assert all(data.startswith(f"j:{job.id}:") for data in result.data)
    assert str(house.anna.id) not in json.dumps(result.keyboard)
