"""forestlib: forests of reasoning trees, and training data from which a model learns one connected system of thought.

Build a forest → see whether it holds together → lay it out as training data::

    import forestlib as fl

    forest = fl.load("trees/")
    print(forest.report())
    forest.linearize("chat", seed=7).write("out/")
"""

from forestlib import errors, registry
from forestlib.corpus.corpus import Corpus, Sample
from forestlib.corpus.provenance import read_provenance
from forestlib.corpus.recipe import Recipe
from forestlib.errors import ForestlibError
from forestlib.evaluation.stitching import stitch_score
from forestlib.forest import Forest
from forestlib.model import frames
from forestlib.model.anchor import Anchor
from forestlib.model.axis import Axis, Frame
from forestlib.model.node import Node
from forestlib.model.rows import TreeRows
from forestlib.model.tree import Tree
from forestlib.model.walk import Skip, Step, Trail, Walk
from forestlib.opening import load, read
from forestlib.wording.style import Style, Words

__all__ = [
    "Anchor",
    "Axis",
    "Corpus",
    "Forest",
    "ForestlibError",
    "Frame",
    "Node",
    "Recipe",
    "Sample",
    "Skip",
    "Step",
    "Style",
    "Trail",
    "Tree",
    "TreeRows",
    "Walk",
    "Words",
    "errors",
    "frames",
    "grower",
    "importer",
    "load",
    "read",
    "read_provenance",
    "registry",
    "serializer",
    "stitch_score",
    "walker",
]

serializer = registry.serializers.plugin
walker = registry.walkers.plugin
importer = registry.importers.plugin
grower = registry.growers.plugin
