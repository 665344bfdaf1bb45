"""What can be pressed, by whom, and that it still works tomorrow."""

from __future__ import annotations

import pytest

from tests.bot.adapters.discord.conftest import picture


def labels(message) -> list[str]:
    return [button.label for row in message.components for button in row.children]


def id_of(message, verb: str, argument: str = "") -> str:
    """The id of the button with this verb."""
    for row in message.components:
        for button in row.children:
            parts = button.custom_id.split(":")
            found, *rest = parts[2:] if parts[0] == "job" else parts[1:]
            if found == verb and argument in (":".join(rest), ""):
                return button.custom_id
    raise AssertionError(f"no button {verb}")


async def press(who, message, verb: str, argument: str = ""):
    return await who.click(message, custom_id=id_of(message, verb, argument))


async def made(house, who, shown):
    """The result of what a press asked for."""
    job = await house.newest(who)
    assert job.status_ref is None or job.status_ref.endswith(f"/{shown._interaction.message_id}")
    await house.delivered(job.id)
    return await house.job(job.id), await house.result_of(job.id)


def private(shown) -> str:
    """The one private answer."""
    answers = [found for found in (shown.response, *shown.followups) if found is not None and found.ephemeral]
    assert len(answers) == 1
    return answers[0].content


# ---- verbs that make a job ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["again", "stronger", "softer", "colors", "bigger", "swap"])
async def test_a_press_makes_another_painting(house, env, verb):
    first = await house.painted(house.anna)
    shown = await press(house.anna, first, verb)
    job, second = await made(house, house.anna, shown)
    assert job.verb == verb
    assert second.content.startswith(house.anna.mention)
    assert {first.id, second.id} == {found.id for found in house.channel.history()}


async def test_variations_and_a_pick(house, env):
    shown = await press(house.anna, await house.painted(house.anna), "variations")
    job, sheet = await made(house, house.anna, shown)
    assert job.task == "variations"
    shown = await press(house.anna, sheet, "pick", "3")
    job, _ = await made(house, house.anna, shown)
    assert job.verb == "pick"
    parent = await house.job(job.parent)
    assert job.request.options.strength == parent.request.strengths[2]


async def test_a_film(house, env):
    shown = await press(house.anna, await house.painted(house.anna), "film")
    _, film = await made(house, house.anna, shown)
    assert film.attachments[0].filename.endswith(".gif")


async def test_details(house, env):
    shown = await press(house.anna, await house.painted(house.anna), "details")
    _, details = await made(house, house.anna, shown)
    assert len(details.attachments) == 2
    assert all(file.description for file in details.attachments)


async def test_a_refusal_is_private_and_leaves_nothing_in_the_channel(house, env):
    message = await house.painted(house.anna, strength=99)
    stronger = await made(house, house.anna, await press(house.anna, message, "stronger"))
    assert "Stronger" not in labels(stronger[1])
    custom_id = id_of(stronger[1], "softer").replace("softer", "stronger")
    stored = env.backend.messages[house.channel.id][stronger[1].id]
    stored.components[0]["components"][1]["custom_id"] = custom_id  # as a message of an older version may have it
    before = len(house.channel.history())
    shown = await house.anna.click(stronger[1], custom_id=custom_id)
    assert "100" in private(shown)
    assert len([found for found in house.channel.history() if not found.flags.ephemeral]) == before


async def test_buttons_work_after_a_restart(house, env):
    message = await house.painted(house.anna)
    await house.restart()
    job, _ = await made(house, house.anna, await press(house.anna, message, "softer"))
    assert job.verb == "softer"


async def test_the_library_remembers_no_message(house, env):
    await house.painted(house.anna)
    assert not env.bot.persistent_views
    assert not env.bot._connection._view_store._views


async def test_a_button_of_another_version_says_so(house, env):
    message = await house.painted(house.anna)
    stored = env.backend.messages[house.channel.id][message.id]
    custom_id = id_of(message, "again").replace("again", "engrave")
    stored.components[0]["components"][0]["custom_id"] = custom_id
    shown = await house.anna.click(message, custom_id=custom_id)
    assert "I don't know this painting any more" in private(shown)


