"""The rows of publishing, one file per thing that is kept."""

from minhbach.centre.publishing.models.figures import DayFigures
from minhbach.centre.publishing.models.ranking import Score, ScoreKind, Scoring, ScoringStep, ScoringStepKind
from minhbach.centre.publishing.models.reports import (
    TEXT_LENGTH,
    FigureEdit,
    Kind,
    Part,
    Report,
    ReportFigure,
    ReportReminder,
    ReportStep,
    ReportText,
    StepKind,
)

__all__ = [
    "TEXT_LENGTH",
    "DayFigures",
    "FigureEdit",
    "Kind",
    "Part",
    "Report",
    "ReportFigure",
    "ReportReminder",
    "ReportStep",
    "ReportText",
    "Score",
    "ScoreKind",
    "Scoring",
    "ScoringStep",
    "ScoringStepKind",
    "StepKind",
]
