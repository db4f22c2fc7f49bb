"""trl's trainer as a job needs it: its own schedule, progress as events, checkpoints that survive a kill."""

import math
import os
import shutil
import sys
import time

from devices import memory_mb
from reporting import Failure, report
from stopping import is_orphan

CHECKPOINT_SECONDS = 60
CHECKPOINT_STEPS = int(os.environ.get("TRAINCHAIN_CHECKPOINT_STEPS", "100"))


def newest_checkpoint(folder):
    """The last checkpoint that was written to its end, or None."""
    whole = [path for path in folder.glob("checkpoint-*") if (path / "complete").exists()]
    return max(whole, key=lambda path: int(path.name.split("-")[1]), default=None)


def leave_padding_unmasked(module, args, kwargs):
    """Rows are padded on the right and attention is causal, so no token sees padding, and what padding sees has no
    label. Without a mask of its own, attention runs on its causal kernel: half the work and no matrix of masks."""
    return args, {**kwargs, "attention_mask": None}


def trainer_class(base_class, factor, mean_learned, moments):
    """trl's trainer with the learning rate's factor at each step as given; with a step's summed loss divided by the
    mean step's tokens, not its own; with the moments of an earlier round's file; and without the walk through every
    module of the model that counts floating-point operations at each step."""
    from optimizer_state import load_moments

    class JobTrainer(base_class):
        def create_optimizer(self, *args, **options):
            optimizer = super().create_optimizer(*args, **options)
            if moments and moments.exists() and not optimizer.state:
                try:
                    load_moments(moments, self.model, optimizer)
                except Exception as error:  # A damaged file must not cost the round: it only learns a little slower.
                    print(f"the optimiser begins anew: {error}", file=sys.stderr)
            return optimizer

        def create_scheduler(self, num_training_steps, optimizer=None):
            from torch.optim.lr_scheduler import LambdaLR

            if self.lr_scheduler is None:
                optimizer = optimizer or self.optimizer
                self.lr_scheduler = LambdaLR(optimizer, factor)
            return self.lr_scheduler

        def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
            return super().compute_loss(model, inputs, return_outputs, mean_learned)

        def floating_point_ops(self, inputs):
            return 0

    return JobTrainer


def progress_callback(base_class, arguments, device, weights, checkpoints):
    """One event a step, a checkpoint at least every minute, and a stop between two steps when asked. The logged loss of
    a step counts by its weight; reported is the mean of its own tokens."""
    steps = len(weights)

    class Progress(base_class):
        stop_asked = False
        interrupted = False
        loss = None

        def ask_to_stop(self, *_):
            self.stop_asked = True

        def on_train_begin(self, args, state, control, **_):
            self.first_step = state.global_step
            self.started = self.saved = time.perf_counter()
            if state.global_step:
                report("resumed", step=state.global_step)
                # Stopped in its very last step, a run has no other to tell its loss.
                logged = next(entry["loss"] for entry in reversed(state.log_history) if "loss" in entry)
                self.loss = logged / weights[state.global_step - 1]

        def on_log(self, args, state, control, logs=None, **_):
            if "loss" not in logs:
                return
            self.loss, tokens = logs["loss"] / weights[state.global_step - 1], int(logs["num_tokens"])
            if not math.isfinite(self.loss):
                fix = "a lower learning rate"
                raise Failure("training-failed", f"the loss became {self.loss} at step {state.global_step}", fix)
            elapsed = time.perf_counter() - self.started
            done = state.global_step - self.first_step
            report(
                "step",
                step=state.global_step,
                steps=steps,
                epoch=round(state.global_step / steps * arguments.epochs / arguments.rounds, 3),
                loss=round(self.loss, 5),
                learningRate=logs["learning_rate"],
                tokens=tokens,
                tokensPerSecond=round(tokens / elapsed, 1),
                etaSeconds=round(elapsed / done * (steps - state.global_step), 1),
                memoryMb=round(memory_mb(device), 1),
            )

        def on_step_end(self, args, state, control, **_):
            if self.stop_asked or is_orphan():
                self.interrupted = control.should_training_stop = True
            is_due = time.perf_counter() - self.saved > CHECKPOINT_SECONDS
            is_due = is_due or state.global_step % CHECKPOINT_STEPS == 0
            if self.interrupted or (is_due and state.global_step < steps):
                control.should_save = True

        def on_save(self, args, state, control, **_):
            this = checkpoints / f"checkpoint-{state.global_step}"
            (this / "complete").touch()
            for path in checkpoints.glob("checkpoint-*"):
                if path != this:
                    shutil.rmtree(path, ignore_errors=True)
            self.saved = time.perf_counter()
            report("checkpoint", step=state.global_step)

    return Progress()
