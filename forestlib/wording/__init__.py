"""Wording: how the words between nodes are said, in the language of the tree that they name."""
