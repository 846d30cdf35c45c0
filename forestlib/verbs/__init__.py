"""The verbs of a forest, a family a file: those that ask, those that anchor, those that lay it out."""
