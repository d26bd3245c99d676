"""Export and delete over the real processes: Rasa's memory is part of the patient's data."""

import json
from pathlib import Path

from tests.stack import Saphena

WORDS = "my neighbour Quentin drove me to the injections last Tuesday"


def files_with(folder: Path, words: str) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if words.encode() in path.read_bytes()]


def test_rasa_s_memory_is_exported_and_deleted(saphena: Saphena) -> None:
    chat = saphena.open("glamour")
    chat.say(WORDS)
    export = chat.request("GET", "/export").json()
    assert WORDS in json.dumps(export["messages"])
    assert WORDS in json.dumps(export["tracker_events"])
    assert files_with(saphena.state, WORDS)
    assert chat.request("DELETE").status_code == 204
    assert chat.request("GET", "/messages").status_code == 404
    assert files_with(saphena.state, WORDS) == []
