"""Which device a run uses."""

import platform

import torch


def pick_device(wanted="auto"):
    """The device ("cuda", "mps" or "cpu") and its name. Raises RuntimeError for a device that is absent."""
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    device = wanted if wanted != "auto" else next(name for name in ("cuda", "mps", "cpu") if present[name])
    if not present[device]:
        raise RuntimeError(f"this machine has no {device} device that torch {torch.__version__} can use")
    if device == "cuda":
        return device, torch.cuda.get_device_name(0)
    return device, platform.processor() or platform.machine()
