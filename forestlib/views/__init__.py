"""Views: how forests, trees and nodes show themselves, in a terminal, a notebook, and as text."""
