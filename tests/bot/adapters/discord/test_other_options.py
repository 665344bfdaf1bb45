"""The options that are written as name=value in `/stylize`."""

from __future__ import annotations

import pytest

from bot.presenter import COMMANDS
from nst_engine.options import OPTION_TABLE


async def completed(house, text: str) -> dict[str, str]:
    """What is offered below the text: what it stands for, and what is shown."""
    choices = await house.anna.autocomplete(house.channel, "stylize", "options", text)
    return {choice["value"]: choice["name"] for choice in choices}


async def test_what_is_written_reaches_the_painting(house, env):
    await house.stylize(house.anna, options="seed=5, Pooling = average tv-weight=2 style_layers=relu3_1:2,relu4_1")
    request = (await house.newest(house.anna)).request
    assert request.chosen == {
        "size": 96,
        "seed": 5,
        "pooling": "average",
        "tv_weight": 2.0,
        "style_layers": {"relu3_1": 2.0, "relu4_1": 1.0},
    }


async def test_a_parameter_of_its_own_counts_more_than_what_is_written(house, env):
    await house.stylize(
        house.anna, second_preset="oil", strength=30, blend=20, options="strength=90 blend=70 swap=no colors=photo"
    )
    request = (await house.newest(house.anna)).request
    assert (request.options.strength, request.options.colors) == (30, "photo")
    assert [style.weight for style in request.styles] == [0.8, 0.2]


async def test_what_else_may_be_typed_may_be_typed_here(house, env):
    await house.stylize(house.anna, second_preset="oil", options="blend=70 film")
    request = (await house.newest(house.anna)).request
    assert request.styles[1].weight == 0.7
    assert request.film


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("pooling=sum", ["max", "average", "sum"]),
        ("seed=-1", ["Seed", "-1"]),
        ("poling=max", ["pooling"]),
        ("pooling average", ["name=value"]),
        ("just words", ["just words", "name=value"]),
        ("content_weight=0 style_weight=0", ["both be 0"]),
    ],
)
async def test_what_is_not_understood_is_said_in_private_and_nothing_is_painted(house, env, written, said):
    result = await house.stylize(house.anna, options=written)
    assert result.response.ephemeral
    assert all(part in result.response.content for part in said), result.response.content
    assert not await house.jobs(house.anna)


async def test_completion_names_what_has_no_parameter_of_its_own(house, env):
    offered = await completed(house, "")
    others = [f"{name}=" for name in OPTION_TABLE if name not in COMMANDS["stylize"].parameters]
    assert list(offered) == others
    assert "seed=" in offered and "strength=" not in offered
    assert "Same seed" in offered["seed="]  # and says what each is
    assert all(len(shown) <= 100 for shown in offered.values())


async def test_completion_goes_on_with_what_is_written(house, env):
    assert next(iter(await completed(house, "s"))).startswith("s")
    assert list(await completed(house, "seed=5 pool")) == ["seed=5 pooling="]
    assert list(await completed(house, "seed=5 pooling=")) == ["seed=5 pooling=max", "seed=5 pooling=average"]
    assert list(await completed(house, "reconstruct=S")) == ["reconstruct=style"]
    assert list(await completed(house, "square=")) == ["square=yes", "square=no"]
    assert "seed=5 seed=" not in await completed(house, "seed=5 ")


async def test_completion_of_what_is_nonsense_or_too_long_offers_nothing(house, env):
    assert not await completed(house, "nonsense=")
    assert not await completed(house, "=")
    assert not await completed(house, "seed=5 " * 20)
    assert not await completed(house, "seed=4")


async def test_completion_leads_to_what_is_taken(house, env):
    for name in await completed(house, ""):
        for written in await completed(house, name):
            await house.stylize(house.anna, options=written)
            chosen = (await house.newest(house.anna)).request.chosen
            assert name.removesuffix("=") in chosen
            await house.delivered((await house.newest(house.anna)).id)
