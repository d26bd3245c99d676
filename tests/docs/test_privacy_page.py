"""docs/privacy.md names every table, and nothing promises what no program can."""

from pathlib import Path

from bot.database import Base
from bot.migrations.models import register_all

ROOT = Path(__file__).parents[2]
KNOWLEDGE = {"clinics", "facts", "answers", "rules"}


def test_every_table_with_records_is_on_the_page() -> None:
    register_all()
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    tables = set(Base.metadata.tables) - KNOWLEDGE
    assert len(tables) > 10
    assert {name for name in tables if f"`{name}`" not in page} == set()


def test_no_page_and_no_text_claims_to_comply() -> None:
    claim = "hipaa " + "compliant"
    folders = ("docs", "clinics", "bot", "widget/src")
    kinds = {".md", ".yml", ".py", ".html", ".ts"}
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    files = [path for path in [*files, ROOT / "README.md"] if path.suffix in kinds]
    assert len(files) > 100
    assert [path for path in files if claim in path.read_text("utf-8").lower()] == []
