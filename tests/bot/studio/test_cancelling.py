"""A job that is cancelled: what its place is told, and what whoever cancelled it is answered."""

from __future__ import annotations

from bot.model import DiscordPlace, TelegramPlace
from bot.outcomes import Cancelled
from tests.bot.studio.conftest import ANNA, ELSEWHERE, GROUP, OWNER, PLACE, TINA, House, fetching

ANOTHER_CHANNEL = DiscordPlace(channel="11", guild="100")


async def test_an_answer_is_told_from_the_news_at_the_place(house: House) -> None:
    studio = await house.open(start=False)
    job = await house.submitted()
    answer = await studio.cancel(ANNA, job.id, place=PLACE)
    assert isinstance(answer, Cancelled)
    assert answer.answer
    told = await house.told(job.id)
    assert isinstance(told, Cancelled)
    assert not told.answer


async def test_only_the_room_of_the_job_itself_needs_no_answer_of_its_own(house: House) -> None:
    studio = await house.open(start=False)
    in_a_topic = TelegramPlace(chat=GROUP.chat, thread="5", message="9")
    for person, place in ((ANNA, PLACE), (ANNA, ANOTHER_CHANNEL), (ANNA, ELSEWHERE), (OWNER, None)):
        job = await house.submitted()
        answer = await studio.cancel(person, job.id, place=place)
        assert isinstance(answer, Cancelled)
        assert answer.told_here == (place == PLACE), place
    for place in (GROUP, in_a_topic):
        job = await house.accepted(studio.stylize(TINA, GROUP, "ink", [fetching(1)]))
        answer = await studio.stop(TINA, place)
        assert isinstance(answer, Cancelled)
        assert answer.told_here == (place == GROUP), place