async def test_what_breaks_is_said_with_a_reference(house, env, monkeypatch):
    message = await house.painted(house.anna)

    async def broken(*arguments: object, **how: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(house.studio, "details", broken)
    monkeypatch.setattr("bot.adapters.discord.desk.secrets.token_hex", lambda _: "deadbeef")
    shown = await press(house.anna, message, "details")
    assert "deadbeef" in private(shown)
    assert "a bug" not in private(shown)


# ---- somebody else ------------------------------------------------------------------------------------------------


async def shown_with(house, verb: str):
    """A message of Anna's that has a button with this verb."""
    if verb == "cancel":
        return (await house.stylize(house.anna, preset="slow")).response.message
    message = await house.painted(house.anna)
    if verb == "pick":
        _, message = await made(house, house.anna, await press(house.anna, message, "variations"))
    return message


@pytest.mark.parametrize(
    "verb",
    [
        *("again", "stronger", "softer", "colors", "bigger", "swap", "film", "variations", "pick", "details"),
        *("delete", "cancel"),
    ],
)
async def test_somebody_elses_press_is_answered_in_private_with_an_offer(house, env, verb):
    message = await shown_with(house, verb)
    before, job = await house.jobs(house.anna), await house.newest(house.anna)
    shown = await press(house.bert, message, verb)
    (answer,) = [found for found in (shown.response, *shown.followups) if found is not None and found.ephemeral]
    (offer,) = [button["custom_id"] for row in answer.components for button in row["components"]]
    assert offer == f"job:{job.id}:restyle"
    assert not await house.jobs(house.bert)
    assert [found.id for found in await house.jobs(house.anna)] == [found.id for found in before]
    assert not (await house.job(job.id)).deleted
    assert (await house.job(job.id)).state != "cancelled"
    assert message.id in [found.id for found in house.channel.history()]


async def test_the_offer_puts_the_style_on_ones_own_photo(house, env):
    refused = await press(house.bert, await house.painted(house.anna), "stronger")
    form = await house.bert.click(refused.followups[0], custom_id=id_of(refused.followups[0].message, "restyle"))
    assert form.modal
    shown = await house.bert.submit_modal(form, {"photo": [("mine.png", picture(5))]})
    job, result = await made(house, house.bert, shown)
    assert (job.verb, job.person.id) == ("restyle", str(house.bert.id))
    assert result.content.startswith(house.bert.mention)


async def test_only_the_requester_and_moderators_may_delete(house, env):
    message = await house.painted(house.anna)
    shown = await press(house.bert, message, "delete")
    assert "or a moderator" in private(shown)
    assert [found.id for found in house.channel.history() if not found.flags.ephemeral] == [message.id]
    job = await house.newest(house.anna)
    await press(house.moderator, message, "delete")
    assert [found for found in house.channel.history() if not found.flags.ephemeral] == []
    assert (await house.job(job.id)).deleted

    own = await house.painted(house.anna)
    await press(house.anna, own, "delete")
    assert own.id not in [found.id for found in house.channel.history()]


async def test_a_result_in_private_can_be_deleted_too(house, env):
    message = await house.painted(house.anna.user)
    await press(house.anna.user, message, "delete")
    assert message.id not in [found.id for found in house.anna.user.dm_channel.history()]


# ---- while it is under way ----------------------------------------------------------------------------------------


async def test_only_the_requester_may_cancel(house, env):
    status = (await house.stylize(house.anna, preset="slow")).response.message
    job = await house.newest(house.anna)
    shown = await press(house.bert, status, "cancel")
    assert "Only the person who asked" in private(shown)
    assert (await house.job(job.id)).state in ("queued", "painting")
    await press(house.anna, status, "cancel")
    await house.told(job.id)
    assert (await house.job(job.id)).state == "cancelled"
    assert status.id not in [found.id for found in house.channel.history()]


# ---- pages --------------------------------------------------------------------------------------------------------


async def test_the_history_is_turned_in_place_and_sends_results_again(house, env):
    for _ in range(11):  # one more than a page
        await house.painted(house.anna)
        house.clock.advance(1)
    shown = await house.anna.slash(house.channel, "history")
    page = shown.response.message
    assert shown.ephemeral
    again = await press(house.anna, page, "result")
    assert again.ephemeral
    assert again.response.attachments
    turned = await press(house.anna, page, "history")
    assert not turned.followups
    assert house.message(house.channel.id, page.id).content != page.content


async def test_history_paints_again_in_public(house, env):
    await house.painted(house.anna)
    shown = await house.anna.slash(house.channel, "history")
    job, result = await made(house, house.anna, await press(house.anna, shown.response.message, "again"))
    assert job.verb == "again"
    assert not result.flags.ephemeral


async def test_the_gallery_is_turned_in_place(house, env):
    for number in range(8):
        name = f"mine {number}"
        await house.anna.slash(house.channel, "style save", name=name, picture=("style.png", picture(number)))
    shown = await house.anna.slash(house.channel, "styles")
    page = shown.response.message
    assert page.attachments
    await press(house.anna, page, "styles", "2")
    turned = house.message(house.channel.id, page.id)
    assert turned.content != page.content
    assert len(turned.attachments) == 1


async def test_forgetting_is_asked_first_and_done_in_place(house, env):
    await house.painted(house.anna)
    shown = await house.anna.slash(house.channel, "forget-me")
    page = shown.response.message
    await press(house.anna, page, "forget")
    done = house.message(house.channel.id, page.id)
    assert "All that I kept of you is deleted" in done.content
    assert not done.components
    assert not await house.jobs(house.anna)
