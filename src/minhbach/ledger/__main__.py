"""The entry of `minhbach-verify.pyz` and of `python -m minhbach.ledger`: nothing but the verifier."""

from minhbach.ledger.verify import main

if __name__ == "__main__":
    raise SystemExit(main())
