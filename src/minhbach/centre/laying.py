"""Lays the tables of a database: what `migrate` lays, in a tenth of the processor's time.

Owns one shortcut. Before and after each operation Django makes the classes of every model anew that is related to the
one concerned, and here nearly all are: nine tenths of the time went into classes that nobody asked. Only the model
concerned is made anew; what points at it keeps the class it had, which has the same table and the same key. Who does
ask the others has them made whole first, by the means that Django has for it (`is_delayed`): a migration's own Python,
and operations that change what others point at. That what is laid is what the models say holds
`tests/centre/test_laying.py`.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management import call_command
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AlterField, RenameField, RenameModel
from django.db.migrations.operations.base import Operation
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


def _alone(state: ProjectState, app_label: str, model_name: str, _delay: bool) -> set[tuple[str, str]]:
    """Which classes a changed model makes anew: its own."""
    state.is_delayed = True
    return {(app_label, model_name.lower())}


def _add_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
    """Remember the trigger; its statement is complete without a class."""
    options = state.models[app_label, operation.model_name.lower()].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]


def _with_all_classes(theirs: Callable[..., None]) -> Callable[..., None]:
    """The same operation, for which everything that points at the model has classes of the same making."""

    def forwards(
        operation: Operation,
        app_label: str,
        editor: BaseDatabaseSchemaEditor,
        before: ProjectState,
        after: ProjectState,
    ) -> None:
        # Keys that point at a changed field are dropped and laid again only where it is unique, as it must be for them.
        if not isinstance(operation, AlterField) or operation.field.unique:
            before.clear_delayed_apps_cache()
            after.clear_delayed_apps_cache()
        theirs(operation, app_label, editor, before, after)

    return forwards


@contextlib.contextmanager
def _shortened() -> Iterator[None]:
    ours: tuple[tuple[type, str, Callable[..., Any]], ...] = (
        (ProjectState, "add_model", _add_model),
        (ProjectState, "_find_reload_model", _alone),
        (AddTrigger, "state_forwards", _add_trigger),
        *(
            (kind, "database_forwards", _with_all_classes(kind.database_forwards))
            for kind in (AlterField, RenameField, RenameModel)
        ),
    )
    theirs = [(owner, name, owner.__dict__[name]) for owner, name, _ in ours]
    for owner, name, way in ours:
        setattr(owner, name, way)
    try:
        yield
    finally:
        for owner, name, way in theirs:
            setattr(owner, name, way)
