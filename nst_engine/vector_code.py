"""Loops over vectors of numbers as machine code, written in Python and compiled by LLVM in half a second.

Some work passes over memory so often, when it is put together from torch's operators, that the passes cost more than
the arithmetic. Here such work is written as one loop: functions of this module note down what a loop does to a vector
of neighbouring numbers, and LLVM makes machine code of it for the processor at hand (llvmlite, which numba is made
with, brings LLVM along; it is optional). What the code computes is plain IEEE arithmetic in float32.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

try:
    from llvmlite import binding as llvm
    from llvmlite import ir
except ImportError:  # without it torch's operators do the work
    llvm = ir = None

Compiled = Callable[..., None]
"""A compiled function: of addresses, then of whole numbers. It does not hold Python's global lock."""

_COUNT: Any = ir.IntType(64) if ir is not None else None
_CONTRACT = ("contract",)  # a product and a sum may become one instruction, and nothing else may be rearranged


class Processor(NamedTuple):
    """What code is made for."""

    width: int  # float32 numbers in a vector
    registers: int  # that hold vectors
    name: str  # LLVM's name for it
    features: str  # LLVM's list of what it can do


def processor() -> Processor | None:
    """Return the processor at hand; None where llvmlite is missing or the processor's vectors are too simple.

    Where torch was told to keep to AVX2 (`ATEN_CPU_CAPABILITY=avx2`), this code keeps to it as well.
    """
    if llvm is None:
        return None
    name, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features()
    if platform.machine() in ("arm64", "aarch64"):
        return Processor(4, 32, name, features.flatten())
    capability = torch.backends.cpu.get_cpu_capability()
    if capability.startswith("AVX512") and features.get("avx512f"):
        return Processor(16, 32, name, features.flatten())
    if capability.startswith("AVX") and features.get("avx2") and features.get("fma"):
        for feature in features:
            features[feature] = features[feature] and not feature.startswith(("avx512", "avx10", "evex"))
        return Processor(8, 16, name, features.flatten())
    return None


class Count:
    """A whole number that is known when the code runs."""

    def __init__(self, code: Code, value: Any) -> None:
        self.code, self.value = code, value

    def _with(self, operation: str, other: Count | int) -> Count:
        return Count(self.code, getattr(self.code.builder, operation)(self.value, self.code.count(other).value))

    def __add__(self, other: Count | int) -> Count:
        return self._with("add", other)

    def __sub__(self, other: Count | int) -> Count:
        return self._with("sub", other)

    def __mul__(self, other: Count | int) -> Count:
        return self._with("mul", other)

    def __floordiv__(self, other: Count | int) -> Count:
        """Divide; both are at least 0."""
        return self._with("sdiv", other)

    def __mod__(self, other: Count | int) -> Count:
        return self._with("srem", other)

    def within(self, low: int, high: Count, size: int = 1) -> Any:
        """Return whether `low` ≤ self and self + `size` ≤ `high`, as a condition."""
        builder = self.code.builder
        above = builder.icmp_signed(">=", self.value, self.code.count(low).value)
        below = builder.icmp_signed("<=", (self + size).value, high.value)
        return builder.and_(above, below)


class Floats:
    """A vector of float32 numbers that is known when the code runs. Formulas made of it become instructions."""

    def __init__(self, code: Code, value: Any) -> None:
        self.code, self.value = code, value

    def _with(self, operation: str, other: Floats | float) -> Floats:
        value = other.value if isinstance(other, Floats) else self.code.constant(other)
        return Floats(self.code, getattr(self.code.builder, operation)(self.value, value, flags=_CONTRACT))

    def __add__(self, other: Floats) -> Floats:
        return self._with("fadd", other)

    def __sub__(self, other: Floats) -> Floats:
        return self._with("fsub", other)

    def __mul__(self, other: Floats | float) -> Floats:
        return self._with("fmul", other)

    __rmul__ = __mul__

    def relu(self) -> Floats:
        """Return what is above 0, and 0 elsewhere; NaN stays NaN."""
        builder, zero = self.code.builder, self.code.constant(0.0)
        return Floats(self.code, builder.select(builder.fcmp_ordered("<", self.value, zero), zero, self.value))

    def where_positive(self, other: Floats) -> Floats:
        """Return self where `other` is above 0, and 0 elsewhere."""
        builder, zero = self.code.builder, self.code.constant(0.0)
        return Floats(self.code, builder.select(builder.fcmp_ordered(">", other.value, zero), self.value, zero))

    def where(self, condition: Any) -> Floats:
        """Return self if the condition holds, else 0."""
        return Floats(self.code, self.code.builder.select(condition, self.value, self.code.constant(0.0)))


