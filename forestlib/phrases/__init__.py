"""Phrases: where anchors stand, which phrases trees share, and which mean the same. Knows no analysis and no corpus."""
