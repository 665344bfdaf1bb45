"""Where the bot came along with a person, and the interaction's own token is the only way back."""

from __future__ import annotations

import pytest

from tests.bot.adapters.discord.conftest import eventually, picture
from tests.bot.adapters.discord.test_outlet import UNAVAILABLE, direct_messages, let_through


@pytest.fixture
def alone(house, facts):
    """Anna has installed the bot for herself, and asks somewhere where it is not."""
    facts.update(authorizing_integration_owners={"1": str(house.anna.id)}, context=2)
    return house


async def test_where_only_the_reply_token_reaches_the_result_is_a_follow_up(alone, env):
    shown = await alone.stylize(alone.anna)
    await alone.delivered((await alone.newest(alone.anna)).id)
    assert not alone.requests("POST", f"/channels/{alone.channel.id}/messages")
    (result,) = shown.followups
    assert result.content.startswith(alone.anna.mention)
    assert shown.response is None  # the status message is gone


async def test_the_reply_token_serves_also_after_a_restart(alone, env):
    env.inject_error("POST", "/webhooks/*", **UNAVAILABLE)
    shown = await alone.stylize(alone.anna)
    job = await alone.state((await alone.newest(alone.anna)).id, "painted")
    await alone.restart()
    await let_through(alone, job.id)
    (result,) = shown.followups
    assert result.attachments


async def test_when_the_reply_token_has_died_the_painting_comes_in_private(alone, env):
    env.inject_error("POST", "/webhooks/*", **UNAVAILABLE)
    await alone.stylize(alone.anna)
    job = await alone.state((await alone.newest(alone.anna)).id, "painted")
    await alone.later(16 * 60)
    await let_through(alone, job.id)
    assert direct_messages(alone, alone.anna)[0].attachments


async def test_of_several_photos_as_many_are_painted_as_the_reply_token_can_hand_over(alone, env):
    more = {f"{which}_photo": (f"{which}.png", picture(number)) for number, which in enumerate(("second", "third"), 2)}
    shown = await alone.stylize(alone.anna, **more)
    assert "I paint 2 of your 3 photos" in shown.response.content
    assert "no more than 2 photos at a time here" in shown.response.content
    for job in await alone.jobs(alone.anna):
        await alone.delivered(job.id)
    assert len(shown.followups) == 2


@pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015), (404, 10062)])
async def test_however_discord_says_that_the_reply_token_has_died_the_painting_comes_in_private(
    alone, env, status, code
):
    env.inject_error("POST", "/webhooks/*", status=status, code=code, times=None)
    await alone.stylize(alone.anna)
    await alone.delivered((await alone.newest(alone.anna)).id)  # at once: waiting would not help
    (message,) = direct_messages(alone, alone.anna)
    assert "I could not post this where you asked for it" in message.content
    assert message.attachments


async def test_its_person_can_delete_it_also_when_the_first_token_has_died(alone, env):
    shown = await alone.stylize(alone.anna)
    job = await alone.delivered((await alone.newest(alone.anna)).id)
    (result,) = shown.followups
    await alone.later(16 * 60)
    await alone.anna.click(result, custom_id=f"job:{job.id}:delete")
    assert not shown.followups
    assert (await alone.job(job.id)).deleted


async def test_a_job_that_takes_longer_than_the_token_lasts_is_refused_with_the_reason(unopened, facts):
    house = unopened
    house.environment["FAKE_ENGINE_SPEED"] = "0.001"  # megapixel-iterations a second
    try:
        await house.open()
        facts.update(authorizing_integration_owners={"1": str(house.anna.id)}, context=2)
        await eventually(lambda: house.engine.hello)
        shown = await house.stylize(house.anna, size=512)
        assert "13 minutes" in shown.followups[0].content
        assert shown.followups[0].ephemeral
        assert not await house.jobs(house.anna)
    finally:
        await house.close()


async def test_the_reply_token_is_in_no_log(alone, env, capfd, caplog):
    await alone.stylize(alone.anna)
    job = await alone.delivered((await alone.newest(alone.anna)).id)
    assert job.place.reply_token
    said = capfd.readouterr()
    assert job.place.reply_token not in said.out + said.err + caplog.text
