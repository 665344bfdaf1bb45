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
from bot.intake.answers import FRAME_HEADER, Cleaned, Order, Protection, Rejected, Rejection, frame


def main() -> None:
    """Read the order, give up every right, then look at the bytes."""
    answer_stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not spoil the answer
    orders = sys.stdin.buffer
    size = FRAME_HEADER.unpack(orders.read(FRAME_HEADER.size))[0]
    order = msgspec.msgpack.decode(orders.read(size), type=Order)
    decode.prepare()
    layers = sandbox.enter(order.limits, order.without)
    if order.task == "probe":
        answer: Protection | Cleaned | Rejection = probe.probe(layers, order.limits)
        png = b""
    else:
        answer, png = _clean(orders, order)
    answer_stream.write(frame(answer))
    answer_stream.write(png)
    answer_stream.flush()


def _clean(orders: BinaryIO, order: Order) -> tuple[Cleaned | Rejection, bytes]:
    try:
        picture = decode.decode(orders.read(), order.limits)
    except Rejected as rejected:
        return rejected.rejection, b""
    except MemoryError:
        return Rejection("too_much_memory", {"limit": order.limits.memory_bytes}), b""
    return Cleaned(picture.width, picture.height, len(picture.png)), picture.png


if __name__ == "__main__":
    main()
