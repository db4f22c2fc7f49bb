"""Sentence encoders: what a pair's loss and rank are, and that training on pairs serves others too."""

import json
import math
import random

import pytest
import torch
import transformers
from conftest import train_arguments, write_rows

from pair_loss import SCALE, cosines, measure_embeddings, numbers_of_texts, ranking_losses, ranks_of
from pair_rows import count_contrasted, encode_pairs, not_negatives

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


def test_pairs_that_share_a_text_are_no_wrong_answers_to_each_other_whichever_of_their_two_it_is():
    pairs = [
        {"anchor": [1], "positive": [2]},
        {"anchor": [1], "positive": [3]},
        {"anchor": [4], "positive": [3]},
        {"anchor": [2], "positive": [1]},
    ]
    assert list(not_negatives(pairs)) == [[1, 3], [0, 2, 3], [1], [0, 1]]
    assert list(not_negatives(pairs, [2])) == [[1]]


def test_a_pair_teaches_only_where_another_is_a_wrong_answer_to_it():
    def counted(*texts):
        return count_contrasted([{"anchor": [anchor], "positive": [positive]} for anchor, positive in texts])

    assert counted() == counted((1, 2)) == 0
    assert counted((1, 2), (3, 4), (5, 6)) == 3
    assert counted((1, 2), (1, 3), (1, 4)) == 0
    assert counted((1, 2), (1, 3), (4, 2)) == 2
    assert counted((1, 2), (2, 1), (1, 1)) == 0
    draw = random.Random(1)
    for _ in range(200):
        pairs = [(draw.randrange(4), draw.randrange(4)) for _ in range(draw.randrange(1, 8))]
        assert counted(*pairs) == sum(any(not set(one) & set(other) for other in pairs) for one in pairs)


def test_a_loss_is_the_cross_entropy_of_scaled_cosines_and_a_tie_ranks_last():
    anchors = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    positives = torch.tensor([[1.0, 0.0], [0.6, 0.8], [1.0, 0.0]])
    near, three = cosines(anchors, positives, [[], [], []]), torch.arange(3)
    others = math.log(math.exp(20) + math.exp(12) + math.exp(20))
    assert ranking_losses(near, [0, 1, 2])[0].item() == pytest.approx(others - 20, abs=1e-5)
    assert ranks_of(near, [0, 1, 2], three).tolist() == [2, 1, 2]
    near = cosines(anchors, positives, [[2], [], [0]])
    assert ranking_losses(near, [0, 1, 2])[0].item() == pytest.approx(math.log(1 + math.exp(-8)), abs=1e-5)
    assert ranks_of(near, [0, 1, 2], three).tolist() == [1, 1, 1]


def test_a_text_that_several_pairs_have_takes_one_place_of_a_rank():
    near = torch.tensor([[0.5, 0.9, 0.9, 0.7, -torch.inf]])
    texts = numbers_of_texts([[7], [8], [8], [9], [8]])
    assert texts.tolist() == [0, 1, 1, 3, 1]
    assert ranks_of(near, [0], texts).tolist() == [3]


def unit(texts, width, draw):
    return torch.nn.functional.normalize(torch.randn(texts, width, generator=draw).double(), dim=1)


def test_a_direction_that_all_embeddings_share_gains_nothing():
    draw = torch.Generator().manual_seed(0)
    pairs = [{"anchor": [1, number], "positive": [2, number]} for number in range(80)]
    anchors, noise = unit(80, 12, draw), unit(80, 12, draw)
    positives = torch.nn.functional.normalize(anchors + 2 * noise, dim=1)

    def pushed(embeddings, by):
        # A direction of its own: what was between any two texts is left between them, by less.
        return torch.nn.functional.normalize(torch.nn.functional.pad(embeddings, (0, 1), value=by), dim=1)

    losses, ranks = measure_embeddings(pairs, anchors, positives)
    for by in (0.3, 1.0, 3.0):
        pushed_losses, pushed_ranks = measure_embeddings(pairs, pushed(anchors, by), pushed(positives, by))
        assert pushed_losses == pytest.approx(losses, abs=1e-6)
        assert pushed_ranks == ranks

    # At one scale for all, the same would pass for work on nearly every pair that is not found first.
    near = [cosines(pushed(anchors, by), pushed(positives, by), [[]] * 80) for by in (0.0, 1.0)]
    before, after = (ranking_losses(one, list(range(80)), SCALE) for one in near)
    not_first = torch.tensor(ranks) > 1
    assert (after < before)[not_first].float().mean() > 0.9


