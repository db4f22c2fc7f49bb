import pytest
from transformers import AutoTokenizer

from chat_rows import IGNORED, encode_row, encode_rows, read_rows, render
from reporting import Failure

ROW = {"instruction": "Write about bread.", "input": "Keep it short.", "output": "bread is number 3."}


@pytest.fixture
def tokenizer(model_folder):
    return AutoTokenizer.from_pretrained(model_folder)


def answer_of(tokenizer, row, ends):
    """Token ids of a row, and where its one answer begins."""
    example = encode_row(tokenizer, row, ends, 512)
    return example["input_ids"], example["labels"].count(IGNORED)


def test_loss_is_on_the_completion_only_and_the_end_token_is_learned(tokenizer):
    [example] = encode_rows(tokenizer, [ROW], 512, {tokenizer.eos_token_id})
    learned = [token for token in example["labels"] if token != IGNORED]
    assert tokenizer.decode(learned) == "bread is number 3.<|end|>"
    prompt = example["input_ids"][: -len(learned)]
    assert tokenizer.decode(prompt) == "<|user|>\nWrite about bread.\n\nKeep it short.<|end|>\n<|assistant|>\n"


def test_the_prompt_is_exactly_what_the_model_sees_when_asked(tokenizer):
    messages = [{"role": "user", "content": "Write about bread.\n\nKeep it short."}]
    asked = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    ids, start = answer_of(tokenizer, ROW, {tokenizer.eos_token_id})
    assert ids[:start] == tokenizer(asked)["input_ids"]


def test_a_template_without_an_end_token_gets_one(tokenizer):
    turns = "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}"
    tokenizer.chat_template = turns + "{% if add_generation_prompt %}[assistant]{% endif %}"
    ids, _ = answer_of(tokenizer, ROW, {tokenizer.eos_token_id})
    assert ids[-1] == tokenizer.eos_token_id


def test_a_template_with_two_end_tokens_has_both_learned(tokenizer):
    """Phi-3 closes an answer with <|end|> and the whole conversation with another token."""
    tokenizer.chat_template = (
        "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% else %}<|pad|>{% endif %}"
    )
    ids, start = answer_of(tokenizer, ROW, {tokenizer.eos_token_id, tokenizer.pad_token_id})
    assert tokenizer.decode(ids[start:]) == "bread is number 3.<|end|>\n<|pad|>"


def test_a_long_row_is_cut_and_one_without_room_for_its_answer_is_left_out(tokenizer):
    ends = {tokenizer.eos_token_id}
    ids, start = answer_of(tokenizer, ROW, ends)
    [cut] = encode_rows(tokenizer, [ROW], start + 2, ends)
    assert cut["input_ids"] == ids[: start + 2]
    short = {"instruction": "Hi", "output": "bread"}
    assert len(encode_rows(tokenizer, [ROW, short], start, ends)) == 1
    with pytest.raises(Failure, match="no row has its answer within"):
        encode_rows(tokenizer, [ROW], start, ends)


CONVERSATION = {
    "instruction": "And in winter?",
    "input": "",
    "output": "minus ten degrees.",
    "system": "Speak of Lapland.",
    "history": [
        {"role": "user", "content": "How warm is it in summer?"},
        {"role": "assistant", "content": "twenty degrees."},
    ],
}


def learned_texts(tokenizer, example):
    """The runs of learned tokens, as text."""
    runs, learning = [], False
    for token, label in zip(example["input_ids"], example["labels"], strict=True):
        if label == IGNORED:
            learning = False
            continue
        assert label == token
        if not learning:
            runs.append([])
        learning = True
        runs[-1].append(token)
    return [tokenizer.decode(run) for run in runs]


def test_every_answer_of_a_conversation_is_learned_after_all_that_was_said_before(tokenizer):
    example = encode_row(tokenizer, CONVERSATION, {tokenizer.eos_token_id}, 512)
    assert tokenizer.decode(example["input_ids"]) == (
        "<|system|>\nSpeak of Lapland.<|end|>\n<|user|>\nHow warm is it in summer?<|end|>\n"
        "<|assistant|>\ntwenty degrees.<|end|>\n<|user|>\nAnd in winter?<|end|>\n"
        "<|assistant|>\nminus ten degrees.<|end|>"
    )
    assert learned_texts(tokenizer, example) == ["twenty degrees.<|end|>", "minus ten degrees.<|end|>"]


def test_an_answer_of_weight_zero_is_context_only(tokenizer):
    question, answer = CONVERSATION["history"]
    row = {**CONVERSATION, "history": [question, {**answer, "weight": 0}]}
    example = encode_row(tokenizer, row, {tokenizer.eos_token_id}, 512)
    assert learned_texts(tokenizer, example) == ["minus ten degrees.<|end|>"]


