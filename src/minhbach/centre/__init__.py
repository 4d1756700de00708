"""The supervision site: who may see, assess, extract and publish, and the proof of it.

Each folder below is one app (models, actions, views). The order in which they may import each other is a contract in
pyproject.toml; what a lower app must know about a higher one, the higher one writes down there. Addresses of pages
stand in `urls`, beside the right each needs; no app decides about rights in a view.
"""
