"""Side by side with peers: ``python -m benchmarks.model`` and ``python -m benchmarks.files`` print ratios and marks."""
