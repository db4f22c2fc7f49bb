"""What the training of an adapter lowers, by name: the loss of answers to instructions (`completion`), or that of pairs
of texts among the others of their step (`in-batch`), which makes sentence encoders. Each says how its model is loaded,
its rows are read and a step of them is computed; all else of a training is the same. What takes long to load is loaded
where it is used."""

from base_model import load_encoder, load_model
from chat_rows import IGNORED, encode_rows, end_tokens
from pair_rows import encode_pairs, tokens_of


class Completion:
    task_type = "CAUSAL_LM"
    #: Whether a GPU holds the base model in 4 bits unless told otherwise.
    in_4_bits = True
    load = staticmethod(load_model)

    @staticmethod
    def trainer():
        from job_trainer import JobTrainer

        return JobTrainer

    @staticmethod
    def encode(tokenizer, rows, max_length, model):
        return encode_rows(tokenizer, rows, max_length, end_tokens(tokenizer, model))

    @staticmethod
    def tokens(example):
        return len(example["input_ids"])

    @staticmethod
    def learned(example):
        """What a row weighs: every labelled token of a job weighs the same."""
        return sum(label != IGNORED for label in example["labels"])

    @classmethod
    def most_at_once(cls, examples, rows_per_step):
        """Tokens that have to be in memory together."""
        return max(map(cls.tokens, examples))

    @staticmethod
    def prepare(model, is_single):
        from arithmetic import attend_row_by_row, keep_residuals_single

        if not is_single:
            keep_residuals_single(model)
        attend_row_by_row(model.get_base_model())


class InBatch:
    task_type = "FEATURE_EXTRACTION"
    in_4_bits = False
    load = staticmethod(load_encoder)
    tokens = staticmethod(tokens_of)

    @staticmethod
    def trainer():
        from pair_trainer import PairTrainer

        return PairTrainer

    @staticmethod
    def encode(tokenizer, rows, max_length, model):
        return encode_pairs(tokenizer, rows, max_length)

    @staticmethod
    def learned(pair):
        """Every pair weighs the same."""
        return 1

    @staticmethod
    def most_at_once(pairs, rows_per_step):
        """All of a step: each pair is a wrong answer to the others."""
        return rows_per_step * sum(max(len(pair[name]) for pair in pairs) for name in ("anchor", "positive"))

    @staticmethod
    def prepare(model, is_single):
        pass


OBJECTIVES = {"completion": Completion, "in-batch": InBatch}
