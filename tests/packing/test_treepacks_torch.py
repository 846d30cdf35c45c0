"""Tree packs on a model: what it computes for a token is what it computes on the separate path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from forestlib.errors import OptionError, PackError
from forestlib.packing.collator import TreeCollator, TreeLoss
from forestlib.packing.laid import TokenTree
from forestlib.packing.masks import attention_mask, knee_of, visible
from forestlib.packing.treepacks import TreePacks, tree_packs

torch: Any = pytest.importorskip("torch", reason="models come with forestlib[train]")
pytest.importorskip("torch.nn.attention.flex_attention", reason="FlexAttention comes with torch 2.5")
transformers: Any = pytest.importorskip("transformers", reason="models come with forestlib[train]")

HEAD = (91, 92)


def small_model(attention: str = "sdpa") -> Any:
    """Return a tiny Llama of random weights."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=96,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        use_cache=False,
        attn_implementation=attention,
    )
    return transformers.LlamaForCausalLM(config).train()


@pytest.fixture
def model() -> Any:
    """A tiny Llama of random weights, the same in every test."""
    return small_model()


@pytest.fixture(params=[0, 1, 2])
def tree(request: pytest.FixtureRequest, made_tree: Callable[..., TokenTree], preorder_of: Any) -> TokenTree:
    """Three random trees of forty nodes."""
    random = np.random.default_rng(request.param)
    parents = preorder_of(random.integers(0, 5, 39).tolist())
    return made_tree(parents, random.integers(0, 6, 40).tolist(), request.param, HEAD)


def path_batch(tree: TokenTree, path: Sequence[int]) -> tuple[Any, Any]:
    """Return the ids and labels of a separate path, as a plain row."""
    ids, labels = list(tree.head), [-100] * len(tree.head)
    for node in path:
        tokens = tree.nodes.ids[tree.nodes.offsets[node] : tree.nodes.offsets[node + 1]].tolist()
        ids, labels = ids + tokens, [*labels, -100, *tokens[1:]]
    return torch.tensor([ids]), torch.tensor([labels])


def grads(model: Any) -> dict[str, Any]:
    """Return the gradients of a model, and put them to zero."""
    found = {name: part.grad.clone() for name, part in model.named_parameters()}
    model.zero_grad()
    return found


def apart(one: Any, other: Any) -> float:
    """Return the largest difference of two tensors, as a share of the largest value."""
    return float((one - other).detach().abs().max() / other.detach().abs().max())


def forward(model: Any, batch: dict[str, Any]) -> Any:
    """Return the output of a model for a batch of the collator."""
    return model(**{name: column for name, column in batch.items() if name != "loss_weights"})


def learned_once(model: Any, tree: TokenTree, paths: list[list[int]], each: bool) -> Any:
    """Return the sum of the losses of the separate paths, of all their tokens or of each node's once."""
    total, seen = 0.0, set[int]()
    for path in paths:
        ids, labels = path_batch(tree, path)
        if each:
            place = len(tree.head)
            for node in path:
                size = int(tree.nodes.lengths[node])
                if node in seen:
                    labels[0, place : place + size] = -100
                seen.add(node)
                place += size
        logits = model(input_ids=ids).logits
        total = total + torch.nn.functional.cross_entropy(
            logits[0, :-1], labels[0, 1:], ignore_index=-100, reduction="sum"
        )
    return total


def packings(tree: TokenTree, weights: str) -> list[TreePacks]:
    """Return a tree in one pack, in windows, and in windows that share packs."""
    return [
        tree_packs([tree], 1000, weights=weights),
        tree_packs([tree], 1000, weights=weights, knee=20),
        tree_packs([tree], 90, weights=weights, mask="sparse"),
    ]


def test_the_packings_differ(tree: TokenTree) -> None:
    """One pack, windows of their own and windows that share packs are three things to test."""
    one, cut, shared = (packs.report for packs in packings(tree, "one"))
    assert (one.packs, one.windows, one.repeated) == (1, 1, 0)
    assert cut.packs == cut.windows > 2
    assert 1 < shared.packs <= shared.windows


@pytest.mark.parametrize("packing", [0, 1, 2])
def test_logits_are_those_of_the_separate_paths(
    model: Any, tree: TokenTree, paths_of: Callable[[TokenTree], list[list[int]]], packing: int
) -> None:
    """The logits of each node's tokens equal those on every separate path that has the node."""
    alone: dict[tuple[int, ...], Any] = {}
    for path in paths_of(tree):
        ids, _ = path_batch(tree, path)
        for place, logits in enumerate(model(input_ids=ids).logits[0]):
            alone[tuple(ids[0, : place + 1].tolist())] = logits
    shown = set()
    for pack in packings(tree, "one")[packing]:
        found = forward(model, TreeCollator(0)([pack])).logits[0]
        seen = visible(pack.subtree_end)
        for place in range(len(pack)):
            before = tuple(pack.ids[np.flatnonzero(seen[place])].tolist())
            assert apart(found[place], alone[before]) < 1e-5
            shown.add(before)
    assert shown == alone.keys()


