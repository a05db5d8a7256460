"""Language barriers: from the level one has to the level one needs, in guided hours and weeks."""

from sojourn.engines.language.gap import (
    CEFR_LEVELS,
    GuidedHours,
    HoursRange,
    LanguageGap,
    LearningEffort,
    Outlook,
    UnknownLevelError,
    language_gap,
)

__all__ = [
    "CEFR_LEVELS",
    "GuidedHours",
    "HoursRange",
    "LanguageGap",
    "LearningEffort",
    "Outlook",
    "UnknownLevelError",
    "language_gap",
]
