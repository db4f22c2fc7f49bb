"""Writes initial-adapter.json: the initial A by its definition, with hashlib and numpy alone."""

import hashlib
import json
import pathlib

import numpy as np

CASES = [
    (0, "model.layers.0.self_attn.q_proj", 4, 16),
    (42, "model.layers.0.mlp.down_proj", 8, 11),
    (4294967295, "model.layers.27.mlp.gate_up_proj", 3, 1536),
]


def initial_a(seed: int, path: str, rank: int, n: int) -> np.ndarray:
    message = b"trainchain/a0/v1\0" + str(seed).encode() + b"\0" + path.encode()
    words = np.frombuffer(hashlib.shake_128(message).digest(rank * n * 4), dtype="<u4").astype(np.float64)
    return ((words * 2.0**-31 - 1.0) / np.sqrt(np.float64(n))).astype(np.float32).reshape(rank, n)


vectors = []
for seed, path, rank, n in CASES:
    a = initial_a(seed, path, rank, n)
    vectors.append(
        {
            "seed": seed,
            "path": path,
            "rank": rank,
            "inFeatures": n,
            "sha256": hashlib.sha256(a.astype("<f4").tobytes()).hexdigest(),
            "first": [float(x) for x in a.ravel()[:4]],
            "last": [float(x) for x in a.ravel()[-4:]],
        }
    )
pathlib.Path(__file__).with_name("initial-adapter.json").write_text(json.dumps(vectors, indent=2) + "\n")
