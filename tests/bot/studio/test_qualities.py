"""The quality where nobody chose one: standard where the engine at hand is quick enough, a draft where it is not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.model import Job, Request, RequestedStyle
from bot.outcomes import OptionRefused, Painting, SettingsState
from bot.presenter import Presenter
from bot.studio.admission import REACH_MARGIN_SECONDS
from nst_engine import schedule
from nst_engine.options import Options
from tests.bot import films
from tests.bot.studio.conftest import ANNA, PLACE, House, fetching, make_config, picture
from tests.bot.studio.test_reach import here

SLOW, QUICK = 0.03, 10.0  # megapixel-iterations a second


async def ready(house: House, speed: float) -> None:
    """Open a studio whose engine has told its speed, and in which nobody paints."""
    house.environment["FAKE_ENGINE_SPEED"] = str(speed)
    await house.open(start=False)
    await house.process.start()


async def asked(house: House, **options: Any) -> Job:
    request = Request(content=picture(1), styles=(RequestedStyle(picture=picture(2)),), options=options)
    return await house.accepted(house.studio.submit(ANNA, PLACE, request))


def kind(job: Job) -> tuple[str, bool]:
    """The quality, and whether it is said that another one was meant."""
    return job.request.options.quality, job.request.standard_seconds is not None


async def test_a_quick_machine_paints_in_standard_quality_and_says_nothing_of_it(house: House) -> None:
    await ready(house, QUICK)
    assert kind(await asked(house)) == ("standard", False)
    assert kind(await asked(house, quality="auto", size=1024)) == ("standard", False)


async def test_a_slow_one_paints_a_draft_and_says_why(house: House) -> None:
    await ready(house, SLOW)
    job = await asked(house)
    assert kind(job) == ("draft", True)
    standard = schedule.work(Options(), job.request.width, job.request.height)
    assert job.request.standard_seconds == pytest.approx(standard / SLOW)
    assert job.cost == pytest.approx(schedule.work(Options(quality="draft"), job.request.width, job.request.height))
    said = Presenter().view(Painting(job=job), "en").text
    assert "I paint a draft, as standard quality would take about 6 minutes here" in said


@pytest.mark.parametrize("quality", ["draft", "standard", "fine", "STANDARD"])
async def test_what_somebody_asks_for_they_get(house: House, quality: str) -> None:
    await ready(house, SLOW)
    assert kind(await asked(house, quality=quality)) == (quality.lower(), False)


async def test_auto_may_be_asked_for_where_another_quality_is_usual(house: House) -> None:
    house.config = make_config(defaults={"options": {"quality": "fine"}})
    await ready(house, SLOW)
    assert kind(await asked(house)) == ("fine", False)
    job = await asked(house, quality=" Auto")
    assert kind(job) == ("draft", True)
    assert job.request.chosen == {"quality": "draft"}


async def test_a_place_chooses_a_quality_or_auto(house: House) -> None:
    house.config = make_config(defaults={"options": {"quality": "fine"}})
    await ready(house, SLOW)

    async def chosen(**changes: Any) -> None:
        outcome = await house.studio.settings_change(ANNA, PLACE, changes, manager=True)
        assert isinstance(outcome, SettingsState), outcome

    await chosen(quality="standard")
    assert kind(await asked(house)) == ("standard", False)
    await chosen(quality="auto")
    assert kind(await asked(house)) == ("draft", True)
    await chosen(quality=None)
    assert kind(await asked(house)) == ("fine", False)


async def test_what_is_small_is_quick_anyway(house: House) -> None:
    await ready(house, SLOW)
    assert kind(await asked(house, size=96)) == ("standard", False)


async def test_what_was_learned_decides_not_the_trial(house: House) -> None:
    await ready(house, QUICK)
    house.process.pace.learn(6.0, 600.0)
    assert kind(await asked(house)) == ("draft", True)


async def test_before_anything_is_known_the_usual_guess_is_made(house: House) -> None:
    await house.open(start=False)
    assert kind(await asked(house)) == ("standard", False)


async def test_words_may_say_it_too(house: House) -> None:
    await ready(house, SLOW)
    job = await house.accepted(house.studio.stylize(ANNA, PLACE, "ink quality=AUTO", [fetching(1)]))
    assert kind(job) == ("draft", True)
    refused = await house.studio.stylize(ANNA, PLACE, "ink quality=best", [fetching(1)])
    assert isinstance(refused, OptionRefused)
    assert refused.allowed == "draft or standard or fine or auto"


async def test_again_paints_the_same_quality_whatever_was_learned_since(house: House) -> None:
    house.environment["FAKE_ENGINE_SPEED"] = str(SLOW)
    await house.open()
    await house.process.start()
    job = await asked(house)
    await house.finished(job.id)
    house.process.pace.learn(6000.0, 600.0)
    again = await house.accepted(house.studio.again(ANNA, PLACE, job.id))
    assert kind(again) == ("draft", False)
    assert msgspec.structs.replace(again.request.options, seed=0) == job.request.options


async def test_what_moves_is_drafted_without_a_word(house: House) -> None:
    await ready(house, QUICK)
    film = Request(
        content=films.animation(4), styles=(RequestedStyle(picture=picture(2)),), options={"quality": "auto"}
    )
    job = await house.accepted(house.studio.submit(ANNA, PLACE, film))
    assert job.task == "animate"
    assert kind(job) == ("draft", False)


async def test_a_draft_is_in_time_where_standard_would_come_too_late(house: House) -> None:
    await ready(house, SLOW)
    style = (RequestedStyle(picture=picture(2)),)
    place = here(house, 200 + REACH_MARGIN_SECONDS)
    request = Request(content=picture(1), styles=style)
    assert kind(await house.accepted(house.studio.submit(ANNA, place, request))) == ("draft", True)
