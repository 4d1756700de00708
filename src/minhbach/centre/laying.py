"""Lays the tables of a database: what `migrate` lays, in a tenth of the processor's time.

Owns one shortcut. Before each operation Django makes the classes of every model anew that is related to the one
concerned, and here nearly all are: of thirteen seconds twelve went into classes that nobody asked. A model that is new
has nothing pointing at it yet, so it alone is made; and a trigger changes no class. All else is left to Django. That
what is laid is what the models say holds `tests/centre/test_laying.py`.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management import call_command
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger


def lay() -> None:
    """Run every migration that has not run. Raises what the database says."""
    with _shortened():
        call_command("migrate", verbosity=0, interactive=False)


def _add_model(state: ProjectState, model: ModelState) -> None:
    """Beside the models that are there: they keep their classes."""
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state._relations is not None:  # type: ignore[attr-defined]
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        state.apps.render_multiple([model])


def _add_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
    """Remember the trigger; its statement is complete without a class."""
    options = state.models[app_label, operation.model_name.lower()].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]


@contextlib.contextmanager
def _shortened() -> Iterator[None]:
    ours: tuple[tuple[type, str, Callable[..., Any]], ...] = (
        (ProjectState, "add_model", _add_model),
        (AddTrigger, "state_forwards", _add_trigger),
    )
    theirs = [(owner, name, getattr(owner, name)) for owner, name, _ in ours]
    for owner, name, way in ours:
        setattr(owner, name, way)
    try:
        yield
    finally:
        for owner, name, way in theirs:
            setattr(owner, name, way)
