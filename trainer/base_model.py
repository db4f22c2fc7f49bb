"""Load a base model and its tokenizer, by hub id and pinned revision, by local path, or by an embedded one's name.
Never runs remote code."""

import psutil
from transformers import AutoConfig, AutoTokenizer, PreTrainedTokenizerFast
from transformers.utils import cached_file

import model_hub
from embedded_models import place_of
from reporting import Failure

# Values that bitsandbytes' 4-bit kernels store with a scale of their own.
QUANTIZED_BLOCK = 64
# Types of encoders whose layers packages/lora knows.
ENCODERS = ["bert"]


def pick_dtype(device, config):
    """bfloat16 where the device computes in it, else float16 on older GPUs; float32 on the CPU and Apple GPUs,
    unless the weights would then fill half of the memory."""
    import torch

    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    fits = guess_parameters(config) * 4 < psutil.virtual_memory().total / 2
    return torch.float32 if fits else torch.bfloat16


def guess_parameters(config):
    """About how many parameters a decoder of this configuration has."""
    config = config.get_text_config()
    hidden, layers = config.hidden_size, config.num_hidden_layers
    feed_forward = 3 * hidden * (getattr(config, "intermediate_size", None) or 4 * hidden)
    return layers * (4 * hidden * hidden + feed_forward) + config.vocab_size * hidden


def load_tokenizer_and_config(name, revision):
    """The tokenizer, always with a token to pad with, and the model's configuration."""
    name = place_of(name)
    fetching = model_hub.fetch(name, revision)
    options = {"revision": revision, "trust_remote_code": False, "local_files_only": fetching is not None}
    try:
        tokenizer = load_tokenizer(name, options)
        config = AutoConfig.from_pretrained(name, **options)
    except (OSError, ValueError) as error:
        raise model_hub.explain(name, error, fetching) from (fetching or error)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer, config


def load_tokenizer(name, options):
    """The tokenizer exactly as tokenizer.json says, where the model has that file: every runner reads it. For some
    classes that a model's settings name, AutoTokenizer builds another one from the vocabulary, whose ids differ."""
    absent = dict.fromkeys(("_raise_exceptions_for_missing_entries", "_raise_exceptions_for_connection_errors"), False)
    where = {key: options[key] for key in ("revision", "local_files_only")}
    has_file = cached_file(name, "tokenizer.json", **where, **absent) is not None
    return (PreTrainedTokenizerFast if has_file else AutoTokenizer).from_pretrained(name, **options)


def broken_layers(config, device):
    """Names of the linear layers that stay out of 4 bits. On a CPU bitsandbytes takes a layer's blocks row by row where
    they were stored one after another, so those whose width is no multiple of a block come out wrong."""
    import torch
    from transformers import AutoModelForCausalLM

    if device != "cpu":
        return []
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, trust_remote_code=False)
    linear = ((name, module) for name, module in model.named_modules() if isinstance(module, torch.nn.Linear))
    return ["lm_head", *(name for name, module in linear if module.in_features % QUANTIZED_BLOCK)]


def without_dropout(config):
    """The configuration with nothing dropped at random while training: which values, would depend on how rows are put
    together, and so on the machine's memory."""
    for name, value in config.to_dict().items():
        if isinstance(value, float) and ("dropout" in name or name.endswith("pdrop")):
            setattr(config, name, 0.0)
    return config


def load_pretrained(auto_class, name, revision, device, dtype, choose):
    """A model of a transformers class on its device, without dropout, weights from safetensors only. `choose` gives
    from its configuration what else it is loaded with."""
    name = place_of(name)
    fetching = model_hub.fetch(name, revision)
    options = {"revision": revision, "trust_remote_code": False, "local_files_only": fetching is not None}
    try:
        config = without_dropout(AutoConfig.from_pretrained(name, **options))
        return auto_class.from_pretrained(
            name,
            config=config,
            dtype=dtype,
            device_map={"": 0 if device == "cuda" else device},
            attn_implementation="sdpa",
            use_safetensors=True,
            **choose(config),
            **options,
        )
    except (OSError, ValueError) as error:
        raise model_hub.explain(name, error, fetching) from (fetching or error)


def load_model(name, revision, device, dtype, quantization="none"):
    """A causal language model on its device; with nf4 in 4 bits, computing in dtype."""
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    def choose(config):
        if quantization != "nf4":
            return {}
        in_4_bits = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
            llm_int8_skip_modules=broken_layers(config, device) or None,
        )
        return {"quantization_config": in_4_bits}

    return load_pretrained(AutoModelForCausalLM, name, revision, device, dtype, choose)


def load_encoder(name, revision, device, dtype, quantization="none"):
    """A sentence encoder on its device, without what some put behind it. Its embeddings are means of its last hidden
    states (pair_loss.py)."""
    from transformers import AutoModel

    def choose(config):
        if config.model_type not in ENCODERS:
            message = f"{name} is a model of type {config.model_type}, and no sentence encoder"
            raise Failure("configuration-invalid", message, f"choose an encoder of type {' or '.join(ENCODERS)}")
        if quantization != "none":
            raise Failure("configuration-invalid", "encoders are not trained in 4 bits", "use --quantization none")
        return {"add_pooling_layer": False}

    return load_pretrained(AutoModel, name, revision, device, dtype, choose)
