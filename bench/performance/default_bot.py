"""This bot's data with Rasa as it comes: its default pipeline, policies and tracker store.

What the benchmark compares with (`--against-default`). Trained once, into var/default-bot (delete
that to train it anew); in full that takes an hour and more, so the intent classifier learns for few
epochs: it then understands less, and costs the same for a message.
"""

import os
import shutil
import subprocess
from pathlib import Path

from bot.cli.model import BRAIN_PYTHON, QUIET, ROOT, UNUSED

FOLDER = ROOT / "var" / "default-bot"
# Rasa's own default (`rasa init`) but for the epochs of DIET, and the search for contradictions
# between rules, which is only part of training.
CONFIG = """\
recipe: default.v1
assistant_id: default-bot
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    constrain_similarities: true
  - name: EntitySynonymMapper
  - name: ResponseSelector
    epochs: 100
    constrain_similarities: true
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
    check_for_contradictions: false
  - name: UnexpecTEDIntentPolicy
    max_history: 5
    epochs: 100
  - name: TEDPolicy
    max_history: 5
    epochs: 100
    constrain_similarities: true
"""
ENDPOINTS = """\
action_endpoint:
  url: ${ACTIONS_URL}
tracker_store:
  type: SQL
  dialect: sqlite
  db: ${DEFAULT_TRACKER}
"""
EPOCHS = 5


def ensure_trained(epochs: int = EPOCHS) -> Path:
    """Return the model, trained first if there is none."""
    model = FOLDER / "models" / "default.tar.gz"
    if not model.exists():
        _lay_out(epochs)
        command = [str(BRAIN_PYTHON), "-m", "rasa", "train", "--quiet"]
        options = ["--out", str(model.parent), "--fixed-model-name", model.name.split(".")[0]]
        environment = {**os.environ, **QUIET, **UNUSED, "DEFAULT_TRACKER": ""}
        subprocess.run([*command, *options], cwd=FOLDER, env=environment, check=True)
    return model


def _lay_out(epochs: int) -> None:
    """Write the project: our intents, messages, rules and stories, and Rasa's own configuration."""
    shutil.rmtree(FOLDER / "data", ignore_errors=True)
    shutil.copytree(ROOT / "data", FOLDER / "data")
    for name in ("domain.yml", "rasa-logging.yml"):
        shutil.copy(ROOT / name, FOLDER / name)
    (FOLDER / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    (FOLDER / "config.yml").write_text(CONFIG.format(epochs=epochs), encoding="utf-8")
    (FOLDER / "endpoints.yml").write_text(ENDPOINTS, encoding="utf-8")


if __name__ == "__main__":
    print(ensure_trained())
