"""Finished adapters as other programs take them: read back by the formats' own readers, and computed with."""

import json

import pytest
import torch
import transformers
from conftest import save_model
from gguf import GGUFReader
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file

from make_smollm2 import without_interleaving
from ollama_template import go_template


def make_adapter(base, folder):
    """An adapter on every linear layer, with values that matter."""
    model = transformers.AutoModelForCausalLM.from_pretrained(base)
    torch.manual_seed(1)
    adapted = get_peft_model(model, LoraConfig(r=4, lora_alpha=6, target_modules="all-linear", task_type="CAUSAL_LM"))
    for name, parameter in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.2)
    adapted.save_pretrained(folder)
    return folder


@pytest.fixture
def export(run_script):
    return lambda adapter, base, *options: run_script(
        "export_result.py", ["--adapter", adapter, "--model", base, *options]
    )


def contents(file):
    reader = GGUFReader(file)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    return fields, {tensor.name: torch.from_numpy(tensor.data.copy()) for tensor in reader.tensors}


def test_gguf_holds_each_factor_with_queries_and_keys_in_pairs(export, model_folder, tmp_path):
    adapter, file = make_adapter(model_folder, tmp_path / "adapter"), tmp_path / "out" / "adapter.gguf"
    code, events = export(adapter, model_folder, "--gguf", file)
    assert (code, events[-1]) == (0, {"event": "exported", "path": str(file)})
    fields, tensors = contents(file)
    assert {name: fields[f"{name}"] for name in ("general.architecture", "general.type", "adapter.type")} == {
        "general.architecture": "llama",
        "general.type": "adapter",
        "adapter.type": "lora",
    }
    assert fields["adapter.lora.alpha"] == 6
    factors = load_file(adapter / "adapter_model.safetensors")
    assert len(tensors) == len(factors) == 2 * 2 * 7
    for ours, theirs, heads in (("attn_q", "q_proj", 4), ("attn_k", "k_proj", 2), ("attn_v", "v_proj", None)):
        a, b = (factors[f"base_model.model.model.layers.1.self_attn.{theirs}.lora_{letter}.weight"] for letter in "AB")
        assert torch.equal(tensors[f"blk.1.{ours}.weight.lora_a"], a)
        written = tensors[f"blk.1.{ours}.weight.lora_b"]
        assert torch.equal(without_interleaving(written, heads) if heads else written, b)
        assert torch.equal(written, b) == (heads is None)


def test_gguf_of_fused_and_plain_layouts_keeps_the_rows(export, fused_model_folder, tmp_path):
    qwen = save_model(tmp_path / "qwen2", transformers.Qwen2Config, transformers.Qwen2ForCausalLM)
    for base, layer, name in (
        (fused_model_folder, "self_attn.qkv_proj", "attn_qkv"),
        (qwen, "self_attn.q_proj", "attn_q"),
    ):
        adapter, file = make_adapter(base, tmp_path / f"of-{base.name}"), tmp_path / f"{base.name}.gguf"
        assert export(adapter, base, "--gguf", file)[0] == 0
        b = load_file(adapter / "adapter_model.safetensors")[f"base_model.model.model.layers.0.{layer}.lora_B.weight"]
        assert torch.equal(contents(file)[1][f"blk.0.{name}.weight.lora_b"], b)


def test_a_layout_that_is_not_known_is_refused_and_leaves_nothing(export, tmp_path):
    base = save_model(tmp_path / "gemma", transformers.GemmaConfig, transformers.GemmaForCausalLM, head_dim=8)
    adapter, file = make_adapter(base, tmp_path / "adapter"), tmp_path / "out" / "adapter.gguf"
    code, events = export(adapter, base, "--gguf", file)
    assert code != 0
    assert "gemma is not known" in events[-1]["message"]
    assert list(file.parent.iterdir()) == []


def test_merged_computes_what_base_and_adapter_do(export, model_folder, tmp_path):
    adapter, folder = make_adapter(model_folder, tmp_path / "adapter"), tmp_path / "merged"
    assert export(adapter, model_folder, "--merged", folder)[0] == 0
    ids = torch.arange(5, 25)[None]
    base = transformers.AutoModelForCausalLM.from_pretrained(model_folder)
    merged = transformers.AutoModelForCausalLM.from_pretrained(folder)
    with torch.inference_mode():
        plain = base(ids).logits
        expected = PeftModel.from_pretrained(base, adapter)(ids).logits
        found = merged(ids).logits
    assert (plain - expected).abs().max() > 0.01
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    assert transformers.AutoTokenizer.from_pretrained(folder).chat_template
    code, events = export(adapter, model_folder, "--merged", folder)
    assert code != 0 and "is there already" in events[-1]["message"]


