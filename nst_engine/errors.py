"""Everything that can go wrong in painting, as types. The engine process turns them into failure codes."""

import struct
import zlib


class PaintError(Exception):
    """Base of what the painter raises on purpose."""


class Cancelled(PaintError):
    """`should_stop` said so, between two iterations."""


class NotFinite(PaintError):
    """The losses became NaN or infinite and every way back failed; smaller weights may help."""


class OutOfMemory(PaintError):
    """The device cannot hold this painting: a smaller size may do."""


class BadPicture(PaintError):
    """A picture that cannot be decoded, or that is empty."""


class BadOptions(PaintError):
    """Options that contradict each other or the call, such as `init="file"` without a picture."""


class WeightsError(PaintError):
    """The network's weights are missing, damaged or of the wrong shape."""


class DeviceError(PaintError):
    """The device that the settings name is not there."""


DECODER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow, pi-heif and PyAV raise on broken files: any of these is the file's fault."""
