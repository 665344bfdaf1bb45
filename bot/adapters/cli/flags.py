"""One flag for each option of the table: names, help and values come from `nst_engine.options` alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import typer

from bot.adapters.cli.errors import CliError
from nst_engine.options import WISHES, OptionError, OptionInfo, wished

COMMON = ("size", "quality", "strength", "colors", "style_scale", "smooth", "init", "seed", "square")
PARTS = "Parts of the photo"
_HOW, _CURIOUS = "How to paint", "For the curious: losses, weights, scales"

Command = TypeVar("Command", bound=Callable[..., Any])


def with_options(command: Command) -> Command:
    """Give a typer command, which takes `**options`, a flag for each option of the table."""
    signature = inspect.signature(command, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.kind is not parameter.VAR_KEYWORD]
    flags = [_flag(info) for info in sorted(WISHES.values(), key=lambda info: info.name not in COMMON)]
    command.__signature__ = signature.replace(parameters=[*own, *flags])  # type: ignore[attr-defined]
    command.__annotations__ = {
        **{name: kind for name, kind in inspect.get_annotations(command, eval_str=True).items() if name != "options"},
        **{flag.name: flag.annotation for flag in flags},
    }
    return command


def chosen(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given, checked; raises CliError with the flag's name and what it takes."""
    given = {name: value for name, value in flags.items() if value is not None}
    for name, value in given.items():
        try:
            wished({name: value})
        except OptionError as error:
            raise CliError(f'{_name(name)}: found "{error.found}", use {error.allowed}') from error
    return given


def _name(option: str) -> str:
    return "--" + option.replace("_", "-")


def _flag(info: OptionInfo) -> inspect.Parameter:
    switch = isinstance(info.default, bool)
    flag = typer.Option(
        None,
        f"{_name(info.name)}/--no-{info.name.replace('_', '-')}" if switch else _name(info.name),
        help=info.help + _default(info),
        metavar=None if switch else _metavar(info),
        rich_help_panel=PARTS if info.name == "invert_mask" else _HOW if info.name in COMMON else _CURIOUS,
        autocompletion=_completion(info),
        show_default=False,
    )
    kind = bool | None if switch else str | None
    return inspect.Parameter(info.name, inspect.Parameter.KEYWORD_ONLY, default=flag, annotation=kind)


def _default(info: OptionInfo) -> str:
    if info.default is None or isinstance(info.default, bool):
        return ""
    default = ", ".join(info.default) if isinstance(info.default, dict) else info.default
    return f" ({default})"


def _metavar(info: OptionInfo) -> str:
    if info.choices:
        return "|".join("FILE" if choice == "file" else choice for choice in info.choices)
    if info.minimum is not None:
        return f"{info.minimum:.10g}-{info.maximum:.10g}" if info.whole else "NUMBER"
    return "LAYER:WEIGHT,…"


def _completion(info: OptionInfo) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [choice for choice in info.choices if choice.startswith(incomplete)]

    return complete
