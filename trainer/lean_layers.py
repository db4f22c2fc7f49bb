"""The layers of a decoder with frozen weights and LoRA factors, each keeping for its gradient only what that needs.

torch keeps an input for every product that it is told of, and PEFT tells it of three a layer, in single precision. Here
a layer is one function whose gradient is written down, so that half of the memory and the copies between precisions go.
The values are those of the layers replaced: each is tried on random input first, and left alone where they differ.
"""

import types

import torch
from torch.nn import functional
from transformers.activations import ACT2FN

from initial_adapter import lora_layers

# What transformers makes of "silu" is a class of its own.
SILU = {torch.nn.SiLU, type(ACT2FN["silu"])}


class LoraLinear(torch.autograd.Function):
    """y = x Wᵀ + bias + scale · (x Aᵀ) Bᵀ with W and bias frozen, in the precision of W; A and B are float32.

    x (…, inputs), W (outputs, inputs), A (rank, inputs), B (outputs, rank). With g the gradient by y:
    by B scale · gᵀ (x Aᵀ), by A (scale · g B)ᵀ x, by x g W + (scale · g B) A.
    """

    @staticmethod
    def forward(ctx, x, weight, bias, a, b, scale):
        a, b = a.to(x.dtype), (b * scale).to(x.dtype)
        rows = x.flatten(0, -2)
        narrow = rows @ a.t()
        y = functional.linear(rows, weight, bias).addmm_(narrow, b.t())
        ctx.save_for_backward(x, weight, a, b, narrow)
        ctx.scale = scale
        return y.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx, gradient):
        x, weight, a, b, narrow = ctx.saved_tensors
        gradient = gradient.flatten(0, -2)
        by_narrow = gradient @ b
        by_a = (by_narrow.t() @ x.flatten(0, -2)).float()
        by_b = (gradient.t() @ narrow).float() * ctx.scale
        by_x = (gradient @ weight).addmm_(by_narrow, a).view(x.shape) if ctx.needs_input_grad[0] else None
        return by_x, None, None, by_a, by_b, None


class RmsNorm(torch.autograd.Function):
    """y = w · x / √(mean of x² + eps) over the last axis with w frozen (arXiv:1910.07467, equation 4); computed in
    float32, given out as `dtype`. With n = x / root and g = w · gradient: by x (g − n · mean(g · n)) / root."""

    @staticmethod
    def forward(ctx, x, weight, epsilon, dtype):
        inverse = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
        inverse = inverse.square_().div_(x.shape[-1]).add_(epsilon).rsqrt_()
        ctx.save_for_backward(x, weight, inverse)
        return (x.float() * inverse).mul_(weight).to(dtype)

    @staticmethod
    def backward(ctx, gradient):
        x, weight, inverse = ctx.saved_tensors
        gradient = gradient.float() * weight
        normed = x.float() * inverse
        mean = (gradient * normed).mean(-1, keepdim=True)
        return gradient.sub_(normed.mul_(mean)).mul_(inverse).to(x.dtype), None, None, None


class SwiGlu(torch.autograd.Function):
    """silu(gate) · up (arXiv:2002.05202, section 2); keeps its two inputs and computes silu again for the gradient."""

    @staticmethod
    def forward(ctx, gate, up):
        ctx.save_for_backward(gate, up)
        return functional.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx, gradient):
        gate, up = ctx.saved_tensors
        by_gate = torch.ops.aten.silu_backward(gradient * up, gate)
        return by_gate, functional.silu(gate).mul_(gradient)


def working_dtype(tensor):
    """What products of this tensor are computed in here and now: autocast's type where that is on."""
    kind = tensor.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else tensor.dtype


def _lora_forward(self, x, *_, **__):
    base, a, b = self.base_layer, self.lora_A["default"].weight, self.lora_B["default"].weight
    return LoraLinear.apply(x.to(base.weight.dtype), base.weight, base.bias, a, b, self.scaling["default"])


def _norm_forward(self, x):
    return RmsNorm.apply(x, self.weight, self.variance_epsilon, working_dtype(x))


def _gated_forward(self, x):
    return self.down_proj(SwiGlu.apply(self.gate_proj(x), self.up_proj(x)))


def make_lean(model):
    """Replace what can be replaced in a PEFT model that is about to be trained; its values stay as they are."""
    for _, layer in lora_layers(model):
        base = layer.base_layer
        if type(base) is torch.nn.Linear and base.weight.is_floating_point():
            layer.forward = types.MethodType(_lora_forward, layer)
    tried = {}
    for module in model.modules():
        if type(module).__name__.endswith("RMSNorm") and hasattr(module, "variance_epsilon"):
            forward, width = _norm_forward, module.weight.shape[0]
        elif type(getattr(module, "act_fn", None)) in SILU and hasattr(module, "down_proj"):
            forward, width = _gated_forward, getattr(model.config.get_text_config(), "hidden_size", None)
        else:
            continue
        kind = type(module)
        if kind not in tried:
            tried[kind] = _gives_the_same(module, forward, width)
        if tried[kind]:
            module.forward = types.MethodType(forward, module)


@torch.no_grad()
def _gives_the_same(module, forward, width):
    weight = next(module.parameters())
    dtype = weight.dtype if weight.is_floating_point() else torch.float32
    x = torch.linspace(-2, 2, 3 * width, device=weight.device, dtype=dtype).view(1, 3, width)
    try:
        own = forward(module, x)
    except (AttributeError, RuntimeError, TypeError):
        return False
    return torch.allclose(own.float(), module(x).float(), rtol=0.02, atol=0.02)
