"""Serializers: how a walk is written down as samples of one training format. One file each; none imports another."""