def test_an_adapter_of_another_model_is_refused(export, model_folder, fused_model_folder, tmp_path):
    adapter = make_adapter(fused_model_folder, tmp_path / "adapter")
    code, events = export(adapter, model_folder, "--merged", tmp_path / "merged")
    assert code != 0
    assert "does not fit the model" in events[-1]["message"]
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize("change", [{"use_rslora": True}, {"alpha_pattern": {"q_proj": 4}}], ids=["rsLoRA", "alphas"])
def test_what_is_no_plain_lora_is_refused(export, model_folder, tmp_path, change):
    adapter = make_adapter(model_folder, tmp_path / "adapter")
    config = adapter / "adapter_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    code, events = export(adapter, model_folder, "--merged", tmp_path / "merged")
    assert code != 0
    assert f"{next(iter(change))} is set" in events[-1]["message"]


def test_an_adapter_without_one_of_its_factors_is_refused(export, model_folder, tmp_path):
    adapter = make_adapter(model_folder, tmp_path / "adapter")
    tensors = load_file(adapter / "adapter_model.safetensors")
    del tensors[sorted(tensors)[0]]
    save_file(tensors, adapter / "adapter_model.safetensors")
    code, events = export(adapter, model_folder, "--gguf", tmp_path / "adapter.gguf")
    assert (code != 0, events[-1]["code"]) == (True, "adapter-invalid")


def test_ollama_is_told_model_template_and_ends(export, model_folder, fused_model_folder, tmp_path):
    adapter, folder = make_adapter(model_folder, tmp_path / "adapter"), tmp_path / "ollama"
    assert export(adapter, model_folder, "--ollama", folder)[0] == 0
    text = (folder / "Modelfile").read_text()
    assert text.startswith('FROM .\nTEMPLATE """')
    assert 'PARAMETER stop "' in text
    assert (folder / "model.safetensors").exists()
    other = make_adapter(fused_model_folder, tmp_path / "other")
    code, events = export(other, fused_model_folder, "--ollama", tmp_path / "apart")
    assert code != 0 and "--ollama-base" in events[-1]["fix"]
    assert export(other, fused_model_folder, "--ollama", tmp_path / "apart", "--ollama-base", "phi3:mini")[0] == 0
    assert (tmp_path / "apart" / "Modelfile").read_text().startswith("FROM phi3:mini\nADAPTER ./adapter.gguf\n")
    assert contents(tmp_path / "apart" / "adapter.gguf")[0]["general.architecture"] == "phi3"


class TemplateOnly:
    """A tokenizer that does nothing but fill in a template, and may begin every text with a token."""

    bos_token, bos_token_id = "<s>", 1

    def __init__(self, template, begins_texts=True):
        self.template = transformers.utils.chat_template_utils._compile_jinja_template(template)
        self.begins_texts = begins_texts

    def __call__(self, text):
        return {"input_ids": [1, 7] if self.begins_texts else [7]}

    def apply_chat_template(self, messages, add_generation_prompt, tokenize):
        return self.template.render(messages=messages, add_generation_prompt=add_generation_prompt, bos_token="<s>")


CHATML = (
    "{{ bos_token }}{% if messages[0].role != 'system' %}<|im_start|>system\nBe kind.<|im_end|>\n{% endif %}"
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def test_a_template_is_said_in_ollamas_words():
    assert go_template(TemplateOnly(CHATML)) == (
        "{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n"
        "{{ else }}<|im_start|>system\nBe kind.<|im_end|>\n{{ end }}"
        '{{ range .Messages }}{{ if eq .Role "user" }}<|im_start|>user\n{{ .Content }}<|im_end|>\n'
        '{{ else if eq .Role "assistant" }}<|im_start|>assistant\n{{ .Content }}<|im_end|>\n'
        "{{ end }}{{ end }}<|im_start|>assistant\n"
    )


def test_a_token_that_only_the_template_writes_stays():
    text = go_template(TemplateOnly("<s>" + CHATML.removeprefix("{{ bos_token }}"), begins_texts=False))
    assert text.startswith("{{ if .System }}<s><|im_start|>system\n{{ .System }}")
    assert "{{ else }}<s><|im_start|>system\nBe kind." in text


@pytest.mark.parametrize(
    "template",
    [
        CHATML.replace("{{ message.role }}", "{{ message.role }}{{ loop.index }}"),
        CHATML.replace("{{ message.content }}", "{ {{- message.content }}"),
        CHATML.replace("{% for", "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}{% for"),
    ],
    ids=["turns that are numbered", "a brace before the words", "no system turn"],
)
def test_a_template_of_another_kind_is_refused(template):
    with pytest.raises(Exception, match="cannot be written as Ollama's"):
        go_template(TemplateOnly(template))
