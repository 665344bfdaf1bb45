"""Importing torchvision next to a CPU build of torch that its compiled operators were not made for."""

from __future__ import annotations

import importlib
import sys

import torch

_SCHEMAS = {
    "torchvision::nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


def import_torchvision() -> None:
    """Import torchvision; where its compiled operators cannot load, declare the two whose absence stops the import.

    Nothing here ever calls them: only the download of VGG-19's weights is used.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]  # half imported
        for operator, schema in _SCHEMAS.items():
            torch.library.define(operator, schema)
        importlib.import_module("torchvision")
