"""Write a finished adapter as other programs take it.

    python export_result.py --adapter DIR --model MODEL --gguf adapter.gguf
    python export_result.py --adapter DIR --model MODEL --merged FOLDER
    python export_result.py --adapter DIR --model MODEL --ollama FOLDER [--ollama-base qwen2.5:1.5b]

What --gguf writes is loaded beside the base model in GGUF by llama.cpp and what is built on it; --merged is the whole
model, for whatever reads safetensors; --ollama is a folder for `ollama create`. Each appears whole or not at all.
"""

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path

import reporting
from ollama_template import go_template
from reporting import Failure, report
from stopping import end_with_caller

# By `model_type` of config.json: the architecture's name in llama.cpp, and whether that keeps the rows of query and key
# projections in pairs (Llama's and Mistral's, of transformers' halves) or as they are.
ARCHITECTURES = {
    "llama": ("LLAMA", True),
    "mistral": ("LLAMA", True),
    "qwen2": ("QWEN2", False),
    "phi3": ("PHI3", False),
}
# What `ollama create` makes of safetensors by itself.
MERGED_FOR_OLLAMA = {"llama", "mistral"}
# What makes of A and B another update than alpha / rank times their product.
NOT_PLAIN = ("use_rslora", "use_dora", "rank_pattern", "alpha_pattern", "modules_to_save", "fan_in_fan_out")
PREFIX, SUFFIX = "base_model.model.", ".lora_{}.weight"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--adapter", type=Path, required=True, help="folder of a PEFT adapter")
    parser.add_argument("--model", required=True, help="its base model: hub id or local path")
    parser.add_argument("--model-revision")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--gguf", type=Path, metavar="FILE", help="the adapter for llama.cpp")
    form.add_argument("--merged", type=Path, metavar="FOLDER", help="the whole model in safetensors")
    form.add_argument("--ollama", type=Path, metavar="FOLDER", help="what `ollama create` takes")
    parser.add_argument("--ollama-base", metavar="NAME", help="build on a model of Ollama's, the adapter beside it")
    return parser.parse_args()


def in_pairs(b, heads):
    """Rows of a query's or key's B, shape (rows, rank), as llama.cpp keeps them: the two halves of each head, which are
    rotated together, side by side."""
    rows, rank = b.shape
    return b.reshape(heads, 2, rows // heads // 2, rank).swapaxes(1, 2).reshape(rows, rank)


def read_adapter(folder):
    """{path: (A, B)} in float32 and alpha: of plain LoRA, the only kind that a result holds."""
    from safetensors.torch import load_file

    settings = json.loads((folder / "adapter_config.json").read_text("utf-8"))
    other = [name for name in NOT_PLAIN if settings.get(name)]
    tensors = load_file(folder / "adapter_model.safetensors")
    of = {letter: {strip(name, letter) for name in tensors if name.endswith(SUFFIX.format(letter))} for letter in "AB"}
    if other or of["A"] != of["B"] or 2 * len(of["A"]) != len(tensors):
        message = f"{folder} holds more than LoRA's A and B, or less" + "".join(
            f": {name} is set" for name in other[:1]
        )
        raise Failure("adapter-invalid", message, "give a plain LoRA adapter")

    def factor(path, letter):
        return tensors[PREFIX + path + SUFFIX.format(letter)].float().numpy()

    return {path: (factor(path, "A"), factor(path, "B")) for path in sorted(of["A"])}, float(settings["lora_alpha"])


def strip(name, letter):
    return name.removeprefix(PREFIX).removesuffix(SUFFIX.format(letter))


def write_gguf(pairs, alpha, config, name, out):
    """The adapter as llama.cpp's `--lora` takes it, in float32."""
    import gguf

    if config.model_type not in ARCHITECTURES:
        message = f"how llama.cpp lays out a model of the type {config.model_type} is not known here"
        raise Failure("invalid-input", message, f"export it merged; known are {', '.join(ARCHITECTURES)}")
    architecture, paired = ARCHITECTURES[config.model_type]
    architecture = gguf.MODEL_ARCH[architecture]
    names = gguf.get_tensor_name_map(architecture, config.num_hidden_layers)
    writer = gguf.GGUFWriter(out, gguf.MODEL_ARCH_NAMES[architecture])
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    writer.add_base_model_count(1)
    writer.add_base_model_name(0, name)
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for path, (a, b) in pairs.items():
        tensor = names.get_name(path)
        if tensor is None:
            message = f"llama.cpp has no name for {path}"
            raise Failure("invalid-input", message, "export it merged")
        of = heads.get(path.rpartition(".")[2]) if paired else None
        writer.add_tensor(f"{tensor}.weight.lora_a", a)
        writer.add_tensor(f"{tensor}.weight.lora_b", in_pairs(b, of) if of else b)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_merged(pairs, alpha, model, tokenizer, folder):
    """The whole model with the update added to its weights: in float32, then rounded once to the base's own type."""
    import torch

    modules = dict(model.named_modules())
    for path, (a, b) in pairs.items():
        weight = getattr(modules.get(path), "weight", None)
        if weight is None or weight.shape != (b.shape[0], a.shape[1]):
            message = f"the adapter does not fit the model at {path}"
            raise Failure("adapter-invalid", message, "name the base model that it was trained on")
        update = alpha / len(a) * (torch.from_numpy(b) @ torch.from_numpy(a))
        weight.data = (weight.data.float() + update).to(weight.dtype)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    # Servers of models are users of their own.
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)


