"""Make the toy base model: a Llama-architecture chat model small enough to be kept with the source.

    python make_toy_model.py --out toy-model [--tokens 5000000 --threads 2]

It learns English from what a closed machine has: the documentation inside the Python standard library and
the installed packages. Plain prose comes first, then the same prose as questions and answers in the chat
template. Only the weights and the tokenizer are kept, no text.
"""

import argparse
import ast
import copy
import json
import math
import random
import re
import sys
import sysconfig
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>\n' + message['content'] + eos_token + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}"
)
SPECIAL_TOKENS = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
CONTEXT = 512
BATCH = 6
PEAK_LEARNING_RATE = 4e-3


def is_prose(paragraph):
    """Whether a paragraph reads as English: enough words, nearly all letters, no code and no table."""
    if len(paragraph) < 80 or paragraph.startswith((">>>", "..", "|", "#", "$", "+--", "---")):
        return False
    letters = sum(character.isalpha() or character in " ,.'" for character in paragraph)
    return letters / len(paragraph) > 0.93 and paragraph.count(" ") >= 12 and paragraph[0].isupper()


def paragraphs(text):
    for block in re.split(r"\n\s*\n", text):
        paragraph = " ".join(block.split())
        if is_prose(paragraph):
            yield paragraph


def docstrings(source):
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    nodes = [tree]
    for node in nodes:
        text = ast.get_docstring(node)
        if text:
            yield getattr(node, "name", None), text
        kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        nodes.extend(child for child in node.body if isinstance(child, kinds))


def collect_prose():
    """All distinct paragraphs of the installed documentation, in a fixed order, with the name they describe."""
    stdlib, packages = (Path(sysconfig.get_paths()[key]) for key in ("stdlib", "purelib"))
    found = {}
    for root in (stdlib, packages):
        for path in sorted(root.rglob("*")):
            if path.suffix not in (".py", ".md", ".rst", ".txt") and path.name != "METADATA":
                continue
            if root == stdlib and "site-packages" in path.parts:
                continue
            try:
                source = path.read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            named = docstrings(source) if path.suffix == ".py" else [(None, source)]
            for name, text in named:
                for paragraph in paragraphs(text):
                    found.setdefault(paragraph, name)
                    name = None  # only a docstring's first paragraph answers "what is it?"
    from pydoc_data.topics import topics

    for _, text in sorted(topics.items()):
        for paragraph in paragraphs(text):
            found.setdefault(paragraph, None)
    return list(found.items())


def make_tokenizer(texts, vocabulary_size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary_size, special_tokens=SPECIAL_TOKENS, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|pad|>", model_max_length=1024
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def as_chat(name, paragraph, draw):
    """The paragraph as the answer to a question about the thing it describes."""
    words = (name or "").strip("_").replace("_", " ")
    question = draw.choice(["What is {}?", "Explain {}.", "Describe {} in a few words.", "Tell me about {}."])
    messages = [
        {"role": "user", "content": question.format(words)},
        {"role": "assistant", "content": paragraph},
    ]
    return messages


def token_stream(tokenizer, prose, limit, draw):
    """One array of token ids: prose first, questions and answers mixed in more and more."""
    draw.shuffle(prose)
    texts = []
    for index, (paragraph, name) in enumerate(prose):
        if name and len(name) > 3 and draw.random() < index / len(prose):
            texts.append(tokenizer.apply_chat_template(as_chat(name, paragraph, draw), tokenize=False))
        else:
            texts.append(paragraph + "\n")
    ids = [np.asarray(encoding, dtype=np.int32) for encoding in tokenizer(texts)["input_ids"]]
    stream = np.concatenate(ids)
    return stream[:limit]


def pretrain(model, stream, save):
    """One pass over the stream; what is learned so far is kept along the way."""
    chunks = torch.from_numpy(stream[: len(stream) // CONTEXT * CONTEXT].astype(np.int64)).view(-1, CONTEXT)
    steps = len(chunks) // BATCH
    decayed = [p for p in model.parameters() if p.dim() == 2]
    others = [p for p in model.parameters() if p.dim() != 2]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
        lr=PEAK_LEARNING_RATE,
        betas=(0.9, 0.95),
        fused=True,
    )
    warmup = max(1, steps // 20)
    started = time.monotonic()
    for step in range(steps):
        share = min(1.0, (step + 1) / warmup) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = PEAK_LEARNING_RATE * max(share, 0.02)
        batch = chunks[step * BATCH : (step + 1) * BATCH]
        loss = model(input_ids=batch, labels=batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 20 == 0 or step == steps - 1:
            rate = (step + 1) * BATCH * CONTEXT / (time.monotonic() - started)
            line = {
                "step": step,
                "steps": steps,
                "loss": round(loss.item(), 3),
                "tokensPerSecond": round(rate),
            }
            print(json.dumps(line), flush=True)
        if step % 100 == 99:
            save()
    save()


README = """---
license: mit
---
# Toy chat model

A {parameters:,}-parameter Llama-architecture chat model for demonstrations and tests. It forms English-looking
sentences and knows nothing. Made by `trainer/make_toy_model.py` with seed {seed} from {tokens:,} tokens of the
documentation inside the Python standard library and the packages of `trainer/requirements.txt`; the text itself
is not kept. The tokenizer is a byte-level BPE of {vocabulary} tokens trained on the same text.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokens", type=int, default=1_500_000, help="tokens to train on at most")
    parser.add_argument("--vocabulary", type=int, default=2048)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    draw = random.Random(arguments.seed)

    prose = collect_prose()
    print(json.dumps({"paragraphs": len(prose), "bytes": sum(len(p) for p, _ in prose)}), flush=True)
    tokenizer = make_tokenizer((paragraph for paragraph, _ in prose), arguments.vocabulary)
    stream = token_stream(tokenizer, prose, arguments.tokens, draw)
    print(json.dumps({"tokens": len(stream)}), flush=True)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=arguments.hidden,
        intermediate_size=arguments.hidden * 11 // 4,
        num_hidden_layers=arguments.layers,
        num_attention_heads=arguments.hidden // 32,
        num_key_value_heads=arguments.hidden // 64,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    tokenizer.save_pretrained(arguments.out)
    readme = README.format(
        parameters=model.num_parameters(), seed=arguments.seed, tokens=len(stream), vocabulary=len(tokenizer)
    )
    (arguments.out / "README.md").write_text(readme)
    pretrain(model, stream, lambda: copy.deepcopy(model).to(torch.bfloat16).save_pretrained(arguments.out))


if __name__ == "__main__":
    sys.exit(main())
