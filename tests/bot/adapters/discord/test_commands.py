"""The commands about oneself and about styles; all of them answer in private."""

from __future__ import annotations

import pytest
from discord import app_commands

from bot.model import Limits, PlaceSettings
from bot.presenter import COMMANDS
from tests.bot.adapters.discord.conftest import eventually, picture


async def said(result):
    """A private answer."""
    answer = result.response or result.followups[0]
    assert answer.ephemeral
    assert answer.content
    return answer


async def slash(house, path, who=None, /, **options):
    return await said(await (who or house.anna).slash(house.channel, path, **options))


def buttons(answer):
    """The labels of the buttons, by their ids."""
    return {button.custom_id: button.label for row in answer.message.components for button in row.children}


def offered(tree):
    """The paths of all commands, groups and menus."""
    for command in [*tree.get_commands()]:
        yield command.name
        if isinstance(command, app_commands.Group):
            yield from (f"{command.name} {child.name}" for child in command.commands)


async def test_what_is_offered_is_what_the_presenter_has_texts_for(house, env):
    assert sorted(offered(env.bot.tree)) == sorted(COMMANDS)


@pytest.mark.parametrize("name", ["history", "quota", "queue", "help", "privacy", "styles", "style list", "forget-me"])
async def test_it_answers_in_private_in_servers_and_in_direct_messages(house, env, name):
    await slash(house, name)
    await said(await house.anna.user.slash(name))
    assert not house.channel.history()
    assert [entry.json for entry in house.requests("POST", "/callback")] == 2 * [{"type": 5, "data": {"flags": 64}}]


@pytest.mark.parametrize("name", ["history", "quota", "queue", "help", "privacy", "styles", "style list", "forget-me"])
async def test_it_answers_where_only_the_person_installed_it(house, env, name):
    house.facts.update(authorizing_integration_owners={"1": str(house.anna.id)}, context=2)
    await slash(house, name)


# ---- styles ------------------------------------------------------------------------------------------------------


async def test_the_gallery_shows_styles_with_pictures(house, env):
    answer = await slash(house, "styles")
    assert "Ink on paper" in answer.content
    (sheet,) = answer.attachments
    assert sheet.content_type.startswith("image/")
    assert sheet.description


async def test_the_gallery_is_paged(house, env):
    for number in range(8):
        await slash(house, "style save", name=f"Mine {number}", picture=("g.png", picture(number)))
    first = await slash(house, "styles")
    (further,) = buttons(first)
    assert "Broken" not in first.content
    await house.anna.click(first, custom_id=further)
    assert "Broken" in first.content
    assert len(first.attachments) == 1


async def test_a_style_is_saved_listed_painted_with_and_removed(house, env):
    assert "My garden" in (await slash(house, "style save", name="My garden", picture=("g.png", picture(5)))).content
    listed = await slash(house, "style list")
    assert "My garden" in listed.content
    assert "Ink" not in listed.content
    message = await house.painted(house.anna, preset="my garden")
    assert "My garden" in message.content

    asked = await slash(house, "style remove", name="my garden")
    (confirm,) = buttons(asked)
    await house.anna.click(asked, custom_id=confirm)
    assert "My garden" not in (await slash(house, "style list")).content


async def test_removing_completes_saved_styles_only(house, env):
    await slash(house, "style save", name="My garden", picture=("g.png", picture(5)))
    choices = await house.anna.autocomplete(house.channel, "style remove", "name", "")
    assert [choice["value"] for choice in choices] == ["My garden"]


async def test_a_servers_style_takes_the_right_to_manage_the_server(house, env):
    options = {"name": "Our wall", "picture": ("w.png", picture(6)), "for_server": True}
    refused = await slash(house, "style save", **options)
    assert "Our wall" not in (await slash(house, "style list")).content
    assert "server" in refused.content
    await slash(house, "style save", house.manager, **options)
    assert "Our wall" in (await slash(house, "style list", house.bert)).content
    assert "server" in (await slash(house, "style remove", name="Our wall", for_server=True)).content


async def test_in_direct_messages_there_is_no_server_to_save_for(house, env):
    result = await house.manager.user.slash("style save", name="X", picture=("w.png", picture(6)), for_server=True)
    assert "server" in (await said(result)).content


@pytest.mark.parametrize(
    ("name", "data"), [("ink", picture(5)), ("a<b>", picture(5)), ("Fine name", b"but no picture")]
)
async def test_what_cannot_be_saved_is_refused(house, env, name, data):
    await slash(house, "style save", name=name, picture=("g.png", data))
    assert not await house.anna.autocomplete(house.channel, "style remove", "name", "")


# ---- oneself -----------------------------------------------------------------------------------------------------


