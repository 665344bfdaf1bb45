"""The two optimisers, as loops over one picture: L-BFGS (Liu and Nocedal, 1989) and Adam (Kingma and Ba, 2015).

Both ask for one loss and one gradient an iteration, and return the best picture seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
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
    memory = _Curvature(min(_HISTORY, iterations))
    x = best = start
    best_loss = math.inf
    before: tuple[Tensor, Tensor] | None = None  # the last picture and its gradient
    best_gradient: Tensor | None = None
    first_step, failures = _FIRST_STEP, 0
    for _ in range(iterations):
        loss, gradient = evaluate(x)
        if not (loss <= _RISE * best_loss and _largest(gradient) < math.inf):  # also false for NaN
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
    """What the last steps taught about the loss's curvature, and the two-loop recursion over it.

    The recursion runs on dot products alone, as by Chen, Wang and Zhou (2014): however long the history is, whole
    pictures are passed over three times an iteration, and a GPU is waited for as often.
    """

    def __init__(self, pairs: int) -> None:
        self._pairs = pairs
        self._slots: list[int] = []  # of the pairs that are known, oldest first
        self._rows = torch.empty(0)  # (2 · pairs, N): each slot's step, and its change of the gradient
        self._products = np.zeros((2 * pairs, 2 * pairs))  # of every two rows

    def forget(self) -> None:
        self._slots.clear()

    def learn(self, step: Tensor, change: Tensor) -> None:
        """Take in a step and the gradient's change along it, in place of the oldest pair where there are enough."""
        if not len(self._rows):
            self._rows = step.new_empty(2 * self._pairs, step.numel())
        full = len(self._slots) == self._pairs
        slot = self._slots.pop(0) if full else next(slot for slot in range(self._pairs) if slot not in self._slots)
        own = slice(2 * slot, 2 * slot + 2)
        torch.stack((step.flatten(), change.flatten()), out=self._rows[own])
        known = self._known(slot)
        products = _numbers(known @ self._rows[own].T)
        self._products[: len(known), own], self._products[own, : len(known)] = products, products.T
        (length, curvature), (_, bend) = self._products[own, own]
        if curvature > 1e-10 * (length * bend) ** 0.5:
            self._slots.append(slot)

    def direction(self, gradient: Tensor, first_step: float) -> Tensor:
        """Return the step to take; without any pair yet, downhill by at most `first_step` in any pixel."""
        if not self._slots:
            return gradient * (-first_step / max(_largest(gradient), 1e-30))
        known = self._known()
        products, downhill = self._products[: len(known), : len(known)], _numbers(known @ gradient.flatten())
        shares = np.zeros(len(known))  # how much of each row there is in the direction,
        own = 1.0  # and how much of the gradient
        factors = {}
        for slot in reversed(self._slots):
            step, change = 2 * slot, 2 * slot + 1
            factors[slot] = (products[step] @ shares + downhill[step] * own) / products[step, change]
            shares[change] -= factors[slot]
        step, change = 2 * self._slots[-1], 2 * self._slots[-1] + 1
        scale = products[step, change] / products[change, change]
        shares, own = shares * scale, own * scale
        for slot in self._slots:
            step, change = 2 * slot, 2 * slot + 1
            turned = (products[change] @ shares + downhill[change] * own) / products[step, change]
            shares[step] += factors[slot] - turned
        direction = torch.tensor(shares, dtype=known.dtype, device=known.device) @ known
        direction = direction.view_as(gradient).add_(gradient, alpha=own)
        return direction.mul_(-min(1.0, _LARGEST_STEP / max(_largest(direction), 1e-30)))

    def _known(self, *more: int) -> Tensor:
        """Return the rows up to the last slot in use; what an unused one before it still holds counts 0."""
        return self._rows[: 2 * max((*self._slots, *more)) + 2]


def _largest(x: Tensor) -> float:
    """Return the largest absolute value; NaN where there is one."""
    return float(torch.linalg.vector_norm(x, math.inf))


def _numbers(x: Tensor) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = x.cpu().double().numpy()  # Apple's GPUs know no double precision
    return numbers


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
        if not (loss < math.inf and _largest(gradient) < math.inf):
            raise NotFinite(f"the loss became {loss:g}; a smaller learning rate may help")
        x.grad = gradient
        optimizer.step()
        with torch.no_grad():
            x.clamp_(0, 1)
            mean.mul_(_AVERAGE).add_(x, alpha=1 - _AVERAGE)
        mass = mass * _AVERAGE + (1 - _AVERAGE)
    return mean / mass
