"""One command per figure of the product, both sides of a comparison in the same run.

`source` gives the benches their load: many cameras with identical bytes from one cheap process, made by `film`, kept
by `tape`, sent by `sender`.
"""
