"""The states that a run passes through at the ends of its segments, kept so that any segment can be trained again.

A boundary's file is safetensors of float32: the adapter's tensors by their names in adapter_model.safetensors, and
`NAME.exp_avg` and `NAME.exp_avg_sq`, AdamW's moments of each. Its metadata are `step`, the steps of this run before it,
and `updates`, the steps that the moments come from: more in a later round that goes on with an earlier one's.
"""

from dataclasses import dataclass

import torch
from safetensors import SafetensorError, safe_open
from transformers import TrainerCallback

from hash_tree import leaf_of, root_of
from initial_adapter import adapter_parameters
from optimizer_state import MOMENTS, MOST_GRADIENT
from reporting import Failure
from saving import sync
from tensor_file import write_tensors

# By Cauchy and Schwarz no gradients give AdamW (beta 0.9 and 0.999) a mean above 7.27 roots of its mean square. What
# lies below the second figure has no square in single precision and moves nothing either.
MOST_MEAN, SMALLEST_MEAN = 7.3, 1e-18
# What AdamW keeps of its moments at a step; and how much of a limit rounding may add.
KEPT_MEAN, KEPT_SQUARE, ROUNDED = 0.9, 0.999, 1.01


class BoundaryKeeper(TrainerCallback):
    """Writes a run's boundaries into a folder; `steps` are those after which they lie, none for no boundaries."""

    def __init__(self, folder, steps):
        self.folder, self.numbers = folder, {step: number for number, step in enumerate(steps)}
        self.unsynced = []

    def are_whole_until(self, step):
        """Whether no boundary up to a step is missing."""
        return all(self._file(number).exists() for at, number in self.numbers.items() if at <= step)

    def root(self):
        """The hash that commits to all of them, in hexadecimal."""
        return root_of(leaf_of(self._file(number)) for number in self.numbers.values()).hex()

    def on_train_begin(self, args, state, control, **objects):
        if state.global_step == 0:
            self._keep(0, **objects)

    def on_step_end(self, args, state, control, **objects):
        self._keep(state.global_step, **objects)

    def on_save(self, args, state, control, **_):
        self.sync()

    def sync(self):
        """Return once all that were written are on the disk: nothing that relies on them may be there before."""
        if self.unsynced:
            sync(*self.unsynced, self.folder)
        self.unsynced = []

    def _keep(self, step, *, model, optimizer, **_):
        if step in self.numbers:
            self.folder.mkdir(exist_ok=True)
            file = self._file(self.numbers[step])
            write_boundary(file, model, optimizer, step)
            self.unsynced.append(file)

    def _file(self, number):
        return self.folder / f"{number}.safetensors"


def write_boundary(file, model, optimizer, step):
    """Write where a model and its optimiser are."""
    parameters = adapter_parameters(model)
    updates = max(int(optimizer.state.get(parameter, {}).get("step", 0)) for parameter in parameters.values())
    tensors = {**parameters, **moments_of(model, optimizer)}
    write_tensors(file, tensors, {"step": str(step), "updates": str(updates)})


def moments_of(model, optimizer):
    """An optimiser's moments by their names in a boundary; zero where it has made no step."""
    moments = {}
    for name, parameter in adapter_parameters(model).items():
        state = optimizer.state.get(parameter) or dict.fromkeys(MOMENTS, torch.zeros(()).expand(parameter.shape))
        moments |= {f"{name}.{moment}": state[moment] for moment in MOMENTS}
    return moments


@dataclass
class Boundary:
    """Tensors by the names of the adapter's, and by those of the moments."""

    adapter: dict
    moments: dict
    step: int
    updates: int

    def set_moments(self, model, optimizer):
        """Let an unused AdamW of the model go on from here."""
        for name, parameter in adapter_parameters(model).items():
            moments = {moment: self.moments[f"{name}.{moment}"].to(parameter, copy=True) for moment in MOMENTS}
            step = torch.tensor(float(self.updates), device=parameter.device)
            optimizer.state[parameter] = {"step": step, **moments}


def read_boundary(file, model):
    """A boundary of this model from a file that anybody may have made.

    Raises Failure `boundary-invalid` where it holds other tensors than the model's, shapes, types or values that no
    training leaves.
    """
    shapes = {name: list(parameter.shape) for name, parameter in adapter_parameters(model).items()}
    expected = {name + end: shape for name, shape in shapes.items() for end in ("", *(f".{one}" for one in MOMENTS))}
    try:
        with safe_open(file, framework="pt") as opened:
            metadata = opened.metadata() or {}
            found = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118
            for name in sorted(expected.keys() | found.keys()):
                if name not in found or name not in expected:
                    raise invalid(f"{file.name} {'lacks' if name in expected else 'also holds'} {name[:200]}")
                kind = (found[name].get_dtype(), found[name].get_shape())
                if kind != ("F32", expected[name]):
                    raise invalid(f"{file.name} holds {name} as {kind[0]} {kind[1]}, not as F32 {expected[name]}")
            tensors = {name: opened.get_tensor(name) for name in expected}
    except SafetensorError as error:
        raise invalid(f"{file.name} is no safetensors file: {str(error)[:200]}") from error
    step, updates = (read_count(file, metadata, name) for name in ("step", "updates"))
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise invalid(f"{file.name} holds values in {name} that are not finite")
    for name in shapes:
        mean, square = (tensors[f"{name}.{moment}"] for moment in MOMENTS)
        if (square < 0).any() or (mean.abs() > MOST_MEAN * square.sqrt() + SMALLEST_MEAN).any():
            raise invalid(f"{file.name} holds moments of {name} that no gradients leave")
    check_sizes(file, tensors, updates)
    adapter = {name: tensors.pop(name) for name in shapes}
    return Boundary(adapter, tensors, step, updates)


def check_sizes(file, tensors, updates):
    """That moments of so many steps are no larger than gradients of MOST_GRADIENT leave them. Beside larger ones none
    would count, so that where they lead would be known without training."""

    def length(ending, power):
        moments = (tensor for name, tensor in tensors.items() if name.endswith(ending))
        return sum(moment.double().pow(power).sum().item() for moment in moments)

    mean, square = length(".exp_avg", 2) ** 0.5, length(".exp_avg_sq", 1)
    most_mean = MOST_GRADIENT * (1 - KEPT_MEAN**updates)
    most_square = MOST_GRADIENT**2 * (1 - KEPT_SQUARE**updates)
    # Moments of no steps are zero, which check_counts asks for.
    if updates and (mean > ROUNDED * most_mean or square > ROUNDED * most_square):
        raise invalid(f"{file.name} holds larger moments than {updates} gradients leave")


def read_count(file, metadata, name):
    text = metadata.get(name, "")
    # Up to here a count is exact where AdamW keeps it, in single precision.
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text) <= 2**24):
        raise invalid(f"{file.name} does not say its {name} in metadata")
    return int(text)


def invalid(what):
    return Failure("boundary-invalid", what, "hand out the boundaries as the trainer wrote them")