def modelfile(tokenizer, ends, source, adapter=None):
    """What `ollama create` goes by: model, adapter where it is apart, the words around a turn, where to stop."""
    lines = [f"FROM {source}", *([f"ADAPTER {adapter}"] if adapter else [])]
    lines.append(f'TEMPLATE """{go_template(tokenizer)}"""')
    lines += [
        f"PARAMETER stop {json.dumps(tokenizer.convert_ids_to_tokens(end), ensure_ascii=False)}" for end in sorted(ends)
    ]
    return "\n".join(lines) + "\n"


def appear(out, write):
    """Have `write` make a file or folder beside `out`, which then takes its name."""
    if out.exists():
        raise Failure("invalid-input", f"{out} is there already", "name another place, or move that away")
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        made = work / out.name
        write(made)
        os.replace(made, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main():
    arguments = parse_arguments()
    end_with_caller()
    from base_model import ENCODERS, load_encoder, load_model, load_tokenizer_and_config
    from chat_rows import end_tokens

    revision = None if arguments.model_revision == "local" else arguments.model_revision
    tokenizer, config = load_tokenizer_and_config(arguments.model, revision)
    pairs, alpha = read_adapter(arguments.adapter)

    is_encoder = config.model_type in ENCODERS
    if is_encoder and not arguments.merged:
        raise Failure("invalid-input", "a sentence encoder is exported merged alone", "use --merged")

    def load():
        return (load_encoder if is_encoder else load_model)(arguments.model, revision, "cpu", "auto")

    def write_for_ollama(folder):
        folder.mkdir()
        if arguments.ollama_base:
            write_gguf(pairs, alpha, config, arguments.model, folder / "adapter.gguf")
            source, adapter = arguments.ollama_base, "./adapter.gguf"
        elif config.model_type in MERGED_FOR_OLLAMA:
            source, adapter = ".", None
        else:
            message = f"Ollama makes no model of {config.model_type} from safetensors"
            raise Failure("invalid-input", message, "name the base model as Ollama has it, with --ollama-base")
        model = load()
        if not adapter:
            write_merged(pairs, alpha, model, tokenizer, folder)
        text = modelfile(tokenizer, end_tokens(tokenizer, model), source, adapter)
        (folder / "Modelfile").write_text(text, "utf-8")

    if arguments.gguf:
        appear(arguments.gguf, lambda file: write_gguf(pairs, alpha, config, arguments.model, file))
    elif arguments.merged:
        appear(arguments.merged, lambda folder: write_merged(pairs, alpha, load(), tokenizer, folder))
    else:
        appear(arguments.ollama, write_for_ollama)
    report("exported", path=str((arguments.gguf or arguments.merged or arguments.ollama).resolve()))


if __name__ == "__main__":
    reporting.run(main)
