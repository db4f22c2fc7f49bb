import hashlib
import json
import math
import signal

import pytest
import torch
from conftest import make_rows, train_arguments, write_rows
from peft import PeftModel
from safetensors.torch import load, load_file, save_file
from transformers import AutoModelForCausalLM

from reporting import Failure
from step_plan import plan_order, plan_sorted_order, rate_factor, steps_of_round
from train_llm import fingerprint, parse_arguments, settle_arithmetic

LIFE = ["downloaded", "started", "model-loaded", "step", "saved", "uploaded", "submitted", "done"]


def distinct(events):
    return list(dict.fromkeys(event["event"] for event in events))


def test_a_run_is_computed_in_what_its_job_asks_for_whatever_the_machine_would_choose(tmp_path):
    told = "--job-id 7 --shard-cid c --model-name m --lora-rank 4 --lora-alpha 8 --epochs 1 --contributor-wallet 0x"
    told = [*told.split(), "--api-url", "http://127.0.0.1:1", "--work-dir", str(tmp_path), "--dtype", "float32"]

    def settled(*more):
        return str(settle_arithmetic(parse_arguments([*told, *more]), None))

    assert settled("--arithmetic", "cpu/bfloat16/none", "--quantization", "nf4") == "cpu/bfloat16/none"
    assert settled("--arithmetic", "cpu/float32/none", "--device", "mps") == "cpu/float32/none"
    with pytest.raises(Failure, match="cuda/float32/none is not computed here") as refused:
        settled("--arithmetic", "cuda/float32/none")
    assert refused.value.code == "arithmetic-unknown"
    assert fingerprint(parse_arguments([*told, "--arithmetic", "cpu/float32/none"])) != fingerprint(
        parse_arguments(told)
    )
    older = fingerprint(parse_arguments([*told, "--row-order", "sorted"]))
    assert "row_order" not in older and older != fingerprint(parse_arguments(told)), "runs of before go on where they were"


@pytest.fixture(scope="module")
def whole_run(model_folder, tmp_path_factory):
    """An uninterrupted run, its events and the adapter it sent."""
    from conftest import Gateway, Run

    folder = tmp_path_factory.mktemp("whole")
    gateway = Gateway()
    gateway.files["shard"] = write_rows(folder / "source.jsonl", make_rows(20)).read_bytes()
    run = Run("train_llm.py", train_arguments(model_folder, gateway, folder / "work"), folder)
    assert run.wait() == 0, run.log.read_text()
    yield run.events(), gateway, folder / "work"
    gateway.server.shutdown()


def test_a_run_reports_every_step_and_submits_what_it_trained(whole_run):
    events, gateway, work = whole_run
    assert distinct(events) == LIFE
    steps = [event for event in events if event["event"] == "step"]
    assert [event["step"] for event in steps] == [1, 2, 3, 4, 5]
    assert all(event["steps"] == 5 and event["tokens"] > 0 and event["memoryMb"] > 0 for event in steps)
    assert steps[-1]["etaSeconds"] == 0 and steps[-1]["epoch"] == 2
    assert steps[-1]["loss"] < steps[0]["loss"]
    assert gateway.stored == [(work / "adapter" / "adapter_model.safetensors").read_bytes()]
    submission = {"jobId": "7", "contributorWallet": "0x" + "ab" * 20, "adapterCid": events[-2]["adapterCid"]}
    assert gateway.submitted == [submission]


