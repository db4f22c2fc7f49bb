"""Which device a run uses."""

import platform

import torch

from reporting import Failure


def pick_device(wanted="auto"):
    """The device ("cuda", "mps" or "cpu") and its name."""
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    device = wanted if wanted != "auto" else next(name for name in ("cuda", "mps", "cpu") if present[name])
    if not present[device]:
        message = f"this machine has no {device} device that torch {torch.__version__} can use"
        raise Failure("configuration-invalid", message, "choose --device auto")
    if device == "cuda":
        return device, torch.cuda.get_device_name(0)
    return device, platform.processor() or platform.machine()
