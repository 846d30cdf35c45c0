"""Naming: of the forms in which a phrase stands the one nearest to the dictionary names the anchor."""

from __future__ import annotations

from collections import Counter

import pytest

from forestlib.phrases.naming import usual

pytest.importorskip("simplemma")


@pytest.mark.parametrize(
    ("forms", "name"),
    [
        ({"свободу воли": 3, "Свобода воли": 1, "свободы воли": 2}, "Свобода воли"),
        ({"чужую боль": 2, "Чужая боль": 1, "чужой боли": 1}, "Чужая боль"),
        ({"законах природы": 5, "Закон природы": 1}, "Закон природы"),
        ({"waits to see": 2, "wait to see": 1}, "wait to see"),
        ({"Цена ошибки": 1, "цена ошибки": 1}, "цена ошибки"),
    ],
)
def test_the_form_nearest_to_the_dictionary_names_the_anchor(forms: dict[str, int], name: str) -> None:
    """The nominative names it where one stands in the texts, however rare; of equal spellings the plainer one."""
    assert usual(Counter(forms)) == name
