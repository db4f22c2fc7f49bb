"""Sentence encoders: what a pair's loss and rank are, and that training on pairs serves others too."""

import json
import math
import random

import pytest
import torch
import transformers
from conftest import train_arguments, write_rows

from pair_loss import ranking_losses
from pair_rows import encode_pairs, not_negatives

ENGLISH = "sun river bread moon garden winter clock stone cloud forest letter music apple bridge candle desert"
GERMAN = "sonne fluss brot mond garten winterzeit uhr stein wolke wald brief musik apfel bruecke kerze wueste"
WORDS, OTHERS = ENGLISH.split(" "), GERMAN.split(" ")
SAME, LIMIT = 1e-6, 1e-3


def make_pairs(count, seed=0):
    """Pairs whose texts share no word: the positive has the anchor's words in another language, in another order."""
    draw = random.Random(seed)
    pairs = []
    for number in range(count):
        chosen = draw.sample(range(len(WORDS)), 3)
        shuffled = draw.sample(chosen, 3)
        texts = (" ".join(names[word] for word in order) for names, order in ((WORDS, chosen), (OTHERS, shuffled)))
        anchor, positive = texts
        pairs.append({"instruction": f"{anchor} {number}", "input": "", "output": positive})
    return pairs


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory):
    """A BERT of one layer that knows nothing, with a real tokenizer."""
    from make_toy_model import make_tokenizer

    folder = tmp_path_factory.mktemp("bert")
    tokenizer = make_tokenizer([" ".join(WORDS + OTHERS)] * 20, 400)
    shape = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 1, "num_attention_heads": 4}
    config = transformers.BertConfig(
        **shape,
        vocab_size=len(tokenizer),
        max_position_embeddings=64,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.1,
    )
    torch.manual_seed(0)
    transformers.BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_pair_is_cut_and_its_last_token_stays(encoder_folder):
    tokenizer = transformers.AutoTokenizer.from_pretrained(encoder_folder)
    row = {"instruction": "sun river bread", "input": "moon", "output": "sol"}
    (whole,) = encode_pairs(tokenizer, [row], 64)
    (short,) = encode_pairs(tokenizer, [row], 3)
    assert tokenizer.decode(whole["anchor"]) == "sun river bread\nmoon"
    assert short["anchor"] == [*whole["anchor"][:2], whole["anchor"][-1]]
    assert short["positive"] == whole["positive"][:3]


def test_pairs_that_share_a_text_are_no_wrong_answers_to_each_other():
    pairs = [
        {"anchor": [1], "positive": [2]},
        {"anchor": [1], "positive": [3]},
        {"anchor": [4], "positive": [3]},
        {"anchor": [2], "positive": [1]},
    ]
    assert list(not_negatives(pairs)) == [[1], [0, 2], [1], []]
    assert list(not_negatives(pairs, [2])) == [[1]]


def test_a_loss_is_the_cross_entropy_of_scaled_cosines_and_a_tie_ranks_last():
    anchors = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    positives = torch.tensor([[1.0, 0.0], [0.6, 0.8], [1.0, 0.0]])
    losses, ranks = ranking_losses(anchors, positives, [0, 1, 2], [[], [], []])
    others = math.log(math.exp(20) + math.exp(12) + math.exp(20))
    assert losses[0].item() == pytest.approx(others - 20, abs=1e-5)
    assert ranks.tolist() == [2, 1, 2]
    losses, ranks = ranking_losses(anchors, positives, [0, 1, 2], [[2], [], [0]])
    assert losses[0].item() == pytest.approx(math.log(1 + math.exp(-8)), abs=1e-5)
    assert ranks.tolist() == [1, 1, 1]


def train_pairs(encoder, gateway, work, pairs=160, **changes):
    gateway.files["shard"] = "".join(json.dumps(row) + "\n" for row in make_pairs(pairs)).encode()
    job = {"objective": "in-batch", "epochs": 4, "rows_per_step": 16, "max_length": 32, **changes}
    return train_arguments(encoder, gateway, work, **job)


def test_what_was_trained_finds_more_positives_among_pairs_that_nobody_trained_on(
    encoder_folder, gateway, run_script, tmp_path
):
    work = tmp_path / "work"
    code, events = run_script(
        "train_llm.py", train_pairs(encoder_folder, gateway, work, pairs=320, epochs=12, lora_rank=16, lora_alpha=32)
    )
    assert code == 0, events
    held_out = write_rows(tmp_path / "holdout.jsonl", make_pairs(80, seed=1))
    common = ["--model", encoder_folder, "--objective", "in-batch", "--device", "cpu", "--cores", 1]
    code, events = run_script("evaluate.py", [*common, "--holdout", held_out, "--adapters", work / "adapter"])
    assert code == 0, events
    base, trained = events
    recall = [sum(rank <= 10 for rank in event["ranks"]) / 80 for event in (base, trained)]
    assert recall[1] > recall[0] + 0.3
    assert trained["loss"] < base["loss"]
    assert trained["loss"] == pytest.approx(sum(trained["rowLosses"]) / 80, abs=1e-5)
    assert base["tokensRead"] == base["tokens"]

    code, events = run_script(
        "export_result.py", ["--model", encoder_folder, "--adapter", work / "adapter", "--merged", tmp_path / "merged"]
    )
    assert code == 0, events
    common[1] = tmp_path / "merged"
    code, events = run_script("evaluate.py", [*common, "--holdout", held_out])
    assert events[0]["ranks"] == trained["ranks"]


def test_a_segment_that_is_trained_again_ends_where_it_did_and_with_one_other_pair_elsewhere(
    encoder_folder, gateway, run_script, tmp_path
):
    work = tmp_path / "work"
    arguments = train_pairs(encoder_folder, gateway, work, segments=4)
    code, events = run_script("train_llm.py", arguments)
    assert code == 0, events
    apart = {"--job-id", "--shard-cid", "--contributor-wallet", "--api-url", "--work-dir", "--device"}
    told = [part for pair in zip(arguments[::2], arguments[1::2], strict=True) if pair[0] not in apart for part in pair]
    boundaries = [work / "boundaries" / f"{number}.safetensors" for number in range(5)]
    pairs = make_pairs(160)

    def replayed(rows):
        shard = write_rows(tmp_path / "rows.jsonl", rows)
        named = [part for number in (0, 2) for part in ("--segment", number, *boundaries[number : number + 2])]
        told_also = ["--shard", shard, "--arithmetic", "cpu/float32/none"]
        code, events = run_script("replay.py", [*told, *told_also, *named])
        assert code == 0, events
        return events[0]["segments"]

    for segment in replayed(pairs):
        assert segment["distance"] < SAME and segment["momentsDistance"] < SAME
    other = [*pairs[:40], {**pairs[40], "output": "wolke wald brief"}, *pairs[41:]]
    assert all(segment["distance"] > LIMIT for segment in replayed(other))


def test_pairs_are_counted_whole_and_a_language_model_is_no_encoder(
    encoder_folder, model_folder, gateway, run_script, tmp_path
):
    file = write_rows(tmp_path / "rows.jsonl", make_pairs(20))
    common = ["--max-length", 4, "--objective", "in-batch", "--files", file]
    code, events = run_script("count_rows.py", ["--model", encoder_folder, *common])
    assert (code, events[0]["rows"], events[0]["fitting"]) == (0, 20, 20)
    assert events[0]["roomyLength"] > 4
    code, events = run_script("train_llm.py", train_pairs(model_folder, gateway, tmp_path / "work"))
    assert code == 2
    assert "no sentence encoder" in events[-1]["message"]
