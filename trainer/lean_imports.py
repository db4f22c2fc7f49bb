"""Packages that our libraries load only because they are installed: seconds of a processor that most runs need not spend."""

import sys


def leave_out(*packages):
    """Have this process take the packages for not installed, unless they are loaded already. To be called before
    transformers and peft are imported, which look for them then."""
    for package in packages:
        # What Python itself takes for "cannot be imported".
        sys.modules.setdefault(package, None)


def leave_out_unneeded(arithmetic, quantization="auto", device="auto"):
    """Before a run in this arithmetic, or where the job names none in what this machine was told: rows come as lists of
    our own, and bitsandbytes serves 4-bit bases, which are asked for by name or chosen where there is a GPU of
    NVIDIA's."""
    import torch

    if arithmetic:
        quantization = arithmetic.rpartition("/")[2]
    leave_out("datasets")
    may_choose = quantization == "auto" and device in ("auto", "cuda") and torch.cuda.is_available()
    if quantization != "nf4" and not may_choose:
        leave_out("bitsandbytes")
