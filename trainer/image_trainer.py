"""ultralytics' trainer as a job needs it: every epoch asked for, one event and one whole checkpoint each."""

import itertools
import json
import math
import os
import shutil
import time

from devices import memory_mb, pick_device
from reporting import Failure, report
from saving import is_readable, sync
from stopping import is_orphan, stopped
from yolo_weights import find_pretrained

SMALL_DATASET = 4_000
# Up to here a second thread costs more than it computes; models.ts of the kind image-classification in packages/protocol has the same.
TINY_IMGSZ, TINY_PARAMETERS = 64, 7_000_000


def train(arguments, counts, checkpoint):
    """Train to the last epoch; returns what `finished.json` records of it. The best epoch's weights are kept."""
    from ultralytics.models.yolo.classify import ClassificationTrainer

    device, _ = pick_device(arguments.device)
    report("started", jobId=arguments.job_id, device=device, dtype="float32", quantization="none")
    resumes = (checkpoint / "complete").exists()
    weights = find_pretrained(arguments.model) if arguments.pretrained == "auto" and not resumes else None
    started = time.monotonic()
    progress = Progress(arguments, device, weights is not None, checkpoint)
    step_images = images_a_step(counts["train"], arguments.imgsz, device)
    batch = without_lone_image(counts["train"], min(arguments.batch_size or step_images, step_images))
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
        "batch": batch,
        "nbs": max(batch, step_images),
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


def without_lone_image(images, batch):
    """The batch size, or the next larger one that leaves no step of a single image: batch norm, at the smallest size of
    pictures, has nothing to compare its one value with."""
    return next(size for size in itertools.count(max(batch, 2)) if images % size != 1)


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
        self.first_epoch, self.started = trainer.start_epoch, time.perf_counter()
        if trainer.start_epoch:
            report("resumed", step=trainer.start_epoch)

    def on_train_batch_end(self, _):
        if is_orphan():
            raise stopped()

    def on_model_save(self, trainer):
        epoch, epochs = trainer.epoch + 1, trainer.epochs
        self.loss = sum(float(value) for value in trainer.tloss.values())
        if not math.isfinite(self.loss):
            raise Failure("training-failed", f"the loss became {self.loss} in epoch {epoch}", "another model or size")
        accuracy = float(trainer.metrics["metrics/accuracy_top1"])
        # The package's fitness counts the five likeliest classes too; what is delivered is its best epoch.
        if trainer.best_fitness == trainer.fitness:
            self.best_accuracy = accuracy
        elapsed, done = time.perf_counter() - self.started, epoch - self.first_epoch
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
        """Copy the epoch's files, then mark the copy as complete: a kill or power cut leaves the old or the new one."""
        fresh = self.checkpoint.with_name("checkpoint.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for file in (trainer.last, trainer.best):
            shutil.copyfile(file, fresh / file.name)
        (fresh / "complete").write_text(json.dumps({"accuracy": self.best_accuracy, "pretrained": self.pretrained}))
        sync(*fresh.iterdir(), fresh)
        old = self.checkpoint.with_name("checkpoint.old")
        if self.checkpoint.exists():
            self.checkpoint.rename(old)
        fresh.rename(self.checkpoint)
        shutil.rmtree(old, ignore_errors=True)
        report("checkpoint", step=epoch)


def recover_checkpoint(checkpoint):
    """The newest whole checkpoint in its place, wherever a kill between two renames has left it; one that cannot be
    read goes."""
    if not is_complete(checkpoint):
        shutil.rmtree(checkpoint, ignore_errors=True)
    for name in ("checkpoint.new", "checkpoint.old"):
        other = checkpoint.with_name(name)
        if not checkpoint.exists() and is_complete(other):
            other.rename(checkpoint)
        shutil.rmtree(other, ignore_errors=True)


def is_complete(checkpoint):
    try:
        json.loads((checkpoint / "complete").read_bytes())
    except (OSError, ValueError):
        return False
    return is_readable(checkpoint)
