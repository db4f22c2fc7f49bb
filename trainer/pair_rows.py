"""Rows as pairs of texts that belong together, as token ids: an anchor, such as a question, and its positive, such as
the passage that answers it. In a file of rows the anchor is `instruction`, and `input` below it where that is filled;
the positive is `output`."""

from reporting import Failure


def encode_pairs(tokenizer, rows, max_length):
    """Rows as {"anchor", "positive"}, lists of ids, each cut at max_length; every row is used."""
    pairs = []
    for number, row in enumerate(rows, start=1):
        if row.get("history") or row.get("system"):
            fix = "give an anchor and a positive in each row"
            raise Failure("dataset-invalid", f"row {number} is a conversation, and no pair of texts", fix)
        pair = {
            "anchor": text_ids(tokenizer, "\n".join(part for part in (row["instruction"], row["input"]) if part)),
            "positive": text_ids(tokenizer, row["output"]),
        }
        if not (pair["anchor"] and pair["positive"]):
            fix = "leave the row out, or choose a model that knows its script"
            raise Failure("dataset-invalid", f"a text of row {number} has no tokens", fix)
        pairs.append({name: cut(ids, max_length) for name, ids in pair.items()})
    return pairs


def text_ids(tokenizer, text):
    return tokenizer(text, add_special_tokens=True)["input_ids"]


def cut(ids, max_length):
    """At most so many ids; the last one, which models of this kind end every text with, stays."""
    return ids if len(ids) <= max_length else [*ids[: max_length - 1], ids[-1]]


def tokens_of(pair):
    return len(pair["anchor"]) + len(pair["positive"])


def numbers_by_text(pairs):
    """For each text, as a tuple of ids, the numbers of the pairs that it is the anchor or the positive of."""
    numbers = {}
    for number, pair in enumerate(pairs):
        for text in texts_of(pair):
            numbers.setdefault(text, set()).add(number)
    return numbers


def texts_of(pair):
    return tuple(pair["anchor"]), tuple(pair["positive"])


def not_negatives(pairs, others=None):
    """For each pair, the numbers of the others that are no wrong answers to it: one of their texts is one of its own,
    whichever of the two it is there. `others` are numbers of the pairs that are asked about; by default all."""
    alike = numbers_by_text(pairs)
    for number in range(len(pairs)) if others is None else others:
        anchor, positive = texts_of(pairs[number])
        yield sorted((alike[anchor] | alike[positive]) - {number})


def count_contrasted(pairs):
    """How many pairs have a wrong answer among the others. The others teach nothing: their loss is 0 whatever the
    model is."""
    alike = numbers_by_text(pairs)
    everybody, without, known = set(range(len(pairs))), {}, {}
    for pair in pairs:
        texts = texts_of(pair)
        if texts in known:
            continue
        rarer, text = sorted(texts, key=lambda one: len(alike[one]))
        if len(alike[rarer]) + len(alike[text]) < len(pairs):
            known[texts] = True
            continue
        if text not in without:
            without[text] = everybody - alike[text]
        known[texts] = not without[text] <= alike[rarer]
    return sum(known[texts_of(pair)] for pair in pairs)
