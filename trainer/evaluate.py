"""Held-out loss of a base model and of adapters on it, in one process that loads the base once.

    python evaluate.py --model MODEL --holdout holdout.jsonl --adapters DIR DIR…

Prints one line for the base (unless --without-base) and one for each adapter: the mean loss in nats per completion
token, every token weighing the same, and in bits per byte of completion text, so that models with other tokenizers
compare; and each row's own mean loss, so that two of them can be compared row by row. An adapter that does not fit, or
whose loss is no number, has a line that says so, and the others are measured all the same. An adapter's folder holds adapter_model.safetensors and an adapter_config.json that the caller wrote itself: what
an uploader says about its own tensors is not read.
"""

import argparse
import math
import time
from functools import partial
from pathlib import Path

import reporting
from lean_imports import leave_out
from reporting import Failure, report
from stopping import end_with_caller

# More at once are no faster, and take more memory.
TOKENS_AT_ONCE = 2048


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, help="hub id or local path")
    parser.add_argument("--model-revision")
    parser.add_argument("--holdout", type=Path, required=True, help="JSONL rows that nobody trained on")
    parser.add_argument("--without-base", action="store_true", help="measure the adapters alone")
    parser.add_argument("--adapters", nargs="*", default=[], help="adapter folders")
    parser.add_argument("--objective", choices=["completion", "in-batch"], default="completion")
    parser.add_argument("--max-rows", type=int)
    parser.add_argument("--max-tokens", type=int, help="of all rows together: the first rows that come to so many")
    parser.add_argument("--least-rows", type=int, default=1, help="taken whatever their tokens")
    parser.add_argument("--max-length", type=int, default=1024)
    parser.add_argument("--device", choices=["auto", "cuda", "mps", "cpu"], default="auto")
    parser.add_argument("--cores", type=int)
    return parser.parse_args()


def within_budget(examples, max_tokens, least_rows):
    """The first examples that together have at most so many tokens, and at least so many of them. A holdout's rows lie
    in the order that the job's seed drew, so the first are a sample."""
    tokens = 0
    for number, example in enumerate(examples):
        tokens += sum(len(ids) for name, ids in example.items() if name != "labels")
        if max_tokens is not None and tokens > max_tokens and number >= least_rows:
            return examples[:number]
    return examples


def row_nats(model, examples, pad_token_id, tokens_at_once):
    """For each example the sum of its completion tokens' losses in nats, and their number."""
    import torch

    from arithmetic import shares_prefix
    from batches import batches, pack_rows, packs, pad
    from labelled_loss import labelled_losses

    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    measured = [(0.0, 0)] * len(examples)
    may_share = shares_prefix(base)
    for numbers in (packs if may_share else batches)(
        [len(example["input_ids"]) for example in examples], tokens_at_once
    ):
        rows = [examples[number] for number in numbers]
        batch = pack_rows(rows, may_share) if may_share else pad(rows, pad_token_id)
        counts = [sum(label >= 0 for label in row["labels"][1:]) for row in rows]
        batch = {name: value.to(base.device) if hasattr(value, "to") else value for name, value in batch.items()}
        with torch.inference_mode():
            losses = labelled_losses(base, **batch)
        for number, own in zip(numbers, losses.cpu().double().split(counts), strict=True):
            measured[number] = own.sum().item(), len(own)
    return measured


def completion_nats(model, examples, pad_token_id, tokens_at_once):
    """Sum of the completion tokens' losses in nats, and their number."""
    nats, tokens = zip(*row_nats(model, examples, pad_token_id, tokens_at_once), strict=True)
    return math.fsum(nats), sum(tokens)


def bytes_learned(tokenizer, examples):
    """Bytes of the text of all completions."""
    pieces = ([token for token in example["labels"] if token >= 0] for example in examples)
    return sum(len(text.encode()) for text in tokenizer.batch_decode(list(pieces), skip_special_tokens=True))


def completion_figures(model, examples, text_bytes, pad_token_id, tokens_at_once):
    """What is reported of a model; losses that are no numbers where it computes none."""
    rows = row_nats(model, examples, pad_token_id, tokens_at_once)
    nats, tokens = sum(nats for nats, _ in rows), sum(tokens for _, tokens in rows)
    return {
        "loss": math.fsum(nats for nats, _ in rows) / tokens if math.isfinite(nats) else nats,
        "bitsPerByte": nats / math.log(2) / max(1, text_bytes),
        "rows": len(examples),
        "tokens": tokens,
        "tokensRead": sum(len(example["input_ids"]) for example in examples),
        "rowLosses": [round(nats / tokens, 6) for nats, tokens in rows],
    }


