"""`/stylize`, as people use it and as they should not."""

from __future__ import annotations

import io
import re
from pathlib import Path

import discord
import numpy as np
import pytest
import simcord.interactions
from PIL import Image
from skimage.data import chelsea

from bot.adapters.discord.other_options import read_others
from bot.engines.process import ProcessEngine, engine_command
from bot.intake import Intake
from bot.outcomes import StyleSaved
from bot.presenter import COMMANDS
from bot.presets import Presets
from nst_engine.options import OPTION_TABLE, WISHES
from nst_engine.settings import Settings
from tests.bot.adapters.discord.conftest import eventually, picture
from tests.bot.adapters.discord.test_masks import half
from tests.waiting import PATIENCE, painting_limits, slowness

HIGH = 2**31
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def unbounded(monkeypatch):
    """A Discord whose own checks of options are got around."""
    monkeypatch.setattr(simcord.interactions, "validate_option_value", lambda command, option, value: value)


async def whispered(house, result):
    """What was said to the person alone, after all that was said in public is gone."""
    assert not house.channel.history()
    (message,) = result.followups
    assert message.ephemeral
    return message.content


def settings_of(house, name):
    return house.env.bot.tree.get_command(name).to_dict(house.env.bot.tree)


# ---- what may be asked for ---------------------------------------------------------------------------------------


async def test_every_option_reaches_the_painting(house, env):
    chosen = {
        "strength": 70,
        "size": 80,
        "quality": "draft",
        "colors": "match",
        "smooth": 20,
        "style_scale": 0.5,
        "init": "noise",
        "invert_mask": True,
    }
    mask = ("mask.png", half())
    await house.stylize(house.anna, preset="ink", second_preset="oil", blend=25, mask=mask, **chosen)
    request = (await house.newest(house.anna)).request
    assert [(style.preset, style.weight) for style in request.styles] == [("ink", 0.75), ("oil", 0.25)]
    assert request.chosen == chosen
    assert {name: getattr(request.options, name) for name in chosen} == chosen


async def test_a_picture_to_start_from_is_started_from(house, env):
    await house.stylize(house.anna, init="noise", init_picture=("start.png", picture(3)))
    request = (await house.newest(house.anna)).request
    assert request.options.init == "file"
    assert request.init not in (None, request.content)


async def test_it_is_acknowledged_before_any_picture_is_fetched(house, env):
    said = []
    house.env.backend.cdn.get = lambda url: said.append([entry.json for entry in house.requests("POST", "/callback")])
    result = await house.stylize(house.anna)
    assert said == [[{"type": 5}]]
    assert "photo" in await whispered(house, result)


async def test_the_status_message_says_that_it_is_accepted_and_can_be_cancelled(house, env):
    result = await house.stylize(house.anna, preset="slow")
    assert result.response.message.components[0].children[0].custom_id.endswith(":cancel")
    job = await house.newest(house.anna)
    assert job.status_ref.endswith(str(result.response.id))


async def test_a_style_picture_is_painted_with(house, env):
    message = await house.painted(house.anna, style=("style.png", picture(2)))
    assert message.attachments
    (style,) = (await house.newest(house.anna)).request.styles
    assert style.preset is None


async def test_a_style_picture_goes_together_with_a_preset(house, env):
    await house.stylize(house.anna, style=("style.png", picture(2)), preset="oil", blend=40)
    styles = (await house.newest(house.anna)).request.styles
    assert [(style.preset, style.weight) for style in styles] == [(None, 0.6), ("oil", 0.4)]


async def test_swap_paints_the_style_in_the_style_of_the_photo(house, env):
    await house.stylize(house.anna, style=("style.png", picture(2, (60, 90))), swap=True)
    request = (await house.newest(house.anna)).request
    assert (request.width, request.height) == (60, 90)


