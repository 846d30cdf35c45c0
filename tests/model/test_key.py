"""Keys: what two spellings of one phrase have in common, the quick way and the long one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from forestlib.model.key import _folded_any, folded

SIGNS = st.sampled_from("aZеЕёЁйЙя «»–—-=>`'\"\t\n\r\u00a0\u0308\u0301½ﬁ→")


@settings(max_examples=500, deadline=None)
@given(st.text(SIGNS, max_size=8))
def test_the_quick_way_folds_as_the_long_one(text: str) -> None:
    """Usual English and Russian texts are folded by less work, to the same key."""
    assert folded(text) == _folded_any(text)
