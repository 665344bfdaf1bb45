"""Which of a processor's instructions the libraries may use: a processor of many kinds can stand in for one of few.

AVX512-BF16 and AMX make bfloat16 quick. Most laptops, home servers and small rented machines have AVX2 and no more.
"""

from __future__ import annotations

from typing import Literal

Kernels = Literal["own", "avx2"]  # all of the processor's, or those of AVX2 only

# For oneDNN, torch (and Impasto's own vector code, which asks torch) and MKL; each reads its own when it is loaded. A
# painter that is held down this way is one for a CPU.
AVX2 = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "CUDA_VISIBLE_DEVICES": "",
}
VARIABLES = tuple(AVX2)
WORDS: dict[Kernels, str] = {"own": "", "avx2": "held to AVX2"}


def environment(kernels: Kernels) -> dict[str, str]:
    """Return what a process needs in its environment, from its start, to keep to such instructions."""
    return dict(AVX2) if kernels == "avx2" else {}


def without_bfloat16() -> Kernels | None:
    """Return the instructions by which this machine shows what one with AVX2 alone does.

    Its own where it is such a machine, so that nothing is measured twice; None where it knows no AVX2.
    """
    import torch

    known = instructions()
    if known == "AVX2" and not torch.cuda.is_available():
        return "own"
    return "avx2" if known.startswith("AVX") else None


def instructions() -> str:
    """Return the most that torch uses in this process: AVX512, AVX2; on other processors other names."""
    import torch

    return torch.backends.cpu.get_cpu_capability()