class Code:
    """A function that is being written, from its first instruction to its last."""

    def __init__(self, function: Any, width: int) -> None:
        self._function, self.width = function, width
        self.builder = ir.IRBuilder(function.append_basic_block())
        self.vector = ir.VectorType(ir.FloatType(), width)

    def count(self, value: Count | int) -> Count:
        """Return a whole number, known now or when the code runs, as one of the latter."""
        return value if isinstance(value, Count) else Count(self, _COUNT(value))

    def constant(self, value: float) -> Any:
        """Return a vector of one number."""
        return ir.Constant(self.vector, [float(value)] * self.width)

    @contextmanager
    def loop(self, start: Count | int, stop: Count, step: int = 1) -> Iterator[Count]:
        """Repeat what is written inside with a number that runs from `start` to before `stop`."""
        builder, before = self.builder, self.builder.block
        head, body, after = (self._function.append_basic_block() for _ in range(3))
        builder.branch(head)
        builder.position_at_end(head)
        index = builder.phi(_COUNT)
        index.add_incoming(self.count(start).value, before)
        builder.cbranch(builder.icmp_signed("<", index, stop.value), body, after)
        builder.position_at_end(body)
        yield Count(self, index)
        index.add_incoming(builder.add(index, _COUNT(step)), builder.block)
        builder.branch(head)
        builder.position_at_end(after)

    def accumulate(
        self, zeros: int, stop: Count, terms: Callable[[Count], Sequence[tuple[Floats, Floats]]]
    ) -> list[Floats]:
        """Return `zeros` sums over a number from 0 to before `stop`, at least 1, of the products that `terms` names."""
        builder, before = self.builder, self.builder.block
        body, after = (self._function.append_basic_block() for _ in range(2))
        builder.branch(body)
        builder.position_at_end(body)
        index = builder.phi(_COUNT)
        index.add_incoming(_COUNT(0), before)
        sums = [Floats(self, builder.phi(self.vector)) for _ in range(zeros)]
        found = [total + a * b for total, (a, b) in zip(sums, terms(Count(self, index)), strict=True)]
        for total, new in zip(sums, found, strict=True):
            total.value.add_incoming(self.constant(0.0), before)
            total.value.add_incoming(new.value, body)
        following = builder.add(index, _COUNT(1))
        index.add_incoming(following, body)
        builder.cbranch(builder.icmp_signed("<", following, stop.value), body, after)
        builder.position_at_end(after)
        return found

    def at(self, address: Any, offset: Count | int) -> Any:
        """Return the address of the number that lies `offset` numbers behind the one at `address`."""
        return self.builder.gep(address, [self.count(offset).value], source_etype=ir.FloatType())

    def load(self, address: Any, offset: Count) -> Floats:
        """Return the vector that begins there."""
        return Floats(self, self.builder.load(self.at(address, offset), align=4, typ=self.vector))

    def spread(self, address: Any, offset: Count) -> Floats:
        """Return a vector that holds the one number there in all places."""
        number, none = self.builder.load(self.at(address, offset), typ=ir.FloatType()), ir.Constant(self.vector, None)
        first = self.builder.insert_element(none, number, ir.IntType(32)(0))
        places = ir.Constant(ir.VectorType(ir.IntType(32), self.width), [0] * self.width)
        return Floats(self, self.builder.shuffle_vector(first, none, places))

    def store(self, value: Floats, address: Any, offset: Count) -> None:
        """Write the vector there."""
        self.builder.store(value.value, self.at(address, offset), align=4)

    def choose(self, condition: Any, if_so: Callable[[], None], if_not: Callable[[], None]) -> None:
        """Write two ways to go on, of which one is taken."""
        with self.builder.if_else(condition) as (then, otherwise):
            with then:
                if_so()
            with otherwise:
                if_not()

    @contextmanager
    def only_if(self, condition: Any) -> Iterator[None]:
        """Do what is written inside where the condition holds."""
        with self.builder.if_then(condition):
            yield

    def pick(self, condition: Any, if_so: Count, if_not: Count | int) -> Count:
        """Return one of two numbers."""
        return Count(self, self.builder.select(condition, if_so.value, self.count(if_not).value))

    def equal(self, count: Count, value: int) -> Any:
        """Return whether they are equal, as a condition."""
        return self.builder.icmp_signed("==", count.value, _COUNT(value))

    def both(self, one: Any, other: Any) -> Any:
        """Return whether both conditions hold."""
        return self.builder.and_(one, other)


class Program:
    """Functions that are compiled together."""

    def __init__(self, made_for: Processor) -> None:
        self.made_for = made_for
        self._module = ir.Module()
        self._signatures: dict[str, tuple[int, int]] = {}

    @contextmanager
    def function(
        self, name: str, addresses: Sequence[str], counts: Sequence[str]
    ) -> Iterator[tuple[Code, Mapping[str, Any]]]:
        """Write a function of addresses of memory, of which none overlaps what is written to, and of whole numbers."""
        kinds = [ir.PointerType()] * len(addresses) + [_COUNT] * len(counts)
        function = ir.Function(self._module, ir.FunctionType(ir.VoidType(), kinds), name)
        for argument in function.args[: len(addresses)]:
            argument.add_attribute("noalias")
        code = Code(function, self.made_for.width)
        given: dict[str, Any] = dict(zip(addresses, function.args, strict=False))
        given |= {
            count: Count(code, value) for count, value in zip(counts, function.args[len(addresses) :], strict=True)
        }
        yield code, given
        code.builder.ret_void()
        self._signatures[name] = len(addresses), len(counts)

    def compile(self) -> dict[str, Compiled]:
        """Return the functions by name; raises RuntimeError where LLVM refuses."""
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        target = llvm.Target.from_default_triple()
        machine = target.create_target_machine(cpu=self.made_for.name, features=self.made_for.features, opt=2, jit=True)
        self._module.triple = target.triple
        module = llvm.parse_assembly(str(self._module))
        # Everything is in vectors and as far unrolled as the registers reach: more of either makes registers overflow.
        tuning = llvm.create_pipeline_tuning_options(speed_level=2)
        tuning.loop_unrolling = tuning.loop_vectorization = tuning.slp_vectorization = False
        passes = llvm.create_pass_builder(machine, tuning)
        passes.getModulePassManager().run(module, passes)
        engine = llvm.create_mcjit_compiler(module, machine)
        engine.finalize_object()
        return {name: self._callable(engine, name) for name in self._signatures}

    def _callable(self, engine: Any, name: str) -> Compiled:
        addresses, counts = self._signatures[name]
        kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * addresses, *[ctypes.c_int64] * counts)
        function = kind(engine.get_function_address(name))
        function.engine = engine  # type: ignore[attr-defined]  # owns the code, and must live as long
        return function
