"""What a stranger's picture may cost."""

from __future__ import annotations

import msgspec

from nst_engine.sound import MOST_BYTES

MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds for one picture; what exceeds them is rejected, except that a long side is scaled down."""

    max_bytes: int = 20 * MIB  # of the file as it was sent
    max_pixels: int = 50_000_000  # as the file's header declares them
    max_side: int = 20_000  # pixels
    max_frames: int = 2_000  # only the first is used, but a reader may have to walk over all
    min_side: int = 16  # pixels; less leaves nothing for the deeper layers of VGG-19 to see
    max_output_side: int = 6_000  # pixels; a longer side is scaled down to this
    max_moving_frames: int = 48  # of a moving picture, where one is asked for; the rest is left out
    max_moving_side: int = 512  # pixels; of its frames, a longer side is scaled down to this
    max_sound_bytes: int = MOST_BYTES  # of a clip; where there are more, it comes without sound
    seconds: float = 20.0  # from the start of the decoding process to its answer, and of its processor time
    memory_bytes: int = (
        1280 * MIB
    )  # address space of the decoding process, Python included; holds 50 megapixels of any format

    @property
    def max_answer_bytes(self) -> int:
        """The most bytes that a PNG within these limits can need: incompressible pixels, filter bytes and framing.

        The frames of a moving picture have their sound with them.
        """
        still = _png_bytes(min(self.max_pixels, self.max_output_side**2), self.max_output_side)
        moving = self.max_moving_frames * _png_bytes(self.max_moving_side**2, self.max_moving_side)
        return max(still, moving + self.max_sound_bytes) + 64 * 1024


def _png_bytes(pixels: int, rows: int) -> int:
    return pixels * 4 * 101 // 100 + rows + 1024  # RGBA
