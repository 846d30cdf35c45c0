"""Importers: other sources to tree rows. One file each; none imports another."""
