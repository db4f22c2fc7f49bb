"""What the merge is compared with. argv: PEER FOLDER; prints {"seconds", "cpuSeconds", "peakMb"} as JSON.

torch-gram and torch-cat read the adapters from disk and write the result, as ours does; peft-cat and peft-svd work
on adapters already in memory, which flatters them.
"""

import json
import pathlib
import resource
import sys
import time

import torch
from safetensors import safe_open
from safetensors.torch import save_file

ADAPTERS, RANK, ALPHA = 5, 16, 32
peer, folder = sys.argv[1], pathlib.Path(sys.argv[2])
files = [folder / f"{i}.safetensors" for i in range(ADAPTERS)]


def paths(handle) -> list[str]:
    suffix = ".lora_A.weight"
    return [key.removesuffix(suffix) for key in handle.keys() if key.endswith(suffix)]


def now() -> tuple[float, float]:
    """Seconds on the clock and of CPU time in all threads."""
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> tuple[float, float]:
    clock, cpu = now()
    return clock - start[0], cpu - start[1]


def merge_from_disk(merge_module) -> tuple[float, float]:
    start = now()
    handles = [safe_open(file, "pt") for file in files]
    merged = {}
    for path in paths(handles[0]):
        stacked_a = torch.cat([h.get_tensor(f"{path}.lora_A.weight") for h in handles])
        stacked_b = torch.cat([h.get_tensor(f"{path}.lora_B.weight") for h in handles], dim=1)
        a, b = merge_module(stacked_a, stacked_b)
        merged[f"{path}.lora_A.weight"], merged[f"{path}.lora_B.weight"] = a.contiguous(), b.contiguous()
    save_file(merged, folder / "peer.safetensors", metadata={"format": "pt"})
    return since(start)


SCALE = ALPHA / RANK / ADAPTERS


def gram(a: torch.Tensor, b: torch.Tensor):
    a, b = a.double() * SCALE, b.double()
    factor = torch.linalg.cholesky(a @ a.T)
    values, vectors = torch.linalg.eigh(factor.T @ (b.T @ b) @ factor)
    values, vectors = values[-RANK:].flip(0), vectors[:, -RANK:].flip(1)
    root = values.clamp(min=0) ** 0.25
    right = torch.linalg.solve_triangular(factor.T, vectors, upper=True)
    return ((right * root).T @ a).float(), (b @ (factor @ vectors / root)).float()


def peft_model(layers: int):
    """Only the linear layers of Qwen2.5-1.5B; their weights, which no merge reads, are one number each."""
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
    from safetensors.torch import load_file

    def linear(width: int, height: int) -> torch.nn.Linear:
        module = torch.nn.Linear(1, 1, bias=False)
        module.in_features, module.out_features = width, height
        module.weight = torch.nn.Parameter(torch.zeros(1).expand(height, width), requires_grad=False)
        return module

    sizes = {
        "self_attn": {"q_proj": (1536, 1536), "k_proj": (1536, 256), "v_proj": (1536, 256), "o_proj": (1536, 1536)},
        "mlp": {"gate_proj": (1536, 8960), "up_proj": (1536, 8960), "down_proj": (8960, 1536)},
    }
    model = torch.nn.Module()
    model.model = torch.nn.Module()
    model.model.layers = torch.nn.ModuleList()
    for _ in range(layers):
        layer = torch.nn.Module()
        for part, linears in sizes.items():
            layer.add_module(part, torch.nn.ModuleDict({name: linear(*size) for name, size in linears.items()}))
        model.model.layers.append(layer)
    names = [name for linears in sizes.values() for name in linears]
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=names)
    peft = get_peft_model(model, config, adapter_name="0")
    for i, file in enumerate(files):
        if i > 0:
            peft.add_adapter(str(i), config)
        state = {k: v for k, v in load_file(file).items() if int(k.split(".layers.")[1].split(".")[0]) < layers}
        set_peft_model_state_dict(peft, state, adapter_name=str(i))
    return peft


def merge_by_peft(combination: str, layers: int) -> tuple[float, float]:
    peft = peft_model(layers)
    names = [str(i) for i in range(ADAPTERS)]
    options = {"svd_rank": RANK} if combination == "svd" else {}
    start = now()
    with torch.no_grad():
        peft.base_model.add_weighted_adapter(names, [1 / ADAPTERS] * ADAPTERS, "merged", combination, **options)
    return since(start)


# Each with the factor by which what was measured is smaller than the whole.
runs = {
    "torch-gram": (lambda: merge_from_disk(gram), 1),
    "torch-cat": (lambda: merge_from_disk(lambda a, b: (a * SCALE, b)), 1),
    "peft-cat": (lambda: merge_by_peft("cat", 28), 1),
    "peft-svd": (lambda: merge_by_peft("svd", 1), 28),
}
torch.set_num_threads(2)
measure, layers = runs[peer]
seconds, cpu_seconds = (layers * value for value in measure())
(folder / "peer.safetensors").unlink(missing_ok=True)
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "peakMb": peak_mb}))
