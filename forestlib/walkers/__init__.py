"""Walkers: which nodes a walk shows, in which order. One file each; none imports another.

A walker takes the forest and keyword-only options and gives trails: a lazy sequence (finite, distinct, trail *i* from
*i* and the seed alone) or an iterator. A sequence may count what it leaves out in an attribute `skipped`.
"""
