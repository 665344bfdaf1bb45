"""The two optimisers, as loops over one picture: L-BFGS (Liu and Nocedal, 1989) and Adam (Kingma and Ba, 2015).

Both ask for one loss and one gradient an iteration. L-BFGS returns the best picture that it saw, Adam the running mean
of its own.
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

    Pair k is a step s_k = x_{k+1} - x_k and the gradient's change y_k = g_{k+1} - g_k. The recursion runs on dot
    products alone, as by Chen, Wang and Zhou (2014): all vectors in it are combinations of the rows s_k, y_k and the
    gradient g. So whole pictures are passed over three times an iteration, however long the history, and a GPU is
    waited for as often.
    """

    def __init__(self, pairs: int) -> None:
        self._pairs = pairs
        self._slots: list[int] = []  # of the pairs that are known, oldest first
        self._rows = torch.empty(0)  # (2 · pairs, N): s and y of each slot, one below the other
        self._products = np.zeros((2 * pairs, 2 * pairs))  # of every two rows

    def forget(self) -> None:
        self._slots.clear()

    def learn(self, s: Tensor, y: Tensor) -> None:
        """Take in a pair, in place of the oldest one where there are enough; one without curvature is left out."""
        if not len(self._rows):
            self._rows = s.new_empty(2 * self._pairs, s.numel())
        full = len(self._slots) == self._pairs
        slot = self._slots.pop(0) if full else next(slot for slot in range(self._pairs) if slot not in self._slots)
        own = slice(2 * slot, 2 * slot + 2)
        torch.stack((s.flatten(), y.flatten()), out=self._rows[own])
        known = self._known(slot)
        products = _numbers(known @ self._rows[own].T)
        self._products[: len(known), own], self._products[own, : len(known)] = products, products.T
        (ss, sy), (_, yy) = self._products[own, own]
        if sy > 1e-10 * (ss * yy) ** 0.5:
            self._slots.append(slot)

    def direction(self, gradient: Tensor, first_step: float) -> Tensor:
        """Return the step to take; without any pair yet, downhill by at most `first_step` in any pixel.

        The names are those of Nocedal and Wright's *Numerical Optimization* (2006), algorithm 7.4.
        """
        if not self._slots:
            return gradient * (-first_step / max(_largest(gradient), 1e-30))
        rows = self._known()  # (R, N)
        products = self._products[: len(rows), : len(rows)]  # (R, R)
        with_gradient = _numbers(rows @ gradient.flatten())  # (R)
        # The vector q, later r, is the sum of the rows times `weights`, and of the gradient times `weight`.
        weights, weight = np.zeros(len(rows)), 1.0
        alpha: dict[int, float] = {}

        def with_row(row: int) -> float:
            """Return the dot product of a row with the vector."""
            return float(products[row] @ weights + with_gradient[row] * weight)

        for slot in reversed(self._slots):  # newest to oldest
            s, y = 2 * slot, 2 * slot + 1
            alpha[slot] = with_row(s) / products[s, y]
            weights[y] -= alpha[slot]
        s, y = 2 * self._slots[-1], 2 * self._slots[-1] + 1
        gamma = float(products[s, y] / products[y, y])  # times I: the first guess at the inverse of the Hessian
        weights, weight = weights * gamma, weight * gamma
        for slot in self._slots:  # oldest to newest
            s, y = 2 * slot, 2 * slot + 1
            beta = with_row(y) / products[s, y]
            weights[s] += alpha[slot] - beta
        direction = torch.tensor(weights, dtype=rows.dtype, device=rows.device) @ rows  # (N)
        direction = direction.view_as(gradient).add_(gradient, alpha=weight)
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
