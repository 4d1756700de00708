"""The look of the pages: one small design system, shown on `/style`.

Owns the frame of every page (`templates/base.html`), the components (`templates/components`, the tags in
`templatetags/look.py`, `static/css`, `static/icons`, `static/js/frame`), the pages of errors, the choice of language
and light, and the policy that forbids anything inline. Promises that every component works without a script, at a
phone's width, on paper and by keyboard. It knows no rows and no rights: what a page shows is left to the apps above.
"""
