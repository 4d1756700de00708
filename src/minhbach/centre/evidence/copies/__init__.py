"""Copies made of sealed footage: a working copy cut to the second, and a copy in which other people are covered.

Pictures are decoded and encoded in a confined child only (``decode.copying``); here stands what it is told. A copy
proves nothing: what it was made from does, and the package says which is which.
"""
