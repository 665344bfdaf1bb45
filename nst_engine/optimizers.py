"""The two optimisers, as loops over one picture: L-BFGS (Liu and Nocedal, 1989) and Adam (Kingma and Ba, 2015).

Both ask for one loss and one gradient an iteration, and return the best picture seen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import torch
from torch import Tensor

from nst_engine.errors import NotFinite

Evaluate = Callable[[Tensor], tuple[float, Tensor]]
"""A picture's loss and the loss's gradient."""

_HISTORY = 12  # pairs of steps and gradient changes: more costs memory and brings nothing in a hundred iterations
_FIRST_STEP = 4 / 255  # largest change of a pixel: smaller ones are lost on a network in bfloat16
_LARGEST_STEP = 64 / 255  # of a pixel, in one iteration
_RISE = 1.5  # a loss this many times the best one means that the curvature no longer fits
_PATIENCE = 8  # ways back tried in a row before giving up


def lbfgs(start: Tensor, evaluate: Evaluate, iterations: int) -> Tensor:
    """Minimise by L-BFGS without line search: one evaluation an iteration; raises NotFinite.

    `start` is float32, of any shape, in 0 to 1; what is returned may leave that range a little.
    Where the loss leaps or is no number, the step is taken back, the curvature forgotten and the stride shortened.
    """
    memory = _Curvature()
    x = best = start
    best_loss = float("inf")
    before: tuple[Tensor, Tensor] | None = None  # the last picture and its gradient
    best_gradient: Tensor | None = None
    first_step, failures = _FIRST_STEP, 0
    for _ in range(iterations):
        loss, gradient = evaluate(x)
        if not (loss <= _RISE * best_loss and bool(gradient.isfinite().all())):  # also false for NaN
            failures += 1
            if best_gradient is None or failures > _PATIENCE:
                raise NotFinite(f"the loss became {loss:g} and did not come back")
            memory.forget()
            first_step /= 2
            x, gradient, before = best, best_gradient, None
        else:
            failures = 0
            if before is not None:
                memory.learn(x - before[0], gradient - before[1])
            if loss < best_loss:
                best, best_loss, best_gradient = x, loss, gradient
        step = memory.direction(gradient, first_step)
        before = (x, gradient)
        x = x + step
    return best


class _Curvature:
    """What the last steps taught about the loss's curvature, and the two-loop recursion over it."""

    def __init__(self) -> None:
        self._pairs: deque[tuple[Tensor, Tensor, float]] = deque(maxlen=_HISTORY)

    def forget(self) -> None:
        self._pairs.clear()

    def learn(self, step: Tensor, change: Tensor) -> None:
        curvature = _dot(step, change)
        if curvature > 1e-10 * _dot(change, change) ** 0.5 * _dot(step, step) ** 0.5:
            self._pairs.append((step, change, curvature))

    def direction(self, gradient: Tensor, first_step: float) -> Tensor:
        """Return the step to take; without any pair yet, downhill by at most `first_step` in any pixel."""
        if not self._pairs:
            return gradient * (-first_step / max(gradient.abs().max().item(), 1e-30))
        direction = gradient.clone()
        factors: list[float] = []
        for step, change, curvature in reversed(self._pairs):
            factor = _dot(step, direction) / curvature
            direction.add_(change, alpha=-factor)
            factors.append(factor)
        _, change, curvature = self._pairs[-1]
        direction.mul_(curvature / _dot(change, change))
        for (step, change, curvature), factor in zip(self._pairs, reversed(factors), strict=True):
            direction.add_(step, alpha=factor - _dot(change, direction) / curvature)
        largest = direction.abs().max().item()
        return direction.mul_(-min(1.0, _LARGEST_STEP / max(largest, 1e-30)))


def _dot(a: Tensor, b: Tensor) -> float:
    return torch.dot(a.flatten(), b.flatten()).item()


_BETAS = (0.9, 0.99)
_AVERAGE = 0.95  # share of the past in the running mean of the pictures


def adam(start: Tensor, evaluate: Evaluate, iterations: int, learning_rate: float) -> Tensor:
    """Minimise by Adam with the picture clamped to 0 to 1 at every step, and return the iterates' running mean.

    `learning_rate` is about what a pixel changes in one iteration, where 1 is from black to white. The mean takes out
    the grain that Adam's even steps leave. Raises NotFinite.
    """
    x = start.clamp(0, 1).clone().requires_grad_()
    optimizer = torch.optim.Adam([x], lr=learning_rate, betas=_BETAS)
    mean, mass = torch.zeros_like(start), 0.0
    for _ in range(iterations):
        loss, gradient = evaluate(x.detach())
        if not (loss < float("inf") and bool(gradient.isfinite().all())):
            raise NotFinite(f"the loss became {loss:g}; a smaller learning rate may help")
        x.grad = gradient
        optimizer.step()
        with torch.no_grad():
            x.clamp_(0, 1)
            mean.mul_(_AVERAGE).add_(x, alpha=1 - _AVERAGE)
        mass = mass * _AVERAGE + (1 - _AVERAGE)
    return mean / mass
