"""A trained classifier as files: written, opened again and asked, and put into one tar file."""

import math
import shutil
import tarfile
import time
from pathlib import Path

from image_input import open_rgb, to_input
from reporting import Failure, report
from saving import sync
from yolo_setup import CHECKED_FORMAT

OPSET = 17
# An export may round differently; it must not answer differently.
EXPORT_TOLERANCE = 1e-2


def export(arguments, folder):
    """Write the model's files, open each again and run it on a validation image; returns their names."""
    import torch
    from ultralytics import YOLO

    best = arguments.work_dir / "run" / "weights" / "best.pt"
    image = next(path for path in sorted((arguments.work_dir / "images" / "val").rglob("*")) if path.is_file())
    pixels = to_input(open_rgb(image), arguments.imgsz)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    yolo = YOLO(best)
    yolo.model.names = dict(enumerate(arguments.classes))
    torch_model = yolo.model.float().eval().cpu()
    with torch.inference_mode():
        answer = torch_model(torch.from_numpy(pixels))
    expected = (answer[0] if isinstance(answer, tuple) else answer).numpy()
    files = []
    for name in dict.fromkeys([CHECKED_FORMAT, arguments.export_format]):
        started = time.monotonic()
        file = folder / f"model.{name}"
        write_export(name, yolo, best, file, arguments)
        probabilities = run_export(name, file, pixels)
        difference = float(abs(probabilities - expected).max()) if probabilities.shape == expected.shape else math.inf
        if not difference <= EXPORT_TOLERANCE:
            message = f"the exported {name} file answers otherwise than the trained model ({difference:g} apart)"
            raise Failure("training-failed", message, "report this with the log")
        report(
            "exported",
            format=name,
            sizeBytes=file.stat().st_size,
            image=image.name,
            predicted=arguments.classes[int(probabilities.argmax())],
            seconds=round(time.monotonic() - started, 3),
        )
        files.append(file)
    return files


def write_export(name, yolo, best, file, arguments):
    from ultralytics import YOLO

    if name == "pt":
        yolo.save(file)
        return
    # Exporting changes the model that it is called on.
    fresh = YOLO(best)
    fresh.model.names = yolo.model.names
    options = {"opset": OPSET, "simplify": True} if name == "onnx" else {}
    written = fresh.export(format=name, imgsz=arguments.imgsz, batch=1, device="cpu", **options)
    Path(written).replace(file)


def run_export(name, file, pixels):
    """Class probabilities of one image, by the file alone."""
    import torch

    if name == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        return session.run(None, {session.get_inputs()[0].name: pixels})[0]
    if name == "torchscript":
        model = torch.jit.load(str(file), map_location="cpu")
    else:
        from ultralytics import YOLO

        model = YOLO(file).model.float().eval()
    with torch.inference_mode():
        answer = model(torch.from_numpy(pixels))
    return (answer[0] if isinstance(answer, tuple) else answer).numpy()


def write_bundle(files, bundle):
    """One tar file whose bytes depend on the files alone."""
    partial = bundle.with_name(bundle.name + ".part")
    with tarfile.open(partial, "w", format=tarfile.USTAR_FORMAT) as tar:
        for file in files:
            entry = tarfile.TarInfo(file.name)
            entry.size = file.stat().st_size
            with file.open("rb") as source:
                tar.addfile(entry, source)
    sync(partial)
    partial.replace(bundle)
