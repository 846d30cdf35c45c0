"""A corpus as a torch data set that is gone through once an epoch, by any number of ranks and of workers.

Of P parts the p-th takes the places p, p + P, p + 2P …, so that none is given twice, all together are the corpus, and
no part is longer than another by more than one place. Where a part stopped is one place: any can be rendered by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from forestlib.errors import MissingExtraError, OptionError, shown

if TYPE_CHECKING:
    from forestlib.corpus.corpus import Corpus

__all__ = ["Stream", "streamed"]

Sample = Mapping[str, Any]


class Stream:
    """The samples of a corpus, or this process's part of them; what `corpus.to_torch()` gives is also torch's own."""

    def __init__(self, corpus: Corpus, rank: int | None, world_size: int | None) -> None:
        self.corpus, self._given = corpus, (rank, world_size)
        self._place, self._within, self._resumes = 0, 0, False

    def __repr__(self) -> str:
        rank, world_size = self._ranks()
        part = f", rank {rank} of {world_size}" if world_size > 1 else ""
        return f"<torch data set of {len(self)} {self.corpus.format!r} samples{part}>"

    def __len__(self) -> int:
        rank, world_size = self._ranks()
        return len(range(rank, len(self.corpus), world_size))

    def __iter__(self) -> Iterator[Sample]:
        places = self._places()
        first, within = (self._place, self._within) if self._resumes else (0, 0)
        self._resumes = False
        self._place, self._within = first, within
        return self._samples(places[first:], within)

    def _samples(self, places: range, within: int) -> Iterator[Sample]:
        for samples in self.corpus.by_place(places):
            for number, sample in enumerate(samples):
                if number >= within:
                    # Noted before it is given: who has it will not want it again.
                    self._within = number + 1
                    yield sample
            within = self._within = 0
            self._place += 1

    def state_dict(self) -> dict[str, int]:
        """Return where this part has come to, for `load_state_dict`.

        In a `DataLoader` with workers it is the workers that have come anywhere: there torchdata's `StatefulDataLoader`
        asks them.
        """
        part, parts = self._part()
        return {
            "place": self._place,
            "within": self._within,
            "part": part,
            "parts": parts,
            "size": len(self.corpus),
            "seed": self.corpus.recipe.seed,
        }

    def load_state_dict(self, state: Mapping[str, int]) -> None:
        """Let the next iteration begin where `state` was taken."""
        here = self.state_dict()
        for name in ("part", "parts", "size", "seed"):
            if not isinstance(state, Mapping) or state.get(name) != here[name]:
                found = state.get(name) if isinstance(state, Mapping) else state
                raise OptionError(
                    f"This state is of another part or corpus: {name} is {shown(found)} there and {here[name]} here. "
                    "Resume with the same recipe, ranks and workers.",
                    field=name,
                )
        self._place, self._within, self._resumes = state["place"], state["within"], True

    def _places(self) -> range:
        part, parts = self._part()
        return range(part, len(self.corpus), parts)

    def _part(self) -> tuple[int, int]:
        """Return which part this process gives, and of how many: each worker of each rank has one of its own."""
        rank, world_size = self._ranks()
        worker = _torch().utils.data.get_worker_info()
        if worker is None:
            return rank, world_size
        return rank + world_size * worker.id, world_size * worker.num_workers

    def _ranks(self) -> tuple[int, int]:
        rank, world_size = self._given
        if rank is None or world_size is None:
            distributed = _torch().distributed
            started = distributed.is_available() and distributed.is_initialized()
            return (distributed.get_rank(), distributed.get_world_size()) if started else (0, 1)
        return rank, world_size

    def __reduce__(self) -> tuple[Any, ...]:
        # A worker that is started anew knows no ranks: they are those of the process that starts it.
        return _again, (self.corpus, *self._ranks(), self._place, self._within, self._resumes)


def streamed(corpus: Corpus, rank: int | None = None, world_size: int | None = None) -> Stream:
    """Return a corpus as a torch data set; without a rank it is that of `torch.distributed`, where that is started."""
    if (rank is None) != (world_size is None):
        raise OptionError("Give rank= and world_size= both, or none of them.")
    if rank is not None and world_size is not None:
        for name, value, least in (("world_size", world_size, 1), ("rank", rank, 0)):
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise OptionError(f"{name}= is a whole number from {least} up, got {shown(value)}.", value=value)
        if rank >= world_size:
            raise OptionError(f"The ranks of {world_size} go from 0 to {world_size - 1}, got {rank}.", value=rank)
    return _torch_stream()(corpus, rank, world_size)


def _again(corpus: Corpus, rank: int, world_size: int, place: int, within: int, resumes: bool) -> Stream:
    stream = streamed(corpus, rank, world_size)
    stream._place, stream._within, stream._resumes = place, within, resumes
    return stream


@cache
def _torch_stream() -> type[Stream]:
    """Return the class that torch takes for one of its own; it is made when it is first asked for, with torch."""
    return type("TorchStream", (Stream, _torch().utils.data.IterableDataset), {"__module__": __name__})


def _torch() -> Any:
    try:
        return import_module("torch")
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("torch", "torch", "A torch data set") from error
