"""Files that outlast a power cut, and whether they did: a system may write names long before what is in them."""

import json
import os
import zipfile

from safetensors import SafetensorError, safe_open


def sync(*paths):
    """Return once each file's content, or each folder's names, are on the disk."""
    for path in paths:
        # Windows opens no folder.
        if os.name == "nt" and path.is_dir():
            continue
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_readable(folder):
    """Whether a checkpoint's files are whole: after a power cut they may be empty, or beginnings."""
    try:
        return all(is_whole(file) for file in folder.iterdir())
    except (OSError, ValueError, SafetensorError, zipfile.BadZipFile):
        return False


def is_whole(file):
    if file.suffix == ".json":
        json.loads(file.read_bytes())
    elif file.suffix == ".safetensors":
        with safe_open(file, framework="pt"):
            return True
    # As torch writes what it pickles.
    elif file.suffix in (".pt", ".pth", ".bin"):
        with zipfile.ZipFile(file) as archive:
            return archive.testzip() is None
    return True
