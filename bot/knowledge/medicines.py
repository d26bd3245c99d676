"""Reading the list of medicines (clinics/medicines.yml), with errors that name place and cure."""

import re
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from bot.care.screening.medicines import Medicine, Medicines
from bot.care.screening.model import GROUP_OF
from bot.knowledge.facts import Strict
from bot.knowledge.yaml_source import PackError, read_yaml

# No word of the language is taken for a misspelt medicine.
REAL_WORDS = Path("triage", "en", "real_words.txt")


class _Group(Strict):
    """Medicines that count as the same classes."""

    counts_as: list[str] = Field(alias="is", min_length=1)
    perhaps: list[str] = Field(default=[])
    on_skin: list[str] | None = None
    medicines: dict[str, list[str]] = Field(min_length=1)

    @field_validator("counts_as", "perhaps", "on_skin")
    @classmethod
    def _known(cls, classes: list[str] | None) -> list[str] | None:
        for one in classes or ():
            if one not in GROUP_OF:
                raise ValueError(f"{one!r} is no finding of a screening")
        return classes


class _List(Strict):
    groups: list[_Group] = Field(min_length=1)
    not_medicines: list[str] = Field(default=[])


@cache
def load_medicines(path: Path) -> Medicines:
    """Read medicines.yml. Raises PackError with file, place and cure."""
    source = read_yaml(path)
    try:
        form = _List.model_validate(source.data)
        return Medicines.of(
            (
                (_medicine(name, group), [*_names_in(name), *others])
                for group in form.groups
                for name, others in group.medicines.items()
            ),
            [*form.not_medicines, *_real_words(path.parent / REAL_WORDS)],
        )
    except ValidationError as error:
        problems = [
            source.problem(one["loc"], one["msg"], "The head of the file tells its form")
            for one in error.errors()
        ]
        raise PackError(problems) from error
    except ValueError as error:
        problem, _, cure = str(error).partition("; ")
        raise PackError([source.problem((), problem, cure)]) from error


def _medicine(name: str, group: _Group) -> Medicine:
    on_skin = tuple(group.on_skin) if group.on_skin is not None else None
    return Medicine(name, tuple(group.counts_as), tuple(group.perhaps), on_skin)


def _real_words(path: Path) -> list[str]:
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def _names_in(name: str) -> list[str]:
    """ "Advil, Motrin (ibuprofen)" is three names."""
    return [part.strip() for part in re.split(r"[,()]", name) if part.strip()]
