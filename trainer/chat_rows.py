"""Rows as token ids: the model's own chat template, loss on answers only, end tokens learned.

A row is one object of instruction, input and output, and where it is a conversation of system and history: the
messages before the instruction, whose answers are learned too, each with all that was said before it.
"""

import json

from reporting import Failure

IGNORED = -100
ROLES = {"system", "user", "assistant"}


def read_rows(path, limit=None):
    """Rows of a JSONL file as dicts of instruction, input and output, and system and history where they have them."""
    rows = []
    with open(path, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                valid = is_row(row)
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


def is_row(row):
    texts = [row["instruction"], row["output"], row.get("system", "")]
    turns = row.get("history", [])
    texts += [turn["content"] for turn in turns]
    return all(isinstance(text, str) for text in texts) and all(turn["role"] in ROLES for turn in turns)


def prompt_messages(row):
    """All that is said before the answer: the system's word, what came before, the instruction with its input."""
    before = [{"role": "system", "content": row["system"]}] if row.get("system") else []
    before += [{"role": turn["role"], "content": turn["content"]} for turn in row.get("history", [])]
    context = row.get("input") or ""
    return [*before, {"role": "user", "content": row["instruction"] + (f"\n\n{context}" if context else "")}]


def end_tokens(tokenizer, model=None):
    """Every token id that ends an answer."""
    ids = {tokenizer.eos_token_id}
    configured = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    ids.update(configured if isinstance(configured, list) else [configured])
    return ids - {None}


def render(tokenizer, messages, ask=False):
    """Messages as the model's template writes them; with `ask`, up to where it answers.

    A system message that the template refuses or leaves out is put before the first user's, as such models were
    trained to read it: it is never lost."""
    from jinja2 import TemplateError

    system, *others = messages if messages[0]["role"] == "system" else [None, *messages]
    try:
        text = tokenizer.apply_chat_template(messages, add_generation_prompt=ask, tokenize=False)
        if system is None or is_said(system, text, others):
            return text
    except TemplateError as error:
        if system is None:
            fix = "choose another model, or leave out conversations whose turns do not alternate"
            raise Failure("dataset-invalid", f"the model's chat template refuses a row: {error}"[:300], fix) from error
    first = next((at for at, message in enumerate(others) if message["role"] == "user"), None)
    if first is None:
        fix = "choose a model whose template has a system message"
        raise Failure("dataset-invalid", "the model's chat template takes no system message", fix)
    content = f"{system['content']}\n\n{others[first]['content']}"
    others = [*others[:first], {"role": "user", "content": content}, *others[first + 1 :]]
    return render(tokenizer, others, ask)


def is_said(system, text, others):
    """Whether a text holds the system's words, besides as often as what others say does."""
    words = system["content"].strip()
    return text.count(words) > sum(message["content"].count(words) for message in others)


def common_length(left, right):
    length = 0
    while length < min(len(left), len(right)) and left[length] == right[length]:
        length += 1
    return length


def encode_row(tokenizer, row, ends, max_length):
    """A row as {"input_ids", "labels"}; labels are IGNORED but for the tokens of its answers. Of earlier answers those
    are labelled that begin within max_length: a long conversation has thousands, and each takes a rendering.

    The prompt of an answer is what the model sees when it is asked; the answer is what follows it, up to and with its
    last end token: the white space that some templates put behind that token is never generated, so not learned.
    """
    tokens = lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]  # noqa: E731
    prompt = prompt_messages(row)
    messages = [*prompt, {"role": "assistant", "content": row["output"]}]
    whole = render(tokenizer, messages)
    ids = tokens(whole)
    start = common_length(tokens(render(tokenizer, prompt, ask=True)), ids)
    last = max((index for index in range(start, len(ids)) if ids[index] in ends), default=None)
    ids = [*ids, tokenizer.eos_token_id] if last is None else ids[: last + 1]
    labels = [IGNORED] * start + ids[start:]
    for end in earlier_answers(row):
        if not learn_earlier(tokenizer, tokens, messages[:end], whole, ids, labels, ends, max_length):
            break
    return {"input_ids": ids, "labels": labels}


def earlier_answers(row):
    """Where in prompt_messages(row) each earlier answer that is learned ends. Nothing asks for what is said before the
    first question, a greeting: it is context."""
    asked = False
    for end, turn in enumerate(row.get("history", []), start=2 if row.get("system") else 1):
        asked |= turn["role"] == "user"
        if asked and turn["role"] == "assistant" and turn.get("weight") != 0:
            yield end


def learn_earlier(tokenizer, tokens, messages, whole, ids, labels, ends, max_length):
    """Label the answer that ends `messages`, an earlier part of the whole conversation; False where it begins beyond
    max_length."""
    asked = render(tokenizer, messages[:-1], ask=True)
    if not whole.startswith(asked):
        fix = "choose another model, or a dataset of single questions and answers"
        raise Failure("dataset-invalid", "the model's chat template writes earlier turns anew", fix)
    start = common_length(tokens(asked), ids)
    if start >= max_length:
        return False
    stop = common_length(tokens(render(tokenizer, messages)), ids)
    last = max((index for index in range(start, stop) if ids[index] in ends), default=stop - 1)
    labels[start : last + 1] = ids[start : last + 1]
    return True


def learns(example, max_length):
    """Whether an answer, or its beginning, lies within so many tokens."""
    return any(label != IGNORED for label in example["labels"][:max_length])


def encode_rows(tokenizer, rows, max_length, ends):
    """Rows as {"input_ids", "labels"}, cut at max_length; a row whose prompt alone fills it teaches nothing
    and is left out."""
    if tokenizer.chat_template is None:
        fix = "choose an instruction-tuned model"
        raise Failure("configuration-invalid", "the model has no chat template", fix)
    examples = []
    for row in rows:
        example = encode_row(tokenizer, row, ends, max_length)
        if learns(example, max_length):
            examples.append({name: values[:max_length] for name, values in example.items()})
    if not examples:
        fix = "raise --max-length"
        raise Failure("dataset-invalid", f"no row has its answer within {max_length} tokens", fix)
    return examples