async def test_a_film_comes_after_the_painting(house, env):
    await house.stylize(house.anna, film=True)

    async def both():
        jobs = await house.jobs(house.anna)
        return len(jobs) == 2 and all(job.state == "delivered" and job.status_ref is None for job in jobs)

    await eventually(both)
    painting, film = house.channel.history()
    assert painting.attachments[0].filename.endswith(".png")
    assert film.attachments[0].filename.endswith(".gif")


async def test_discord_bounds_what_the_table_of_options_bounds(house, env):
    told = {option["name"]: option for option in settings_of(house, "stylize")["options"]}
    assert [name for name, option in told.items() if option["required"]] == ["photo"]
    for name in ("strength", "size", "smooth", "style_scale"):
        bounds = told[name]["min_value"], told[name]["max_value"]
        assert bounds == (OPTION_TABLE[name].minimum, OPTION_TABLE[name].maximum)
    for name in ("quality", "colors", "init"):
        offered = tuple(choice["value"] for choice in told[name]["choices"])
        assert offered == tuple(choice for choice in WISHES[name].choices if choice != "file")  # which is attached
    assert all(0 < len(option["description"]) <= 100 for option in told.values())


async def test_the_parameters_are_these_in_this_order(house, env):
    kinds = discord.AppCommandOptionType
    told = [(option["name"], kinds(option["type"]).name) for option in settings_of(house, "stylize")["options"]]
    assert told == [
        ("photo", "attachment"),
        ("style", "attachment"),
        ("preset", "string"),
        ("second_preset", "string"),
        ("blend", "integer"),
        ("strength", "integer"),
        ("size", "integer"),
        ("quality", "string"),
        ("colors", "string"),
        ("mask", "attachment"),
        ("background", "string"),
        ("invert_mask", "boolean"),
        ("smooth", "integer"),
        ("style_scale", "number"),
        ("init", "string"),
        ("init_picture", "attachment"),
        ("swap", "boolean"),
        ("film", "boolean"),
        ("second_photo", "attachment"),
        ("third_photo", "attachment"),
        ("fourth_photo", "attachment"),
        ("options", "string"),
    ]
    assert len(told) <= 25
    assert all(len(name) <= 32 for name, _ in told)


def test_the_guide_explains_every_parameter_and_its_examples_work():
    guide = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8").partition("### What `/stylize` takes")[2]
    table = guide.partition("\n\n>")[0]
    assert set(re.findall(r"`([a-z_]+)`", table)) >= COMMANDS["stylize"].parameters.keys()
    (example,) = re.findall(r"written as in `([^`]+)`", table)
    assert set(read_others(example).options) == {"seed", "pooling", "style_layers"}
    named = re.findall(r"(?:preset|background): ([a-z-]+)", guide)
    assert named and set(named) <= {preset.name for preset in Presets.load()}


async def test_every_place_and_every_installation_is_served(house, env):
    for command in env.bot.tree.get_commands():
        told = command.to_dict(env.bot.tree)
        assert told["integration_types"] == [0, 1], command.name
        assert told["contexts"] == ([0, 1] if command.name == "impasto" else [0, 1, 2]), command.name


# ---- completion --------------------------------------------------------------------------------------------------


async def completed(house, text, **filled):
    choices = await house.anna.autocomplete(house.channel, "stylize", "preset", text, **filled)
    return [choice["value"] for choice in choices]


async def test_completion_offers_all_and_then_the_near_ones(house, env):
    assert await completed(house, "") == ["ink", "oil", "slow", "broken"]
    assert (await completed(house, "OI"))[0] == "oil"
    assert (await completed(house, "paper"))[0] == "ink"  # by its title
    assert (await completed(house, "brokne"))[0] == "broken"
    assert isinstance(await completed(house, "§" * 100), list)


async def test_completion_shows_titles_and_gives_names(house, env):
    choices = await house.anna.autocomplete(house.channel, "stylize", "second_preset", "ink")
    assert choices[0]["name"] == "Ink on paper"
    assert choices[0]["value"] == "ink"


