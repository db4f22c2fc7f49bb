from conftest import make_rows, write_rows


def test_rows_whose_question_fills_the_length_are_told(model_folder, run_script, tmp_path):
    long = [{**row, "instruction": row["instruction"] + " the sun" * 100} for row in make_rows(4)]
    shard = write_rows(tmp_path / "shard-0.jsonl", make_rows(6) + long)
    holdout = write_rows(tmp_path / "holdout.jsonl", long)
    arguments = ["--model", model_folder, "--max-length", 128, "--files", shard, holdout]
    code, [first, second] = run_script("count_rows.py", arguments)
    assert code == 0
    assert (first["file"], first["rows"], first["fitting"]) == ("shard-0.jsonl", 10, 6)
    assert (second["file"], second["rows"], second["fitting"]) == ("holdout.jsonl", 4, 0)
    roomy = ["--model", model_folder, "--max-length", second["roomyLength"], "--files", holdout]
    assert run_script("count_rows.py", roomy)[1][0]["fitting"] == 4


def test_a_model_without_weights_or_of_no_hub_is_refused(model_folder, run_script, tmp_path):
    shard = write_rows(tmp_path / "shard.jsonl", make_rows(2))
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (bare / name).write_bytes((model_folder / name).read_bytes())
    for model, code in ((bare, "configuration-invalid"), ("somebody/no-such-model", "not-found")):
        arguments = ["--model", model, "--max-length", 128, "--files", shard]
        exit_code, events = run_script("count_rows.py", arguments)
        assert (exit_code, events[-1]["code"]) == (2, code)
