"""The stitching experiment: does a model stitch what forestlib lays out? ``python -m benchmarks.stitching``."""
