"""Notices: templates and their delivery, each attempt kept. No code yet.

Takes addresses and finished values, never people: who is responsible is known above. Will promise that a notice
leaves only after the write that caused it is committed, and that its caller can ask what became of it.
"""
