"""The trainer's own step has the gradients of the plain one: transformers' loss on PEFT's layers, row by row."""

import pytest
import torch
from conftest import TRAINER, make_rows
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from arithmetic import (
    attend_row_by_row,
    bytes_a_token,
    keep_residuals_single,
    plan_memory,
    settle_dtype,
    shares_prefix,
)
from batches import LEAST_SHARED, batches, common_prefix, pack_rows, packs
from chat_rows import encode_rows, end_tokens
from initial_adapter import lora_layers, set_initial_adapter
from labelled_loss import has_plain_head, labelled_loss
from lean_layers import make_lean


def adapted(folder, dtype=torch.float32, targets="all-linear"):
    """A model with an adapter that has learned something, the same at each call."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype)
    model = get_peft_model(model, LoraConfig(r=4, lora_alpha=8, target_modules=targets, task_type="CAUSAL_LM"))
    set_initial_adapter(model, 0)
    torch.manual_seed(1)
    for _, layer in lora_layers(model):
        torch.nn.init.normal_(layer.lora_B["default"].weight, std=0.01)
    return model


def examples_of(folder, model):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    # All begin alike, as with a template that has a system message of its own.
    rows = [{"system": "You are a clerk of the town's library.", **row} for row in make_rows(12)]
    return encode_rows(tokenizer, rows, 128, end_tokens(tokenizer, model))


def gradient(model):
    return torch.cat([p.grad.double().flatten() for p in model.parameters() if p.requires_grad])


def plain_step(folder, **options):
    model = adapted(folder, **options)
    examples = examples_of(folder, model)
    total = 0.0
    for example in examples:
        ids, labels = (torch.tensor([example[name]]) for name in ("input_ids", "labels"))
        loss = model(input_ids=ids, labels=labels).loss * (labels[:, 1:] >= 0).sum()
        loss.backward()
        total += loss.item()
    return total, gradient(model)


def own_step(folder, dtype=torch.float32, tokens_at_once=200, **options):
    model = adapted(folder, dtype, **options)
    if dtype != torch.float32:
        keep_residuals_single(model)
    attend_row_by_row(model.get_base_model())
    make_lean(model)
    examples = examples_of(folder, model)
    total = 0.0
    for numbers in packs([len(example["input_ids"]) for example in examples], tokens_at_once):
        pack = pack_rows([examples[number] for number in numbers], shares_prefix(model.get_base_model()))
        with torch.autocast("cpu", dtype, enabled=dtype != torch.float32):
            loss = labelled_loss(model.get_base_model(), **pack, dtype=dtype)
        loss.backward()
        total += loss.item()
    return total, gradient(model)


def cosine(a, b):
    return torch.nn.functional.cosine_similarity(a, b, 0).item()


@pytest.mark.parametrize("targets", ["all-linear", ["o_proj", "down_proj"]])
@pytest.mark.parametrize("kind", ["model_folder", "fused_model_folder"])
@pytest.mark.parametrize("tokens_at_once", [1, 200, 10_000])
def test_in_single_precision_the_gradients_are_the_plain_ones(kind, targets, tokens_at_once, request):
    folder = request.getfixturevalue(kind)
    loss, expected = plain_step(folder, targets=targets)
    own_loss, own = own_step(folder, tokens_at_once=tokens_at_once, targets=targets)
    assert own_loss == pytest.approx(loss, rel=1e-6)
    assert (own - expected).norm() < 1e-5 * expected.norm()


def test_in_bfloat16_the_gradients_point_where_the_plain_ones_do():
    toy = TRAINER / "toy-model"
    loss, expected = plain_step(toy)
    own_loss, own = own_step(toy, torch.bfloat16)
    assert own_loss == pytest.approx(loss, rel=1e-3)
    assert cosine(own, expected) > 0.9994


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_rows_are_attended_to_one_by_one_however_far_the_precision_rounds(dtype, tmp_path):
    from conftest import save_model
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = save_model(tmp_path, LlamaConfig, LlamaForCausalLM, initializer_range=0.3, num_hidden_layers=16)
    model = adapted(folder, dtype).get_base_model()
    attend_row_by_row(model)
    assert model.config._attn_implementation == "sdpa_by_row"
    assert shares_prefix(model)


def test_checkpointed_activations_give_the_same_gradients(model_folder):
    model = adapted(model_folder)
    make_lean(model)
    model.gradient_checkpointing_enable({"use_reentrant": False})
    attend_row_by_row(model.get_base_model())
    examples = examples_of(model_folder, model)
    model.train()
    assert shares_prefix(model.get_base_model())
    labelled_loss(model.get_base_model(), **pack_rows(examples, True), dtype=torch.float32).backward()
    _, expected = plain_step(model_folder)
    assert (gradient(model) - expected).norm() < 1e-5 * expected.norm()


def test_what_all_rows_begin_with_is_there_once(model_folder):
    examples = examples_of(model_folder, adapted(model_folder))
    shared = common_prefix(examples)
    assert shared >= LEAST_SHARED
    tokens = sum(len(example["input_ids"]) for example in examples)
    pack, whole = pack_rows(examples, True), pack_rows(examples)
    assert pack["input_ids"].shape[1] == tokens - shared * (len(examples) - 1) == pack["row_starts"][-1]
    assert whole["input_ids"].shape[1] == tokens and "shared_prefix" not in whole
    assert (pack["labels"] >= 0).sum() == (whole["labels"] >= 0).sum()


@pytest.mark.parametrize(
    "rows",
    [
        [([5] * 20, 10)],
        [([5] * 20, 10), ([6] + [5] * 20, 10)],
        [([5] * 20, 1), ([5] * 20, 10)],
        [([5] * 20, 0), ([5] * 20, 10)],
    ],
    ids=["one row", "another beginning", "one learned early", "one learned from its first token"],
)
def test_too_little_in_common_is_not_shared(rows):
    assert common_prefix([{"input_ids": ids, "labels": [-100] * first + ids[first:]} for ids, first in rows]) == 0


def test_no_learned_token_nor_the_one_before_it_is_shared():
    alike = [{"input_ids": list(range(30)), "labels": [-100] * first + list(range(first, 30))} for first in (20, 25)]
    assert common_prefix(alike) == 19


def test_norms_and_feed_forward_and_linear_layers_are_replaced_by_lean_ones(model_folder):
    model = adapted(model_folder)
    make_lean(model)
    forwards = {type(module).__name__: module.forward.__name__ for module in model.modules()}
    assert (forwards["LlamaMLP"], forwards["LlamaRMSNorm"]) == ("_gated_forward", "_norm_forward")
    assert all(layer.forward.__name__ == "_lora_forward" for _, layer in lora_layers(model))


@pytest.mark.parametrize("cap", [0.05, 30.0], ids=["that shows at once", "far above a few tokens' logits"])
def test_a_head_that_caps_its_logits_is_left_to_the_model(tmp_path, cap):
    from conftest import save_model
    from transformers import Gemma2Config, Gemma2ForCausalLM

    folder = save_model(tmp_path, Gemma2Config, Gemma2ForCausalLM, head_dim=8, final_logit_softcapping=cap)
    assert not has_plain_head(AutoModelForCausalLM.from_pretrained(folder))
    loss, expected = plain_step(folder)
    own_loss, own = own_step(folder)
    assert own_loss == pytest.approx(loss, rel=1e-6)
    assert (own - expected).norm() < 1e-5 * expected.norm()


def test_attention_that_sees_only_so_far_back_stays_so_in_packed_rows(tmp_path):
    from conftest import save_model
    from transformers import MistralConfig, MistralForCausalLM

    folder = save_model(tmp_path, MistralConfig, MistralForCausalLM, sliding_window=8)
    model = adapted(folder)
    attend_row_by_row(model.get_base_model())
    assert not shares_prefix(model.get_base_model()), "a row's mask would not fit the pack's"
    loss, expected = plain_step(folder)
    own_loss, own = own_step(folder, tokens_at_once=10_000)
    assert own_loss == pytest.approx(loss, rel=1e-6)
    assert (own - expected).norm() < 1e-5 * expected.norm()


def test_packs_hold_every_row_once_and_in_order_within_the_budget():
    lengths = [1 + row * 37 % 101 for row in range(50)]
    packed = list(packs(lengths, 150, 3))
    assert [number for pack in packed for number in pack] == list(range(50))
    assert all(len(pack) == 1 or sum(lengths[number] for number in pack) <= 150 for pack in packed)
    assert max(len(pack) for pack in packed) == 3


def test_pieces_hold_every_row_once_within_the_budget():
    lengths = [1 + row * 37 % 101 for row in range(50)]
    pieces = list(batches(lengths, 150, 3))
    assert sorted(number for piece in pieces for number in piece) == list(range(50))
    assert all(len(piece) == 1 or len(piece) * max(lengths[n] for n in piece) <= 150 for piece in pieces)
    assert max(len(piece) for piece in pieces) == 3


def test_less_memory_means_fewer_tokens_at_once_and_then_activations_computed_again(model_folder):
    config = AutoModelForCausalLM.from_pretrained(model_folder).config
    token = bytes_a_token(config, torch.float32)
    assert bytes_a_token(config, torch.bfloat16) < token

    def plan(tokens, longest=512):
        return plan_memory("cpu", config, torch.float32, longest, free=2 * token * tokens)

    assert plan(100_000) == (1024, False)
    assert plan(700) == (700, False)
    assert plan(100) == (512, True)
    assert plan(2_000, longest=4096) == (1024, True), "a row is never divided, so a longer one has to fit"
    assert plan(5_000, longest=4096) == (1024, False)


def test_a_run_goes_on_in_the_precision_that_it_began_in(model_folder, tmp_path):
    config = AutoModelForCausalLM.from_pretrained(model_folder).config
    file = tmp_path / "dtype.txt"
    assert settle_dtype(file, "auto", "cpu", config) == torch.float32
    assert settle_dtype(file, "bfloat16", "cpu", config) == torch.bfloat16
    assert settle_dtype(file, "auto", "cpu", config) == torch.bfloat16
