"""The part a court runs: what was logged, who signed it, who witnessed it, and whether it still holds.

Owns the format (FORMAT.md, the normative text, travels in every evidence package) and everything needed to check it.
Promises to import the standard library only and to keep working from one zip file under `python -I -S`.
Leaves to others: reading and writing files (callers hand in `fetch` and `save`), private keys (callers hand in a
signing function), and footage itself.

Order of reading: `tree` (hashes and proofs) → `tiles` (a tree as plain files) → `ed25519` → `cosignature` → `note`
→ `checkpoint` (a signed tree head) → `witness` (who never signs two histories) → `scope` and `approval` (what people
sign) → `extract` (the package of it) → `verify` (what a court runs).
"""
