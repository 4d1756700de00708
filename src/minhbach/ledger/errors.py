"""The root of everything the ledger can refuse.

Promise: whatever bytes a stranger hands to this package, what comes back is a value or one of these:

    LedgerError
    ├── ProofError            tree         a Merkle proof does not prove what it claims
    ├── TileError             tiles        a log's files do not hold what its size says
    ├── NoteError             note         the bytes are no signed note
    │   └── UntrustedNote     note         no known key signed it, or a known key's signature is wrong
    ├── CheckpointError       checkpoint   the note's text is no checkpoint of ours
    └── WitnessError          witness
        ├── BrokenWitnessFile
        ├── TornWitnessFile
        ├── WitnessStopped
        └── Refusal           (its own tree is drawn in `witness`)

The classes below the root live where they are raised.
"""


class LedgerError(Exception):
    """Base of all errors of this package; the message is one whole English sentence, free of secrets."""
