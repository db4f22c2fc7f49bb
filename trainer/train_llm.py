"""Train a LoRA adapter on one shard of a federated job: of a language model, or of a sentence encoder.

    python train_llm.py --job-id 7 --shard-cid bafkrei… --model-name Qwen/Qwen2.5-1.5B-Instruct \
        --lora-rank 8 --lora-alpha 16 --epochs 2 --contributor-wallet 0x… --api-url http://127.0.0.1:4100 …

Download the shard from the agent's loopback gateway, load the base model, train, save, upload, submit. Progress
is one JSON object a line on standard output. Killed at any point, the same command goes on from the last
checkpoint; a finished adapter is never trained again. SIGTERM writes a checkpoint first and exits 75.
"""

import argparse
import hashlib
import json
import shutil
import signal
import time
from functools import partial
from pathlib import Path

import reporting
from job_options import add_job_options
from lean_imports import leave_out_unneeded
from reporting import MAY_BE_RETRIED, Failure, report
from run_folder import open_run_folder, write_whole
from stopping import stop_at_once
from threads import plan_threads

# What a round leaves in its work folder for the next one of the same contributor.
OPTIMIZER_STATE = "optimizer.safetensors"
# What it keeps of the states that it passed through, for whoever asks for proof.
BOUNDARIES = "boundaries"
# The precision that a run began in, in its work folder.
ARITHMETIC = "dtype.txt"


def parse_arguments(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    job = parser.add_argument_group("the job")
    job.add_argument("--job-id", required=True)
    job.add_argument("--shard-cid", required=True)
    add_job_options(job)
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
    # Left out where it says nothing: a run of before there were segments goes on where it was.
    names += " segments" if arguments.segments else ""
    names += " arithmetic" if arguments.arithmetic else ""
    names += " row_order" if arguments.row_order != "sorted" else ""
    names += " objective" if arguments.objective != "completion" else ""
    return {name: str(getattr(arguments, name)) for name in names.split()}


def settle_arithmetic(arguments, config):
    """What this run is computed in: what its job asks for, else what this machine chooses."""
    from arithmetic import settle_dtype
    from devices import pick_device
    from objectives import OBJECTIVES
    from prepare_training import Arithmetic

    if arguments.arithmetic:
        return Arithmetic.named(arguments.arithmetic)
    device, _ = pick_device(arguments.device)
    quantization = arguments.quantization
    if quantization == "auto":
        quantization = "nf4" if device == "cuda" and OBJECTIVES[arguments.objective].in_4_bits else "none"
    if quantization == "nf4" and device == "mps":
        raise Failure("configuration-invalid", "4-bit does not run on Apple GPUs", "use --quantization none")
    dtype = settle_dtype(arguments.work_dir / ARITHMETIC, arguments.dtype, device, config)
    return Arithmetic(device, dtype, quantization)


def train(arguments, shard):
    """Train on the shard and leave the adapter in the work folder; returns what `finished.json` records."""
    import torch

    leave_out_unneeded(arguments.arithmetic, arguments.quantization, arguments.device)

    from base_model import load_tokenizer_and_config
    from boundaries import BoundaryKeeper
    from initial_adapter import adapter_parameters
    from job_trainer import Progress, newest_checkpoint, step_of
    from optimizer_state import carry_on, save_moments
    from prepare_training import prepare_training, revision_of
    from saving import sync
    from step_plan import boundary_steps
    from tensor_file import write_tensors

    # --- the machine
    if arguments.cores:
        torch.set_num_threads(arguments.cores)
    started = time.monotonic()
    tokenizer, config = load_tokenizer_and_config(arguments.model_name, revision_of(arguments))
    arithmetic = settle_arithmetic(arguments, config)
    device, dtype_name, quantization = arithmetic.device, arithmetic.dtype_name, arithmetic.quantization
    report("started", jobId=arguments.job_id, device=device, dtype=dtype_name, quantization=quantization)

    # --- the base model with the adapter at its start, and the rows of each step
    training = prepare_training(arguments, shard, arithmetic, tokenizer, config)
    model, steps = training.model, training.steps
    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    seconds = round(time.monotonic() - started, 3)
    sizes = {"parameters": training.parameters, "trainableParameters": trainable}
    report("model-loaded", model=arguments.model_name, **sizes, seconds=seconds)

    # --- the training, from the last checkpoint on where there is one
    checkpoints = arguments.work_dir / "checkpoints"
    boundaries = boundary_steps(steps, arguments.segments)
    keeper = BoundaryKeeper(arguments.work_dir / BOUNDARIES, boundaries)
    progress = Progress(arguments, device, training.weights, training.step_tokens, checkpoints)
    trainer = training.trainer(checkpoints, partial(carry_on, arguments.optimizer_state), [keeper, progress])
    resume_from = newest_checkpoint(checkpoints)
    if resume_from and not keeper.are_whole_until(step_of(resume_from)):
        resume_from = None
    # A half-written checkpoint must never be resumed from; what is not complete goes.
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
    commitment = {}
    if boundaries:
        counts = {"segments": str(len(boundaries) - 1), "steps": str(steps)}
        commitment = {**counts, "root": keeper.root(), "arithmetic": str(arithmetic)}
    write_tensors(file, adapter_parameters(model), {"format": "pt", **commitment})
    lora_config = model.peft_config["default"]
    lora_config.inference_mode = True
    lora_config.save_pretrained(adapter)
    keeper.sync()
    sync(*adapter.iterdir(), adapter)
    return {
        "sizeBytes": file.stat().st_size,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "loss": progress.loss,
        "steps": steps,
        "tokens": sum(training.step_tokens),
        "seconds": round(time.monotonic() - started, 3),
        "dtype": dtype_name,
        **({"segments": len(boundaries) - 1, "root": commitment["root"]} if boundaries else {}),
        "arithmetic": str(arithmetic),
    }


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, stop_at_once)
    plan_threads(arguments.cores)
    folder = arguments.work_dir = arguments.work_dir.resolve()
    api_url = arguments.api_url.rstrip("/")
    leftovers = ["shard.jsonl", "finished.json", OPTIMIZER_STATE, ARITHMETIC]
    open_run_folder(folder, fingerprint(arguments), ["checkpoints", "adapter", BOUNDARIES], leftovers)
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
