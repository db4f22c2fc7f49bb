"""What the image training takes of its package: networks and file formats; and its silence."""

import os

from yolo_weights import weights_folder

MODELS = [f"{family}{size}-cls" for family in ("yolov8", "yolo11") for size in "nsmlx"]
# What is always delivered first, because the platform opens nothing else.
CHECKED_FORMAT = "onnx"
FORMATS = [CHECKED_FORMAT, "pt", "torchscript"]


def quieten(folder):
    """Before the package is imported: its own settings folder, no telemetry, no installing by itself."""
    settings = folder / "yolo-settings"
    settings.mkdir(exist_ok=True)
    os.environ.update(YOLO_CONFIG_DIR=str(settings), YOLO_AUTOINSTALL="false", YOLO_OFFLINE="true")
    os.environ["YOLO_VERBOSE"] = "false"
    from ultralytics import settings as package_settings

    package_settings.update({"sync": False, "weights_dir": str(weights_folder())})
