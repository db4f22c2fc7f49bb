import json
import math
import shutil

import pytest
import torch
from conftest import make_rows, train_arguments, write_rows
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from chat_rows import encode_rows


@pytest.fixture
def holdout(tmp_path):
    return write_rows(tmp_path / "holdout.jsonl", make_rows(12, start=100))


@pytest.fixture
def adapter(model_folder, gateway, run_script, tmp_path):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", epochs=3)
    assert run_script("train_llm.py", arguments)[0] == 0
    return tmp_path / "work" / "adapter"


def test_the_loss_is_the_mean_over_completion_tokens(model_folder, holdout, run_script):
    code, [event] = run_script("evaluate.py", ["--model", model_folder, "--holdout", holdout])
    assert code == 0
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModelForCausalLM.from_pretrained(model_folder)
    rows = make_rows(12, start=100)
    nats, tokens, row_losses = 0.0, 0, []
    for example in encode_rows(tokenizer, rows, 1024, {tokenizer.eos_token_id}):
        learned = sum(label >= 0 for label in example["labels"])
        with torch.no_grad():
            output = model(torch.tensor([example["input_ids"]]), labels=torch.tensor([example["labels"]]))
        row_losses.append(output.loss.item())
        nats += output.loss.item() * learned
        tokens += learned
    assert (event["name"], event["rows"], event["tokens"]) == ("base", 12, tokens)
    assert event["loss"] == pytest.approx(nats / tokens, rel=1e-4)
    assert event["rowLosses"] == pytest.approx(row_losses, rel=1e-4)
    text_bytes = sum(len(row["output"].encode()) for row in rows)
    assert event["bitsPerByte"] == pytest.approx(nats / math.log(2) / text_bytes, rel=1e-4)


def test_each_adapter_is_measured_by_itself(model_folder, holdout, adapter, run_script, tmp_path):
    copy = shutil.copytree(adapter, tmp_path / "copy")
    arguments = ["--model", model_folder, "--holdout", holdout, "--max-rows", 8, "--adapters", adapter, copy]
    code, [base, first, second] = run_script("evaluate.py", arguments)
    assert code == 0
    assert [base["name"], first["name"], second["name"]] == ["base", str(adapter), str(copy)]
    _, alone = run_script("evaluate.py", ["--without-base", *arguments])
    assert [event["loss"] for event in alone] == [first["loss"], second["loss"]]
    assert first["loss"] < base["loss"] and first["loss"] == second["loss"] and base["rows"] == 8


