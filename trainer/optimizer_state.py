"""A contributor's AdamW moments, carried from one round of a job to the next.

The rounds of a job are one training, cut where adapters are merged. What AdamW has learned of each weight's gradient
fits the next round too, because a round starts from the mean of the contributors' factors (docs/federation.md). The
file never leaves the contributor's machine: safetensors of F32, `NAME.exp_avg` and `NAME.exp_avg_sq` for each trained
parameter, and `step`.
"""

import sys

import torch
from safetensors.torch import load_file, save_file

MOMENTS = ("exp_avg", "exp_avg_sq")
# A longer gradient is cut to this length before AdamW sees it.
MOST_GRADIENT = 1.0


def trained(model):
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}


def save_moments(file, model, optimizer):
    """Write the moments of every trained parameter of `model`; the file appears whole or not at all.

    An optimiser that has made no step yet has none, and none are written: in half precision, first steps are left out.
    """
    if not all(optimizer.state.get(parameter) for parameter in trained(model).values()):
        return
    tensors = {}
    for name, parameter in trained(model).items():
        state = optimizer.state[parameter]
        tensors |= {f"{name}.{moment}": state[moment].to("cpu", torch.float32).contiguous() for moment in MOMENTS}
        tensors["step"] = torch.as_tensor(state["step"], dtype=torch.float32).cpu()
    partial = file.with_name(file.name + ".part")
    save_file(tensors, partial)
    partial.replace(file)


def load_moments(file, model, optimizer):
    """Let an unused AdamW of `model` go on with the moments of a file.

    Raises ValueError where they are not this model's: nothing is taken over then.
    """
    tensors = load_file(file)
    parameters = trained(model)
    shapes = {f"{name}.{moment}": parameter.shape for name, parameter in parameters.items() for moment in MOMENTS}
    if {name: tensor.shape for name, tensor in tensors.items()} != shapes | {"step": torch.Size([])}:
        raise ValueError(f"{file.name} holds the moments of another model")
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise ValueError(f"{file.name} holds values that are not finite")
    for name, parameter in parameters.items():
        moments = {moment: tensors[f"{name}.{moment}"].to(parameter) for moment in MOMENTS}
        optimizer.state[parameter] = {"step": tensors["step"].to(parameter.device).clone(), **moments}


def carry_on(file, model, optimizer):
    """The same, where there is a file and it fits: a damaged one must not cost the round, it only learns a little
    slower."""
    if file and file.exists():
        try:
            load_moments(file, model, optimizer)
        except Exception as error:
            print(f"the optimiser begins anew: {error}", file=sys.stderr)
