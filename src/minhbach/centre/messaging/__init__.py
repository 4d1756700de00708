"""Notices and their delivery: one row for a notice, one for each person it went to, and whether it was read.

Takes addresses (a person's id) and finished words, never people: who is responsible is known above. A notice is
written in the transaction of what caused it, so it is there exactly when that is. The channel of today is the bell in
the product.
"""
