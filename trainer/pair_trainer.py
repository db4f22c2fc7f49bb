"""Steps of a sentence encoder's training."""

import torch

from job_trainer import JobTrainer
from pair_loss import cosines, embed, pad_texts, ranking_losses
from pair_rows import not_negatives


class PairTrainer(JobTrainer):
    """A step's pairs are computed together, whatever memory there is: each is a wrong answer to the others."""

    def into_packs(self, rows):
        pad = self.processing_class.pad_token_id or 0
        pack = {"taken": [torch.tensor(others, dtype=torch.int64) for others in not_negatives(rows)]}
        for name in ("anchor", "positive"):
            pack[f"{name}_ids"], pack[f"{name}_mask"] = pad_texts([row[name] for row in rows], pad)
        return [pack]

    def training_step(self, model, inputs, num_items_in_batch=None):
        model.train()
        encoder = self.model.get_base_model()
        (pack,) = (self._prepare_inputs(pack) for pack in inputs)
        device = self.args.device.type
        with torch.autocast(device, self.dtype, enabled=self.dtype != torch.float32):
            anchors = embed(encoder, pack["anchor_ids"], pack["anchor_mask"])
            positives = embed(encoder, pack["positive_ids"], pack["positive_mask"])
        losses = ranking_losses(cosines(anchors, positives, pack["taken"]), list(range(len(anchors))))
        loss = losses.sum() / self.mean_learned
        self.accelerator.backward(loss)
        return loss.detach()