def attach(model, folder, name):
    """Put the adapter in a folder on the model, every tensor of it. Only what does not fit is the adapter's fault: torch
    reports as it does other tensors' shapes that it has no memory for one."""
    from peft import PeftModel

    file = Path(folder) / "adapter_model.safetensors"
    if not file.exists():
        raise Failure("not-found", f"{folder} holds no adapter_model.safetensors", "give an adapter's folder")
    try:
        if not isinstance(model, PeftModel):
            attached = PeftModel.from_pretrained(model, folder, adapter_name=name)
        else:
            model.load_adapter(folder, adapter_name=name)
            attached = model
    except (RuntimeError, ValueError, KeyError) as error:
        may_be_shapes = not isinstance(error, RuntimeError) or "Error(s) in loading state_dict" in str(error)
        key = may_be_shapes and first_misfit(model, file, name)
        if not key:
            raise
        raise misfit(f"{folder} does not fit the model at {key}: {str(error)[:300]}") from error
    if key := first_misfit(attached, file, name):
        raise misfit(f"{folder} and the model differ at {key}")
    attached.set_adapter(name)
    return attached


def first_misfit(model, file, name):
    """A tensor that only the adapter's file or only the model has, or that has another shape there; None if there is none."""
    from safetensors import safe_open

    prefix = "base_model.model."
    expected = {
        key.replace(f".{name}.", ".").removeprefix(prefix): list(tensor.shape)
        for key, tensor in model.state_dict().items()
        if f".{name}." in key
    }
    with safe_open(file, framework="pt") as tensors:
        found = {key.removeprefix(prefix): tensors.get_slice(key).get_shape() for key in tensors.keys()}
    return next((key for key in sorted(expected | found) if expected.get(key) != found.get(key)), None)


def misfit(message):
    fix = "check that it was trained on this base model, with the configuration beside it"
    return Failure("adapter-invalid", message, fix)


def main():
    arguments = parse_arguments()
    end_with_caller()
    leave_out("bitsandbytes", "datasets")
    import torch

    from arithmetic import attend_row_by_row
    from base_model import load_tokenizer_and_config, pick_dtype
    from chat_rows import read_rows
    from devices import pick_device
    from labelled_loss import has_plain_head
    from objectives import OBJECTIVES
    from pair_loss import measured_figures

    if arguments.cores:
        torch.set_num_threads(arguments.cores)
    device, _ = pick_device(arguments.device)
    revision = None if arguments.model_revision == "local" else arguments.model_revision
    tokenizer, config = load_tokenizer_and_config(arguments.model, revision)

    objective = OBJECTIVES[arguments.objective]

    def load_base():
        base = objective.load(arguments.model, revision, device, pick_dtype(device, config)).eval()
        if objective.task_type == "CAUSAL_LM":
            # Seen now: an adapter's values may be no numbers.
            has_plain_head(base)
            attend_row_by_row(base)
        return base

    model = load_base()
    rows = read_rows(arguments.holdout, arguments.max_rows)
    examples = objective.encode(tokenizer, rows, arguments.max_length, model)
    examples = within_budget(examples, arguments.max_tokens, arguments.least_rows)
    if arguments.objective == "in-batch":
        measure = partial(measured_figures, pairs=examples)
    else:
        measure = partial(completion_figures, examples=examples, text_bytes=bytes_learned(tokenizer, examples))

    def evaluate(name):
        started = time.monotonic()
        figures = measure(model, pad_token_id=tokenizer.pad_token_id, tokens_at_once=TOKENS_AT_ONCE)
        if not all(math.isfinite(loss) for loss in figures["rowLosses"]):
            report("unmeasured", name=name, message="the loss is not finite")
            return
        report("evaluated", name=name, **figures, seconds=round(time.monotonic() - started, 3))

    if not arguments.without_base:
        evaluate("base")
    attached = None
    for index, folder in enumerate(arguments.adapters):
        name = f"adapter{index}"
        try:
            model = attach(model, folder, name)
        except Failure as failure:
            if failure.code != "adapter-invalid":
                raise
            report("unmeasured", name=folder, message=failure.message)
            # Half of it may be on the model.
            model, attached = load_base(), None
            continue
        evaluate(folder)
        if attached:
            model.delete_adapter(attached)
        attached = name


if __name__ == "__main__":
    reporting.run(main)
