"""The supervisor reads what a process writes in pieces of whole lines, and loses none of it."""

import subprocess
import sys
import time

from bot.cli.supervisor import Gathered


def pieces(program: str) -> list[bytes]:
    """Return what is read of a program's output, piece by piece."""
    command = [sys.executable, "-u", "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        return list(iter(Gathered(process.stdout).readline, b""))


def test_what_comes_within_a_moment_is_one_piece() -> None:
    found = pieces("import time\nprint('a\\nb\\nc'); time.sleep(0.5); print('d')")
    assert found == [b"a\nb\nc\n", b"d\n"]


def test_a_line_that_is_written_in_parts_stays_whole() -> None:
    found = pieces(
        "import sys, time\n"
        "for part in ('one\\ntw', 'o\\nthr', 'ee'):\n"
        "    sys.stdout.write(part); sys.stdout.flush(); time.sleep(0.2)"
    )
    assert found == [b"one\n", b"two\n", b"three"]


def test_more_than_a_pipe_holds_comes_whole_and_does_not_wait_for_itself() -> None:
    began = time.monotonic()
    found = pieces("for number in range(20_000):\n    print(f'line {number}')")
    assert b"".join(found) == b"".join(b"line %d\n" % number for number in range(20_000))
    assert all(piece.endswith(b"\n") for piece in found)
    assert time.monotonic() - began < 10
