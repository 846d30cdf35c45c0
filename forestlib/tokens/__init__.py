"""Tokens: texts to rows of ids. Each distinct piece is tokenized once, rows are joined from ids and checked.

What is here knows no corpus and no wording: it gets pieces of text by number and rows as sequences of those numbers.
"""
