"""The adapter that every contributor of a job starts from, drawn from the job's seed.

A of the module at path p with rank r and n inputs: SHAKE-128 of "trainchain/a0/v1", the decimal seed and p,
separated by zero bytes, read as r·n little-endian 32-bit words w in rows; each becomes (w / 2^31 − 1) / √n in
double precision, rounded to single. That is the uniform law of PEFT's own start, but the same bytes on every
device and in every version. B is zero.
"""

import hashlib

import numpy as np
import torch
from safetensors.torch import load_file

from reporting import Failure


def initial_a(seed, path, rank, inputs):
    """A float32 array (rank, inputs)."""
    shake = hashlib.shake_128(b"trainchain/a0/v1\0" + str(seed).encode() + b"\0" + path.encode())
    words = np.frombuffer(shake.digest(rank * inputs * 4), dtype="<u4").astype(np.float64)
    return ((words * 2.0**-31 - 1.0) / np.sqrt(inputs)).astype(np.float32).reshape(rank, inputs)


def lora_layers(model):
    """(path, layer) of every adapted module; path is the base model's own name for it."""
    for name, module in model.named_modules():
        if hasattr(module, "lora_A") and "default" in getattr(module, "lora_A", {}):
            yield name.removeprefix("base_model.model."), module


def adapter_parameters(model):
    """The adapter's parameters by their names in adapter_model.safetensors."""
    parameters = {}
    for path, layer in lora_layers(model):
        for letter, factor in (("A", layer.lora_A), ("B", layer.lora_B)):
            parameters[f"base_model.model.{path}.lora_{letter}.weight"] = factor["default"].weight
    return parameters


@torch.no_grad()
def set_initial_adapter(model, seed):
    """Give a PEFT model the job's start."""
    for path, layer in lora_layers(model):
        a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
        a.copy_(torch.from_numpy(initial_a(seed, path, *a.shape)))
        b.zero_()


@torch.no_grad()
def load_initial_adapter(model, file):
    """Give a PEFT model an earlier round's merged adapter as its start; every tensor must be there and fit."""
    tensors = load_file(file)
    for name, weight in adapter_parameters(model).items():
        tensor = tensors.pop(name, None)
        if tensor is None or tensor.shape != weight.shape:
            fix = "give the merged adapter of this job's last round, with the job's rank"
            raise Failure("adapter-invalid", f"{file} does not fit the model at {name}", fix)
        weight.copy_(tensor)
    if tensors:
        fix = "give the merged adapter of this job's last round"
        raise Failure("adapter-invalid", f"{file} adapts {next(iter(tensors))}, which the model lacks", fix)
