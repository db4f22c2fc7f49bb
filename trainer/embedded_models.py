"""Base models that a Python package carries: their names, and the folder of each once it is made."""

import sys
from pathlib import Path

from reporting import Failure

# The names by which jobs call them, and the script that makes each.
MAKERS = {"smollm2-135m": "make_smollm2.py", "all-minilm-l6-v2": "make_minilm.py"}


def folder_of(name):
    """Where an embedded model is kept: in the environment, so that who resets that resets this."""
    return Path(sys.prefix) / "models" / name


def place_of(name):
    """What a base model is loaded by: an embedded one's folder; of any other the name itself."""
    if name not in MAKERS:
        return name
    folder = folder_of(name)
    if (folder / "model.safetensors").exists():
        return str(folder)
    message = f"the base model {name} is not on this machine yet"
    raise Failure("not-found", message, f"make it once: python {MAKERS[name]}")
