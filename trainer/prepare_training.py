"""All that a run of a job is before its first step, the same for who trains and for who trains parts of it again."""

import math
from dataclasses import dataclass

import torch
import transformers
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

import model_hub
from arithmetic import plan_memory
from chat_rows import read_rows
from initial_adapter import load_initial_adapter, set_initial_adapter
from lean_layers import make_lean
from objectives import OBJECTIVES
from optimizer_state import MOST_GRADIENT
from reporting import Failure
from step_plan import plan_order, plan_sorted_order, rate_factor, steps_of_round

# What every machine's torch computes in.
EVERYWHERE = ["cpu/float32/none", "cpu/bfloat16/none"]


def revision_of(arguments):
    return None if arguments.model_revision in (None, "local") else arguments.model_revision


@dataclass
class Arithmetic:
    """What a run computes in."""

    device: str
    dtype: torch.dtype
    quantization: str

    @classmethod
    def named(cls, name):
        """The one of this name: device/type/quantization."""
        if name not in EVERYWHERE:
            fix = f"ask a machine that computes in it, or take {' or '.join(EVERYWHERE)}"
            raise Failure("arithmetic-unknown", f"{str(name)[:80]} is not computed here", fix)
        device, dtype, quantization = name.split("/")
        return cls(device, getattr(torch, dtype), quantization)

    def __str__(self):
        return f"{self.device}/{self.dtype_name}/{self.quantization}"

    @property
    def dtype_name(self):
        return str(self.dtype).removeprefix("torch.")


@dataclass
class Training:
    """A round of a job: the model with its adapter at the start, and the rows and weights of each step."""

    arguments: object
    arithmetic: Arithmetic
    tokenizer: object
    model: object
    #: Of the base model alone.
    parameters: int
    tokens_at_once: int
    checkpointing: bool
    #: The round's rows in training order.
    examples: list
    #: Of the round; of the whole job; and those of the rounds before.
    steps: int
    all_steps: int
    first: int
    #: What the job's mean step learns from: labelled tokens, or pairs.
    mean_learned: float

    @property
    def objective(self):
        return OBJECTIVES[self.arguments.objective]

    @property
    def weights(self):
        """What each step counts: every labelled token of a job weighs the same, or every pair."""
        return [learned / self.mean_learned for learned in self._by_step(self.objective.learned)]

    def rate_of(self, step):
        """The learning rate of a step, counted from this round's first."""
        arguments = self.arguments
        return arguments.learning_rate * rate_factor(self.first + step, self.all_steps, arguments.final_rate)

    @property
    def step_tokens(self):
        return self._by_step(self.objective.tokens)

    def _by_step(self, count):
        rows = self.arguments.rows_per_step
        starts = range(0, len(self.examples), rows)
        return [sum(count(example) for example in self.examples[at : at + rows]) for at in starts]

    def trainer(self, folder, set_moments, callbacks=(), begin=0, end=None):
        """A trainer of the round's steps from `begin` until before `end`, by default all of them. `set_moments` gives
        an optimiser of the model what it begins with; checkpoints go into the folder."""
        arguments, device = self.arguments, self.arithmetic.device
        end = self.steps if end is None else end
        rows = arguments.rows_per_step
        settings = transformers.TrainingArguments(
            output_dir=str(folder),
            max_steps=end - begin,
            per_device_train_batch_size=rows,
            learning_rate=arguments.learning_rate,
            optim="adamw_torch_fused" if device != "mps" else "adamw_torch",
            max_grad_norm=MOST_GRADIENT,
            fp16=self.arithmetic.dtype == torch.float16,
            use_cpu=device == "cpu",
            gradient_checkpointing=self.checkpointing,
            gradient_checkpointing_kwargs={"use_reentrant": False} if self.checkpointing else None,
            train_sampling_strategy="sequential",
            remove_unused_columns=False,
            dataloader_pin_memory=device == "cuda",
            logging_steps=1,
            logging_nan_inf_filter=False,
            disable_tqdm=True,
            report_to="none",
            save_strategy="no",
            seed=arguments.seed,
        )
        before = self.first + begin
        trainer = self.objective.trainer()(
            dtype=self.arithmetic.dtype,
            tokens_at_once=self.tokens_at_once,
            rows_at_once=arguments.batch_size,
            rate_factor=lambda step: rate_factor(before + step, self.all_steps, arguments.final_rate),
            mean_learned=self.mean_learned,
            set_moments=set_moments,
            model=self.model,
            args=settings,
            train_dataset=self.examples[begin * rows : end * rows],
            processing_class=self.tokenizer,
            callbacks=list(callbacks),
        )
        trainer.remove_callback(transformers.PrinterCallback)
        return trainer


def prepare_training(arguments, shard, arithmetic, tokenizer, config):
    """The Training of the round that the arguments name on the rows of a file."""
    device, dtype = arithmetic.device, arithmetic.dtype
    objective = OBJECTIVES[arguments.objective]
    transformers.set_seed(arguments.seed)
    model = objective.load(arguments.model_name, revision_of(arguments), device, dtype, arithmetic.quantization)
    # All that is needed of the hub is here: PEFT would ask it for the base model's config at each checkpoint.
    model_hub.go_offline()
    parameters = model.num_parameters()

    # --- the rows: tokenized once
    examples = objective.encode(tokenizer, read_rows(shard), arguments.max_length, model)
    most_at_once = objective.most_at_once(examples, arguments.rows_per_step)
    tokens_at_once, checkpointing = plan_memory(device, config, dtype, most_at_once)

    # --- the adapter
    if arithmetic.quantization == "nf4":
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=checkpointing)
    model = add_adapter(model, arguments)
    objective.prepare(model, dtype == torch.float32)
    make_lean(model)

    # --- the rows in order for all epochs, and this round's steps of it
    rows = arguments.rows_per_step
    if arguments.row_order == "sorted":
        lengths = [objective.tokens(example) for example in examples]
        order = plan_sorted_order(lengths, rows, arguments.epochs, arguments.seed)
    else:
        order = plan_order(len(examples), arguments.epochs, arguments.seed)
    all_steps = math.ceil(len(order) / rows)
    first, end = steps_of_round(all_steps, arguments.round, arguments.rounds)
    steps = min(end - first, arguments.max_steps or end)
    return Training(
        arguments=arguments,
        arithmetic=arithmetic,
        tokenizer=tokenizer,
        model=model,
        parameters=parameters,
        tokens_at_once=tokens_at_once,
        checkpointing=checkpointing,
        examples=[examples[row] for row in order[first * rows : (first + steps) * rows]],
        steps=steps,
        all_steps=all_steps,
        first=first,
        mean_learned=sum(objective.learned(examples[row]) for row in order) / all_steps,
    )


def add_adapter(model, arguments):
    """The model with an adapter on the modules that the arguments name, at the round's start."""
    targets = arguments.target_modules
    lora = LoraConfig(
        r=arguments.lora_rank,
        lora_alpha=arguments.lora_alpha,
        target_modules=targets if targets == "all-linear" else targets.split(","),
        lora_dropout=0.0,
        bias="none",
        task_type=OBJECTIVES[arguments.objective].task_type,
    )
    try:
        model = get_peft_model(model, lora)
    except ValueError as error:
        raise Failure("configuration-invalid", str(error)[:300], "use --target-modules all-linear") from error
    if arguments.initial_adapter:
        load_initial_adapter(model, arguments.initial_adapter)
    else:
        set_initial_adapter(model, arguments.seed)
    return model
