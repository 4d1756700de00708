"""Assessments, findings, corrections, sanctions, inspections, norms. No code yet.

Will promise that every room is assessed each month or the report says that it was not, and that an inspection's rights
end with its decision.
"""
