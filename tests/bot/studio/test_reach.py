"""Places that can be reached for a while only: what would not be done in time is refused."""

from __future__ import annotations

import pytest

from bot.engines.process import USUAL_START_SECONDS
from bot.model import DiscordPlace, Person
from bot.outcomes import Accepted, TooLongHere
from bot.studio.admission import REACH_MARGIN_SECONDS
from tests.bot.studio.conftest import ANNA, BERT, ELSEWHERE, PLACE, House, a_request, fetching, make_config, picture
from tests.bot.studio.test_trouble import painting

TOKEN_SECONDS = 900.0
LARGEST = TOKEN_SECONDS - REACH_MARGIN_SECONDS


def here(house: House, seconds: float = TOKEN_SECONDS) -> DiscordPlace:
    """A channel where only the interaction's own token leads, which ends in so many seconds."""
    return DiscordPlace(
        channel="30", installation="user", reply_token="t", reply_until=house.clock.now() + seconds, message="1"
    )


async def ready(house: House, speed: float) -> None:
    """Open a studio whose engine has told its speed, in megapixel-iterations per second."""
    house.config = make_config(limits={"waiting_at_once": 20}, ceiling={"megapixel_iterations": 1e6})
    house.environment["FAKE_ENGINE_SPEED"] = str(speed)
    await house.open()
    await house.painted()


async def test_what_is_done_in_time_is_painted(house: House) -> None:
    await ready(house, speed=1)
    job = await house.accepted(house.studio.submit(ANNA, here(house), a_request(1)))
    await house.finished(job.id)


async def test_what_takes_too_long_is_refused_and_costs_nothing(house: House) -> None:
    await ready(house, speed=0.01)
    place = here(house)
    files = await house.store.files.totals()
    big = a_request(1, size=512, quality="standard")
    refused = await house.studio.submit(ANNA, place, big)
    assert isinstance(refused, TooLongHere)
    assert refused.largest == LARGEST
    assert refused.seconds > LARGEST
    assert await house.used() == 1
    assert await house.store.files.totals() == files
    elsewhere = await house.accepted(house.studio.submit(ANNA, ELSEWHERE, big))  # where the bot's own token leads
    assert refused.seconds * 0.01 == pytest.approx(elsewhere.cost)


async def test_all_that_makes_a_job_is_checked(house: House) -> None:
    await ready(house, speed=10)
    studio = house.studio
    first = await house.painted(number=1)
    over = here(house, REACH_MARGIN_SECONDS)
    for verb in ("again", "stronger", "softer", "colors", "bigger", "swap", "variations"):
        assert isinstance(await getattr(studio, verb)(ANNA, over, first.id), TooLongHere), verb
    assert isinstance(await studio.restyle(ANNA, over, first.id, picture(5)), TooLongHere)
    assert isinstance(await studio.stylize(ANNA, over, "ink", [fetching(1)]), TooLongHere)
    await studio.draft_pictures(ANNA, over, [fetching(1)])
    assert isinstance(await studio.draft_text(ANNA, over, "ink"), TooLongHere)
    assert await house.used() == 2
    late = await studio.submit(ANNA, here(house, -5), a_request(2))
    assert isinstance(late, TooLongHere)
    assert late.largest == 0


async def test_the_queue_counts(house: House) -> None:
    """As many are let in as will be done in time, one after the other; nobody else."""
    speed = 0.01
    house.environment["FAKE_ENGINE_SPEED"] = str(speed)
    await house.open(start=False)
    await house.process.start()  # its speed is known, but nobody paints: however long this test takes, nothing moves
    place = here(house)
    first = await house.accepted(house.studio.submit(ANNA, place, a_request(0)))
    fit = int(LARGEST * speed / first.cost)
    crowd = [Person(platform="discord", id=str(1000 + number)) for number in range(fit + 2)]
    outcomes = [await house.studio.submit(person, place, a_request(n)) for n, person in enumerate(crowd, start=1)]
    for number, outcome in enumerate(outcomes, start=2):
        seconds = pytest.approx(number * first.cost / speed)
        if number <= fit:
            assert isinstance(outcome, Accepted), number
            assert outcome.seconds_left == seconds
        else:
            assert isinstance(outcome, TooLongHere), number
            assert (outcome.seconds, outcome.largest) == (pytest.approx((fit + 1) * first.cost / speed), LARGEST)


async def test_what_is_being_painted_counts_too(house: House) -> None:
    house.environment["FAKE_ENGINE_SPEED"] = "0.01"
    await house.open()
    under_way = await painting(house)
    own = under_way.cost / 0.01
    refused = await house.studio.submit(BERT, here(house, own + REACH_MARGIN_SECONDS), a_request(1))
    assert isinstance(refused, TooLongHere)
    enough = own + 60 + REACH_MARGIN_SECONDS  # the engine says that it needs a minute for what it paints now
    assert isinstance(await house.studio.submit(BERT, here(house, enough), a_request(1)), Accepted)


async def test_without_a_word_from_the_engine_the_guess_is_cautious(house: House) -> None:
    house.config = make_config(ceiling={"megapixel_iterations": 1e6})
    studio = await house.open(start=False)
    job = await house.accepted(studio.submit(ANNA, PLACE, a_request(1)))  # ahead of all that follows
    small = await studio.submit(
        ANNA, here(house, USUAL_START_SECONDS + 2 * job.cost + REACH_MARGIN_SECONDS + 1), a_request(1)
    )
    assert isinstance(small, Accepted)
    big = await studio.submit(BERT, here(house), a_request(1, size=1024, iterations=2000))
    assert isinstance(big, TooLongHere)
    starting = USUAL_START_SECONDS + REACH_MARGIN_SECONDS
    assert isinstance(await studio.submit(BERT, here(house, starting), a_request(1)), TooLongHere)
