"""transformers' trainer as a job needs it: its own step and schedule, progress as events, checkpoints that survive a
kill."""

import math
import os
import shutil
import time

import torch
from torch.optim.lr_scheduler import LambdaLR
from transformers import Trainer, TrainerCallback

from arithmetic import shares_prefix
from batches import pack_rows, packs
from devices import memory_mb
from labelled_loss import labelled_loss
from reporting import Failure, report
from saving import is_readable, sync
from stopping import is_orphan

CHECKPOINT_SECONDS = 60
CHECKPOINT_STEPS = int(os.environ.get("TRAINCHAIN_CHECKPOINT_STEPS", "100"))


def newest_checkpoint(folder):
    """The last checkpoint that was written to its end and can be read, or None."""
    whole = [path for path in folder.glob("checkpoint-*") if (path / "complete").exists()]
    return next(filter(is_readable, sorted(whole, key=step_of, reverse=True)), None)


def step_of(checkpoint):
    return int(checkpoint.name.split("-")[1])


class JobTrainer(Trainer):
    """transformers' trainer with a job's own step and schedule.

    A batch is a step's rows; they are computed in packs of at most `tokens_at_once` tokens. A step's loss is the sum over its labelled tokens divided by the mean step's tokens, not its own. `set_moments` gives the model's
    optimiser the moments that it begins with.
    """

    def __init__(self, *, dtype, tokens_at_once, rows_at_once, rate_factor, mean_learned, set_moments, **options):
        self.dtype, self.tokens_at_once, self.rows_at_once = dtype, tokens_at_once, rows_at_once
        self.rate_factor, self.mean_learned, self.set_moments = rate_factor, mean_learned, set_moments
        super().__init__(**options, data_collator=self.into_packs)

    def into_packs(self, rows):
        lengths = [len(row["input_ids"]) for row in rows]
        may_share = shares_prefix(self.model.get_base_model())
        return [
            pack_rows([rows[number] for number in pack], may_share)
            for pack in packs(lengths, self.tokens_at_once, self.rows_at_once)
        ]

    def training_step(self, model, inputs, num_items_in_batch=None):
        model.train()
        base = self.model.get_base_model()
        device = self.args.device.type
        loss = 0.0
        for pack in inputs:
            pack = self._prepare_inputs(pack)
            with torch.autocast(device, self.dtype, enabled=self.dtype != torch.float32):
                part = labelled_loss(base, **pack, dtype=self.dtype) / self.mean_learned
            self.accelerator.backward(part)
            loss += part.detach()
        return loss

    def create_optimizer(self, *args, **options):
        optimizer = super().create_optimizer(*args, **options)
        if not optimizer.state:
            self.set_moments(self.model, optimizer)
        return optimizer

    def create_scheduler(self, num_training_steps, optimizer=None):
        if self.lr_scheduler is None:
            self.lr_scheduler = LambdaLR(optimizer or self.optimizer, self.rate_factor)
        return self.lr_scheduler

    def floating_point_ops(self, inputs):
        """None are counted: that walks through every module of the model at each step."""
        return 0


class Progress(TrainerCallback):
    """One event a step, a checkpoint at least every minute, and a stop between two steps when asked. The logged loss of
    a step counts by its weight; reported is the mean of its own tokens."""

    stop_asked = False
    interrupted = False
    loss = None

    def __init__(self, arguments, device, weights, step_tokens, checkpoints):
        self.arguments, self.device, self.weights = arguments, device, weights
        self.step_tokens, self.checkpoints = step_tokens, checkpoints

    def ask_to_stop(self, *_):
        self.stop_asked = True

    def on_train_begin(self, args, state, control, **_):
        self.first_step = state.global_step
        self.started = self.saved = time.perf_counter()
        if state.global_step:
            report("resumed", step=state.global_step)
            # Stopped in its very last step, a run has no other to tell its loss.
            logged = next(entry["loss"] for entry in reversed(state.log_history) if "loss" in entry)
            self.loss = logged / self.weights[state.global_step - 1]

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" not in logs:
            return
        self.loss = logs["loss"] / self.weights[state.global_step - 1]
        if not math.isfinite(self.loss):
            fix = "a lower learning rate"
            raise Failure("training-failed", f"the loss became {self.loss} at step {state.global_step}", fix)
        elapsed = time.perf_counter() - self.started
        steps, tokens = len(self.weights), sum(self.step_tokens[self.first_step : state.global_step])
        done = state.global_step - self.first_step
        report(
            "step",
            step=state.global_step,
            steps=steps,
            epoch=round(state.global_step / steps * self.arguments.epochs / self.arguments.rounds, 3),
            loss=round(self.loss, 5),
            learningRate=logs["learning_rate"],
            tokens=tokens,
            tokensPerSecond=round(tokens / elapsed, 1),
            etaSeconds=round(elapsed / done * (steps - state.global_step), 1),
            memoryMb=round(memory_mb(self.device), 1),
        )

    def on_step_end(self, args, state, control, **_):
        if self.stop_asked or is_orphan():
            self.interrupted = control.should_training_stop = True
        is_due = time.perf_counter() - self.saved > CHECKPOINT_SECONDS
        is_due = is_due or state.global_step % CHECKPOINT_STEPS == 0
        if self.interrupted or (is_due and state.global_step < len(self.weights)):
            control.should_save = True

    def on_save(self, args, state, control, **_):
        this = self.checkpoints / f"checkpoint-{state.global_step}"
        sync(*this.iterdir(), this)
        (this / "complete").touch()
        sync(this, self.checkpoints)
        for path in self.checkpoints.glob("checkpoint-*"):
            if path != this:
                shutil.rmtree(path, ignore_errors=True)
        self.saved = time.perf_counter()
        report("checkpoint", step=state.global_step)
