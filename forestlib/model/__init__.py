"""The model: axes and frames, anchors, trees as columns, nodes as handles, walks. It knows no format."""
