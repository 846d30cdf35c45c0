"""The corpus: which walks, in which order, written in which format, with a manifest of what came out."""
