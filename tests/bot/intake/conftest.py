"""Fixtures of the intake's tests."""

from collections.abc import AsyncIterator

import pytest

from bot.intake import Intake, Limits, decode


@pytest.fixture
async def intake() -> AsyncIterator[Intake]:
    intake = Intake(Limits())
    yield intake
    await intake.close()


@pytest.fixture(scope="session", autouse=True)
def prepared_decoders() -> None:
    """Some tests decode in this process, because it is much quicker."""
    decode.prepare()
