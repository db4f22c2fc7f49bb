"""What the image training takes of its package: networks, file formats, pretrained weights; and its silence."""

import os
from pathlib import Path

MODELS = [f"{family}{size}-cls" for family in ("yolov8", "yolo11") for size in "nsmlx"]
# What is always delivered first, because the platform opens nothing else.
CHECKED_FORMAT = "onnx"
FORMATS = [CHECKED_FORMAT, "pt", "torchscript"]
WEIGHTS_URL = "https://github.com/ultralytics/assets/releases/download/v8.4.0/{}.pt"


def quieten(folder):
    """Before the package is imported: its own settings folder, no telemetry, no installing by itself."""
    settings = folder / "yolo-settings"
    settings.mkdir(exist_ok=True)
    os.environ.update(YOLO_CONFIG_DIR=str(settings), YOLO_AUTOINSTALL="false", YOLO_OFFLINE="true")
    os.environ["YOLO_VERBOSE"] = "false"
    from ultralytics import settings as package_settings

    package_settings.update({"sync": False, "weights_dir": str(weights_folder())})


def weights_folder():
    folder = Path(os.environ.get("TRAINCHAIN_WEIGHTS_DIR", "~/.cache/trainchain/weights")).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def find_pretrained(model):
    """The pretrained weights' file, fetched once and kept; None where they cannot be had."""
    import requests

    file = weights_folder() / f"{model}.pt"
    if file.exists():
        return file
    partial = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with requests.get(WEIGHTS_URL.format(model), stream=True, timeout=(5, 60)) as response:
            response.raise_for_status()
            with partial.open("wb") as target:
                # Not response.raw: what breaks off there is no RequestException.
                for piece in response.iter_content(2**20):
                    target.write(piece)
        partial.replace(file)
        return file
    except (requests.RequestException, OSError):
        return None
    finally:
        partial.unlink(missing_ok=True)
