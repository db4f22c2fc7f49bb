"""Train drawn segments of a delivered adapter's training again, and say how far they end from what was committed to.

    python replay.py --model-name MODEL --lora-rank 8 --lora-alpha 16 --epochs 2 … --shard shard.jsonl --segments 16 \
        --arithmetic cpu/float32/none --segment 3 start.safetensors end.safetensors --segment 9 …

The options that decide the training are those of train_llm.py. Each segment begins at its own first boundary, adapter
and moments, and is trained with the rows, order, weights and rates that the job gives its steps. Prints one line when
all are done, or the first that ends beyond its tolerance: of each segment its steps and

    distance          ‖replayed − END‖ / ‖END − START‖ over the adapter: 0 is the same, 1 as far as the segment went
    momentsDistance   how differently the next step would see a gradient: the larger one of two, each over all values,
                      with v the replayed second moment: ‖(m − m_END) / √v‖ / ‖m / √v‖ and ‖1 − √(v_END / v)‖ / √count
    startDistance     of the first segment: ‖START − the job's start‖ / ‖END − START‖; of others none

A boundary that no training leaves ends the run with the code `boundary-invalid`, an arithmetic that is not this
machine's with `arithmetic-unknown`.
"""

import argparse
import gc
import math
import tempfile
import time
from pathlib import Path

import reporting
from job_options import add_job_options
from lean_imports import leave_out_unneeded
from reporting import Failure, report
from stopping import end_with_caller
from threads import plan_threads