def test_a_budget_of_tokens_takes_the_first_rows_and_never_too_few(model_folder, holdout, run_script):
    def measured(*more):
        code, [event] = run_script("evaluate.py", ["--model", model_folder, "--holdout", holdout, *more])
        assert code == 0
        return event

    whole = measured()
    assert whole["rows"] == 12
    within = measured("--max-tokens", whole["tokensRead"] // 2)
    assert 1 <= within["rows"] < 12 and within["tokensRead"] <= whole["tokensRead"] // 2
    assert within["rowLosses"] == pytest.approx(whole["rowLosses"][: within["rows"]], rel=1e-4)
    assert measured("--max-tokens", 1, "--least-rows", 5)["rows"] == 5


def test_an_adapter_that_has_no_loss_stops_no_other(model_folder, holdout, adapter, run_script, tmp_path):
    config = json.loads((adapter / "adapter_config.json").read_text())
    wrong = shutil.copytree(adapter, tmp_path / "wrong")
    (wrong / "adapter_config.json").write_text(json.dumps({**config, "r": 8}))
    missing = shutil.copytree(adapter, tmp_path / "missing")
    (missing / "adapter_config.json").write_text(json.dumps({**config, "target_modules": ["q_proj"]}))
    endless = shutil.copytree(adapter, tmp_path / "endless")
    scale(endless, {"lora_A": 1e30, "lora_B": 1e30})
    folders = [adapter, wrong, adapter, missing, endless, adapter]
    code, events = run_script("evaluate.py", ["--model", model_folder, "--holdout", holdout, "--adapters", *folders])
    assert code == 0
    kinds = ["evaluated", "evaluated", "unmeasured", "evaluated", "unmeasured", "unmeasured", "evaluated"]
    assert [event["event"] for event in events] == kinds
    assert [event["name"] for event in events[1:]] == [str(folder) for folder in folders]
    assert "not finite" in events[5]["message"]
    assert events[1]["loss"] == events[3]["loss"] == events[6]["loss"]


def scale(folder, factors):
    """Multiply an adapter's factors."""
    file = folder / "adapter_model.safetensors"
    tensors = load_file(file)
    by_name = {key: next(factor for name, factor in factors.items() if name in key) for key in tensors}
    save_file({key: tensor * by_name[key] for key, tensor in tensors.items()}, file)


def test_base_and_tuned_model_answer_a_prompt_that_looks_like_an_option(model_folder, adapter, run_script, tmp_path):
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("--help", "utf-8")
    arguments = ["--model", model_folder, "--adapter", adapter, "--prompt-file", prompt, "--max-new-tokens", 4]
    code, events = run_script("generate.py", arguments)
    assert code == 0
    assert [event["model"] for event in events] == ["base", "tuned"]
    assert all(1 <= event["tokens"] <= 4 for event in events)


def test_several_prompts_are_answered_in_turn_as_each_is_alone(model_folder, adapter, run_script):
    base = ["--model", model_folder, "--adapter", adapter, "--max-new-tokens", 4]
    prompts = ["Write a line about bread.", "Name the moon."]
    _, together = run_script("generate.py", [*base, *(part for text in prompts for part in ("--prompt", text))])
    assert [(event["model"], event["prompt"]) for event in together] == [
        ("base", 0),
        ("base", 1),
        ("tuned", 0),
        ("tuned", 1),
    ]
    for number, text in enumerate(prompts):
        _, alone = run_script("generate.py", [*base, "--prompt", text])
        assert [event["text"] for event in alone] == [event["text"] for event in together if event["prompt"] == number]


def test_a_conversation_is_gone_on_with_by_the_tuned_model_alone(model_folder, adapter, run_script, tmp_path):
    def ask(*arguments):
        base = ["--model", model_folder, "--adapter", adapter, "--max-new-tokens", 4]
        code, events = run_script("generate.py", [*base, *arguments])
        return code, [{**event, "seconds": 0} for event in events]

    chat = tmp_path / "chat.json"
    question = {"role": "user", "content": "Name the moon."}
    chat.write_text(json.dumps([question]), "utf-8")
    code, alone = ask("--chat-file", chat, "--without-base")
    assert code == 0
    _, both = ask("--prompt", question["content"])
    assert alone == [event for event in both if event["model"] == "tuned"]

    longer = [{"role": "system", "content": "Be brief."}, question, {"role": "assistant", "content": "Luna."}, question]
    chat.write_text(json.dumps(longer), "utf-8")
    _, [event] = ask("--chat-file", chat, "--without-base")
    assert event["promptTokens"] > alone[0]["promptTokens"]

    chat.write_text(json.dumps([{"role": "tool", "content": "?"}]), "utf-8")
    code, events = ask("--chat-file", chat, "--without-base")
    assert (code, events[-1]["code"]) == (2, "invalid-input")


@pytest.mark.parametrize(
    "shortage",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried 2 bytes."
        ),
        MemoryError("cannot allocate memory"),
    ],
)
@pytest.mark.parametrize("place", ["injected", "copied"])
def test_a_machine_that_is_short_of_memory_says_so_and_nothing_of_the_adapter(
    model_folder, holdout, adapter, run_script, monkeypatch, shortage, place
):
    import peft.peft_model
    from peft.tuners.lora.layer import LoraLayer

    set_state = peft.peft_model.set_peft_model_state_dict

    def fail(*_, **__):
        raise shortage

    def copy_in_vain(*arguments, **options):
        with monkeypatch.context() as copying:
            copying.setattr(torch.nn.Parameter, "copy_", fail, raising=False)
            return set_state(*arguments, **options)

    # Where torch's allocator would raise: as PEFT makes the tensors, and as torch copies the file's into them, which it
    # reports among the shapes that do not fit.
    if place == "injected":
        monkeypatch.setattr(LoraLayer, "update_layer", fail)
    else:
        monkeypatch.setattr(peft.peft_model, "set_peft_model_state_dict", copy_in_vain)
    arguments = ["--model", model_folder, "--holdout", holdout, "--adapters", adapter]
    code, events = run_script("evaluate.py", arguments)
    assert code == 75
    assert [event["event"] for event in events] == ["evaluated", "failed"]
    assert events[-1]["code"] == "hardware-insufficient"
