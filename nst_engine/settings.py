"""Where and how the painter runs, as opposed to what it paints (that is `options.py`). Nothing here imports torch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

Backbone = Literal["vgg19", "vgg19-torchvision", "file"]
DtypeName = Literal["auto", "float32", "bfloat16"]
Precision = Literal["float32", "bfloat16"]
ConvolutionsName = Literal["auto", "direct", "winograd"]
Convolutions = Literal["direct", "winograd"]

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


def default_cache_folder() -> Path:
    """Return the folder for what can be made or fetched again, by the platform's custom."""
    return Path(platformdirs.user_cache_dir("impasto", appauthor=False))


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The painter's device, network and precision. Raises ValueError for values that make no sense together."""

    device: str = "auto"  # auto (cuda, else mps, else cpu), cpu, mps, cuda or cuda:N
    backbone: Backbone = "vgg19"  # Oxford's weights, installed along; torchvision's are downloaded at first use
    weights_file: Path | None = None  # for backbone "file": .safetensors, or a torch.save of a state dict
    dtype: DtypeName = "auto"  # auto: bfloat16 where a timed trial at start says that it pays
    convolutions: ConvolutionsName = "auto"  # winograd: on a CPU, in float32; auto: where the trial says that it pays
    threads: int | None = None  # CPU threads; None: one for each core
    memory_gb: float | None = None  # what painting may take on the device; None: nearly all that is free at start
    deterministic: bool = False  # on CUDA: the same bytes for the same seed, somewhat slower
    cache_folder: Path = msgspec.field(default_factory=default_cache_folder)

    def __post_init__(self) -> None:
        if not _DEVICE.fullmatch(self.device):
            raise ValueError(f"device: found {self.device!r}, use auto, cpu, mps, cuda or cuda:N")
        if self.convolutions == "winograd" and self.dtype == "bfloat16":
            raise ValueError('convolutions "winograd" are computed in float32 only: leave dtype out, or set float32')
        if (self.backbone == "file") != (self.weights_file is not None):
            raise ValueError('weights_file goes with backbone "file", and only with it')
        if self.threads is not None and not 1 <= self.threads <= 1024:
            raise ValueError(f"threads: found {self.threads}, use 1 to 1024")
        if self.memory_gb is not None and not 0.1 <= self.memory_gb <= 10_000:  # false for NaN
            raise ValueError(f"memory_gb: found {self.memory_gb:g}, use 0.1 to 10000")
