"""Held-out loss of a base model and of adapters on it, in one process that loads the base once.

    python evaluate.py --model MODEL --holdout holdout.jsonl --adapters DIR DIR…

Prints one line for the base (unless --without-base) and one for each adapter: the mean loss in nats per completion token, every token
weighing the same, and in bits per byte of completion text, so that models with other tokenizers compare. An adapter
that does not fit, or whose loss is no number, has a line that says so, and the others are measured all the same. An
adapter's folder holds adapter_model.safetensors and an adapter_config.json that the caller wrote itself: what
an uploader says about its own tensors is not read.
"""

import argparse
import math
import time
from pathlib import Path

import reporting
from reporting import Failure, report
from stopping import end_with_caller

# Logits are the largest tensor here: this many of them at once, about 1 GiB in single precision.
LOGITS_AT_ONCE = 2**28
TOKENS_AT_ONCE = 8192


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, help="hub id or local path")
    parser.add_argument("--model-revision")
    parser.add_argument("--holdout", type=Path, required=True, help="JSONL rows that nobody trained on")
    parser.add_argument("--without-base", action="store_true", help="measure the adapters alone")
    parser.add_argument("--adapters", nargs="*", default=[], help="adapter folders")
    parser.add_argument("--max-rows", type=int)
    parser.add_argument("--max-length", type=int, default=1024)
    parser.add_argument("--device", choices=["auto", "cuda", "mps", "cpu"], default="auto")
    parser.add_argument("--cores", type=int)
    return parser.parse_args()


def batches(examples, tokens_at_once):
    """Examples of like length together, each batch within the token budget when padded."""
    batch = []
    for example in sorted(examples, key=lambda example: len(example["input_ids"])):
        if batch and len(example["input_ids"]) * (len(batch) + 1) > tokens_at_once:
            yield batch
            batch = []
        batch.append(example)
    yield batch


def completion_nats(model, examples, pad_token_id, tokens_at_once):
    """Sum of the completion tokens' losses in nats, and their number."""
    import torch

    nats, tokens = 0.0, 0
    for batch in batches(examples, tokens_at_once):
        width = max(len(example["input_ids"]) for example in batch)
        ids = torch.full((len(batch), width), pad_token_id)
        labels = torch.full((len(batch), width), -100)
        mask = torch.zeros((len(batch), width), dtype=torch.long)
        for row, example in enumerate(batch):
            length = len(example["input_ids"])
            ids[row, :length] = torch.tensor(example["input_ids"])
            labels[row, :length] = torch.tensor(example["labels"])
            mask[row, :length] = 1
        ids, labels, mask = (tensor.to(model.device) for tensor in (ids, labels, mask))
        with torch.inference_mode():
            logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[:, :-1]
        targets = labels[:, 1:]
        learned = targets != -100
        loss = torch.nn.functional.cross_entropy(logits[learned].float(), targets[learned], reduction="sum")
        nats += loss.item()
        tokens += int(learned.sum())
    return nats, tokens


def attach(model, folder, name):
    """Put the adapter in a folder on the model, every tensor of it."""
    from peft import PeftModel
    from safetensors import safe_open

    file = Path(folder) / "adapter_model.safetensors"
    if not file.exists():
        raise Failure("not-found", f"{folder} holds no adapter_model.safetensors", "give an adapter's folder")
    try:
        if not isinstance(model, PeftModel):
            model = PeftModel.from_pretrained(model, folder, adapter_name=name)
        else:
            model.load_adapter(folder, adapter_name=name)
    except (RuntimeError, ValueError, KeyError) as error:
        fix = "check that it was trained on this base model, with the configuration beside it"
        raise Failure("adapter-invalid", f"{folder} does not fit the model: {str(error)[:300]}", fix) from error
    with safe_open(file, framework="pt") as tensors:
        expected = {key.replace(f".{name}.", ".") for key in model.state_dict() if f".{name}." in key}
        if expected != set(tensors.keys()):
            key = sorted(expected.symmetric_difference(tensors.keys()))[0]
            fix = "check that it was trained on this base model, with the configuration beside it"
            raise Failure("adapter-invalid", f"{folder} and the model differ at {key}", fix)
    model.set_adapter(name)
    return model


def main():
    arguments = parse_arguments()
    end_with_caller()
    import torch

    from base_model import load_model, load_tokenizer_and_config, pick_dtype
    from chat_rows import encode_rows, end_tokens, read_rows
    from devices import pick_device

    if arguments.cores:
        torch.set_num_threads(arguments.cores)
    device, _ = pick_device(arguments.device)
    revision = None if arguments.model_revision == "local" else arguments.model_revision
    tokenizer, config = load_tokenizer_and_config(arguments.model, revision)

    def load_base():
        return load_model(arguments.model, revision, device, pick_dtype(device, config)).eval()

    model = load_base()
    rows = read_rows(arguments.holdout, arguments.max_rows)
    examples = encode_rows(tokenizer, rows, arguments.max_length, end_tokens(tokenizer, model))
    pieces = ([token for token in example["labels"] if token >= 0] for example in examples)
    texts = tokenizer.batch_decode(list(pieces), skip_special_tokens=True)
    text_bytes = sum(len(text.encode()) for text in texts)
    tokens_at_once = min(TOKENS_AT_ONCE, LOGITS_AT_ONCE // model.config.get_text_config().vocab_size)

    def evaluate(name):
        started = time.monotonic()
        nats, tokens = completion_nats(model, examples, tokenizer.pad_token_id, tokens_at_once)
        if not math.isfinite(nats):
            raise Failure("adapter-invalid", f"the loss of {name} is not finite", "refuse this adapter")
        report(
            "evaluated",
            name=name,
            loss=nats / tokens,
            bitsPerByte=nats / math.log(2) / max(1, text_bytes),
            rows=len(examples),
            tokens=tokens,
            seconds=round(time.monotonic() - started, 3),
        )

    def tell_unmeasured(folder, failure):
        if failure.code != "adapter-invalid":
            raise failure
        report("unmeasured", name=folder, message=failure.message)

    if not arguments.without_base:
        evaluate("base")
    attached = None
    for index, folder in enumerate(arguments.adapters):
        name = f"adapter{index}"
        try:
            model = attach(model, folder, name)
        except Failure as failure:
            tell_unmeasured(folder, failure)
            # Half of it may be on the model.
            model, attached = load_base(), None
            continue
        try:
            evaluate(folder)
        except Failure as failure:
            tell_unmeasured(folder, failure)
        if attached:
            model.delete_adapter(attached)
        attached = name


if __name__ == "__main__":
    reporting.run(main)
