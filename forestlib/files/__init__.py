"""Files: the format of trees, read and written losslessly, streaming, atomically."""