def test_the_adapter_is_plain_peft_on_every_linear_layer(whole_run, model_folder):
    _, gateway, work = whole_run
    tensors = load(gateway.stored[0])
    modules = {key.removeprefix("base_model.model.model.layers.").rsplit(".lora_")[0] for key in tensors}
    parts = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"]
    parts += ["mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]
    assert modules == {f"{layer}.{part}" for layer in (0, 1) for part in parts}
    assert all(tensor.dtype == torch.float32 for tensor in tensors.values())
    config = json.loads((work / "adapter" / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["use_rslora"]) == (4, 8, False)
    PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(model_folder), work / "adapter")


@pytest.mark.parametrize("killed_at", [1, 3])
def test_a_killed_run_goes_on_and_ends_with_the_same_adapter(
    whole_run, model_folder, gateway, run_script, tmp_path, killed_at
):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work")
    every_step = {"TRAINCHAIN_CHECKPOINT_STEPS": "1"}
    run = run_script.start("train_llm.py", arguments, env=every_step)
    run.wait_for("checkpoint", step=killed_at)
    run.signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    code, events = run_script("train_llm.py", arguments, env=every_step)
    assert code == 0
    resumed = next(event for event in events if event["event"] == "resumed")
    assert resumed["step"] >= killed_at
    first_step = next(event["step"] for event in events if event["event"] == "step")
    assert first_step == resumed["step"] + 1
    assert gateway.stored == whole_run[1].stored


def test_sigterm_leaves_a_checkpoint_and_asks_to_be_retried(whole_run, model_folder, gateway, run_script, tmp_path):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work")
    run = run_script.start("train_llm.py", arguments)
    run.wait_for("step")
    run.signal(signal.SIGTERM)
    assert run.wait() == 75
    assert [event["event"] for event in run.events()[-2:]] == ["checkpoint", "failed"]
    assert run_script("train_llm.py", arguments)[0] == 0
    assert gateway.stored == whole_run[1].stored


def test_a_half_written_checkpoint_is_not_resumed_from(model_folder, gateway, run_script, tmp_path):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work")
    run = run_script.start("train_llm.py", arguments)
    run.wait_for("step")
    run.signal(signal.SIGKILL)
    run.wait()
    (tmp_path / "work" / "checkpoints" / "checkpoint-4").mkdir(parents=True)
    code, events = run_script("train_llm.py", arguments)
    assert code == 0 and "resumed" not in distinct(events)


def test_a_finished_adapter_is_uploaded_again_but_never_trained_again(model_folder, gateway, run_script, tmp_path):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", max_steps=1)
    gateway.refuse_uploads = True
    code, events = run_script("train_llm.py", arguments)
    assert (code, events[-1]["code"]) == (75, "storage-unavailable")
    gateway.refuse_uploads = False
    code, events = run_script("train_llm.py", arguments)
    assert code == 0
    assert distinct(events) == ["saved", "uploaded", "submitted", "done"]


def test_other_settings_in_the_same_folder_train_anew(model_folder, gateway, run_script, tmp_path):
    for rank in (4, 8):
        arguments = train_arguments(model_folder, gateway, tmp_path / "work", lora_rank=rank, max_steps=1)
        code, events = run_script("train_llm.py", arguments)
        assert code == 0 and "step" in distinct(events)
    assert load(gateway.stored[1])["base_model.model.model.layers.0.mlp.up_proj.lora_A.weight"].shape == (8, 32)


def test_four_bit_trains_on_the_cpu(model_folder, gateway, run_script, tmp_path):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", quantization="nf4", epochs=1)
    code, events = run_script("train_llm.py", arguments)
    assert code == 0
    started = next(event for event in events if event["event"] == "started")
    assert started["quantization"] == "nf4"
    losses = [event["loss"] for event in events if event["event"] == "step"]
    assert all(math.isfinite(loss) for loss in losses)
    assert any(tensor.abs().sum() > 0 for key, tensor in load(gateway.stored[0]).items() if "lora_B" in key)


def test_a_model_with_fused_projections_trains(fused_model_folder, gateway, run_script, tmp_path):
    arguments = train_arguments(fused_model_folder, gateway, tmp_path / "work", max_steps=2)
    assert run_script("train_llm.py", arguments)[0] == 0
    modules = {key.split(".lora_")[0].rsplit(".", 1)[1] for key in load(gateway.stored[0])}
    assert modules == {"qkv_proj", "o_proj", "gate_up_proj", "down_proj"}


def test_named_modules_accumulation_and_a_start_adapter_are_used(
    whole_run, model_folder, gateway, run_script, tmp_path
):
    start = whole_run[2] / "adapter" / "adapter_model.safetensors"
    changes = {"initial_adapter": start, "learning_rate": 0, "max_steps": 1, "batch_size": 2}
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", **changes)
    code, events = run_script("train_llm.py", arguments)
    assert code == 0
    assert gateway.stored[0] == start.read_bytes()
    arguments = train_arguments(model_folder, gateway, tmp_path / "named", target_modules="q_proj,v_proj", max_steps=1)
    assert run_script("train_llm.py", arguments)[0] == 0
    assert {key.split(".lora_")[0].rsplit(".", 1)[1] for key in load(gateway.stored[1])} == {"q_proj", "v_proj"}


FAILURES = {
    "an unknown CID": ({"shard_cid": "missing"}, 2, "not-found"),
    "a CID of something else": ({"shard_cid": "garbage"}, 2, "dataset-invalid"),
    "a model folder that is not there": ({"model_name": "/nowhere/model"}, 2, "not-found"),
    "a model that was never downloaded": ({"model_name": "Qwen/Qwen2.5-1.5B-Instruct"}, 2, "not-found"),
    "an absent device": ({"device": "cuda"}, 2, "configuration-invalid"),
    "modules that the model lacks": ({"target_modules": "query"}, 2, "configuration-invalid"),
    "rows longer than the limit": ({"max_length": 8}, 2, "dataset-invalid"),
    "a gateway that is down": ({"api_url": "http://127.0.0.1:9"}, 75, "storage-unavailable"),
    "an exploding loss": ({"learning_rate": 1e30}, 2, "training-failed"),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.skipif(torch.cuda.is_available(), reason="has the device that must be absent")
def test_a_failure_says_what_to_do(name, model_folder, gateway, run_script, tmp_path):
    changes, exit_code, error_code = FAILURES[name]
    gateway.files["garbage"] = b"\x89PNG\n"
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", **changes)
    code, events = run_script("train_llm.py", arguments)
    assert (code, events[-1]["event"], events[-1]["code"]) == (exit_code, "failed", error_code)
    assert events[-1]["message"] and events[-1]["fix"]
    assert not gateway.stored


@pytest.mark.parametrize(("rows", "epochs"), [(1, 1), (20, 3), (225, 2), (1300, 2)])
def test_the_order_takes_every_row_once_an_epoch(rows, epochs):
    order = plan_order(rows, epochs, seed=5)
    orders = [order[at : at + rows] for at in range(0, len(order), rows)]
    assert [sorted(epoch) for epoch in orders] == [list(range(rows))] * epochs
    assert order == plan_order(rows, epochs, seed=5)
    assert rows == 1 or order != plan_order(rows, epochs, seed=6) and orders[0] != orders[1]


@pytest.mark.parametrize(
    ("rows", "epochs", "digest"),
    [(1, 1, "d0bca111"), (20, 3, "e6686cc8"), (225, 2, "af97dad2"), (1300, 2, "c549b63d")],
)
def test_older_jobs_take_the_rows_that_they_always_took(rows, epochs, digest):
    lengths = [1 + row * 37 % 101 for row in range(rows)]
    order = plan_sorted_order(lengths, 8, epochs, seed=5)
    assert sorted(order) == sorted(list(range(rows)) * epochs)
    assert hashlib.sha256(str(order).encode()).hexdigest()[:8] == digest


@pytest.mark.parametrize(("steps", "rounds"), [(80, 1), (80, 4), (37, 8), (3, 8)])
def test_rounds_divide_the_steps_of_a_job(steps, rounds):
    parts = [steps_of_round(steps, number, rounds) for number in range(1, rounds + 1)]
    taken = [step for first, end in parts for step in range(first, end)]
    assert all(0 <= first < end <= steps for first, end in parts)
    assert set(taken) == set(range(steps)) and (rounds > steps or len(taken) == steps)


def test_the_learning_rate_rises_once_and_falls_over_all_rounds(model_folder, gateway, run_script, tmp_path):
    factors = [rate_factor(step, 100) for step in range(100)]
    assert factors[4] == factors[5] == max(factors) == 1 and min(factors) > 0
    assert factors[5:] == sorted(factors[5:], reverse=True) and rate_factor(100, 100) == 0
    assert rate_factor(100, 100, final=0.3) == 0.3 and rate_factor(5, 100, final=0.3) == 1
    rates = []
    for number in (1, 2):
        changes = {"round": number, "rounds": 2, "rows_per_step": 4}
        arguments = train_arguments(model_folder, gateway, tmp_path / str(number), **changes)
        code, events = run_script("train_llm.py", arguments)
        assert code == 0
        rates += [event["learningRate"] for event in events if event["event"] == "step"]
    assert rates[0] == rates[1] == max(rates) and rates[1:] == sorted(set(rates), reverse=True) and len(rates) == 10


def test_two_rounds_of_one_contributor_are_one_training(whole_run, model_folder, gateway, run_script, tmp_path):
    start = moments = None
    for number in (1, 2):
        work = tmp_path / str(number)
        changes = {"round": number, "rounds": 2, "initial_adapter": start, "optimizer_state": moments}
        assert run_script("train_llm.py", train_arguments(model_folder, gateway, work, **changes))[0] == 0
        start, moments = work / "adapter" / "adapter_model.safetensors", work / "optimizer.safetensors"
    assert gateway.stored[1] == whole_run[1].stored[0]
    assert not moments.exists(), "nothing is left for a third round"


@pytest.mark.parametrize("damage", ["cut", "of another rank", "not finite"])
def test_moments_that_do_not_fit_are_left_alone(damage, model_folder, gateway, run_script, tmp_path):
    first = train_arguments(model_folder, gateway, tmp_path / "1", round=1, rounds=2, max_steps=1)
    assert run_script("train_llm.py", first)[0] == 0
    moments = tmp_path / "1" / "optimizer.safetensors"
    if damage == "cut":
        moments.write_bytes(moments.read_bytes()[:-8])
    if damage == "not finite":
        save_file({key: tensor * math.nan for key, tensor in load_file(moments).items()}, moments)
    rank = 8 if damage == "of another rank" else 4
    for given, name in ((moments, "with"), (None, "without")):
        changes = {"round": 2, "rounds": 2, "max_steps": 1, "optimizer_state": given, "lora_rank": rank}
        assert run_script("train_llm.py", train_arguments(model_folder, gateway, tmp_path / name, **changes))[0] == 0
    assert gateway.stored[1] == gateway.stored[2]


def test_too_little_memory_and_a_full_disk_may_be_tried_again():
    from reporting import as_failure

    for error in (MemoryError(), RuntimeError("CUDA out of memory. Tried")):
        failure = as_failure(error)
        assert (failure.code, failure.exit_code) == ("hardware-insufficient", 75)
    torchs = RuntimeError("[enforce fail at inline_container.cc:659] . PytorchStreamWriter failed writing file data/1")
    for error in (OSError(28, "No space left on device"), torchs):
        failure = as_failure(error)
        assert (failure.code, failure.exit_code) == ("disk-full", 75)
    assert as_failure(KeyError("x")).exit_code == 1


def test_a_saved_adapter_holds_no_pickle(whole_run):
    assert load_file(whole_run[2] / "adapter" / "adapter_model.safetensors")
    names = {path.name for path in whole_run[2].rglob("*") if path.is_file()}
    assert not any(name.endswith((".bin", ".pt", ".pth", ".pkl")) for name in names)
