"""Official documents as PDF, XLSX and DOCX, and uploads. No code yet.

Will promise that what it renders is what was asked, byte for byte the same for the same input, and that an upload is
never opened as what it only claims to be. What a document says, and who may read it, is the caller's.
"""
