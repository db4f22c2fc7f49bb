import pytest
from transformers import AutoTokenizer

from chat_rows import IGNORED, encode_row, encode_rows, read_rows
from reporting import Failure

ROW = {"instruction": "Write about bread.", "input": "Keep it short.", "output": "bread is number 3."}


@pytest.fixture
def tokenizer(model_folder):
    return AutoTokenizer.from_pretrained(model_folder)


def test_loss_is_on_the_completion_only_and_the_end_token_is_learned(tokenizer):
    [example] = encode_rows(tokenizer, [ROW], 512, {tokenizer.eos_token_id})
    learned = [token for token in example["labels"] if token != IGNORED]
    assert tokenizer.decode(learned) == "bread is number 3.<|end|>"
    prompt = example["input_ids"][: -len(learned)]
    assert tokenizer.decode(prompt) == "<|user|>\nWrite about bread.\n\nKeep it short.<|end|>\n<|assistant|>\n"


def test_the_prompt_is_exactly_what_the_model_sees_when_asked(tokenizer):
    messages = [{"role": "user", "content": "Write about bread.\n\nKeep it short."}]
    asked = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    ids, start = encode_row(tokenizer, ROW, {tokenizer.eos_token_id})
    assert ids[:start] == tokenizer(asked)["input_ids"]


def test_a_template_without_an_end_token_gets_one(tokenizer):
    turns = "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}"
    tokenizer.chat_template = turns + "{% if add_generation_prompt %}[assistant]{% endif %}"
    ids, _ = encode_row(tokenizer, ROW, {tokenizer.eos_token_id})
    assert ids[-1] == tokenizer.eos_token_id


def test_a_template_with_two_end_tokens_has_both_learned(tokenizer):
    """Phi-3 closes an answer with <|end|> and the whole conversation with another token."""
    tokenizer.chat_template = (
        "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% else %}<|pad|>{% endif %}"
    )
    ids, start = encode_row(tokenizer, ROW, {tokenizer.eos_token_id, tokenizer.pad_token_id})
    assert tokenizer.decode(ids[start:]) == "bread is number 3.<|end|>\n<|pad|>"


def test_a_long_row_is_cut_and_one_without_room_for_its_answer_is_left_out(tokenizer):
    ends = {tokenizer.eos_token_id}
    ids, start = encode_row(tokenizer, ROW, ends)
    [cut] = encode_rows(tokenizer, [ROW], start + 2, ends)
    assert cut["input_ids"] == ids[: start + 2]
    short = {"instruction": "Hi", "output": "bread"}
    assert len(encode_rows(tokenizer, [ROW, short], start, ends)) == 1
    with pytest.raises(Failure, match="no row has its answer within"):
        encode_rows(tokenizer, [ROW], start, ends)


def test_a_model_without_a_chat_template_is_refused(tokenizer):
    tokenizer.chat_template = None
    with pytest.raises(Failure, match="chat template"):
        encode_rows(tokenizer, [ROW], 512, {1})


@pytest.mark.parametrize("line", ["not json", "[]", '{"instruction": "x"}', '{"instruction": 1, "output": "x"}'])
def test_a_bad_row_is_named_by_its_line(tmp_path, line):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"instruction": "a", "output": "b"}\n\n' + line + "\n")
    with pytest.raises(Failure, match="line 3"):
        read_rows(file)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "rows.jsonl").write_text("\n")
    with pytest.raises(Failure, match="no rows"):
        read_rows(tmp_path / "rows.jsonl")
