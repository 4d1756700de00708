"""Coverage, gaps, checkpoints and cosignatures, faults, playback, live, wall, marks, holds.

Stores only what `minhbach.ledger` verified; what fails becomes an alarm, never a dropped row (invariant 5). A mark on a
timeline carries its own words and the right to read them, so that nothing above needs to be imported.
"""