def parse_arguments(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_job_options(parser.add_argument_group("the job"))
    delivered = parser.add_argument_group("the delivery")
    delivered.add_argument("--shard", type=Path, required=True, help="JSONL of the rows that it was trained on")
    named = {"nargs": 3, "metavar": ("NUMBER", "START", "END")}
    delivered.add_argument("--segment", action="append", required=True, **named, help="may be given several times")
    endless = {"type": float, "default": math.inf, "help": "distances beyond which no further segment is trained"}
    delivered.add_argument("--first-tolerance", **endless)
    delivered.add_argument("--later-tolerance", **endless)
    machine = parser.add_argument_group("this machine")
    machine.add_argument("--batch-size", type=int, help="rows held in memory at once; by default as many as fit")
    machine.add_argument("--cores", type=int, help="CPU cores to use; all by default")
    # A training that was cut short was for trying a machine out, and is delivered nowhere.
    parser.set_defaults(max_steps=None)
    return parser.parse_args(argv)


def replay(arguments):
    """What is known of each segment, in the order in which they are named, up to one beyond its tolerance."""
    import torch

    leave_out_unneeded(arguments.arithmetic)

    from base_model import load_tokenizer_and_config
    from boundaries import invalid, read_boundary
    from initial_adapter import adapter_parameters
    from prepare_training import Arithmetic, prepare_training, revision_of
    from step_plan import boundary_steps

    arithmetic = Arithmetic.named(arguments.arithmetic)
    if arguments.cores:
        torch.set_num_threads(arguments.cores)
    tokenizer, config = load_tokenizer_and_config(arguments.model_name, revision_of(arguments))
    training = prepare_training(arguments, arguments.shard, arithmetic, tokenizer, config)
    # Each segment's trainer looks for garbage, which none of this is: that took longer than a small model's segments.
    gc.freeze()
    origin = {name: parameter.detach().clone() for name, parameter in adapter_parameters(training.model).items()}

    ends = boundary_steps(training.steps, arguments.segments)
    for number, *_ in arguments.segment:
        if not (number.isdecimal() and int(number) < len(ends) - 1):
            fix = f"name segments from 0 to {len(ends) - 2}"
            raise Failure("invalid-input", f"the run of {training.steps} steps has no segment {number[:20]}", fix)

    results = []
    for number, *files in ((int(number), *files) for number, *files in arguments.segment):
        begin, end = ends[number], ends[number + 1]
        start, stop = (read_boundary(Path(file), training.model) for file in files)
        check_counts(number, (begin, end), (start, stop), arguments.round)
        for boundary in (start, stop):
            check_place(training, origin, boundary)
        adapter, moments = train_segment(training, start, begin, end)
        length = norm(difference(stop.adapter, start.adapter)) or norm(difference(adapter, start.adapter)) or 1.0
        figures = {
            "distance": norm(difference(adapter, stop.adapter)) / length,
            "momentsDistance": moments_distance(moments, stop.moments),
            "startDistance": None if number else norm(difference(start.adapter, origin)) / length,
        }
        if not all(math.isfinite(figure) for figure in figures.values() if figure is not None):
            raise invalid(f"segment {number} begins where no training leads on: what it comes to is no number")
        results.append({"segment": number, **figures, "steps": end - begin})
        tolerance = arguments.later_tolerance if number else arguments.first_tolerance
        if max(figures["distance"], figures["momentsDistance"]) > tolerance:
            break
    return results


def check_counts(number, steps, boundaries, round_number):
    """That both ends of a segment lie where the job puts them, with moments of as many steps as there were."""
    from boundaries import invalid

    for boundary, step, index in zip(boundaries, steps, (number, number + 1), strict=True):
        if boundary.step != step:
            raise invalid(f"boundary {index} says that it lies after step {boundary.step}, which is {step}")
    start, end = boundaries
    if end.updates - start.updates != end.step - start.step:
        raise invalid(f"between boundaries {number} and {number + 1} AdamW counts other steps than there are")
    # Only a later round goes on with moments that were there before it.
    if start.updates < start.step or (round_number == 1 and start.updates > start.step):
        raise invalid(f"boundary {number} after {start.step} steps has moments of {start.updates}")
    if start.updates == 0 and any(tensor.any() for tensor in start.moments.values()):
        raise invalid(f"boundary {number} has moments of no steps, which are not zero")


def check_place(training, origin, boundary):
    """That AdamW, which moves no value by more than MOST_MEAN rates a step, can have come so far. Farther out gradients
    may be as good as none."""
    from boundaries import MOST_MEAN, invalid

    if boundary.step == 0:
        return
    most = MOST_MEAN * math.fsum(training.rate_of(step) for step in range(boundary.step))
    for name, tensor in boundary.adapter.items():
        farthest = (tensor.double() - origin[name]).abs().max().item()
        rounded = 1e-6 * origin[name].abs().max().item()
        if farthest > most * 1.001 + rounded:
            raise invalid(f"{name} lies farther from the start than {boundary.step} steps lead")


def train_segment(training, start, begin, end):
    """Where the steps from `begin` until before `end` lead from a boundary: the adapter's tensors and the moments."""
    import torch

    from boundaries import moments_of
    from initial_adapter import adapter_parameters

    parameters = adapter_parameters(training.model)
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(start.adapter[name])
    with tempfile.TemporaryDirectory() as folder:
        trainer = training.trainer(folder, start.set_moments, begin=begin, end=end)
        trainer.train()
    adapter = {name: parameter.detach().clone() for name, parameter in parameters.items()}
    return adapter, moments_of(training.model, trainer.optimizer)


def difference(tensors, others):
    return (tensor.double() - others[name] for name, tensor in tensors.items())


def norm(tensors):
    return math.sqrt(math.fsum(tensor.double().square().sum().item() for tensor in tensors))


def moments_distance(moments, others):
    """As the script's text says. What AdamW adds to a root counts here too, so that values that never had a gradient
    are not divided by zero."""
    first = size = second = count = 0.0
    for name in moments:
        if not name.endswith(".exp_avg"):
            continue
        mean, square = moments[name].double(), moments[f"{name}_sq"].double()
        other_mean, other_square = others[name].double(), others[f"{name}_sq"].double()
        root = square.sqrt() + 1e-8
        first += ((mean - other_mean) / root).square().sum().item()
        size += (mean / root).square().sum().item()
        second += ((square.sqrt() - other_square.sqrt()) / root).square().sum().item()
        count += root.numel()
    return max(math.sqrt(first / size) if size else math.sqrt(first), math.sqrt(second / count))


def main():
    arguments = parse_arguments()
    end_with_caller()
    plan_threads(arguments.cores)
    started = time.monotonic()
    segments = replay(arguments)
    seconds = round(time.monotonic() - started, 3)
    cpu_seconds = round(time.process_time(), 3)
    report("replayed", segments=segments, arithmetic=arguments.arithmetic, seconds=seconds, cpuSeconds=cpu_seconds)


if __name__ == "__main__":
    reporting.run(main)