async def test_completion_begins_with_saved_styles(house, env):
    await house.anna.slash(house.channel, "style save", name="My garden", picture=("g.png", picture(5)))
    assert (await completed(house, ""))[0] == "My garden"
    await house.painted(house.anna, preset="my GARDEN")
    assert (await house.newest(house.anna)).request.styles[0].saved == "My garden"


async def test_completion_offers_no_more_than_discord_takes(house, env):
    for number in range(25):
        await house.anna.slash(house.channel, "style save", name=f"Mine {number}", picture=("g.png", picture(number)))
    assert len(await completed(house, "")) == 25


# ---- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("strength", 101, "101"),
        ("strength", -HIGH, "0"),
        ("size", 63, "64"),
        ("size", HIGH, "6"),
        ("quality", "superb", "superb"),
        ("colors", "both", "both"),
        ("blend", 101, "101"),
        ("preset", "x" * 500, "x"),
    ],
)
async def test_values_that_got_past_discord_are_refused_in_private(house, env, unbounded, option, value, named):
    result = await house.stylize(house.anna, **{"second_preset": "oil", option: value})
    assert named in await whispered(house, result)
    assert not await house.jobs(house.anna)


async def test_an_unknown_style_is_refused_with_a_near_one(house, env):
    result = await house.stylize(house.anna, preset="inc")
    assert "ink" in (await whispered(house, result)).lower()


async def test_a_refused_style_leads_to_the_gallery(house, env):
    result = await house.stylize(house.anna, preset="inc")
    (message,) = result.followups
    await house.anna.click(message, custom_id="do:styles:1")
    shown = result.followups[-1]
    assert "Ink on paper" in shown.content
    assert shown.attachments


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"preset": "Sternenfluss"}, ["starry-river"]),
        ({"preset": "river of dots"}, ["river-dots"]),
        ({"preset": "mosaic woodcut"}, ["mosaic", "woodcut"]),
        (
            {"preset": "Mosaik und Holzschnitt", "second_preset": "Río estrellado"},
            ["mosaic", "woodcut", "starry-river"],
        ),
        ({"preset": "3"}, ["autumn-knife"]),
        ({"preset": "mosiac"}, ["mosaic"]),
    ],
)
async def test_styles_go_by_titles_numbers_and_slips_and_several_at_once(house, env, given, expected):
    house.studio._context.presets = Presets.load()
    await house.stylize(house.anna, **given)
    assert [style.preset for style in (await house.newest(house.anna)).request.styles] == expected


async def test_a_title_names_a_background_and_a_servers_style(house, env):
    house.studio._context.presets = Presets.load()
    await house.stylize(house.anna, preset="mosaic", mask=("mask.png", half()), background="Holzschnitt")
    assert (await house.newest(house.anna)).request.background[0].preset == "woodcut"
    await house.manager.slash(house.channel, "impasto settings", preset="Sternenfluss")
    await house.anna.slash(house.channel, "stylize", photo=("photo.png", picture(2)), size=96)
    assert (await house.newest(house.anna)).request.styles[0].preset == "starry-river"


async def test_a_share_without_a_second_style_is_refused(house, env):
    said = await whispered(house, await house.stylize(house.anna, blend=40))
    assert said == "“Blend” needs a second style to be shared with. Please choose one more style, or leave “Blend” out."
    assert not await house.jobs(house.anna)


async def test_many_saved_styles_hide_no_preset(house, env):
    await house.stylize(house.anna)
    place = (await house.newest(house.anna)).place
    for number in range(25):
        saved = await house.studio.style_save(house.person(house.anna), place, f"mine {number:02}", picture(number))
        assert isinstance(saved, StyleSaved)
    assert {"ink", "oil", "slow", "broken"} < set(await completed(house, ""))


