"""Write float32 tensors as safetensors: the same content always becomes the same bytes."""

import json

import torch


def write_tensors(file, tensors, metadata):
    """Write named tensors, of any device and layout, and a dict of texts; the file appears whole or not at all.

    The format's own library writes metadata in an order that differs from run to run. Tensors are copied off their
    device one by one, so that nothing is held twice.
    """
    header, end = {"__metadata__": metadata}, 0
    for name, tensor in sorted(tensors.items()):
        start, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    partial = file.with_name(file.name + ".part")
    with partial.open("wb") as target:
        target.write(len(text).to_bytes(8, "little") + text)
        for _, tensor in sorted(tensors.items()):
            target.write(tensor.detach().to("cpu", torch.float32).contiguous().numpy())
    partial.replace(file)
