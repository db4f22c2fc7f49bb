"""Can this machine do the job? Prints one JSON line: what the machine has, against what the job needs.

    python preflight.py --needs '{"gpu": {"vramGb": 6, …}, "cpu": {"ramGb": 16, …}}' --work-dir DIR

The needs are those of the device that would be used. Amounts are in GiB. A check that crashes counts as failed:
what could not be seen is not there. The exit code is 0 when the checks could be made, whatever they found.
"""

import argparse
import json
import os
import shutil
import time
import traceback
from pathlib import Path

import reporting
from reporting import Failure, report

GIB = 2**30
# Disks and memory sold as "8 GB" show a little less to the system.
TOLERANCE = 0.95
LABELS = {
    "vramGb": ("GPU memory", "GiB"),
    "ramGb": ("memory", "GiB"),
    "diskGb": ("free disk space", "GiB"),
    "cores": ("CPU cores", ""),
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--needs", required=True, help="JSON of vramGb, ramGb, diskGb, cores; or {gpu, cpu} of these")
    parser.add_argument("--work-dir", type=Path, required=True)
    parser.add_argument("--model-cache", type=Path, help="where models are kept; the hub's own place by default")
    parser.add_argument("--benchmark-seconds", type=float, default=2.0, help="how long the speed is measured")
    parser.add_argument("--device", choices=["auto", "cuda", "mps", "cpu"], default="auto")
    return parser.parse_args()


def existing_parent(path):
    """The nearest folder above that exists: its disk is where the path will be."""
    path = path.expanduser().resolve()
    while not path.exists():
        path = path.parent
    return path


def vram_gb(device):
    """Memory that the GPU has; on Apple GPUs, the share of the common memory that they may use."""
    import torch

    if device == "cuda":
        return torch.cuda.get_device_properties(0).total_memory / GIB
    if device == "mps":
        return torch.mps.recommended_max_memory() / GIB
    return 0.0


def ram_gb():
    """The memory that this process may use: the machine's, or its container's where that is less."""
    import psutil

    limits = [psutil.virtual_memory().total]
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        if os.path.exists(name):
            text = Path(name).read_text().strip()
            limits += [int(text)] if text.isdigit() else []
    return min(limits) / GIB


def disk_gb(places):
    """Free space on the fullest of the disks that the job writes to."""
    return min(shutil.disk_usage(existing_parent(place)).free for place in places) / GIB


def usable_cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def tokens_per_second(device, seconds):
    """Forward and backward pass of one small transformer block, measured for so long."""
    import torch

    torch.manual_seed(0)
    block = torch.nn.TransformerEncoderLayer(512, 8, 2048, dropout=0.0, batch_first=True, device=device)
    inputs = torch.randn(4, 256, 512, device=device)
    synchronize = {"cuda": torch.cuda.synchronize, "mps": torch.mps.synchronize}.get(device, lambda: None)

    def step():
        block(inputs).square().mean().backward()
        synchronize()

    step()
    steps, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        step()
        steps += 1
    return steps * 4 * 256 / (time.perf_counter() - started)


def measured(measure, *arguments):
    """A figure, or None when it could not be had."""
    try:
        return measure(*arguments)
    except Exception:
        traceback.print_exc()
        return None


def check(need, have, required):
    label, unit = LABELS[need]
    if have is None:
        return {
            "need": need,
            "have": None,
            "required": required,
            "ok": False,
            "message": f"{label} could not be measured, so it counts as missing",
        }
    tolerance = 1 if need == "cores" else TOLERANCE
    ok = have >= required * tolerance
    shown = f"{have:g}" if need == "cores" else f"{have:.1f}"
    message = f"{label}: {shown} {unit}".rstrip() + ("" if ok else f", the job needs {required:g} {unit}".rstrip())
    return {"need": need, "have": round(have, 2), "required": required, "ok": ok, "message": message}


def main():
    arguments = parse_arguments()
    try:
        needs = json.loads(arguments.needs)
    except json.JSONDecodeError as error:
        fix = "give a JSON object"
        raise Failure("invalid-input", f"--needs is not JSON: {error}", fix) from error
    from devices import pick_device

    device, device_name = measured(pick_device, arguments.device) or ("none", "no usable device")
    needs = needs.get("gpu" if device in ("cuda", "mps") else "cpu", needs)
    unknown = sorted(set(needs) - set(LABELS))
    if unknown:
        fix = f"use {', '.join(LABELS)}, or gpu and cpu with these"
        raise Failure("invalid-input", f"--needs names {unknown[0]}, which is no need", fix)

    hub = os.environ.get("HF_HUB_CACHE") or Path(os.environ.get("HF_HOME", "~/.cache/huggingface")) / "hub"
    has = {
        "vramGb": measured(vram_gb, device),
        "ramGb": measured(ram_gb),
        "diskGb": measured(disk_gb, [arguments.work_dir, arguments.model_cache or Path(hub)]),
        "cores": measured(usable_cores),
    }
    speed = measured(tokens_per_second, device, arguments.benchmark_seconds)
    checks = [check(need, has[need], required) for need, required in needs.items()]
    works = {"need": "device", "have": speed and round(speed), "required": 1, "ok": speed is not None}
    works["message"] = f"{device_name} trains" if speed else f"{device_name} could not run a training step"
    checks.append(works)
    report(
        "preflight",
        ok=all(entry["ok"] for entry in checks),
        device=device,
        deviceName=device_name,
        **{need: round(figure or 0, 2) for need, figure in has.items()},
        tokensPerSecond=round(speed or 0),
        checks=checks,
    )


if __name__ == "__main__":
    reporting.run(main)
