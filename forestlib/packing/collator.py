"""Tree packs as a batch for transformers, and the loss that knows the weights of their tokens.

A model of transformers takes a mask of four dimensions as it is. With weight one its own loss is right; leaf counts
need `TreeLoss`, because no trainer hands weights to a loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from forestlib.errors import OptionError, PackError
from forestlib.model.options import check_choice, check_counts
from forestlib.packing.masks import attention_mask, block_mask, torch
from forestlib.packing.rows import IGNORED
from forestlib.packing.treepacks import TreePack

__all__ = ["ATTENTIONS", "TreeCollator", "TreeLoss"]

ATTENTIONS = ("sdpa", "eager", "flex")


@attrs.frozen
class TreeCollator:
    """A `data_collator`: tree packs, or their records, to a batch of tensors.

    `attention` is the model's (`attn_implementation`): each wants its own form of mask. Flex masks are made on
    `device`. A data set of records needs `remove_unused_columns=False`; `TreePacks` are a data set that does not.

    >>> TreeCollator(pad_token_id=0, pad_to_multiple_of=128)
    TreeCollator(pad_token_id=0, attention='sdpa', pad_to_multiple_of=128, device=None)
    """

    pad_token_id: int
    attention: str = "sdpa"
    pad_to_multiple_of: int = 1
    device: Any = None

    def __attrs_post_init__(self) -> None:
        if self.pad_token_id is None:
            raise OptionError(
                "A batch of packs of several lengths is padded, and no token is given for it (pad_token_id=None). "
                "Give any token, the EOS token say: padding is never seen and never learned.",
                option="pad_token_id",
            )
        check_choice("TreeCollator", ATTENTIONS, attention=self.attention)
        check_counts("TreeCollator", pad_to_multiple_of=self.pad_to_multiple_of)

    def __call__(self, examples: Sequence[TreePack | Mapping[str, Any]]) -> dict[str, Any]:
        """Return the batch: ids, labels, position ids, weights of the loss and the mask."""
        records = [example.record() if isinstance(example, TreePack) else example for example in examples]
        longest = max(len(record["input_ids"]) for record in records)
        width = -(-longest // self.pad_to_multiple_of) * self.pad_to_multiple_of
        ends = torch().as_tensor(self._padded(records, "subtree_end", np.arange(1, width + 1)))
        return {
            "input_ids": torch().as_tensor(self._padded(records, "input_ids", np.full(width, self.pad_token_id))),
            "labels": torch().as_tensor(self._padded(records, "labels", np.full(width, IGNORED))),
            "position_ids": torch().as_tensor(self._padded(records, "position_ids", np.zeros(width, np.int64))),
            "loss_weights": torch().as_tensor(self._padded(records, "loss_weights", np.zeros(width, np.float32))),
            "attention_mask": self._mask(ends),
        }

    @staticmethod
    def _padded(records: Sequence[Mapping[str, Any]], name: str, padding: npt.NDArray[Any]) -> npt.NDArray[Any]:
        batch = np.tile(padding, (len(records), 1))
        for row, record in zip(batch, records, strict=True):
            row[: len(record[name])] = record[name]
        return batch

    def _mask(self, ends: Any) -> Any:
        if self.attention == "flex":
            return block_mask(ends, self.device)
        seen = attention_mask(ends)
        # Eager attention adds its mask to the scores.
        return seen if self.attention == "sdpa" else torch().where(seen, 0.0, torch().finfo(torch().float32).min)


class TreeLoss:
    """The shifted loss, each token by its weight: with leaf counts it is the loss of all separate paths.

    It is a trainer's `compute_loss_func`, and `attach` makes the model hand the weights over. Trainers that collect
    gradients over several batches divide by the number of learned tokens; that has to be multiplied with the mean
    weight of all packs (`packs.mean_weight()`), which a batch alone does not know::

        loss = TreeLoss(packs.mean_weight())
        trainer = Trainer(model, arguments, train_dataset=packs, data_collator=collator, compute_loss_func=loss)
        loss.attach(trainer.model)
    """

    def __init__(self, mean_weight: float = 1.0) -> None:
        self.mean_weight = mean_weight

    def attach(self, model: Any) -> Any:
        """Let a model put the weights of each batch beside its output; return the handle that undoes it."""
        return model.register_forward_hook(_with_weights, with_kwargs=True)

    def __call__(self, outputs: Any, labels: Any, num_items_in_batch: Any = None, loss_weights: Any = None) -> Any:
        """Return the loss of a batch, from a model's output or its logits."""
        weights = getattr(outputs, "loss_weights", None) if loss_weights is None else loss_weights
        if weights is None:
            raise PackError("The output has no weights. Attach the loss to the model: loss.attach(trainer.model).")
        logits = getattr(outputs, "logits", outputs)[:, :-1].float().flatten(0, 1)
        each = torch().nn.functional.cross_entropy(
            logits, labels[:, 1:].flatten(), ignore_index=IGNORED, reduction="none"
        )
        learned = weights[:, 1:].flatten() * (labels[:, 1:].flatten() != IGNORED)
        total = learned.sum() if num_items_in_batch is None else num_items_in_batch * self.mean_weight
        return (each * learned).sum() / total


def _with_weights(model: Any, arguments: Any, keywords: Mapping[str, Any], outputs: Any) -> Any:
    outputs.loss_weights = keywords.get("loss_weights")
    return outputs
