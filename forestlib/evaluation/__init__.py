"""Evaluation: does a trained model stitch what a corpus lays out? Probes, models that answer, scores, a look inside.

Every answer is read as moves on the forest itself, so that every way through it counts, and nothing else does.
"""
