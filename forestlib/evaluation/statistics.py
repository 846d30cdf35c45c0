"""Statistics of shares: intervals for one run, and for several seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["over_seeds", "wilson"]

_NORMAL = 1.959963984540054
# The 97.5 % quantile of Student's t by degrees of freedom; beyond these the next lower one listed, which is wider.
_T = {
    1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 6: 2.4469, 7: 2.3646, 8: 2.3060, 9: 2.2622, 10: 2.2281,
    12: 2.1788, 15: 2.1314, 20: 2.0860, 30: 2.0423, 60: 2.0003, 120: 1.9799,
}  # fmt: skip


def wilson(right: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of which `right` of `count` were seen (Wilson's score interval).

    >>> [round(bound, 3) for bound in wilson(9, 10)], wilson(0, 0)
    ([0.596, 0.982], (0.0, 1.0))
    """
    if not count:
        return 0.0, 1.0
    share, square = right / count, _NORMAL**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = _NORMAL * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def over_seeds(shares: Sequence[float]) -> tuple[float, float, float, float]:
    """Return the mean over seeds, its sample deviation, and its 95 % interval (Student's t), within 0 and 1.

    >>> [round(each, 3) for each in over_seeds([0.98, 0.99, 1.0])]
    [0.99, 0.01, 0.965, 1.0]
    """
    count = len(shares)
    mean = math.fsum(shares) / count
    if count == 1:
        return mean, 0.0, 0.0, 1.0
    deviation = math.sqrt(math.fsum((share - mean) ** 2 for share in shares) / (count - 1))
    reach = _T[max(degrees for degrees in _T if degrees < count)] * deviation / math.sqrt(count)
    return mean, deviation, max(0.0, mean - reach), min(1.0, mean + reach)
