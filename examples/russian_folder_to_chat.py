"""A folder of Russian trees in, a LoRA-ready chat file out: python examples/russian_folder_to_chat.py TREES OUT"""

import sys

import forestlib as fl

trees, out = sys.argv[1:3]
forest = fl.load(trees)
print(forest.report())
corpus = forest.linearize("chat", walkers={"paths": 0.6, "bridges": 0.4}, seed=7)
print(corpus, *corpus.write(out), sep="\n")
