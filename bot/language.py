"""Which language a message is in."""

import re
import unicodedata
from collections.abc import Mapping

from py3langid.langid import MODEL_FILE, LanguageIdentifier

ENGLISH = "en"
LANGUAGES = ("en", "es", "zh", "tl", "vi", "ar", "fr", "ko", "ru", "pt", "ht", "de", "hi")
# Of 20,000 sentences in English hardly one is taken for another language with these limits.
SURE = 0.9
FEWEST_WORDS = 3
SENTENCE_END = re.compile(r"(?<=[.!?;。？！])\s*|\n+")


class LanguageDetector:
    """Tells the language of a message, among those the assistant has a sentence for."""

    def __init__(self) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(list(LANGUAGES))

    def detect(self, text: str) -> str | None:
        """Return another language than English, if it surely is one; else None."""
        if len(text.split()) < FEWEST_WORDS and not _other_script(text):
            return None
        language, probability = self._identifier.classify(text)
        return str(language) if language != ENGLISH and probability >= SURE else None

    def others(self, text: str) -> Mapping[str, str]:
        """Return the sentences of a message that are in another language, each with it.

        Beside one that surely is, those that only may be count too. Empty where all are: then the
        whole is, which `detect` tells.
        """
        sentences = [one.strip() for one in SENTENCE_END.split(text) if one.strip()]
        sure = [language for one in sentences if (language := self.detect(one))]
        if not sure:
            return {}
        others = [one for one in sentences if self._identifier.classify(one)[0] != ENGLISH]
        return {} if len(others) == len(sentences) else dict.fromkeys(others, sure[0])


def _other_script(text: str) -> bool:
    """Tell whether most letters are not Latin: then a single word tells the language."""
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(letters) and latin < len(letters) / 2
