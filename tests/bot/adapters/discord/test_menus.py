"""The context menus and the forms that they open."""

from __future__ import annotations

import discord
import pytest
from yarl import URL

from tests.bot.adapters.discord.conftest import eventually, picture
from tests.bot.films import animation

STYLIZE, AVATAR, REPORT = "Stylize this", "Stylize avatar", "Report painting"
DISCORDS = "https://images-ext-1.discordapp.net/external/abc/https/example.org/cat.png"
STRANGERS = "https://example.org/cat.png"


@pytest.fixture
async def posted(house):
    """A message of Bert's with a picture."""
    return await house.bert.send(house.channel, "look", attachments=[("cat.png", picture(3))])


async def opened(house, message, who=None):
    return await (who or house.anna).context_menu(house.channel, STYLIZE, message)


def fields(shown):
    """The form's questions: what each is, by its id."""
    return {label["component"]["custom_id"]: label["component"] for label in shown.modal["components"]}


async def linked(house, **media):
    """A message of Bert's whose picture is only linked."""
    message = await house.bert.send(house.channel, STRANGERS)
    stored = house.env.backend.get_message(house.channel.id, message.id)
    stored.embeds = [{"type": "image", "url": STRANGERS, **media}]
    return message


async def paint(house, shown, who=None, **values):
    who = who or house.anna
    result = await who.submit_modal(shown, {"preset": ["oil"], **values})
    job = await house.newest(who)
    await house.delivered(job.id)
    return result, job


# ---- Stylize this ------------------------------------------------------------------------------------------------


async def test_a_picture_in_the_chat_is_painted_with_what_the_form_says(house, env, posted):
    shown = await opened(house, posted)
    asked = fields(shown)
    assert list(asked) == ["preset", "style", "how", "mask"]
    assert [option["value"] for option in asked["preset"]["options"]] == ["ink", "oil", "slow", "broken"]

    _, job = await paint(house, shown, how=["strength=70", "size=384", "quality=draft"])

    assert [style.preset for style in job.request.styles] == ["oil"]
    assert job.request.chosen == {"strength": 70, "size": 384, "quality": "draft"}
    assert (await house.result_of(job.id)).content.startswith(house.anna.mention)


async def test_without_a_strength_the_style_decides(house, env, posted):
    shown = await opened(house, posted)
    await house.anna.submit_modal(shown, {"preset": ["ink"]})
    request = (await house.newest(house.anna)).request
    assert request.options.strength == 40
    assert not request.chosen


async def test_of_several_pictures_one_is_chosen(house, env):
    message = await house.bert.send(
        house.channel,
        attachments=[("a.png", picture(1, (90, 60))), ("notes.txt", b"no picture"), ("b.png", picture(2, (60, 90)))],
    )
    shown = await opened(house, message)
    labels = [option["label"] for option in fields(shown)["picture"]["options"]]
    assert ["a.png" in labels[0], "b.png" in labels[1], len(labels)] == [True, True, 2]

    _, job = await paint(house, shown, picture=["1"])

    assert (job.request.width, job.request.height) == (60, 90)


async def test_of_several_pictures_each_that_is_chosen_is_painted(house, env):
    sizes = [(90, 60), (60, 90), (80, 80)]
    attachments = [(f"{number}.png", picture(number, size)) for number, size in enumerate(sizes)]
    shown = await opened(house, await house.bert.send(house.channel, attachments=attachments))
    assert fields(shown)["picture"]["max_values"] == 3
    result = await house.anna.submit_modal(shown, {"preset": ["oil"], "picture": ["0", "2"]})
    assert "I paint your 2 photos" in result.response.content
    jobs = [await house.delivered(job.id) for job in await house.jobs(house.anna)]
    assert {(job.request.width, job.request.height) for job in jobs} == {(90, 60), (80, 80)}
    assert [[style.preset for style in job.request.styles] for job in jobs] == [["oil"], ["oil"]]


async def test_the_painting_that_a_reply_is_about_is_found(house, env):
    painting = await house.painted(house.bert, size=80)
    reply = await house.anna.send(house.channel, "nice", reply_to=painting)
    _, job = await paint(house, await opened(house, reply))
    assert job.request.width == 80


async def test_what_discord_does_not_show_of_a_reply_is_asked_for_itself(house, env, posted):
    reply = await house.anna.send(house.channel, "nice", reply_to=posted)
    result = await opened(house, reply)
    assert result.response.ephemeral
    assert "choose one with a picture" in result.response.content


async def test_a_forwarded_picture_is_found(house, env, posted):
    forwarded = await house.bert.forward(posted, house.channel)
    await paint(house, await opened(house, forwarded))


