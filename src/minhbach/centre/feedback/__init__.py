"""What citizens say: ratings, the suggestion box, the hotline, petitions. No code yet.

Will promise that what was said is kept as it was said, and that the minutes it speaks of are held before retention
takes them.
"""
