"""The trained dialogue model: one file in models/, named after the hash of what it is made of."""

import hashlib
import os
from pathlib import Path

from bot.checksums import ChecksumError, beside, require_checksum, write_checksum
from bot.cli.progress import Step, StepError, run_logged

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
BRAIN_PYTHON = ROOT / ".venv" / "brain" / "bin" / "python"
INPUTS = ("config.yml", "domain.yml", "data", "bot/nlu", "bot/text", "requirements/brain.txt")
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "OMP_NUM_THREADS": "1",
}
# Training opens neither, but reads endpoints.yml, which names them.
UNUSED = {"ACTIONS_URL": "", "TRACKER_URL": "sqlite://", "RASA_MAX_CACHE_SIZE": "0"}


def inputs_hash(root: Path = ROOT) -> str:
    """Return 12 hexadecimal digits that change with any file the model is trained from."""
    digest = hashlib.sha256()
    for path in _input_files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _input_files(root: Path) -> list[Path]:
    found = (path for name in INPUTS for path in [root / name, *sorted((root / name).rglob("*"))])
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


def ensure_model(logs: Path) -> Path:
    """Return the model's file, training it first if any of its inputs changed.

    Raises StepError with the end of the trainer's output when training fails, and when the file is
    not the one that was trained.
    """
    with Step("language model", "training") as step:
        model = MODELS / f"saphena-{inputs_hash()}.tar.gz"
        if model.exists() and beside(model).exists():
            _require_as_trained(model)
            step.result = "up to date"
            return model
        _train(model, logs)
        step.result = "trained"
    return model


def _require_as_trained(model: Path) -> None:
    try:
        require_checksum(model, "")
    except ChecksumError as error:
        cure = f"Train it again: rm {model.relative_to(ROOT)} && make train"
        raise StepError(str(error).strip(), cure) from None


def _train(model: Path, logs: Path) -> None:
    if not BRAIN_PYTHON.exists():
        raise StepError("The brain environment is missing.", "Make it with: make train")
    staging = MODELS / f"{model.name.removesuffix('.tar.gz')}-{os.getpid()}"
    output = ("--out", str(MODELS), "--fixed-model-name", staging.name)
    run_logged(
        [str(BRAIN_PYTHON), "-m", "rasa", "train", "--force", "--quiet", *output],
        logs / "train.log",
        "The lines above name the file and what is wrong in it; mend it and try again.",
        env={**os.environ, **QUIET, **UNUSED, "PYTHONWARNINGS": "ignore"},
    )
    for old in set(MODELS.glob("saphena-*.tar.gz*")) - {_archive(staging)}:
        old.unlink()
    # The checksum first: killed in between there is no model, and it is trained again.
    write_checksum(_archive(staging), model)
    _archive(staging).rename(model)


def _archive(name: Path) -> Path:
    return name.with_name(f"{name.name}.tar.gz")
