"""docs/security.md: each test that it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# `test_file::test_name`, `folder/test_file`, or `::test_name` of the file named before.
NAMED = re.compile(r"`((?:\w+/)?test_\w+)?(?:::(test_\w+))?`")


def test_every_test_that_is_named_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    file, named = Path(), 0
    for where, name in NAMED.findall(page):
        if where:
            places = (ROOT / "tests" / f"{where}.py", ROOT / "tests/channels" / f"{where}.py")
            (file,) = (path for path in places if path.exists())
        assert not name or f"def {name}(" in file.read_text("utf-8"), name
        named += 1
    assert named > 40