def train_pairs(encoder, gateway, work, pairs=160, **changes):
    gateway.files["shard"] = "".join(json.dumps(row) + "\n" for row in make_pairs(pairs)).encode()
    job = {"objective": "in-batch", "epochs": 4, "rows_per_step": 16, "max_length": 32, **changes}
    return train_arguments(encoder, gateway, work, **job)


def test_no_model_measures_worse_than_one_that_tells_nothing_apart():
    draw = torch.Generator().manual_seed(0)
    pairs = [{"anchor": [1, number], "positive": [2, number]} for number in range(80)]
    anchors, positives = unit(80, 12, draw), unit(80, 12, draw)
    # Some positives are near to all anchors, as of encoders that nobody trained.
    positives[:4] = torch.nn.functional.normalize(anchors.mean(0, keepdim=True), dim=1)
    same = anchors[:1].expand(80, 12)
    nothing = [math.log(80)] * 80
    assert measure_embeddings(pairs, same, same)[0] == pytest.approx(nothing, abs=1e-5)
    losses, _ = measure_embeddings(pairs, anchors, positives)
    assert sum(losses) / 80 <= math.log(80) + 1e-9
    found, ranks = measure_embeddings(pairs, anchors, anchors)
    assert max(ranks) == 1 and 1e-4 < sum(found) / 80 < 1


def test_pairs_with_few_texts_that_are_all_found_still_tell_who_holds_them_farther_apart():
    draw = torch.Generator().manual_seed(0)
    pairs = [{"anchor": [1, number], "positive": [2, number % 20]} for number in range(600)]
    kinds = torch.arange(600) % 20
    centres, noise = unit(20, 12, draw), unit(600, 12, draw)

    def measured(apart):
        anchors = torch.nn.functional.normalize(centres[kinds] + apart * noise, dim=1)
        return measure_embeddings(pairs, anchors, centres[kinds])

    (near, ranks), (far, other_ranks) = measured(0.1), measured(0.2)
    assert max(ranks) == max(other_ranks) == 1
    assert 1e-4 < sum(near) / 600 < sum(far) / 600
    assert sum(one < other for one, other in zip(near, far, strict=True)) > 400


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
    pairs_of_losses = zip(base["rowLosses"], trained["rowLosses"], strict=True)
    assert sum(after < before for before, after in pairs_of_losses) > 60
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


def test_pairs_are_counted_whole_with_those_that_are_told_from_others_and_a_language_model_is_no_encoder(
    encoder_folder, model_folder, gateway, run_script, tmp_path
):
    file = write_rows(tmp_path / "rows.jsonl", make_pairs(20))
    common = ["--max-length", 4, "--objective", "in-batch", "--files", file]
    code, events = run_script("count_rows.py", ["--model", encoder_folder, *common])
    assert (code, events[0]["rows"], events[0]["fitting"]) == (0, 20, 20)
    assert events[0]["roomyLength"] > 4
    assert events[0]["contrasted"] == 20
    # Cut to their first and last token, those that begin and end alike are the same.
    alike = [{**row, "instruction": f"sun {row['output']} moon"} for row in make_pairs(9)]
    same = write_rows(tmp_path / "same.jsonl", alike)
    arguments = ["--model", encoder_folder, "--objective", "in-batch", "--files", same, "--max-length"]
    counted = [run_script("count_rows.py", [*arguments, length])[1][0] for length in (32, 2)]
    assert [(one["contrasted"], one["different"]) for one in counted] == [(9, 9), (0, 9)]
    write_rows(same, [{**row, "output": OTHERS[number % 2]} for number, row in enumerate(alike)])
    assert run_script("count_rows.py", [*arguments, 32])[1][0]["different"] == 2
    code, events = run_script("train_llm.py", train_pairs(model_folder, gateway, tmp_path / "work"))
    assert code == 2
    assert "no sentence encoder" in events[-1]["message"]
