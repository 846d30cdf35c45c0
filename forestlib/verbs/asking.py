"""Verbs that ask: whether a forest holds together, and how. They change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from forestlib.model.ground import Ground

if TYPE_CHECKING:
    from forestlib.analysis.bridges import Bridge
    from forestlib.analysis.islands import Island
    from forestlib.analysis.report import Report
    from forestlib.analysis.routes import Route
    from forestlib.model.anchor import Anchor

__all__ = ["Asking"]


class Asking(Ground):
    """A forest that can be asked."""

    def report(self) -> Report:
        """Return what the forest holds and whether it holds together.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.report().shared_anchors
        1
        """
        from forestlib.analysis.report import report

        return report(self)

    def islands(self) -> tuple[Island, ...]:
        """Return the sets of trees tied together by anchors, the largest first.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.islands()
        (<Island of 2 trees: 'God', 'mind'>,)
        """
        from forestlib.analysis.islands import islands

        return islands(self)

    def bridges(self, anchor: str | None = None) -> Iterator[Bridge]:
        """Iterate over the places where a walk can jump, all of them or those of one anchor.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> list(forest.bridges("choice"))
        [<Bridge 'choice': node 0 of 'God' – node 0 of 'mind'>]
        """
        from forestlib.analysis.bridges import bridges

        return bridges(self, anchor)

    def critical_anchors(self) -> tuple[Anchor, ...]:
        """Return the anchors whose loss splits an island.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.critical_anchors()
        (<Anchor 'choice' in 2 trees>,)
        """
        from forestlib.analysis.critical import critical_anchors

        return critical_anchors(self)

    def route(self, start: str, goal: str) -> Route:
        """Return the shortest way from one tree to another over anchors; raise `NoRouteError` where there is none.

        >>> from forestlib import read
        >>> forest = read("# God\\nGod. {choice}\\n# mind\\nThe mind. {choice}", importer="outline")
        >>> forest.route("God", "mind")
        God → *choice* → mind
        """
        from forestlib.analysis.routes import route

        return route(self, start, goal)
