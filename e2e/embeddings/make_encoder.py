"""Make a sentence encoder that knows nothing and is trained in seconds: python make_encoder.py FOLDER TRAINER WORDS…"""

import sys
from pathlib import Path

folder, trainer, words = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
sys.path.insert(0, trainer)

import torch
from make_toy_model import make_tokenizer
from transformers import BertConfig, BertModel

tokenizer = make_tokenizer([" ".join(words)] * 20, 400)
config = BertConfig(
    vocab_size=len(tokenizer),
    hidden_size=64,
    intermediate_size=128,
    num_hidden_layers=1,
    num_attention_heads=4,
    max_position_embeddings=64,
    pad_token_id=tokenizer.pad_token_id,
    initializer_range=0.1,
)
torch.manual_seed(0)
BertModel(config, add_pooling_layer=False).save_pretrained(folder)
tokenizer.save_pretrained(folder)
