"""How soon Discord hears back when many people ask at once, while a real engine paints on the same cores.

    python -m benchmarks.acknowledgement [--people 50] [--rounds 5] [--megapixels 12] [--json]

Starts `impasto run` on a temporary data directory, with the engine's default settings and niceness, against a stand-in
for Discord on this machine (see stand_in_discord.py): the real discord.py over a websocket and HTTP, both through TLS
where the program `openssl` is there to make a certificate. One person asks for a painting; once that is being painted,
everybody sends `/stylize` with a photo in the same moment, round after round.

An acknowledgement counts from the moment the gateway sends the event to the moment the bot's answer to it has reached
the web interface; a place, until the message that says which one it is has. The stand-in works on the same cores, and
there is no network in between: Discord's own way there and back comes on top.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from benchmarks.bot_memory import write_photo
from benchmarks.stand_in_discord import PROGRAM, Asked, StandIn, certificate_for

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MILLISECONDS = 200.0
PRESET = "mosaic"
START_SECONDS = 120.0
ROUND_SECONDS = 600.0
_COLD_SECONDS = (
    16.0  # between rounds: the library has closed idle connections by then, so that each round needs new ones
)
_READY_SECONDS = 3.0  # the library waits for more servers before it calls itself ready

CONFIG = """
[bot]
data_dir = "data"

[limits]
paintings_a_day = 1000
waiting_at_once = 1000
queue_length = 100000

[ceiling]
waiting_at_once = 1000
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50, help="who ask at once")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megapixels", type=float, default=12.0, help="size of the photo that each attaches")
    parser.add_argument("--log", type=Path, help="where to keep what the bot logs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    figures = asyncio.run(_measure(arguments))
    if arguments.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            limit = f"  (aim {LIMIT_MILLISECONDS:g})" if name == "acknowledged_p99_milliseconds" else ""
            print(f"{name:32} {value}{limit}")
    sys.exit(figures["placed"] != figures["asked"])


async def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="impasto-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        photo = write_photo(folder / "photo.jpg", arguments.megapixels).read_bytes()
        certificate, context = certificate_for(folder)
        stand_in = StandIn(photo, PRESET, context)
        address = await stand_in.open()
        with (arguments.log or folder / "bot.log").open("wb") as log:
            async with _running_bot(folder, address, certificate, log) as bot:
                asked, painting, elsewhere = await _rounds(stand_in, bot, arguments.people, arguments.rounds)
        await stand_in.close()
    acknowledged = [1000 * (one.acknowledged - one.sent) for one in asked if one.acknowledged is not None]
    placed = [one.placed - one.sent for one in asked if one.placed is not None]
    return {
        "acknowledged_p50_milliseconds": round(_percentile(acknowledged, 50), 1),
        "acknowledged_p99_milliseconds": round(_percentile(acknowledged, 99), 1),
        "acknowledged_max_milliseconds": round(max(acknowledged, default=math.nan), 1),
        "limit_milliseconds": LIMIT_MILLISECONDS,
        "placed_p50_seconds": round(_percentile(placed, 50), 1),
        "placed_p99_seconds": round(_percentile(placed, 99), 1),
        "asked": len(asked),
        "acknowledged": len(acknowledged),
        "placed": len(placed),
        "refused": sum(one.refused is not None for one in asked),
        "people_at_once": arguments.people,
        "rounds": arguments.rounds,
        "photo_megapixels": arguments.megapixels,
        "photo_megabytes": round(len(photo) / 1e6, 2),
        "paintings_delivered_meanwhile": stand_in.delivered,
        "cores_busy_painting": round(painting, 2),
        "cores_busy_elsewhere": round(elsewhere, 2),
        "tls": context is not None,
        "load_average_before": round(load, 2),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "discord.py": version("discord.py"),
    }


async def _rounds(stand_in: StandIn, bot: psutil.Process, people: int, rounds: int) -> tuple[list[Asked], float, float]:
    """Return everything that was asked, and how many cores the engine and strangers to all this kept busy meanwhile."""
    async with asyncio.timeout(START_SECONDS):
        while not stand_in.identified.is_set():
            _require_running(bot)
            await asyncio.sleep(0.1)
        await asyncio.sleep(_READY_SECONDS)
        first = await stand_in.ask(0)
        while first.updates == 0:
            _require_running(bot)
            await asyncio.sleep(0.1)
    engine = next(child for child in bot.children() if any("engine" in word for word in child.cmdline()))
    before, started = _cpu_seconds(bot, engine), time.perf_counter()
    asked: list[Asked] = []
    for number in range(rounds):
        await asyncio.sleep(_COLD_SECONDS if number else 0)
        print(f"round {number + 1} of {rounds}…", file=sys.stderr)
        asked += (together := [await stand_in.ask(person) for person in range(1, people + 1)])
        await asyncio.wait([asyncio.create_task(one.settled.wait()) for one in together], timeout=ROUND_SECONDS)
        _require_running(bot)
    seconds = time.perf_counter() - started
    everybody, ours, engines = (now - then for now, then in zip(_cpu_seconds(bot, engine), before, strict=True))
    return asked, engines / seconds, (everybody - ours) / seconds


@asynccontextmanager
async def _running_bot(
    folder: Path, address: str, certificate: Path | None, log: BinaryIO
) -> AsyncIterator[psutil.Process]:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    environment = os.environ | {
        "IMPASTO_DISCORD_API": address,
        "IMPASTO_DISCORD_TOKEN": "a-token",
        "PYTHONPATH": str(ROOT),
        **({} if certificate is None else {"SSL_CERT_FILE": str(certificate)}),
    }
    command = [sys.executable, "-c", PROGRAM, str(folder / "config.toml")]
    process = psutil.Popen(command, env=environment, cwd=folder, stderr=log)
    try:
        yield process
    finally:
        if process.is_running():
            process.terminate()
        await asyncio.to_thread(process.wait, 60)


def _require_running(bot: psutil.Process) -> None:
    if not bot.is_running() or bot.status() == psutil.STATUS_ZOMBIE:
        sys.exit("the bot did not start, or is gone; --log FILE keeps what it says")


def _cpu_seconds(bot: psutil.Process, engine: psutil.Process) -> tuple[float, float, float]:
    """Return the processor time so far of everybody on this machine, of all that is measured here, of the engine."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0) + getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    mine, engines = psutil.Process().cpu_times(), engine.cpu_times()
    bots = bot.cpu_times()  # with those of its children that have ended, which decode
    ours = mine.user + mine.system + sum(bots[:4]) + engines.user + engines.system
    return sum(times) - idle, ours, engines.user + engines.system


def _percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many percent of all do not exceed."""
    if not values:
        return math.nan
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


if __name__ == "__main__":
    main()
