"""Packed samples on a model, beside TRL: borders hold, and TRL needs no fewer packs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from forestlib.packing.bestfit import pack
from forestlib.packing.rows import Rows

torch: Any = pytest.importorskip("torch", reason="models come with forestlib[train]")
transformers: Any = pytest.importorskip("transformers", reason="models come with forestlib[train]")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
LENGTHS = [1, 7, 12, 3, 9, 20, 2, 1, 14, 5, 5, 8]


@pytest.fixture(scope="module")
def model() -> Any:
    """A tiny Llama of random weights."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=96,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        use_cache=False,
        attn_implementation="sdpa",
    )
    return transformers.LlamaForCausalLM(config).eval()


@pytest.fixture
def rows(made_rows: Callable[..., Rows]) -> Rows:
    """Rows of 1 to 20 tokens."""
    return made_rows(LENGTHS)


def test_packed_logits_are_those_of_the_sample_alone(model: Any, rows: Rows) -> None:
    """The logits of a sample in a pack equal those of the sample alone."""
    with torch.no_grad():
        for packed in pack(rows, 24):
            ids, places = torch.tensor(packed.ids[None]), torch.tensor(packed.position_ids[None])
            found = model(input_ids=ids.long(), position_ids=places.long()).logits[0]
            for begin, end in zip(packed.cu_seqlens[:-1].tolist(), packed.cu_seqlens[1:].tolist(), strict=True):
                alone = model(input_ids=ids[:, begin:end].long()).logits[0]
                assert float((found[begin:end] - alone).abs().max() / alone.abs().max()) < 1e-5


def test_the_loss_is_that_of_the_samples_alone(model: Any, rows: Rows) -> None:
    """The summed loss of packs is the summed loss of the samples: none learns across a border."""
    assert rows.labels is not None
    alone = packed_loss = 0.0
    with torch.no_grad():
        for begin, end in zip(rows.offsets[:-1].tolist(), rows.offsets[1:].tolist(), strict=True):
            if end - begin > 1 and (rows.labels[begin + 1 : end] != -100).any():
                ids, labels = (torch.tensor(part[None, begin:end]).long() for part in (rows.ids, rows.labels))
                alone += model(input_ids=ids, labels=labels, num_items_in_batch=1).loss.item()
        for packed in pack(rows, 24):
            columns = (packed.ids, packed.position_ids, packed.labels)
            ids, places, labels = (torch.tensor(column[None]).long() for column in columns)
            if (labels != -100).any():
                packed_loss += model(
                    input_ids=ids, position_ids=places, labels=labels, num_items_in_batch=1
                ).loss.item()
    assert packed_loss == pytest.approx(alone, rel=1e-5)


def test_trl_reads_the_records(rows: Rows) -> None:
    """TRL's padding-free collator makes of our records the positions, borders and labels that the packs say."""
    trainer = pytest.importorskip("trl.trainer.sft_trainer", reason="TRL comes with forestlib[train]")
    collator = trainer.DataCollatorForLanguageModeling(pad_token_id=0, padding_free=True)
    packed = pack(rows, 24)[0:2]
    batch = collator(list(packed.records()))
    assert batch["input_ids"][0].tolist() == packed.ids.tolist()
    assert batch["position_ids"][0].tolist() == packed.position_ids.tolist()
    assert batch["labels"][0].tolist() == packed.labels.tolist()
    assert batch["cu_seq_lens_q"].tolist() == packed.cu_seqlens.tolist()
    assert batch["max_length_q"] == packed.max_seqlen


@pytest.mark.parametrize("length", [24, 64, 100])
def test_never_more_packs_than_trl(made_rows: Callable[..., Rows], length: int) -> None:
    """TRL's best-fit over all samples at once needs as many packs, and holds the same tokens."""
    trl = pytest.importorskip("trl", reason="TRL comes with forestlib[train]")
    datasets = pytest.importorskip("datasets", reason="TRL comes with forestlib[train]")
    rows = made_rows(np.random.default_rng(length).integers(1, length + 1, 300).tolist())
    packs = pack(rows, length)
    records = {"input_ids": [row.tolist() for row in np.split(rows.ids, rows.offsets[1:-1])]}
    theirs = trl.pack_dataset(datasets.Dataset.from_dict(records), length, "bfd", {"batch_size": None})
    assert len(packs) == len(theirs)
    assert sorted(packs.all().ids.tolist()) == sorted(token for row in theirs["input_ids"] for token in row)
