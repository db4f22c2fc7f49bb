"""Train a YOLO image classifier for an image job.

    python train_yolo.py --job-id 7 --dataset-cid bafybei… --model yolov8n-cls --epochs 40 --imgsz 32 \
        --num-classes 2 --classes cat,dog --export-format onnx --contributor-wallet 0x… \
        --api-url http://127.0.0.1:4100 …

Download the archive from the agent's loopback gateway, train from pretrained weights (or from the same network
untrained where they cannot be had), export, open the export and run it, upload, hand in. Progress is one JSON object
a line on standard output. Killed at any point, the same command goes on after the last finished epoch; a finished
model is never trained again.

The training package is ultralytics, under AGPL-3.0: it is installed on the contributor's machine and called here.
"""

import argparse
import hashlib
import json
import math
import os
import shutil
import signal
import tarfile
import time
from pathlib import Path

import reporting
from reporting import MAY_BE_RETRIED, Failure, report

WEIGHTS_URL = "https://github.com/ultralytics/assets/releases/download/v8.4.0/{}.pt"
MODELS = [f"{family}{size}-cls" for family in ("yolov8", "yolo11") for size in "nsmlx"]
# What is always delivered first, because the platform opens nothing else.
CHECKED_FORMAT = "onnx"
FORMATS = [CHECKED_FORMAT, "pt", "torchscript"]
OPSET = 17
# An export may round differently; it must not answer differently.
EXPORT_TOLERANCE = 1e-2
SMALL_DATASET = 4_000
# Up to here a second thread costs more than it computes; packages/protocol/src/image-classification.ts has the same.
TINY_IMGSZ, TINY_PARAMETERS = 64, 7_000_000


