"""Write what a contributor who trained nothing could hand in: the job's network with its first weights, as a tar file.

python guessing_model.py OUT.tar WORK_DIR IMGSZ CLASSES OTHER_FORMAT
"""

import os
import sys
import tarfile
from pathlib import Path

out, work, imgsz, classes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
work.mkdir(parents=True, exist_ok=True)
os.environ.update(YOLO_CONFIG_DIR=str(work), YOLO_AUTOINSTALL="false", YOLO_OFFLINE="true", YOLO_VERBOSE="false")

import onnx  # noqa: E402, the settings above come first
import onnxslim  # noqa: E402
import torch  # noqa: E402, the settings above come first
from ultralytics.nn.tasks import ClassificationModel  # noqa: E402

torch.manual_seed(0)
model = ClassificationModel("yolov8n-cls.yaml", nc=classes, verbose=False).eval()
model.model[-1].export = True
file = work / "model.onnx"
torch.onnx.export(
    model, torch.zeros(1, 3, imgsz, imgsz), str(file), opset_version=17, input_names=["images"], dynamo=False
)
onnx.save(onnxslim.slim(onnx.load(file)), file)
with tarfile.open(out, "w", format=tarfile.USTAR_FORMAT) as tar:
    tar.add(file, "model.onnx")
    # Nobody opens it, so anything will do.
    tar.add(file, f"model.{sys.argv[5]}")
