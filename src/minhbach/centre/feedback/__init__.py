"""What citizens say of a visit: ratings, complaints and suggestions, on public pages and through officers.

Promises that what was said is kept as it was said, that the minutes it speaks of are held before retention takes them,
and that a flood of complaints fills no recorder's disk. A rating names nobody; who complained is a row that can be
emptied. Leaves holding to `footage`, dossiers and their receipts to `dossiers`.
"""
