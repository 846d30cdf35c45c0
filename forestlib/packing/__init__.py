"""Packs: samples, or whole trees, laid into token rows of one length. It knows arrays of ids, and no corpus."""
