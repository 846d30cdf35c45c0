"""Analysis: what a forest holds and whether it holds together. One question a file."""