async def test_a_request_without_a_style_says_so(house, env):
    result = await house.anna.slash(house.channel, "stylize", photo=("photo.png", picture(1)))
    assert "style" in await whispered(house, result)


async def test_what_is_no_picture_is_refused(house, env):
    result = await house.stylize(house.anna, photo=("photo.png", b"not a picture at all"))
    assert "photo" in await whispered(house, result)
    assert not await house.jobs(house.anna)


async def test_what_is_too_large_is_refused_before_it_is_fetched(unopened):
    unopened.sections["intake"] = {"max_bytes": 2000}
    await unopened.open()
    try:
        read = []
        unopened.env.backend.cdn.get = read.append
        result = await unopened.stylize(unopened.anna, photo=("photo.png", b"\0" * 3000))
        assert "2" in await whispered(unopened, result)
        assert not read
    finally:
        await unopened.close()


async def test_a_banned_persons_picture_is_not_even_fetched(house, env):
    await house.owner.slash(house.channel, "impasto ban", person=house.anna, reason="spam")
    env.backend.cdn.get = lambda url: pytest.fail("it was fetched")
    result = await house.stylize(house.anna)
    assert "spam" in await whispered(house, result)


# ---- where, and with whom ----------------------------------------------------------------------------------------


async def test_it_works_in_direct_messages(house, env):
    anna = house.anna.user
    await house.stylize(anna)
    job = await house.delivered((await house.newest(anna)).id)
    (message,) = anna.dm_channel.history()
    assert message.attachments
    assert job.place.guild is None


@pytest.mark.parametrize("context", [0, 2])
async def test_it_works_where_only_the_person_installed_it(house, env, context):
    house.facts.update(authorizing_integration_owners={"1": str(house.anna.id)}, context=context)
    await house.stylize(house.anna)
    job = await house.delivered((await house.newest(house.anna)).id)
    assert job.place.installation == "user"
    assert job.place.reply_token
    assert any(message.attachments for message in house.channel.history())
    assert not house.requests("POST", f"/channels/{house.channel.id}/messages")


async def test_two_people_at_once_get_each_their_own(house, env):
    await house.stylize(house.anna, preset="ink")
    await house.stylize(house.bert, preset="oil")
    for who, style in ((house.anna, "Ink on paper"), (house.bert, "Oil")):
        job = await house.delivered((await house.newest(who)).id)
        message = await house.result_of(job.id)
        assert message.content.startswith(who.mention)
        assert style in message.content


@pytest.mark.paints
async def test_it_really_paints(unopened):
    """From the command to the message with the real intake and the real engine."""
    settings = Settings(
        device="cpu", dtype="float32", convolutions="winograd", threads=1, cache_folder=unopened.folder / "cache"
    )
    unopened.make_engine = lambda: ProcessEngine(engine_command(settings), limits=painting_limits())
    unopened.make_intake, unopened.patience = Intake, PATIENCE * slowness()
    photo = Image.fromarray(chelsea())
    stream = io.BytesIO()
    photo.save(stream, "JPEG")
    await unopened.open()
    try:
        message = await unopened.painted(
            unopened.anna, photo=("cat.jpg", stream.getvalue()), size=64, quality="draft", strength=60
        )
        (file,) = message.attachments
        assert file.description
        assert "seed 7" in message.content
        painting = Image.open(io.BytesIO(await file.read())).convert("RGB")
        assert painting.size == (64, 43)
        small = np.asarray(photo.resize(painting.size, Image.Resampling.LANCZOS), dtype=float)
        painted = np.asarray(painting, dtype=float)
        assert np.abs(painted - small).mean() > 8, "that is still the photo"
        assert np.corrcoef(painted.mean(axis=2).ravel(), small.mean(axis=2).ravel())[0, 1] > 0.3, "the cat is gone"
        assert (await unopened.newest(unopened.anna)).facts.backbone == "vgg19"
    finally:
        await unopened.close()
