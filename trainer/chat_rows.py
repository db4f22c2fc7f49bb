"""Alpaca rows as token ids: the model's own chat template, loss on the completion only, end token learned."""

import json

from reporting import Failure

IGNORED = -100


def read_rows(path, limit=None):
    """Rows of a JSONL file as dicts of instruction, input and output."""
    rows = []
    with open(path, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                valid = isinstance(row["instruction"], str) and isinstance(row["output"], str)
            except (json.JSONDecodeError, KeyError, TypeError):
                valid = False
            if not valid:
                fix = "every line is an object with the texts instruction, input and output"
                raise Failure("dataset-invalid", f"line {number} of {path} is no instruction row", fix)
            rows.append(row)
            if len(rows) == limit:
                break
    if not rows:
        raise Failure("dataset-invalid", f"{path} holds no rows", "give a file with at least one row")
    return rows


def prompt_messages(row):
    """What the user says: the instruction, then the input where there is one."""
    context = row.get("input") or ""
    return [{"role": "user", "content": row["instruction"] + (f"\n\n{context}" if context else "")}]


def end_tokens(tokenizer, model=None):
    """Every token id that ends an answer."""
    ids = {tokenizer.eos_token_id}
    configured = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    ids.update(configured if isinstance(configured, list) else [configured])
    return ids - {None}


def encode_row(tokenizer, row, ends):
    """Token ids of prompt and completion, and how many of them are the prompt's.

    The prompt is what the model sees when it is asked; the completion is what follows it, up to and with the
    last end token: the white space that some templates put behind that token is never generated, so not learned.
    """
    messages = prompt_messages(row)
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    answer = [{"role": "assistant", "content": row["output"]}]
    whole = tokenizer.apply_chat_template(messages + answer, tokenize=False)
    prompt_ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    ids = tokenizer(whole, add_special_tokens=False)["input_ids"]
    start = 0
    while start < min(len(prompt_ids), len(ids)) and prompt_ids[start] == ids[start]:
        start += 1
    last = max((index for index in range(start, len(ids)) if ids[index] in ends), default=None)
    ids = [*ids, tokenizer.eos_token_id] if last is None else ids[: last + 1]
    return ids, start


def encode_rows(tokenizer, rows, max_length, ends):
    """Rows as {"input_ids", "labels"}, cut at max_length; a row whose prompt alone fills it teaches nothing
    and is left out."""
    if tokenizer.chat_template is None:
        fix = "choose an instruction-tuned model"
        raise Failure("configuration-invalid", "the model has no chat template", fix)
    examples = []
    for row in rows:
        ids, start = encode_row(tokenizer, row, ends)
        ids = ids[:max_length]
        if start < len(ids):
            examples.append({"input_ids": ids, "labels": [IGNORED] * start + ids[start:]})
    if not examples:
        fix = "raise --max-length"
        raise Failure("dataset-invalid", f"no row has its answer within {max_length} tokens", fix)
    return examples
