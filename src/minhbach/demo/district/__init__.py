"""The demo's district: a fictional province of 18 communes, its offices, its people and what they have done so far.

Owns the names (`places`, `staff`) and laying them through the site's own actions (`laying`), so that everything a page
shows was written the way an office writes it. No place, person or number here is real. Runs once, as a program of its
own with the site's settings: `python -m minhbach.demo.district`.
"""