@pytest.mark.parametrize("packing", [0, 1, 2])
@pytest.mark.parametrize("weights", ["leaves", "one"])
def test_loss_and_gradients_are_those_of_the_separate_paths(
    model: Any, tree: TokenTree, paths_of: Callable[[TokenTree], list[list[int]]], packing: int, weights: str
) -> None:
    """Leaf counts give the loss of all paths, weight one that of each node once; the gradients too."""
    expected = learned_once(model, tree, paths_of(tree), weights == "one")
    expected.backward()
    wanted = grads(model)
    packs = packings(tree, weights)[packing]
    batch = TreeCollator(0)(list(packs))
    loss = TreeLoss()(forward(model, batch), batch["labels"], 1, batch["loss_weights"])
    loss.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    largest = max(float(gradient.abs().max()) for gradient in wanted.values())
    for name, gradient in grads(model).items():
        assert float((gradient - wanted[name]).abs().max()) < 1e-4 * largest


def test_the_models_own_loss_is_exact_with_weight_one(
    model: Any, tree: TokenTree, paths_of: Callable[[TokenTree], list[list[int]]]
) -> None:
    """With weight one the shifted loss that the model itself computes learns each node once, and nothing else."""
    total = learned_once(model, tree, paths_of(tree), True)
    for packs in packings(tree, "one"):
        batch = TreeCollator(0)(list(packs))
        count = int((batch["labels"] != -100).sum())
        assert forward(model, batch).loss.item() == pytest.approx(total.item() / count, rel=1e-5)


def test_eager_attention_sees_the_same(tree: TokenTree) -> None:
    """Eager attention, whose mask is added to the scores, gives the logits that SDPA gives."""
    packs = list(tree_packs([tree], 1000, knee=20))
    with torch.no_grad():
        wanted = forward(small_model().eval(), TreeCollator(0)(packs)).logits
        found = forward(small_model("eager").eval(), TreeCollator(0, "eager")(packs)).logits
    assert apart(found, wanted) < 1e-5


@pytest.mark.filterwarnings("ignore:.*flex_attention called without torch.compile:UserWarning")
def test_flex_attention_sees_the_same(tree: TokenTree) -> None:
    """The block mask of the collator gives in FlexAttention what the boolean mask gives in SDPA."""
    packs = list(tree_packs([tree], 1000, knee=20))
    width = 128
    plain, flex = TreeCollator(0, "sdpa", width)(packs), TreeCollator(0, "flex", width)(packs)
    query, key, value = torch.randn(3, *plain["input_ids"].shape, 2, 16).transpose(2, 3)
    attend = torch.nn.attention.flex_attention.flex_attention
    wanted = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=plain["attention_mask"])
    assert apart(attend(query, key, value, block_mask=flex["attention_mask"]), wanted) < 1e-5


def test_padding_changes_nothing(model: Any, tree: TokenTree) -> None:
    """Padding is seen by nobody and learned by nobody, and no row of the mask is empty."""
    packs = list(tree_packs([tree], 1000, knee=20))
    plain, padded = TreeCollator(0)(packs), TreeCollator(0, pad_to_multiple_of=64)(packs)
    width = plain["input_ids"].shape[1]
    assert padded["input_ids"].shape[1] % 64 == 0
    assert bool(padded["attention_mask"].any(-1).all())
    assert not bool(padded["attention_mask"][..., :width, width:].any())
    assert forward(model, padded).loss.item() == pytest.approx(forward(model, plain).loss.item(), rel=1e-5)


def test_the_tensor_mask_is_the_matrix(tree: TokenTree) -> None:
    """The tensor for SDPA says what the matrix of numpy says."""
    for pack in tree_packs([tree], 1000):
        mask = attention_mask(torch.as_tensor(pack.subtree_end)[None])
        assert np.array_equal(mask[0, 0].numpy(), visible(pack.subtree_end))


def test_a_trainer_learns_from_tree_packs(tree: TokenTree, tmp_path: Any) -> None:
    """transformers' Trainer takes packs, collator and loss, and its loss is that of the weights."""
    packs = tree_packs([tree], 1000, knee=20)
    model = small_model()
    with torch.no_grad():
        batch = TreeCollator(0)(list(packs))
        output = forward(model, batch)
        wanted = TreeLoss()(output, batch["labels"], None, batch["loss_weights"]).item()
    arguments = transformers.TrainingArguments(
        tmp_path,
        per_device_train_batch_size=len(packs),
        max_steps=1,
        learning_rate=0.0,
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    loss = TreeLoss(packs.mean_weight())
    trainer = transformers.Trainer(
        model, arguments, train_dataset=packs, data_collator=TreeCollator(0), compute_loss_func=loss
    )
    loss.attach(trainer.model)
    assert trainer.train().training_loss == pytest.approx(wanted, rel=1e-4)


def test_a_loss_that_is_not_attached_says_so(tree: TokenTree) -> None:
    """Without its weights the loss is an error, not the loss of something else."""
    batch = TreeCollator(0)(list(tree_packs([tree], 1000)))
    with pytest.raises(PackError, match=r"attach"):
        TreeLoss()(forward(small_model(), batch), batch["labels"])


def test_padding_needs_a_token() -> None:
    """A tokenizer without a pad token is an error that says what to give."""
    with pytest.raises(OptionError, match="EOS"):
        TreeCollator(None)  # type: ignore[arg-type]


def test_the_knee_counts_what_a_model_multiplies() -> None:
    """The knee of a model is what its layers multiply for a token, over what attention does for a pair of them."""
    model = small_model()
    layer = sum(part.numel() for name, part in model.model.layers[0].named_parameters() if "norm" not in name)
    assert knee_of(model.config) == pytest.approx((layer + 32 * 96 / 2) / (2 * 32 * 4 / 3))
