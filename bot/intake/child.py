"""The program of the process that decodes: one picture in on standard input, one answer out on standard output.

Started by path, in Python's isolated mode; see bot.intake.answers for the frames.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

if __name__ == "__main__":
    # Isolated mode looks neither in the working directory nor beside this file. Last, so as to hide nothing.
    sys.path.append(str(Path(__file__).resolve().parents[2]))

import msgspec

from bot.intake import decode, probe, sandbox
from bot.intake.answers import FRAME_HEADER, Animated, Answer, Cleaned, Order, Picture, Rejected, Rejection, frame


def main() -> None:
    """Read the order, give up every right, then look at the bytes."""
    answer_stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not spoil the answer
    orders = sys.stdin.buffer
    size = FRAME_HEADER.unpack(orders.read(FRAME_HEADER.size))[0]
    order = msgspec.msgpack.decode(orders.read(size), type=Order)
    decode.prepare(clips=order.clip)
    layers = sandbox.enter(order.limits, order.without)
    if order.task == "probe":
        answer: Answer = probe.probe(layers, order.limits)
        pictures: tuple[bytes, ...] = ()
    else:
        answer, pictures = _clean(orders, order)
    answer_stream.write(frame(answer))
    for picture in pictures:
        answer_stream.write(picture)
    answer_stream.flush()


def _clean(orders: BinaryIO, order: Order) -> tuple[Answer, tuple[bytes, ...]]:
    try:
        if order.task == "move":
            found = decode.decode_moving(orders.read(), order.limits)
        else:
            found = decode.decode(orders.read(), order.limits, order.purpose, order.color)
    except Rejected as rejected:
        return rejected.rejection, ()
    except MemoryError:
        return Rejection("too_much_memory", {"limit": order.limits.memory_bytes}), ()
    if isinstance(found, Picture):
        return Cleaned(found.width, found.height, len(found.png)), (found.png,)
    pictures = tuple(frame.png for frame in found.frames)
    first, sizes, heard = found.frames[0], tuple(map(len, pictures)), found.sound
    sound = None if heard is None else len(heard)
    answer = Animated(first.width, first.height, sizes, found.milliseconds, found.plays, sound)
    return answer, (*pictures, heard or b"")


if __name__ == "__main__":
    main()
