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
import shutil
import signal
from pathlib import Path

import reporting
from reporting import Failure, report
from run_folder import open_run_folder, write_whole
from stopping import stop_at_once
from threads import plan_threads
from yolo_setup import CHECKED_FORMAT, FORMATS, MODELS, quieten

TRAINING_FOLDERS = ["run", "checkpoint", "images", "model"]


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


def identity_of(arguments):
    """What decides the resulting model; a work folder belongs to one such run."""
    machine = ("work_dir", "device", "cores", "api_url")
    return {name: str(value) for name, value in vars(arguments).items() if name not in machine}


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, stop_at_once)
    plan_threads(arguments.cores)
    folder = arguments.work_dir = arguments.work_dir.resolve()
    api_url = arguments.api_url.rstrip("/")
    open_run_folder(folder, identity_of(arguments), TRAINING_FOLDERS, ["dataset.zip", "finished.json"])
    finished, archive, bundle = folder / "finished.json", folder / "dataset.zip", folder / "model.tar"

    import gateway
    from image_dataset import arrange
    from image_export import export, write_bundle
    from image_trainer import recover_checkpoint, train

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
        for name in TRAINING_FOLDERS:
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