def parse_arguments(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    job = parser.add_argument_group("the job")
    job.add_argument("--job-id", required=True)
    job.add_argument("--dataset-cid", required=True)
    job.add_argument("--model", required=True, choices=MODELS)
    job.add_argument("--epochs", type=int, required=True)
    job.add_argument("--imgsz", type=int, required=True, help="side of the square input, a multiple of 32")
    job.add_argument("--num-classes", type=int, required=True)
    job.add_argument("--classes", required=True, help="names separated by commas, in the order of the outputs")
    job.add_argument("--export-format", choices=FORMATS, default=CHECKED_FORMAT)
    job.add_argument("--seed", type=int, default=0)
    job.add_argument("--contributor-wallet", required=True)
    job.add_argument("--api-url", required=True, help="the agent's loopback gateway")
    machine = parser.add_argument_group("this machine")
    machine.add_argument("--work-dir", type=Path, required=True)
    machine.add_argument("--device", choices=["auto", "cuda", "mps", "cpu"], default="auto")
    machine.add_argument("--pretrained", choices=["auto", "never"], default="auto")
    machine.add_argument("--batch-size", type=int, help="images held in memory at once")
    machine.add_argument("--cores", type=int, help="CPU cores to use; all by default")
    arguments = parser.parse_args(argv)
    arguments.classes = arguments.classes.split(",")
    if len(arguments.classes) != arguments.num_classes:
        message = f"--classes names {len(arguments.classes)} classes and --num-classes says {arguments.num_classes}"
        raise Failure("invalid-input", message, "give as many names as classes")
    if arguments.imgsz % 32 or arguments.imgsz < 32:
        raise Failure("invalid-input", f"--imgsz is {arguments.imgsz}", "give a multiple of 32")
    return arguments


def open_work_folder(arguments):
    """Create the run's folder; leftovers of another run in it are removed."""
    folder = arguments.work_dir
    machine = ("work_dir", "device", "cores", "api_url")
    identity = {name: str(value) for name, value in vars(arguments).items() if name not in machine}
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / "run.json"
    if record.exists() and json.loads(record.read_text()) == identity:
        return
    for name in ("run", "checkpoint", "images", "model"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("dataset.zip", "finished.json"):
        (folder / name).unlink(missing_ok=True)
    write_whole(record, json.dumps(identity, indent=2))


def write_whole(file, text):
    """Write a file so that it appears whole or not at all."""
    partial = file.with_name(file.name + ".part")
    partial.write_text(text)
    partial.replace(file)


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


def train(arguments, counts, checkpoint):
    """Train to the last epoch; returns what `finished.json` records of it. The best epoch's weights are kept."""
    from ultralytics.models.yolo.classify import ClassificationTrainer

    from devices import pick_device

    device, _ = pick_device(arguments.device)
    report("started", jobId=arguments.job_id, device=device, dtype="float32", quantization="none")
    resumes = (checkpoint / "complete").exists()
    weights = find_pretrained(arguments.model) if arguments.pretrained == "auto" and not resumes else None
    started = time.monotonic()
    progress = Progress(arguments, device, weights is not None, checkpoint)
    step_images = images_a_step(counts["train"], arguments.imgsz, device)
    overrides = {
        "model": str(weights or f"{arguments.model}.yaml"),
        "data": str(arguments.work_dir / "images"),
        "project": str(arguments.work_dir),
        "name": "run",
        "exist_ok": True,
        "epochs": arguments.epochs,
        # Every epoch that the requester asked for is trained; the best one by validation is delivered.
        "patience": 0,
        "imgsz": arguments.imgsz,
        # A step for every batch: the package would add up the gradients of 64 images, however few there are.
        "batch": min(arguments.batch_size or step_images, step_images),
        "nbs": step_images,
        "warmup_epochs": min(3.0, arguments.epochs / 10),
        "warmup_bias_lr": 0.0,
        "device": {"cuda": 0}.get(device, device),
        "workers": 0 if counts["train"] < SMALL_DATASET else min(4, usable_cores(arguments)),
        "seed": arguments.seed,
        "amp": False,
        "plots": False,
        "verbose": False,
        # Not every class looks the same in a mirror or with a hole in it: a digit does not.
        "fliplr": 0.0,
        "erasing": 0.0,
        **({} if weights else {"optimizer": "AdamW", "lr0": 0.002}),
    }
    if resumes:
        shutil.copytree(checkpoint, arguments.work_dir / "run" / "weights", dirs_exist_ok=True)
        overrides |= {"model": str(checkpoint / "last.pt"), "resume": str(checkpoint / "last.pt")}
        overrides["save_dir"] = str(arguments.work_dir / "run")
    trainer = ClassificationTrainer(overrides=overrides)
    trainer.add_callback("on_train_start", progress.on_train_start)
    trainer.add_callback("on_train_batch_end", progress.on_train_batch_end)
    trainer.add_callback("on_model_save", progress.on_model_save)
    trainer.train()
    return {
        "loss": progress.loss,
        "accuracy": progress.best_accuracy,
        "epochs": arguments.epochs,
        "seconds": round(time.monotonic() - started, 3),
    }


def images_a_step(images, imgsz, device):
    """
    The largest power of two that leaves ten steps an epoch: fewer steps learn too little, smaller ones take longer.
    A GPU that lacks the memory halves it by itself; elsewhere it holds no more pixels than 64 photographs of 224.
    """
    most = 64 if device == "cuda" else min(64, 64 * 224**2 // imgsz**2)
    return 2 ** int(math.log2(max(8, min(most, images / 10))))


def usable_cores(arguments):
    return arguments.cores or os.cpu_count() or 1


def threads_for(arguments, parameters):
    """One where pictures and network are small: its layers are done before a second thread has woken up."""
    is_tiny = arguments.imgsz <= TINY_IMGSZ and parameters < TINY_PARAMETERS
    return 1 if is_tiny else usable_cores(arguments)


class Progress:
    """One event and one whole checkpoint an epoch; a stop between two batches when nobody waits for the result."""

    def __init__(self, arguments, device, pretrained, checkpoint):
        self.arguments, self.device, self.pretrained, self.checkpoint = arguments, device, pretrained, checkpoint
        self.created = time.monotonic()
        self.loss, self.best_accuracy = None, 0.0
        if (checkpoint / "complete").exists():
            kept = json.loads((checkpoint / "complete").read_text())
            self.best_accuracy, self.pretrained = kept["accuracy"], kept["pretrained"]

    def on_train_start(self, trainer):
        import torch

        parameters = sum(parameter.numel() for parameter in trainer.model.parameters())
        if self.device == "cpu":
            torch.set_num_threads(threads_for(self.arguments, parameters))
        report(
            "model-loaded",
            model=self.arguments.model,
            parameters=parameters,
            trainableParameters=sum(p.numel() for p in trainer.model.parameters() if p.requires_grad),
            seconds=round(time.monotonic() - self.created, 3),
            pretrained=self.pretrained,
        )
        self.first_epoch, self.started = trainer.start_epoch, time.monotonic()
        if trainer.start_epoch:
            report("resumed", step=trainer.start_epoch)

    def on_train_batch_end(self, _):
        if is_orphan():
            raise stopped()

    def on_model_save(self, trainer):
        from devices import memory_mb

        epoch, epochs = trainer.epoch + 1, trainer.epochs
        self.loss = sum(float(value) for value in trainer.tloss.values())
        if not math.isfinite(self.loss):
            raise Failure("training-failed", f"the loss became {self.loss} in epoch {epoch}", "another model or size")
        accuracy = float(trainer.metrics["metrics/accuracy_top1"])
        # The package's fitness counts the five likeliest classes too; what is delivered is its best epoch.
        if trainer.best_fitness == trainer.fitness:
            self.best_accuracy = accuracy
        elapsed, done = time.monotonic() - self.started, epoch - self.first_epoch
        report(
            "epoch",
            epoch=epoch,
            epochs=epochs,
            loss=round(self.loss, 5),
            accuracy=round(accuracy, 5),
            learningRate=round(min(trainer.lr.values()), 8),
            imagesPerSecond=round(len(trainer.train_loader.dataset) * done / elapsed, 1),
            etaSeconds=round(elapsed / done * (epochs - epoch), 1),
            memoryMb=round(memory_mb(self.device), 1),
        )
        if epoch < epochs:
            self.keep(trainer, epoch)

    def keep(self, trainer, epoch):
        """Copy the epoch's files, then mark the copy as complete: a kill leaves the old copy or the new one."""
        fresh = self.checkpoint.with_name("checkpoint.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for file in (trainer.last, trainer.best):
            shutil.copyfile(file, fresh / file.name)
        (fresh / "complete").write_text(json.dumps({"accuracy": self.best_accuracy, "pretrained": self.pretrained}))
        old = self.checkpoint.with_name("checkpoint.old")
        if self.checkpoint.exists():
            self.checkpoint.rename(old)
        fresh.rename(self.checkpoint)
        shutil.rmtree(old, ignore_errors=True)
        report("checkpoint", step=epoch)


def recover_checkpoint(checkpoint):
    """The newest whole checkpoint in its place, wherever a kill between two renames has left it."""
    for name in ("checkpoint.new", "checkpoint.old"):
        other = checkpoint.with_name(name)
        if not checkpoint.exists() and (other / "complete").exists():
            other.rename(checkpoint)
        shutil.rmtree(other, ignore_errors=True)


def export(arguments, folder):
    """Write the model's files, open each again and run it on a validation image; returns their names."""
    import torch
    from ultralytics import YOLO

    from image_input import open_rgb, to_input

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
    partial.replace(bundle)


def is_orphan():
    """Whether the program that started this run is gone: nobody would seal and submit the result."""
    parent = os.environ.get("TRAINCHAIN_PARENT_PID")
    return parent is not None and os.name == "posix" and os.getppid() != int(parent)


def stopped():
    return Failure("training-failed", "stopped as asked", "start the same run again: it goes on", MAY_BE_RETRIED)


def stop(*_):
    """The last finished epoch is kept already: there is nothing to save first."""
    raise stopped()


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, stop)
    # Threads that spin while they wait take a busy machine's cores from those that compute.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if arguments.cores:
        os.environ["OMP_NUM_THREADS"] = str(arguments.cores)
    folder = arguments.work_dir = arguments.work_dir.resolve()
    api_url = arguments.api_url.rstrip("/")
    open_work_folder(arguments)
    finished, archive, bundle = folder / "finished.json", folder / "dataset.zip", folder / "model.tar"

    import gateway
    from image_dataset import arrange

    if not finished.exists():
        if not archive.exists():
            gateway.download(api_url, arguments.dataset_cid, archive)
        quieten(folder)
        counts = arrange(archive, folder / "images", arguments.classes, arguments.seed, arguments.imgsz)
        report("downloaded", rows=sum(counts.values()), sizeBytes=archive.stat().st_size)
        checkpoint = folder / "checkpoint"
        recover_checkpoint(checkpoint)
        result = train(arguments, counts, checkpoint)
        write_bundle(export(arguments, folder / "model"), bundle)
        result |= {"sizeBytes": bundle.stat().st_size, "sha256": hashlib.sha256(bundle.read_bytes()).hexdigest()}
        write_whole(finished, json.dumps(result, indent=2))
        for name in ("run", "checkpoint", "images", "model"):
            shutil.rmtree(folder / name, ignore_errors=True)
    result = json.loads(finished.read_text())
    report("saved", sizeBytes=result["sizeBytes"], sha256=result["sha256"])

    if "modelCid" not in result:
        result["modelCid"] = gateway.upload(api_url, bundle)
        write_whole(finished, json.dumps(result, indent=2))
    report("uploaded", adapterCid=result["modelCid"])
    gateway.complete(api_url, arguments.job_id, arguments.contributor_wallet, result["modelCid"])
    report("submitted", adapterCid=result["modelCid"])
    archive.unlink(missing_ok=True)
    figures = {key: result[key] for key in ("loss", "accuracy", "seconds")}
    report("done", steps=result["epochs"], tokens=0, **figures)


if __name__ == "__main__":
    reporting.run(main)
