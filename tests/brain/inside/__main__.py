"""Run the tests of this folder in Rasa's Python; prints a JSON object: what failed, by test.

The arguments are the names of files to run, all without any.
"""

import json
import sys
import unittest
from pathlib import Path


class Kept(unittest.TextTestResult):
    passed: list[str]

    def startTestRun(self) -> None:  # noqa: N802
        self.passed = []

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().addSuccess(test)
        self.passed.append(test.id())


if __name__ == "__main__":
    here = Path(__file__).parent
    sys.path.insert(0, str(here))
    names = sys.argv[1:] or [path.stem for path in sorted(here.glob("check_*.py"))]
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(sys.stderr, resultclass=Kept).run(suite)
    wrong = {test.id(): text for test, text in [*result.failures, *result.errors]}
    print(json.dumps({**dict.fromkeys(result.passed, ""), **wrong}))
