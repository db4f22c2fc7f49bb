"""Answer prompts with the base model and, where an adapter is given, with the tuned one.

python generate.py --model MODEL --adapter DIR --prompt "Name three colours." [--prompt "Name a tree."]

A prompt of somebody else's is given as a file: arguments can be read by every user of the machine.
"""

import argparse
import json
import time
from pathlib import Path

import reporting
from chat_rows import ROLES, end_tokens, prompt_messages, render
from lean_imports import leave_out
from reporting import Failure, report
from stopping import end_with_caller


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, help="hub id or local path")
    parser.add_argument("--model-revision")
    parser.add_argument("--adapter", help="folder with adapter_model.safetensors and adapter_config.json")
    prompt = parser.add_mutually_exclusive_group(required=True)
    prompt.add_argument("--prompt", action="append", help="may be given several times")
    prompt.add_argument("--prompt-file", type=Path)
    prompt.add_argument(
        "--chat-file", type=Path, help="a conversation to go on with: a list of role and content, as JSON"
    )
    parser.add_argument("--without-base", action="store_true", help="the tuned model alone answers")
    parser.add_argument("--max-new-tokens", type=int, default=200)
    parser.add_argument("--temperature", type=float, default=0.0, help="0 always takes the likeliest token")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", choices=["auto", "cuda", "mps", "cpu"], default="auto")
    return parser.parse_args()


def read_chat(path):
    messages = json.loads(path.read_text("utf-8"))
    if not messages or not all(turn["role"] in ROLES and isinstance(turn["content"], str) for turn in messages):
        raise Failure("invalid-input", "the conversation is no list of role and content", "give at least one message")
    return messages


def conversations(arguments):
    """What is asked, as lists of messages."""
    if arguments.chat_file:
        return [read_chat(arguments.chat_file)]
    questions = [arguments.prompt_file.read_text("utf-8")] if arguments.prompt_file else arguments.prompt
    return [prompt_messages({"instruction": question}) for question in questions]


def up_to_end(ids, ends):
    """The tokens up to the first that ends an answer, with it: shorter answers are filled up behind it."""
    end = next((at for at, token in enumerate(ids) if token in ends), len(ids) - 1)
    return ids[: end + 1]


def main():
    arguments = parse_arguments()
    end_with_caller()
    leave_out("bitsandbytes", "datasets")
    import torch
    import transformers

    from base_model import load_model, load_tokenizer_and_config, pick_dtype
    from devices import pick_device
    from evaluate import attach

    device, _ = pick_device(arguments.device)
    revision = None if arguments.model_revision == "local" else arguments.model_revision
    tokenizer, config = load_tokenizer_and_config(arguments.model, revision)
    model = load_model(arguments.model, revision, device, pick_dtype(device, config)).eval()
    prompts = [render(tokenizer, messages, ask=True) for messages in conversations(arguments)]
    ends = sorted(end_tokens(tokenizer, model))
    # What a model's own settings say of repetition and of cut-off tails holds also where nothing is drawn.
    sampling = {"do_sample": False, "repetition_penalty": 1.0, "no_repeat_ngram_size": 0}
    if arguments.temperature > 0:
        sampling = {"do_sample": True, "temperature": arguments.temperature}

    # What is drawn for one prompt depends on no other; the likeliest tokens of several are found together, since each
    # step reads all weights anyway.
    together = 1 if arguments.temperature > 0 else len(prompts)

    def answer(name):
        for first in range(0, len(prompts), together):
            started = time.monotonic()
            transformers.set_seed(arguments.seed)
            asked = tokenizer(
                prompts[first : first + together],
                add_special_tokens=False,
                return_tensors="pt",
                padding=True,
                padding_side="left",
            ).to(model.device)
            with torch.inference_mode():
                generated = model.generate(
                    **asked,
                    **sampling,
                    max_new_tokens=arguments.max_new_tokens,
                    eos_token_id=ends,
                    pad_token_id=tokenizer.pad_token_id,
                )
            seconds = round(time.monotonic() - started, 3)
            answers = generated[:, asked["input_ids"].shape[1] :].tolist()
            prompt_tokens = asked["attention_mask"].sum(1).tolist()
            for number, (ids, count) in enumerate(zip(answers, prompt_tokens, strict=True), first):
                ids = up_to_end(ids, ends)
                text = tokenizer.decode(ids, skip_special_tokens=True).strip()
                counts = {"tokens": len(ids), "promptTokens": count}
                report("generated", model=name, prompt=number, text=text, seconds=seconds, **counts)

    if not arguments.without_base:
        answer("base")
    if arguments.adapter:
        model = attach(model, arguments.adapter, "tuned")
        answer("tuned")


if __name__ == "__main__":
    reporting.run(main)
