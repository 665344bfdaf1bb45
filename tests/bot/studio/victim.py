"""A bot that kills itself: `python -m tests.bot.studio.victim FOLDER MOMENT`, from the project's root."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.model import Place
from bot.outcomes import DeliveryOutcome, Painting, StatusOutcome
from bot.ports import Gone, Later, Removal, Sent
from tests.bot.studio.conftest import ANNA, PLACE, House, a_request
from tests.fake_engine import SEEDS
from tests.fakes import RecordingOutlet


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DeadlyOutlet(RecordingOutlet):
    """Dies at one moment of a job's life."""

    def __init__(self, moment: str) -> None:
        super().__init__()
        self._moment = moment

    async def show(self, place: Place, outcome: StatusOutcome, ref: str | None) -> str | None:
        if self._moment == "painting" and isinstance(outcome, Painting) and outcome.progress:
            die()
        return await super().show(place, outcome, ref)

    async def deliver(self, place: Place, outcome: DeliveryOutcome, key: str) -> Sent | Gone | Later:
        if self._moment in ("painted", "failed", "cancelled"):
            die()
        return await super().deliver(place, outcome, key)

    async def remove(self, place: Place, ref: str) -> Removal:
        if self._moment in ("delivered", "told"):
            die()
        return await super().remove(place, ref)


async def main(folder: Path, moment: str) -> None:
    house = House(folder)
    house.outlet = DeadlyOutlet(moment)
    await house.open(start=moment not in ("queued", "cancelled"))
    if moment == "sent":

        async def never(*_: object) -> bool:
            die()
            return False

        house.store.jobs.delivered = never  # type: ignore[method-assign]
    seed = SEEDS["engine-error"] if moment in ("failed", "told") else 0
    job = await house.accepted(house.studio.submit(ANNA, PLACE, a_request(seed=seed), status_ref="mine"))
    sys.stdout.write(f"\nJOB {job.id}\n")
    sys.stdout.flush()
    if moment == "queued":
        die()
    if moment == "cancelled":
        await house.studio.cancel(ANNA, job.id)
    await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