async def test_the_history_offers_to_paint_again_and_to_send_again(house, env):
    await house.painted(house.anna, strength=65)
    job = await house.newest(house.anna)
    answer = await slash(house, "history")
    offers = buttons(answer)
    again = next(offer for offer in offers if offer.startswith(f"job:{job.id}:again"))
    result = next(offer for offer in offers if offer.startswith(f"job:{job.id}:result"))

    sent = await said(await house.anna.click(answer, custom_id=result))
    assert sent.attachments
    await house.anna.click(answer, custom_id=again)
    repeated = await house.newest(house.anna)
    assert (repeated.verb, repeated.parent, repeated.request.options.strength) == ("again", job.id, 65)


async def test_the_history_is_paged(house, env):
    for _ in range(11):
        await house.painted(house.anna)
        house.clock.advance(60)
    page = await slash(house, "history")
    oldest = (await house.jobs(house.anna))[-1]
    assert not any(oldest.id in offer for offer in buttons(page))
    (older,) = [offer for offer in buttons(page) if offer.startswith("do:history:")]
    await house.anna.click(page, custom_id=older)
    assert {offer.split(":")[1] for offer in buttons(page) if offer.startswith("job:")} == {oldest.id}
    (newer,) = [offer for offer in buttons(page) if offer.startswith("do:history:")]
    await house.anna.click(page, custom_id=newer)
    assert not any(oldest.id in offer for offer in buttons(page))
    assert [offer for offer in buttons(page) if offer.startswith("do:history:")] == [older]


async def test_nobody_sees_anothers_history(house, env):
    await house.painted(house.anna)
    job = await house.newest(house.anna)
    assert not any(job.id in offer for offer in buttons(await slash(house, "history", house.bert)))


async def test_the_quota_counts_what_was_painted(house, env):
    before = (await slash(house, "quota")).content
    await house.painted(house.anna)
    assert (await slash(house, "quota")).content != before


async def test_quota_and_help_tell_whom_a_server_lets_paint(house, env):
    painters = house.guild.create_role("Painters")
    settings = PlaceSettings(allowed_roles=(str(painters.id),), limits=Limits(paintings_a_day=2))
    await house.store.places.put(f"discord:{house.guild.id}", settings)
    for name in ("quota", "help"):
        assert f"<@&{painters.id}>" in (await slash(house, name)).content
    pia = house.guild.add_member(env.create_user("pia"), roles=[painters])
    assert (await slash(house, "quota", pia)).content.startswith("You have 2 paintings left here today, of 2.")
    assert f"<@&{painters.id}>" not in (await slash(house, "help", pia)).content


async def test_the_queue_shows_what_waits(house, env):
    empty = (await slash(house, "queue")).content
    await house.stylize(house.bert, preset="slow")
    assert (await slash(house, "queue")).content != empty


async def test_a_report_reaches_the_owners(house, env):
    await house.painted(house.bert)
    job = await house.newest(house.bert)
    await slash(house, "report", text="That is me.", painting=job.id)
    link = f"https://discord.com/channels/{house.guild.id}/{house.channel.id}/{house.channel.last_message.id}"
    await slash(house, "report", text="That too.", painting=f"see {link} please")
    result = (await house.store.jobs.get(job.id)).sent_ref.partition("/")[2]
    of_result = link.rpartition("/")[0] + f"/{result}"
    await slash(house, "report", text="By link.", painting=of_result)
    await slash(house, "report", text="By number.", painting=result)
    await slash(house, "report", text="In words.", painting="the third from above")
    reports = (await house.studio.reports(house.person(house.owner))).reports
    assert {(report.text, report.job_id, report.link) for report in reports} == {
        ("That is me.", job.id, None),
        ("That too.", None if link != of_result else job.id, link),
        ("By link.", job.id, of_result),
        ("By number.", job.id, of_result),
        ("In words.\nthe third from above", None, None),
    }
    await eventually(lambda: len(house.owner.user.dm_channel.history()) == 5)


async def test_somebody_is_forgotten_after_a_confirmation(house, env):
    await house.painted(house.anna)
    asked = await slash(house, "forget-me")
    assert await house.jobs(house.anna)
    confirm = next(offer for offer in buttons(asked) if offer.startswith("do:forget:"))
    await house.anna.click(asked, custom_id=confirm)
    assert not await house.jobs(house.anna)


async def test_a_banned_person_may_still_be_forgotten(house, env):
    await house.painted(house.anna)
    await slash(house, "impasto ban", house.owner, person=house.anna)
    asked = await slash(house, "forget-me")
    await house.anna.click(asked, custom_id=next(iter(buttons(asked))))
    assert not await house.jobs(house.anna)
