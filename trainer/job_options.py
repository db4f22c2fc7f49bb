"""The options that decide what a job trains, the same for who trains and for who trains parts of it again."""

from pathlib import Path


def add_job_options(group):
    group.add_argument("--model-name", required=True, help="hub id or local path")
    group.add_argument("--model-revision", help="commit of the hub repository; 'local' for a path")
    group.add_argument("--lora-rank", type=int, required=True)
    group.add_argument("--lora-alpha", type=int, required=True)
    group.add_argument("--target-modules", default="all-linear", help="all-linear, or names separated by commas")
    objectives = {"choices": ["completion", "in-batch"], "default": "completion"}
    group.add_argument("--objective", **objectives, help="what is lowered: the loss of answers, or that of pairs")
    group.add_argument("--epochs", type=int, required=True, help="of the whole job, all rounds together")
    group.add_argument("--rounds", type=int, default=1, help="the job's epochs are divided between so many rounds")
    group.add_argument("--round", type=int, default=1, help="the round to train, counted from 1")
    group.add_argument("--rows-per-step", type=int, default=8, help="rows that one optimiser step learns from")
    orders = {"choices": ["drawn", "sorted"], "default": "drawn"}
    group.add_argument("--row-order", **orders, help="of a step: as drawn, or of like length as in older jobs")
    group.add_argument("--learning-rate", type=float, default=2e-4)
    group.add_argument("--final-rate", type=float, default=0.0, help="share of the learning rate left at the last step")
    group.add_argument("--max-length", type=int, default=512, help="tokens of a row that are used at most")
    group.add_argument("--seed", type=int, default=0, help="of the initial adapter and the row order")
    group.add_argument("--initial-adapter", type=Path, help="start from this adapter_model.safetensors instead")
    group.add_argument("--segments", type=int, default=0, help="parts of the run whose ends are kept; 0 keeps none")
    group.add_argument("--arithmetic", help="what the run has to be computed in: device/type/quantization")
