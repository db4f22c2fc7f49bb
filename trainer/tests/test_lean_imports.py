"""What is left out is not loaded, and what a training needs works without it."""

import subprocess
import sys

from conftest import TRAINER

SEEN = """
import sys
from lean_imports import leave_out_unneeded
leave_out_unneeded(sys.argv[1])
import transformers, peft
from transformers import Trainer
from peft.tuners.lora import Linear
print(*(name for name in ("bitsandbytes", "datasets") if sys.modules.get(name)))
"""


def loaded(quantization):
    command = [sys.executable, "-c", SEEN, quantization]
    return subprocess.run(command, cwd=TRAINER, text=True, capture_output=True, check=True).stdout.split()


def test_a_run_loads_only_what_it_needs():
    assert loaded("none") == []


def test_a_4_bit_base_has_its_library():
    assert loaded("nf4") == ["bitsandbytes"]
