"""Papers: official documents as PDF, and photographs that people bring.

Promises that what it prints is the same bytes for the same values, and that an upload is never opened in this process
nor handed out as it came: a photograph is drawn anew by a confined child, or refused. Files are kept under the hash of
their bytes and never change. What a paper says, and who may read it, is left to the app whose row points to it.
"""
