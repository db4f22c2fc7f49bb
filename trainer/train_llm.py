"""Train a LoRA adapter on one shard of a federated fine-tuning job.

    python train_llm.py --job-id 7 --shard-cid bafkrei… --model-name Qwen/Qwen2.5-1.5B-Instruct \
        --lora-rank 8 --lora-alpha 16 --epochs 2 --contributor-wallet 0x… --api-url http://127.0.0.1:4100 …

Download the shard from the agent's loopback gateway, load the base model, train, save, upload, submit. Progress
is one JSON object a line on standard output. Killed at any point, the same command goes on from the last
checkpoint; a finished adapter is never trained again. SIGTERM writes a checkpoint first and exits 75.
"""

import argparse
import hashlib
import json
import math
import os
import shutil
import signal
import time
from pathlib import Path

import reporting
from reporting import MAY_BE_RETRIED, Failure, report
from run_folder import open_run_folder, write_whole
from stopping import stop_at_once

# What a round leaves in its work folder for the next one of the same contributor.
OPTIMIZER_STATE = "optimizer.safetensors"
# The precision that a run began in, in its work folder.
ARITHMETIC = "dtype.txt"


def parse_arguments(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    job = parser.add_argument_group("the job")
    job.add_argument("--job-id", required=True)
    job.add_argument("--shard-cid", required=True)
    job.add_argument("--model-name", required=True, help="hub id or local path")
    job.add_argument("--model-revision", help="commit of the hub repository; 'local' for a path")
    job.add_argument("--lora-rank", type=int, required=True)
    job.add_argument("--lora-alpha", type=int, required=True)
    job.add_argument("--target-modules", default="all-linear", help="all-linear, or names separated by commas")
    job.add_argument("--epochs", type=int, required=True, help="of the whole job, all rounds together")
    job.add_argument("--rounds", type=int, default=1, help="the job's epochs are divided between so many rounds")
    job.add_argument("--round", type=int, default=1, help="the round to train, counted from 1")
    job.add_argument("--rows-per-step", type=int, default=8, help="rows that one optimiser step learns from")
    job.add_argument("--learning-rate", type=float, default=2e-4)
    job.add_argument("--final-rate", type=float, default=0.0, help="share of the learning rate left at the last step")
    job.add_argument("--max-length", type=int, default=512, help="tokens of a row that are used at most")
    job.add_argument("--seed", type=int, default=0, help="of the initial adapter and the row order")
    job.add_argument("--initial-adapter", type=Path, help="start from this adapter_model.safetensors instead")
    job.add_argument("--optimizer-state", type=Path, help="go on with the moments that the round before left, if any")
    job.add_argument("--contributor-wallet", required=True)
    job.add_argument("--api-url", required=True, help="the agent's loopback gateway")
    machine = parser.add_argument_group("this machine")
    machine.add_argument("--work-dir", type=Path, required=True)
    machine.add_argument("--device", choices=["auto", "cuda", "mps", "cpu"], default="auto")
    machine.add_argument("--quantization", choices=["auto", "none", "nf4"], default="auto")
    precisions = ["auto", "float32", "bfloat16"]
    machine.add_argument("--dtype", choices=precisions, default="auto", help="auto: what this device is fastest in")
    machine.add_argument("--batch-size", type=int, help="rows held in memory at once; by default as many as fit")
    machine.add_argument("--max-steps", type=int, help="stop after this many steps: for trying a machine out")
    machine.add_argument("--cores", type=int, help="CPU cores to use; all by default")
    return parser.parse_args(argv)


def fingerprint(arguments):
    """What decides the resulting adapter; a work folder belongs to one such run."""
    names = "job_id shard_cid model_name model_revision lora_rank lora_alpha target_modules epochs learning_rate"
    names += " final_rate rounds round rows_per_step max_length seed initial_adapter optimizer_state"
    names += " quantization dtype batch_size max_steps"
    return {name: str(getattr(arguments, name)) for name in names.split()}


def train(arguments, shard):
    """Train on the shard and leave the adapter in the work folder; returns what `finished.json` records."""
    import torch
    import transformers
    from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, prepare_model_for_kbit_training
    from safetensors.torch import save_file

    import model_hub
    from arithmetic import attend_in_single_precision, keep_residuals_single, plan_memory, settle_dtype
    from base_model import load_model, load_tokenizer_and_config
    from chat_rows import IGNORED, encode_rows, end_tokens, read_rows
    from devices import pick_device
    from initial_adapter import load_initial_adapter, set_initial_adapter
    from job_trainer import JobTrainer, Progress, newest_checkpoint
    from lean_layers import make_lean
    from optimizer_state import save_moments
    from step_plan import plan_order, rate_factor, steps_of_round

    # --- the machine
    if arguments.cores:
        torch.set_num_threads(arguments.cores)
    device, _ = pick_device(arguments.device)
    quantization = arguments.quantization
    if quantization == "auto":
        quantization = "nf4" if device == "cuda" else "none"
    if quantization == "nf4" and device == "mps":
        raise Failure("configuration-invalid", "4-bit does not run on Apple GPUs", "use --quantization none")

    # --- the base model, and its tokenizer with the chat template
    started = time.monotonic()
    name = arguments.model_name
    revision = None if arguments.model_revision in (None, "local") else arguments.model_revision
    tokenizer, config = load_tokenizer_and_config(name, revision)
    dtype = settle_dtype(arguments.work_dir / ARITHMETIC, arguments.dtype, device, config)
    dtype_name = str(dtype).removeprefix("torch.")
    report("started", jobId=arguments.job_id, device=device, dtype=dtype_name, quantization=quantization)
    transformers.set_seed(arguments.seed)
    model = load_model(name, revision, device, dtype, quantization)
    # All that is needed of the hub is here: PEFT would ask it for the base model's config at each checkpoint.
    model_hub.go_offline()
    parameters = model.num_parameters()

    # --- the rows: tokenized once
    examples = encode_rows(tokenizer, read_rows(shard), arguments.max_length, end_tokens(tokenizer, model))
    lengths = [len(example["input_ids"]) for example in examples]
    tokens_at_once, checkpointing = plan_memory(device, config, dtype, max(lengths))

    # --- the adapter: on every linear layer, from the job's own start
    if quantization == "nf4":
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=checkpointing)
    targets = arguments.target_modules
    lora = LoraConfig(
        r=arguments.lora_rank,
        lora_alpha=arguments.lora_alpha,
        target_modules=targets if targets == "all-linear" else targets.split(","),
        lora_dropout=0.0,
        bias="none",
        task_type="CAUSAL_LM",
    )
    try:
        model = get_peft_model(model, lora)
    except ValueError as error:
        raise Failure("configuration-invalid", str(error)[:300], "use --target-modules all-linear") from error
    if arguments.initial_adapter:
        load_initial_adapter(model, arguments.initial_adapter)
    else:
        set_initial_adapter(model, arguments.seed)
    if dtype != torch.float32:
        keep_residuals_single(model)
    if device == "cpu" and dtype != torch.float32:
        attend_in_single_precision(model.get_base_model())
    make_lean(model)
    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    seconds = round(time.monotonic() - started, 3)
    report("model-loaded", model=name, parameters=parameters, trainableParameters=trainable, seconds=seconds)

    # --- the rows in order for all epochs
    rows_per_step = arguments.rows_per_step
    order = plan_order(lengths, rows_per_step, arguments.epochs, arguments.seed)
    all_steps = math.ceil(len(order) / rows_per_step)
    first, end = steps_of_round(all_steps, arguments.round, arguments.rounds)
    steps = min(end - first, arguments.max_steps or end)
    # Steps hold rows of like length. Each counts by its tokens, or those of short rows would weigh most.
    learned = [sum(label != IGNORED for label in example["labels"]) for example in examples]
    mean_learned = sum(learned[row] for row in order) / all_steps
    order = order[first * rows_per_step : (first + steps) * rows_per_step]
    starts = range(0, len(order), rows_per_step)
    weights = [sum(learned[row] for row in order[at : at + rows_per_step]) / mean_learned for at in starts]

    # --- the trainer
    checkpoints = arguments.work_dir / "checkpoints"
    settings = transformers.TrainingArguments(
        output_dir=str(checkpoints),
        max_steps=steps,
        per_device_train_batch_size=rows_per_step,
        learning_rate=arguments.learning_rate,
        optim="adamw_torch_fused" if device != "mps" else "adamw_torch",
        max_grad_norm=1.0,
        fp16=dtype == torch.float16,
        use_cpu=device == "cpu",
        gradient_checkpointing=checkpointing,
        gradient_checkpointing_kwargs={"use_reentrant": False} if checkpointing else None,
        train_sampling_strategy="sequential",
        remove_unused_columns=False,
        dataloader_pin_memory=device == "cuda",
        logging_steps=1,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to="none",
        save_strategy="no",
        seed=arguments.seed,
    )
    step_tokens = [sum(lengths[row] for row in order[at : at + rows_per_step]) for at in starts]
    progress = Progress(arguments, device, weights, step_tokens, checkpoints)
    trainer = JobTrainer(
        dtype=dtype,
        tokens_at_once=tokens_at_once,
        rows_at_once=arguments.batch_size,
        pad_token_id=tokenizer.pad_token_id,
        rate_factor=lambda step: rate_factor(first + step, all_steps, arguments.final_rate),
        mean_learned=mean_learned,
        moments=arguments.optimizer_state,
        model=model,
        args=settings,
        train_dataset=[examples[row] for row in order],
        processing_class=tokenizer,
        callbacks=[progress],
    )
    trainer.remove_callback(transformers.PrinterCallback)
    # A half-written checkpoint must never be resumed from; what is not complete goes.
    resume_from = newest_checkpoint(checkpoints)
    for path in checkpoints.glob("checkpoint-*"):
        if path != resume_from:
            shutil.rmtree(path)
    signal.signal(signal.SIGTERM, progress.ask_to_stop)
    trainer.train(resume_from_checkpoint=str(resume_from) if resume_from else None)
    signal.signal(signal.SIGTERM, stop_at_once)
    if progress.interrupted:
        fix = "start the same run again: it goes on from the checkpoint"
        raise Failure("training-failed", "stopped as asked, after a checkpoint", fix, MAY_BE_RETRIED)

    # --- the result
    if arguments.round < arguments.rounds:
        save_moments(arguments.work_dir / OPTIMIZER_STATE, model, trainer.optimizer)
    adapter = arguments.work_dir / "adapter"
    adapter.mkdir(exist_ok=True)
    file = adapter / "adapter_model.safetensors"
    partial = file.with_name("adapter_model.safetensors.part")
    tensors = get_peft_model_state_dict(model)
    tensors = {key: tensor.detach().to("cpu", torch.float32).contiguous() for key, tensor in tensors.items()}
    save_file(tensors, partial, metadata={"format": "pt"})
    partial.replace(file)
    lora_config = model.peft_config["default"]
    lora_config.inference_mode = True
    lora_config.save_pretrained(adapter)
    return {
        "sizeBytes": file.stat().st_size,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "loss": progress.loss,
        "steps": steps,
        "tokens": sum(lengths[row] for row in order),
        "seconds": round(time.monotonic() - started, 3),
        "dtype": dtype_name,
    }


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, stop_at_once)
    if arguments.cores:
        os.environ["OMP_NUM_THREADS"] = str(arguments.cores)
    # Threads that wait for one another sleep instead of spinning: on a busy machine most of their time went into that.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    folder = arguments.work_dir = arguments.work_dir.resolve()
    api_url = arguments.api_url.rstrip("/")
    leftovers = ["shard.jsonl", "finished.json", OPTIMIZER_STATE, ARITHMETIC]
    open_run_folder(folder, fingerprint(arguments), ["checkpoints", "adapter"], leftovers)
    finished, shard = folder / "finished.json", folder / "shard.jsonl"

    import gateway

    if not finished.exists():
        if not shard.exists():
            gateway.download(api_url, arguments.shard_cid, shard)
        rows = sum(1 for line in shard.open("rb") if line.strip())
        report("downloaded", rows=rows, sizeBytes=shard.stat().st_size)
        result = train(arguments, shard)
        write_whole(finished, json.dumps(result, indent=2))
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    result = json.loads(finished.read_text())
    report("saved", sizeBytes=result["sizeBytes"], sha256=result["sha256"])

    if "adapterCid" not in result:
        result["adapterCid"] = gateway.upload(api_url, folder / "adapter" / "adapter_model.safetensors")
        write_whole(finished, json.dumps(result, indent=2))
    report("uploaded", adapterCid=result["adapterCid"])
    gateway.submit_adapter(api_url, arguments.job_id, arguments.contributor_wallet, result["adapterCid"])
    report("submitted", adapterCid=result["adapterCid"])
    shard.unlink(missing_ok=True)
    report("done", **{key: result[key] for key in ("loss", "steps", "tokens", "seconds")})


if __name__ == "__main__":
    reporting.run(main)
