"""The Python side of `bench federate`: one process that imports torch once and then trains and evaluates on request.

Reads a JSON command a line and answers each with one `answer` event, among the trainer's own events. Training is
train_llm.py's own `train`, evaluation is evaluate.py's own; nothing here computes anything.
"""

import json
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "trainer"))

import evaluate
import torch
import train_llm
from base_model import load_model, load_tokenizer_and_config
from chat_rows import encode_rows, end_tokens, read_rows
from reporting import report

# Two workers on two cores, one thread each: faster than one worker on two, and the same results everywhere.
torch.set_num_threads(1)
loaded = {}


def train(shard, out, options):
    """Train on a shard from the job's start or a given one; the adapter lies in OUT/adapter."""
    folder = Path(out)
    folder.mkdir(parents=True)
    fixed = ["--job-id", "bench", "--shard-cid", "-", "--contributor-wallet", "-", "--api-url", "-", "--device", "cpu"]
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    arguments = train_llm.parse_arguments([*fixed, *given, "--work-dir", out])
    started = time.process_time()
    result = train_llm.train(arguments, Path(shard))
    seconds = time.process_time() - started
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return {"steps": result["steps"], "tokens": result["tokens"], "seconds": seconds}


def measure(model, holdout, max_length, adapter=None):
    """Mean held-out nats a completion token, of an adapter's folder or of the base model."""
    if model not in loaded:
        tokenizer, _ = load_tokenizer_and_config(model, None)
        loaded[model] = tokenizer, load_model(model, None, "cpu", torch.float32).eval()
    tokenizer, current = loaded[model]
    examples = encode_rows(tokenizer, read_rows(holdout), max_length, end_tokens(tokenizer, current))
    if adapter is not None:
        current = evaluate.attach(current, adapter, "measured")
    nats, tokens = evaluate.completion_nats(current, examples, tokenizer.pad_token_id, evaluate.TOKENS_AT_ONCE)
    if adapter is not None:
        loaded[model] = tokenizer, current.unload()
    return {"loss": nats / tokens}


def serve(commands):
    """Answer commands until there are no more."""
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = commands[command["do"]](**command["with"])
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        report("answer", **answer)


if __name__ == "__main__":
    serve({"train": train, "measure": measure})
