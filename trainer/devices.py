"""Which device a run uses."""

import platform
import sys
from pathlib import Path

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
    return device, cpu_name()


def cpu_name():
    """The processor as its maker calls it, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def memory_mb(device):
    """The most memory used so far: of the GPU, or of this process."""
    import torch

    if device == "cuda":
        return torch.cuda.max_memory_allocated() / 2**20
    try:
        # The most that this program had: rusage counts what started it, too, as it was before it became this one.
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 2**10
    except (OSError, IndexError):  # Only Linux tells.
        pass
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return psutil.Process().memory_info().peak_wset / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
