"""The tree of exceptions. Raise when one could not look; return a value when one looked and it is bad.

::

    ConsentryError
    ├── MalformedError        what came is not what its format says
    ├── ProofError            a proof or a signature does not show what it is said to show
    ├── RefusedError          a profile or a missing consent forbids what was asked; names the check that refused
    ├── SettingsError         a settings file with one or more problems, each with its place
    ├── ModelMismatchError    two templates, or a template and a threshold, of different models
    ├── RedactionError        a picture could not be made safe; it must not leave
    └── BackendError          the world outside did not do as asked
        ├── SourceError       a camera, clip or folder of pictures
        ├── SupplyError       a model or clip that is missing, altered, refused or not to be had
        ├── StorageError      a disk or a database
        └── NetworkError      a neural network's runtime
"""

from dataclasses import dataclass


class ConsentryError(Exception):
    """Everything that Consentry raises on purpose. Its text may be shown to a person as it is."""


class MalformedError(ConsentryError):
    """What came is not what its format says: names what was expected, what came, and where."""


class ProofError(ConsentryError):
    """A proof or a signature does not show what it is said to show."""


class RefusedError(ConsentryError):
    """What was asked for is forbidden here: by the legal profile, or because a consent does not cover it."""

    def __init__(self, why: str, check: str = "") -> None:
        """Say why.

        Args:
            why: what was expected and what came.
            check: name of the check that refused, such as ``expired``, for programs.
        """
        self.check = check
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a settings file."""

    place: str
    """Where: ``site.toml:12: camera[0].zone[1].corners``."""
    why: str
    """What was expected and what came."""
    remedy: str
    """What to do about it."""

    def __str__(self) -> str:
        return f"{self.place}\n    {self.why}\n    -> {self.remedy}"


class SettingsError(ConsentryError):
    """All problems of a settings file at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = len(problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the settings"
        super().__init__("\n".join([head, *map(str, problems)]))


class ModelMismatchError(ConsentryError):
    """Two templates, or a template and a threshold, of different models: their numbers mean different things."""


class RedactionError(ConsentryError):
    """A picture could not be made safe. The picture must not leave the process."""


class BackendError(ConsentryError):
    """The world outside did not do as asked."""


class SourceError(BackendError):
    """A camera, clip or folder of pictures cannot be opened or read."""


class SupplyError(BackendError):
    """A model or a clip is missing, altered, refused or not to be had."""


class StorageError(BackendError):
    """A disk or a database did not take or give what it should."""


class NetworkError(BackendError):
    """A neural network's runtime could not load or run it."""
