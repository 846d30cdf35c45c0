"""A corpus as a torch data set: every sample once, for any ranks and workers, and on from where it stopped."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forestlib as fl
from forestlib.corpus import streaming
from forestlib.demo import forest as demo
from forestlib.errors import MissingExtraError, OptionError

torch = pytest.importorskip("torch", reason="comes with forestlib[torch]")
data = torch.utils.data
# A machine of one core is warned of three workers; they work all the same.
pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create")

OWN = [{"text": f"Own {number}."} for number in range(40)]


@pytest.fixture(scope="module")
def corpus() -> fl.Corpus:
    """A corpus in two languages, with own samples and samples that say their place."""
    return demo().linearize("text", size=203, seed=7, provenance=True, own={"samples": OWN, "share": 0.1})


def sorted_(samples: Any) -> list[str]:
    """Return samples in an order of their own."""
    return sorted(json.dumps(sample, sort_keys=True) for sample in samples)


def loaded(stream: Any, workers: int, context: str | None = None, size: int = 16) -> list[Any]:
    """Return what a loader gives of a data set."""
    loader = data.DataLoader(
        stream, batch_size=size, num_workers=workers, collate_fn=list, multiprocessing_context=context
    )
    return [sample for batch in loader for sample in batch]


@pytest.mark.parametrize(("workers", "context"), [(0, None), (1, "fork"), (2, "fork"), (3, "fork"), (2, "spawn")])
def test_every_sample_comes_once(workers: int, context: str | None, corpus: fl.Corpus) -> None:
    """However many workers there are, and however they are started, all together give the corpus."""
    given = loaded(corpus.to_torch(), workers, context)
    assert sorted_(given) == sorted_(corpus)
    if workers < 2:
        assert given == list(corpus)


def test_it_is_a_data_set_of_torch(corpus: fl.Corpus) -> None:
    """Torch takes it for one of its own, with a length, so that a loader knows how many batches there are."""
    stream = corpus.to_torch()
    assert isinstance(stream, data.IterableDataset)
    assert len(data.DataLoader(stream, batch_size=10)) == 21
    assert repr(stream) == "<torch data set of 203 'text' samples>"


def test_one_may_go_through_it_twice(corpus: fl.Corpus) -> None:
    """A second epoch is like the first, and two iterators do not disturb each other."""
    stream = corpus.to_torch()
    assert list(stream) == list(stream) == list(corpus)
    pairs = list(zip(stream, stream, strict=True))
    assert pairs == [(sample, sample) for sample in corpus]


@given(st.integers(1, 9))
def test_ranks_share_the_corpus(world_size: int) -> None:
    """The ranks give every sample once, in the order of the corpus, and none has more than one sample more."""
    corpus = demo("en").linearize("text", size=50, seed=7)
    streams = [corpus.to_torch(rank=rank, world_size=world_size) for rank in range(world_size)]
    parts = [list(stream) for stream in streams]
    assert [len(part) for part in parts] == list(map(len, streams))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert [parts[place % world_size][place // world_size] for place in range(50)] == list(corpus)


def test_ranks_with_workers_share_the_corpus(corpus: fl.Corpus) -> None:
    """Each worker of each rank has a part of its own."""
    given = [loaded(corpus.to_torch(rank=rank, world_size=2), 2, "fork") for rank in range(2)]
    assert sorted_(given[0] + given[1]) == sorted_(corpus)
    assert {len(part) for part in given} <= {101, 102}


def test_the_rank_is_that_of_torch_distributed(corpus: fl.Corpus, tmp_path: Any) -> None:
    """Where torch.distributed is started, it says the rank, and a started worker is told."""
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/meet", rank=0, world_size=1)
    try:
        stream = corpus.to_torch()
        assert list(stream) == list(corpus)
        assert pickle.loads(pickle.dumps(stream))._given == (0, 1)  # noqa: S301 - made here
    finally:
        torch.distributed.destroy_process_group()


@pytest.mark.parametrize("stop", [0, 1, 100, 202, 203])
def test_it_resumes_where_it_stopped(stop: int, corpus: fl.Corpus) -> None:
    """A state taken after some samples gives the rest, once; the next epoch is whole again."""
    first, again = corpus.to_torch(), corpus.to_torch()
    running = iter(first)
    begun = [next(running) for _ in range(stop)]
    again.load_state_dict(json.loads(json.dumps(first.state_dict())))
    assert begun + list(again) == list(corpus)
    assert list(again) == list(corpus)


def test_it_resumes_inside_a_walk(forest: fl.Forest) -> None:
    """Where the format makes several samples of a walk, or none, a state says how many of them were given."""

    @fl.serializer("several")
    def several(walk: fl.Walk) -> Iterator[Any]:
        yield from [{"n": number, "text": walk.steps[-1].text} for number in range(len(walk.steps) % 4)]

    corpus = forest.linearize("several", seed=1)
    whole = list(corpus)
    for stop in range(0, len(whole), 7):
        first, again = corpus.to_torch(), corpus.to_torch()
        running = iter(first)
        begun = [next(running) for _ in range(stop)]
        again.load_state_dict(first.state_dict())
        assert begun + list(again) == whole


@pytest.mark.filterwarnings("ignore:'set_vital' is deprecated")
@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("stop", [1, 5])
def test_torchdata_resumes_it(workers: int, stop: int, corpus: fl.Corpus) -> None:
    """The loader that keeps states asks the workers for theirs, and goes on with them."""
    module = pytest.importorskip("torchdata.stateful_dataloader", reason="comes with torchdata")

    def made() -> Any:
        return module.StatefulDataLoader(corpus.to_torch(), batch_size=16, num_workers=workers, collate_fn=list)

    whole, loader, again = list(made()), made(), made()
    running = iter(loader)
    begun = [next(running) for _ in range(stop)]
    again.load_state_dict(loader.state_dict())
    assert begun + list(again) == whole


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("part", lambda corpus: corpus.to_torch(rank=1, world_size=2)),
        ("size", lambda corpus: demo().linearize("text", size=50, seed=7).to_torch(rank=0, world_size=2)),
        ("parts", lambda corpus: corpus.to_torch()),
        ("seed", lambda corpus: demo().linearize("text", size=203, seed=8).to_torch(rank=0, world_size=2)),
    ],
)
def test_a_state_of_something_else_is_refused(name: str, made: Any, corpus: fl.Corpus) -> None:
    """A state of another part, of another number of parts or of another corpus is an error, and no wrong place."""
    state = corpus.to_torch(rank=0, world_size=2).state_dict()
    with pytest.raises(OptionError, match=f"{name} is"):
        made(corpus).load_state_dict(state)


def test_it_pickles_with_its_place(corpus: fl.Corpus) -> None:
    """A pickled data set that was told where to go on goes on there."""
    first, again = corpus.to_torch(), corpus.to_torch()
    running = iter(first)
    begun = [next(running) for _ in range(9)]
    again.load_state_dict(first.state_dict())
    assert begun + list(pickle.loads(pickle.dumps(again))) == list(corpus)  # noqa: S301 - made here


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"rank": 0}, "both"),
        ({"world_size": 2}, "both"),
        ({"rank": 2, "world_size": 2}, "go from 0 to 1"),
        ({"rank": -1, "world_size": 2}, "rank="),
        ({"rank": 0, "world_size": 0}, "world_size="),
        ({"rank": True, "world_size": 2}, "rank="),
    ],
)
def test_ranks_are_checked(options: dict[str, Any], problem: str, corpus: fl.Corpus) -> None:
    """A rank that is none is an error at once."""
    with pytest.raises(OptionError, match=problem):
        corpus.to_torch(**options)


def test_a_missing_package_is_named(forest: fl.Forest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without torch the error says which extra brings it."""
    streaming._torch_stream.cache_clear()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"forestlib\[torch\]"):
        forest.linearize("text").to_torch()