async def test_discords_copy_of_a_linked_picture_is_painted(house, env):
    env.bot.desk.source.origins |= {URL("https://images-ext-1.discordapp.net")}
    env.backend.cdn._blobs[DISCORDS] = picture(4, (80, 40))
    message = await linked(house, thumbnail={"url": STRANGERS, "proxy_url": DISCORDS})

    _, job = await paint(house, await opened(house, message))

    assert (job.request.width, job.request.height) == (80, 40)


async def test_a_picture_that_lies_with_strangers_is_not_offered(house, env):
    message = await linked(house, image={"url": STRANGERS, "proxy_url": STRANGERS})
    result = await opened(house, message)
    assert result.modal is None
    assert result.response.ephemeral


async def test_a_message_without_a_picture_says_so_in_private(house, env):
    message = await house.bert.send(house.channel, "just words")
    result = await opened(house, message)
    assert result.modal is None
    assert result.response.ephemeral
    assert "picture" in result.response.content


async def test_what_only_looks_like_a_picture_is_refused_in_private(house, env):
    message = await house.bert.send(house.channel, attachments=[("cat.png", b"but no cat")])
    shown = await opened(house, message)
    result = await house.anna.submit_modal(shown, {"preset": ["ink"]})
    (said,) = result.followups
    assert said.ephemeral
    assert not await house.jobs(house.anna)


def offers(shown, kind: str) -> list[str]:
    return [option["value"] for option in fields(shown)[kind]["options"]]


@pytest.fixture
async def garden(house):
    """A style that Anna saved."""
    await house.anna.slash(house.channel, "style save", name="My garden", picture=("g.png", picture(5)))


async def test_the_form_offers_saved_styles_in_a_list_of_their_own(house, env, posted, garden):
    shown = await opened(house, posted)
    assert list(fields(shown)) == ["saved", "preset", "style", "how", "mask"]
    assert len({label["label"] for label in shown.modal["components"]}) == 5
    assert (offers(shown, "saved"), offers(shown, "preset")) == (["My garden"], ["ink", "oil", "slow", "broken"])


@pytest.mark.parametrize(
    ("chosen", "painted"),
    [
        ({"saved": ["My garden"]}, ["My garden"]),
        ({"preset": ["oil"]}, ["oil"]),
        ({"saved": ["My garden"], "preset": ["oil"]}, ["My garden", "oil"]),
    ],
    ids=["saved", "preset", "both"],
)
async def test_a_style_of_either_list_is_painted_or_both(house, env, posted, garden, chosen, painted):
    shown = await opened(house, posted)
    await house.anna.submit_modal(shown, chosen)
    job = await house.newest(house.anna)
    await house.delivered(job.id)
    assert [style.saved or style.preset for style in job.request.styles] == painted


async def test_where_no_style_is_chosen_that_is_said_in_private(house, env, posted, garden):
    result = await house.anna.submit_modal(await opened(house, posted), {})
    (said,) = result.followups
    assert said.ephemeral
    assert "The style is missing" in said.content
    assert not await house.jobs(house.anna)


async def test_however_many_styles_somebody_saved_presets_can_be_chosen(house, env, posted):
    for number in range(25):  # as many as anybody may keep
        await house.anna.slash(house.channel, "style save", name=f"Mine {number}", picture=("g.png", picture(number)))
    await house.manager.slash(house.channel, "style save", name="Ours", picture=("o.png", picture(30)), for_server=True)
    shown = await opened(house, posted)
    assert len(offers(shown, "saved")) == 25  # Discord takes no more
    assert "Ours" not in offers(shown, "saved")
    assert offers(shown, "preset") == ["ink", "oil", "slow", "broken"]


async def test_where_all_is_asked_at_once_one_list_has_both_kinds_of_styles(house, env):
    for number in range(25):
        await house.anna.slash(house.channel, "style save", name=f"Mine {number}", picture=("g.png", picture(number)))
    message = await house.bert.send(
        house.channel, attachments=[("a.png", picture(1, (90, 60))), ("b.png", picture(2, (60, 90)))]
    )
    shown = await opened(house, message)
    assert list(fields(shown)) == ["picture", "preset", "style", "how", "mask"]
    offered = offers(shown, "preset")
    assert len(offered) == 25
    assert offered[-4:] == ["ink", "oil", "slow", "broken"]


async def test_a_style_picture_of_ones_own_will_do(house, env, posted):
    shown = await opened(house, posted)
    await house.anna.submit_modal(shown, {"style": ("s.png", picture(8))})
    job = await house.newest(house.anna)
    await house.delivered(job.id)
    (style,) = job.request.styles
    assert (style.preset, style.saved) == (None, None)


async def test_of_one_dial_one_value_is_taken(house, env, posted):
    shown = await opened(house, posted)
    result = await house.anna.submit_modal(shown, {"preset": ["ink"], "how": ["size=384", "size=512"]})
    assert result.response.ephemeral
    assert "“Size” can have one value only" in result.response.content
    assert not await house.jobs(house.anna)


