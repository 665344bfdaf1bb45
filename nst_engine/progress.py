"""How a painting on its way is heard of and stopped. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from time import perf_counter

import msgspec

from nst_engine.protocol import Progress

OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]


def parts(on_progress: OnProgress, count: int) -> Iterator[OnProgress]:
    """Yield what passes on the progress of each of `count` paintings in turn, as parts of one task."""
    for number in range(count):
        began = perf_counter()

        def shifted(progress: Progress, number: int = number, began: float = began) -> None:
            left = progress.seconds_left
            if left < inf:  # or none more of these would be no number
                left += (count - 1 - number) * (perf_counter() - began + left)  # which is what one painting takes
            on_progress(
                msgspec.structs.replace(
                    progress,
                    iteration=number * progress.iterations + progress.iteration,
                    iterations=count * progress.iterations,
                    scale=number * progress.scales + progress.scale,
                    scales=count * progress.scales,
                    seconds_left=left,
                    done=None if progress.done is None else (number + progress.done) / count,
                )
            )

        yield shifted
