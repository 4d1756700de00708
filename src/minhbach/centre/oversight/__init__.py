"""What supervision finds: a finding made from a moment of footage, explained by those it is about, concluded by others.

Promises that a finding has the footage of its minutes held at once, that nobody concludes what they explained, and that
a recording is never the only basis: nothing is concluded without an explanation or its term being over. Assessments,
sanctions, inspections and norms come later: a finding says of itself where it comes from.
"""
