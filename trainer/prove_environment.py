"""Prove that the training environment works: import every package, train one step on the device.

Prints one JSON line with the versions and the device. Any failure is a traceback and a non-zero exit.
"""

import platform
from importlib.metadata import version

from reporting import report  # isort: skip, it must come first: packages print when they are imported

import accelerate
import bitsandbytes
import datasets
import huggingface_hub
import onnx
import onnxruntime
import onnxslim
import peft
import psutil
import requests
import safetensors.torch
import torch
import torchvision
import transformers
import trl
import ultralytics

from devices import pick_device

PACKAGES = [
    accelerate,
    bitsandbytes,
    datasets,
    huggingface_hub,
    onnx,
    onnxruntime,
    onnxslim,
    peft,
    psutil,
    requests,
    safetensors,
    torch,
    torchvision,
    transformers,
    trl,
    ultralytics,
]


def train_one_step(device):
    """One LoRA step on a two-layer model: the loss must be finite and the adapter must move."""
    config = transformers.LlamaConfig(
        vocab_size=64, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2
    )
    model = transformers.LlamaForCausalLM(config).to(device)
    model = peft.get_peft_model(model, peft.LoraConfig(r=4, target_modules="all-linear"))
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    before = sum(parameter.abs().sum().item() for parameter in parameters)
    optimizer = torch.optim.AdamW(parameters, lr=1e-2)
    ids = torch.arange(16, device=device).view(1, -1)
    loss = model(input_ids=ids, labels=ids).loss
    loss.backward()
    optimizer.step()
    after = sum(parameter.abs().sum().item() for parameter in parameters)
    assert torch.isfinite(loss) and before != after, f"a training step on {device} changed nothing"


device, device_name = pick_device("auto")
train_one_step(device)
names = sorted(package.__name__.split(".")[0].replace("_", "-") for package in PACKAGES)
report(
    "proved",
    python=platform.python_version(),
    versions={name: version(name) for name in names},
    device=device,
    deviceName=device_name,
)
