"""A model file is loaded only if it is the one that was made here."""

import hashlib
import logging
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.checksums import ChecksumError, beside, require_checksum, write_checksum
from bot.cli import model
from bot.cli.model import BRAIN_PYTHON, ROOT, ensure_model
from bot.cli.progress import StepError
from bot.knowledge import triage_examples
from bot.knowledge.triage_examples import load_likeness

CURE = "Make it again."
Harm = Callable[[Path], object]
HARMS: list[tuple[Harm, str]] = [
    (lambda path: path.write_bytes(b"another"), "differs"),
    (lambda path: path.write_bytes(path.read_bytes()[:-1]), "differs"),
    (lambda path: path.unlink(), "cannot be read"),
    (lambda path: beside(path).unlink(), "no checksum"),
    (lambda path: beside(path).write_text("", "utf-8"), "differs"),
    (lambda path: beside(path).write_bytes(b"\xff\xfe"), "no checksum"),
]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A file with its checksum."""
    path = tmp_path / "made.tar.gz"
    path.write_bytes(b"weights" * 1000)
    write_checksum(path)
    return path


def test_the_file_that_was_made_is_taken(made: Path) -> None:
    require_checksum(made, CURE)


def test_the_checksum_is_as_sha256sum_writes_it(made: Path) -> None:
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    assert beside(made).read_text("utf-8") == f"{digest}  made.tar.gz\n"


@pytest.mark.parametrize(("harm", "cause"), HARMS)
def test_another_file_is_refused_with_cause_and_cure(made: Path, harm: Harm, cause: str) -> None:
    harm(made)
    with pytest.raises(ChecksumError, match=f"made.tar.gz.*{cause}.*{CURE}"):
        require_checksum(made, CURE)


@pytest.fixture
def trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each training that took place; what it makes is written without Rasa."""
    models = tmp_path / "models"
    models.mkdir()
    done: list[str] = []

    def train(command: list[str], *_rest: object, **_options: object) -> None:
        done.append(command[-1])
        (models / f"{command[-1]}.tar.gz").write_bytes(b"weights")

    monkeypatch.setattr(model, "ROOT", tmp_path)
    monkeypatch.setattr(model, "MODELS", models)
    monkeypatch.setattr(model, "BRAIN_PYTHON", tmp_path)
    monkeypatch.setattr(model, "inputs_hash", lambda: "0")
    monkeypatch.setattr(model, "run_logged", train)
    return done


def test_a_model_gets_its_checksum_when_it_is_trained(tmp_path: Path, trainings: list[str]) -> None:
    old = tmp_path / "models" / "saphena-1.tar.gz"
    old.write_bytes(b"old")
    write_checksum(old)
    trained = ensure_model(tmp_path)
    assert ensure_model(tmp_path) == trained
    assert len(trainings) == 1
    require_checksum(trained, CURE)
    assert sorted(trained.parent.iterdir()) == [trained, beside(trained)]


def test_a_model_without_a_checksum_is_trained_again(tmp_path: Path, trainings: list[str]) -> None:
    beside(ensure_model(tmp_path)).unlink()
    require_checksum(ensure_model(tmp_path), CURE)
    assert len(trainings) == 2


def test_a_changed_model_is_not_run(tmp_path: Path, trainings: list[str]) -> None:
    trained = ensure_model(tmp_path)
    trained.write_bytes(b"others")
    with pytest.raises(StepError, match="differs") as caught:
        ensure_model(tmp_path)
    assert "rm models/saphena-0.tar.gz && make train" in caught.value.cure
    assert len(trainings) == 1


@pytest.mark.skipif(not BRAIN_PYTHON.exists(), reason="the brain environment is not installed")
@pytest.mark.parametrize("named", ["the file", "its folder"])
def test_rasa_s_process_does_not_load_a_changed_model(made: Path, named: str) -> None:
    named_path = made if named == "the file" else made.parent
    made.write_bytes(b"another")
    command = [
        str(BRAIN_PYTHON),
        "-m",
        "bot.brain",
        "run",
        "--port",
        "1",
        "--model",
        str(named_path),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "checksum differs" in done.stderr
    assert "make train" in done.stderr
    assert "Traceback" not in done.stderr


def test_changed_weights_of_red_flags_are_learned_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clinics = ROOT / "clinics" / "triage"
    learned = load_likeness(clinics)
    times: list[int] = []

    def learn(*_examples: object) -> object:
        times.append(1)
        return learned

    monkeypatch.setattr(triage_examples, "learn", learn)
    fresh = load_likeness.__wrapped__
    assert fresh(clinics, tmp_path) == learned
    assert fresh(clinics, tmp_path) == learned
    assert len(times) == 1
    (kept,) = tmp_path.glob("likeness-*.json")
    kept.write_text(kept.read_text("utf-8").replace("0.", "9."), "utf-8")
    with caplog.at_level(logging.WARNING):
        assert fresh(clinics, tmp_path) == learned
    assert len(times) == 2
    assert "learned again" in caplog.text
    assert sorted(path.name for path in tmp_path.iterdir()) == [kept.name, beside(kept).name]
