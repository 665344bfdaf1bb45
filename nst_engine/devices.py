"""Which device paints, in which way, and how fast: found out by looking and by a short timed trial."""

from __future__ import annotations

import ctypes
import math
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import torch

from nst_engine import winograd
from nst_engine.convolution import convolution
from nst_engine.errors import DeviceError, OutOfMemory
from nst_engine.settings import Convolutions, Precision, Settings

_SPARED = 0.85  # of the free memory: something must be left for the others
_HOPELESS = 4.0  # times float32's: so slow is bfloat16 only where the processor does not know it
_CLOSE = 0.6  # of a way's time: who takes less than this is quicker, whatever else the machine did meanwhile
_REPEATS = 2


def choose(settings: Settings) -> torch.device:
    """Return the device that the settings ask for; raises DeviceError when it is not there."""
    name = settings.device
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        index = device.index or 0
        if index >= count:
            raise DeviceError(f"device {name} is not there: torch sees {count} CUDA devices; use auto or cpu")
        return torch.device("cuda", index)
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise DeviceError("device mps is not there: torch sees no Apple GPU; use auto or cpu")
    return device


def human_name(device: torch.device) -> str:
    """Return the device's name as a person knows it, such as "AMD EPYC" or "NVIDIA H100"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or device.type


def prepare(settings: Settings, device: torch.device) -> None:
    """Set what torch and the C library keep for the whole process: threads, determinism, how memory is kept."""
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = not settings.deterministic
        torch.backends.cudnn.deterministic = settings.deterministic
        if settings.deterministic:
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS is first used
    elif device.type == "cpu":
        _keep_freed_memory()


def memory_bytes(settings: Settings, device: torch.device) -> int:
    """Return what painting may take on the device, in bytes: as set, or nearly all that is free; 0 if unknown."""
    if settings.memory_gb is not None:
        return round(settings.memory_gb * 1e9)
    if device.type == "cuda":
        return round(torch.cuda.mem_get_info(device)[0] * _SPARED)
    if device.type == "mps":
        return round(torch.mps.recommended_max_memory() * _SPARED)
    return round(min(_free_memory(), _container_memory()) * _SPARED) if sys.platform == "linux" else 0


def _free_memory() -> float:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return 1024.0 * int(line.split()[1])
    return math.inf


def _container_memory() -> float:
    """Return the limit that a container (control group, version 2 or 1) sets on this process."""
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):  # ValueError: "max", which is none
            return float(int(Path(name).read_text()))
    return math.inf


class Way(NamedTuple):
    """A way to compute: in which precision, and how convolutions are."""

    precision: Precision
    convolutions: Convolutions = "direct"

    @property
    def dtype(self) -> torch.dtype:
        """The precision as torch names it."""
        return torch.bfloat16 if self.precision == "bfloat16" else torch.float32


DIRECT, WINOGRAD, ROUGH = Way("float32"), Way("float32", "winograd"), Way("bfloat16")

# What is about as quick is not worth its price: bfloat16 loses digits, and Winograd's float32 takes twice its memory.
_HANDICAP = {DIRECT: 1.0, ROUGH: 1.1, WINOGRAD: 1.25}


def ways(settings: Settings, device: torch.device) -> list[Way]:
    """Return the ways that the settings allow and the device knows: at least one."""
    found = []
    if settings.dtype != "bfloat16":
        if device.type == "cpu" and settings.convolutions != "direct" and winograd.available():
            found.append(WINOGRAD)
        if not found or settings.convolutions == "auto":
            found.append(DIRECT)
    if settings.dtype == "bfloat16" or (
        settings.dtype == "auto" and settings.convolutions != "winograd" and _knows_bfloat16(device)
    ):
        found.append(ROUGH)
    return found


def _knows_bfloat16(device: torch.device) -> bool:
    """Tell whether bfloat16 is worth a trial, by a convolution so small that even a hundred times its time is short.

    Libraries compute in bfloat16 on processors that do not know it as well, one number after the other.
    """
    if device.type != "cpu":
        return device.type == "cuda"

    def convolve(dtype: torch.dtype) -> Callable[[], object]:
        layer = convolution(torch.ones(64, 64, 3, 3, dtype=dtype), torch.ones(64, dtype=dtype))
        x = torch.ones(1, 64, 32, 32, dtype=dtype).contiguous(memory_format=torch.channels_last)
        return lambda: layer(x)

    rough, exact = quickest(device, convolve(torch.bfloat16), convolve(torch.float32))
    return rough < _HOPELESS * exact


def pick(settings: Settings, device: torch.device, trial: Callable[[Way], Callable[[], object]]) -> tuple[Way, float]:
    """Return the way to compute and the seconds of its quickest run; `trial` returns some work to time in one.

    By measurement, not by the processor's name. Raises what the work raises.
    """
    works = {way: trial(way) for way in ways(settings, device)}
    seconds = dict(zip(works, quickest(device, *works.values()), strict=True))
    close = [way for way in works if seconds[way] * _CLOSE <= min(seconds.values())]
    if len(close) > 1:  # a busy moment may decide between them, for which every painting would pay
        again = quickest(device, *(works[way] for way in close))
        seconds |= {way: min(seconds[way], more) for way, more in zip(close, again, strict=True)}
    chosen = min(works, key=lambda way: seconds[way] * _HANDICAP[way])
    return chosen, seconds[chosen]


def quickest(device: torch.device, *works: Callable[[], object], repeats: int = _REPEATS) -> list[float]:
    """Return the seconds of the quickest of `repeats` runs of each work, after one that does not count.

    The works take turns, so that what else the machine does slows them alike.
    """
    seconds = [float("inf")] * len(works)
    for repeat in range(repeats + 1):
        for index, work in enumerate(works):
            synchronize(device)
            start = perf_counter()
            work()
            synchronize(device)
            if repeat:
                seconds[index] = min(seconds[index], perf_counter() - start)
    return seconds


def synchronize(device: torch.device) -> None:
    """Wait until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def give_back_memory(device: torch.device) -> None:
    """Return what this process keeps for later: pieces that may not fit what comes next, and that others may need."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
    elif sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # absent in other C libraries
        if trim is not None:
            trim(0)


@contextmanager
def out_of_memory_is_typed() -> Iterator[None]:
    """Turn the ways in which torch says that memory ran out into OutOfMemory."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemory(str(error)) from error
    except RuntimeError as error:  # the CPU allocator, MPS and cuDNN raise plain RuntimeErrors
        message = str(error)
        if any(sign in message for sign in ("not enough memory", "out of memory", "can't allocate memory")):
            raise OutOfMemory(message) from error
        raise


_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # glibc's malloc.h


def _keep_freed_memory() -> None:
    """Let glibc reuse large blocks: by default it gives each back and gets it anew, zeroed page by page."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # absent in other C libraries
    if mallopt is not None:
        mallopt(_M_MMAP_MAX, 0)
        mallopt(_M_TRIM_THRESHOLD, -1)