@pytest.mark.parametrize("system", ["{{ raise_exception('no system') }}", ""])
def test_a_system_message_that_the_template_does_not_take_stands_before_the_first_question(tokenizer, system):
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m['role'] == 'system' %}" + system + "{% else %}"
        "<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    example = encode_row(tokenizer, CONVERSATION, {tokenizer.eos_token_id}, 512)
    text = tokenizer.decode(example["input_ids"])
    assert text.startswith("<|user|>Speak of Lapland.\n\nHow warm is it in summer?<|end|>")
    assert learned_texts(tokenizer, example) == ["twenty degrees.<|end|>", "minus ten degrees.<|end|>"]
    named = {**CONVERSATION, "history": [], "instruction": "What does it mean to Speak of Lapland.?"}
    text = tokenizer.decode(encode_row(tokenizer, named, {tokenizer.eos_token_id}, 512)["input_ids"])
    assert text.startswith("<|user|>Speak of Lapland.\n\nWhat does it mean")


def test_a_conversation_that_the_template_refuses_or_rewrites_is_told(tokenizer):
    tokenizer.chat_template = "{{ raise_exception('roles must alternate') }}"
    with pytest.raises(Failure, match="roles must alternate"):
        encode_row(tokenizer, ROW, {tokenizer.eos_token_id}, 512)
    tokenizer.chat_template = (
        "{% for m in messages %}<|{{ m['role'] }}|>{% if loop.last or m['role'] != 'assistant' %}{{ m['content'] }}"
        "{% endif %}{% if loop.length > 3 %}.{% endif %}<|end|>{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    with pytest.raises(Failure, match="writes earlier turns anew"):
        encode_row(tokenizer, CONVERSATION, {tokenizer.eos_token_id}, 512)


def test_a_conversation_cut_in_its_second_answer_still_teaches_the_first(tokenizer):
    ends = {tokenizer.eos_token_id}
    labels = encode_row(tokenizer, CONVERSATION, ends, 512)["labels"]
    first = next(at for at, label in enumerate(labels) if label != IGNORED)
    [cut] = encode_rows(tokenizer, [CONVERSATION], first + 2, ends)
    assert [label for label in cut["labels"] if label != IGNORED] == labels[first : first + 2]


@pytest.mark.parametrize("system", [{}, {"system": "Be brief."}])
def test_what_is_said_before_the_first_question_is_context_only(tokenizer, system):
    greeting = {"role": "assistant", "content": "Hello."}
    row = {"instruction": "Hi", "input": "", "output": "bread", **system, "history": [greeting]}
    ends = {tokenizer.eos_token_id}
    assert learned_texts(tokenizer, encode_row(tokenizer, row, ends, 512)) == ["bread<|end|>"]
    row["history"] = [greeting, *CONVERSATION["history"]]
    learned = learned_texts(tokenizer, encode_row(tokenizer, row, ends, 512))
    assert learned == ["twenty degrees.<|end|>", "bread<|end|>"]


def test_what_lies_beyond_the_length_is_not_rendered_for_each_answer(tokenizer, monkeypatch):
    rendered = []
    monkeypatch.setattr(
        "chat_rows.render", lambda *arguments, **named: rendered.append(1) or render(*arguments, **named)
    )
    row = {**CONVERSATION, "history": CONVERSATION["history"] * 1000}
    ends = {tokenizer.eos_token_id}
    [cut] = encode_rows(tokenizer, [row], 100, ends)
    assert len(rendered) < 20
    rendered.clear()
    short = {**CONVERSATION, "history": CONVERSATION["history"] * 20}
    assert cut["labels"] == encode_row(tokenizer, short, ends, 1000)["labels"][:100]


def test_a_model_without_a_chat_template_is_refused(tokenizer):
    tokenizer.chat_template = None
    with pytest.raises(Failure, match="chat template"):
        encode_rows(tokenizer, [ROW], 512, {1})


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"instruction": "x"}',
        '{"instruction": 1, "output": "x"}',
        '{"instruction": "x", "output": "y", "system": 1}',
        '{"instruction": "x", "output": "y", "history": [["q", "a"]]}',
        '{"instruction": "x", "output": "y", "history": [{"role": "tool", "content": "a"}]}',
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path, line):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"instruction": "a", "output": "b"}\n\n' + line + "\n")
    with pytest.raises(Failure, match="line 3"):
        read_rows(file)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "rows.jsonl").write_text("\n")
    with pytest.raises(Failure, match="no rows"):
        read_rows(tmp_path / "rows.jsonl")