async def test_sizes_that_somebody_may_not_have_are_not_offered(unopened):
    unopened.sections["limits"] = {"largest_size": 512}
    try:
        await unopened.open()
        message = await unopened.bert.send(unopened.channel, attachments=[("cat.png", picture(3))])
        offered = offers(await opened(unopened, message), "how")
    finally:
        await unopened.close()
    assert [value for value in offered if value.startswith("size")] == ["size=384", "size=512"]


async def test_two_people_may_fill_in_their_forms_at_once(house, env, posted):
    for_anna, for_bert = await opened(house, posted), await opened(house, posted, house.bert)
    await house.bert.submit_modal(for_bert, {"preset": ["oil"]})
    await house.anna.submit_modal(for_anna, {"preset": ["ink"]})
    for who, preset in ((house.anna, "ink"), (house.bert, "oil")):
        assert (await house.newest(who)).request.styles[0].preset == preset


async def test_the_form_speaks_the_persons_language(house, env, posted):
    house.facts["locale"] = "de"
    german = await opened(house, posted)
    house.facts["locale"] = "en-GB"
    assert german.modal["title"] != (await opened(house, posted)).modal["title"]


# ---- Stylize avatar ----------------------------------------------------------------------------------------------


async def test_an_avatar_is_painted_at_full_size(house, env):
    env.bot.desk.source.origins |= {URL("https://cdn.discordapp.com")}
    read = []

    def get(url):
        read.append(url)
        return picture(6)

    env.backend.cdn.get = get
    artist = house.guild.add_member(env.create_user("artist", avatar="a1b2c3"))
    shown = await house.anna.context_menu(house.channel, AVATAR, artist)
    await paint(house, shown)
    assert read == [f"https://cdn.discordapp.com/avatars/{artist.id}/a1b2c3.png?size=1024"]


async def test_a_moving_avatar_moves_and_a_still_of_it_can_be_chosen(house, env):
    env.bot.desk.source.origins |= {URL("https://cdn.discordapp.com")}
    read = []

    def get(url):
        read.append(url)
        return animation(3) if ".gif" in url else picture(6)

    env.backend.cdn.get = get
    artist = house.guild.add_member(env.create_user("artist", avatar="a_1b2c3"))
    address = f"https://cdn.discordapp.com/avatars/{artist.id}/a_1b2c3"
    for chosen, frames in (("0", 3), ("1", 1)):
        shown = await house.anna.context_menu(house.channel, AVATAR, artist)
        _, job = await paint(house, shown, picture=[chosen])
        assert job.request.frames == frames
    assert read == [f"{address}.gif?size=1024", f"{address}.png?size=1024"]


async def test_somebody_without_an_avatar_has_discords_own(house, env):
    env.bot.desk.source.origins |= {URL("https://cdn.discordapp.com")}
    env.backend.cdn.get = lambda url: picture(6)
    shown = await house.anna.context_menu(house.channel, AVATAR, house.bert)
    await paint(house, shown)


# ---- Report painting ---------------------------------------------------------------------------------------------


async def test_a_painting_is_reported_to_the_owners(house, env):
    painting = await house.painted(house.bert)
    job = await house.newest(house.bert)
    shown = await house.anna.context_menu(house.channel, REPORT, painting)
    result = await house.anna.submit_modal(shown, {"text": "That is my grandmother."})
    assert result.response.ephemeral

    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    assert (report.text, report.job_id) == ("That is my grandmother.", job.id)
    assert report.link == painting.jump_url
    (told,) = await eventually(house.owner.user.dm_channel.history)
    assert "That is my grandmother." in told.content


async def test_any_message_can_be_reported(house, env, posted):
    shown = await house.anna.context_menu(house.channel, REPORT, posted)
    await house.anna.submit_modal(shown, {"text": "Spam."})
    (report,) = (await house.studio.reports(house.person(house.owner))).reports
    assert (report.job_id, report.link) == (None, posted.jump_url)


# ---- the same style on another photo -----------------------------------------------------------------------------


async def test_the_style_of_a_painting_goes_onto_another_photo(house, env):
    painting = await house.painted(house.bert, strength=65)
    theirs = await house.newest(house.bert)
    refused = await house.anna.click(painting, custom_id=f"job:{theirs.id}:stronger")
    (offer,) = [
        button.custom_id
        for row in refused.followups[0].message.components
        for button in row.children
        if isinstance(button, discord.Button)
    ]
    shown = await house.anna.click(refused.followups[0], custom_id=offer)
    await house.anna.submit_modal(shown, {"photo": ("me.png", picture(9, (70, 90)))})

    job = await house.newest(house.anna)
    await house.delivered(job.id)
    assert (job.request.width, job.request.height) == (70, 90)
    assert job.request.options.strength == 65
    assert job.request.styles == theirs.request.styles
