"""A model's own tokens, its likeliest words, and 4 bits that hold what they store."""

import json
import shutil
import sys

import pytest
import torch
from conftest import TRAINER, make_rows, save_model
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

from base_model import load_model, load_tokenizer_and_config

TEXTS = [row["instruction"] + " " + row["output"] for row in make_rows(40)]
TEXTS += ["Ünïcode – “quotes”, 漢字, 🙂🙂", "def f(x):\n\treturn  x**2\n\n", " 12345 67.89  ", "<|end|> in the middle"]


@pytest.mark.parametrize(
    "class_name", ["LlamaTokenizer", "LlamaTokenizerFast", "GPT2Tokenizer", "Qwen2Tokenizer", None]
)
def test_ids_are_those_of_tokenizer_json_whatever_class_the_settings_name(class_name, model_folder, tmp_path):
    folder = shutil.copytree(model_folder, tmp_path / "model")
    settings = folder / "tokenizer_config.json"
    values = json.loads(settings.read_text())
    del values["tokenizer_class"]
    settings.write_text(json.dumps(values | ({"tokenizer_class": class_name} if class_name else {})))
    tokenizer, _ = load_tokenizer_and_config(str(folder), None)
    reference = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for text in TEXTS:
        assert (
            tokenizer(text, add_special_tokens=False)["input_ids"]
            == reference.encode(text, add_special_tokens=False).ids
        )
    assert tokenizer.chat_template and tokenizer.eos_token == "<|end|>"


def embedded_models():
    from embedded_models import MAKERS, folder_of

    made = [folder_of(name) for name in MAKERS if (folder_of(name) / "tokenizer.json").exists()]
    return [TRAINER / "toy-model", *made]


@pytest.mark.parametrize("folder", embedded_models(), ids=lambda folder: folder.name)
def test_ids_of_every_model_at_hand_are_those_of_its_tokenizer_json(folder):
    tokenizer, _ = load_tokenizer_and_config(str(folder), None)
    reference = Tokenizer.from_file(str(folder / "tokenizer.json"))
    # Some files ask for a length of their own, which whoever encodes names instead.
    reference.no_padding()
    reference.no_truncation()
    for text in TEXTS:
        assert (
            tokenizer(text, add_special_tokens=False)["input_ids"]
            == reference.encode(text, add_special_tokens=False).ids
        )


def test_the_likeliest_token_is_taken_whatever_the_models_own_settings_say(model_folder, run_script, tmp_path):
    folder = shutil.copytree(model_folder, tmp_path / "model")
    settings = folder / "generation_config.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"repetition_penalty": 5.0}))
    texts = []
    for model in (model_folder, folder):
        arguments = ["--model", model, "--prompt", "Write about bread.", "--max-new-tokens", 30]
        code, [event] = run_script("generate.py", arguments)
        assert code == 0
        texts.append(event["text"])
    assert texts[0] == texts[1]


@pytest.mark.skipif(sys.platform == "darwin", reason="bitsandbytes has no 4 bits there")
def test_layers_that_four_bits_would_break_on_the_cpu_stay_whole(tmp_path):
    config = LlamaConfig(
        vocab_size=64, hidden_size=64, intermediate_size=96, num_hidden_layers=1, num_attention_heads=2
    )
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path)
    model = load_model(str(tmp_path), None, "cpu", torch.float32, "nf4")
    kinds = {name.rsplit(".", 1)[1]: type(layer).__name__ for name, layer in model.named_modules() if "_proj" in name}
    assert kinds.pop("down_proj") == "Linear" and set(kinds.values()) == {"Linear4bit"}
    assert type(model.lm_head).__name__ == "Linear"
    whole = load_model(str(tmp_path), None, "cpu", torch.float32)
    x = torch.randn(4, 64)
    for name, layer in model.named_modules():
        if "Linear4bit" in type(layer).__name__:
            exact = whole.get_submodule(name)(x)
            assert (layer(x) - exact).norm() < 0.15 * exact.norm()


def test_nothing_is_dropped_at_random_while_a_model_trains(tmp_path):
    folder = save_model(tmp_path, LlamaConfig, LlamaForCausalLM, attention_dropout=0.5)
    model = load_model(str(folder), None, "cpu", torch.float32).train()
    ids = torch.arange(1, 20)[None]
    assert torch.equal(model(ids).logits, model(ids).logits)
