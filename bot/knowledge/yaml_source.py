"""YAML with line numbers, so that an error can point at the line a clinic's editor must mend."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where it stands, what it is, and what mends it."""

    file: str
    line: int | None
    path: str
    what: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        end = "" if self.cure.endswith("?") else "."
        return f"{place}: {self.path or '(whole file)'}: {self.what}. {self.cure}{end}"


class PackError(Exception):
    """A pack that cannot be used, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class _UniqueKeyLoader(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys in silence; here that is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem="a key has to be plain text", problem_mark=key_node.start_mark
                )
            if key_node.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key_node.value!r} stands here twice",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed YAML file that knows on which line each path stands."""

    file: str
    data: Any
    root: yaml.Node | None

    def problem(self, path: Sequence[str | int], what: str, cure: str) -> Problem:
        """Make a problem at a path such as ("answers", "cost", "text")."""
        shown = ".".join(str(part) for part in path)
        return Problem(self.file, self._line(path), shown, what.rstrip("."), cure.rstrip("."))

    def _line(self, path: Sequence[str | int]) -> int | None:
        node, line = self.root, None
        for part in path:
            step = _step(node, part)
            if step is None:
                break
            line, node = step
        return line


def _step(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark.line + 1, item
    return None


def read_yaml(path: Path) -> YamlSource:
    """Parse one YAML file. Raises PackError when it is missing, not UTF-8 or not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 (a SafeLoader)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PackError([Problem(path.name, None, "", reason, "Check the file's name")]) from error
    except UnicodeDecodeError as error:
        problem = Problem(path.name, None, "", "not UTF-8 text", "Save the file as UTF-8")
        raise PackError([problem]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        what = error.problem or "not YAML"
        cure = "Check indentation, quotes and colons on this line and the one before"
        problem = Problem(path.name, mark.line + 1 if mark else None, "", what, cure)
        raise PackError([problem]) from error
    except yaml.YAMLError as error:
        problem = Problem(path.name, None, "", str(error), "Save the file as plain YAML text")
        raise PackError([problem]) from error
    except RecursionError as error:
        what, cure = "it is nested too deeply", "Take brackets away"
        raise PackError([Problem(path.name, None, "", what, cure)]) from error
    except ValueError as error:
        # A date or a number by its form that is none: 2026-99-99.
        cure = "Correct the date or the number, or put quotes around it"
        raise PackError([Problem(path.name, None, "", str(error), cure)]) from error
    return YamlSource(path.name, data, root)
