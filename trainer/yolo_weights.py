"""Pretrained weights of the image networks: fetched once, kept, and the same bytes ever after.

A file of weights is a pickle, so whoever may change it runs code here. Run by itself, this script fetches all of them
and prints the lines of PINNED.
"""

import hashlib
import os
from pathlib import Path

import requests

from reporting import Failure

WEIGHTS_URL = "https://github.com/ultralytics/assets/releases/download/v8.4.0/{}.pt"
# sha256 of a model's weights. The release could not be reached where this was written, so none is known: what is not
# named here is trusted as it first arrived, by the certificate of the release's server, and held to that afterwards.
PINNED: dict[str, str] = {}


def weights_folder():
    folder = Path(os.environ.get("TRAINCHAIN_WEIGHTS_DIR", "~/.cache/trainchain/weights")).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def find_pretrained(model):
    """The pretrained weights' file, fetched once and kept; None where they cannot be had."""
    file = weights_folder() / f"{model}.pt"
    noted = file.with_suffix(".sha256")
    if not file.exists() and not fetch(model, file):
        return None
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    wanted = PINNED.get(model) or (noted.read_text().strip() if noted.exists() else found)
    if found != wanted:
        message = f"{file} is not the pretrained network that is expected (sha256 {found}, not {wanted})"
        raise Failure(
            "configuration-invalid",
            message,
            f"delete it to fetch it again, and {noted.name} beside it only if you know why it changed",
        )
    noted.write_text(wanted + "\n")
    return file


def fetch(model, file):
    """Whether the weights could be fetched."""
    partial = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with requests.get(WEIGHTS_URL.format(model), stream=True, timeout=(5, 60)) as response:
            response.raise_for_status()
            with partial.open("wb") as target:
                # Not response.raw: what breaks off there is no RequestException.
                for piece in response.iter_content(2**20):
                    target.write(piece)
        partial.replace(file)
        return True
    except (requests.RequestException, OSError):
        return False
    finally:
        partial.unlink(missing_ok=True)


if __name__ == "__main__":
    from yolo_setup import MODELS

    for name in MODELS:
        file = find_pretrained(name)
        print(f'    "{name}": "{hashlib.sha256(file.read_bytes()).hexdigest()}",' if file else f"# {name}: not reached")
