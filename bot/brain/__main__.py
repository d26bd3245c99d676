"""Rasa's command line with our changes put in first. Run as python -m bot.brain run ...

The arguments are those of `rasa`. What is changed, and why, stands in the modules imported here;
each changes how long something takes, and nothing else.
"""

from bot.brain import response_validation


def main() -> None:
    """Put the changes in, then hand over to Rasa. Does not return."""
    response_validation.compile_once()
    # Rasa would keep conversations in memory, and say so in a warning, if this could not be loaded.
    from rasa.__main__ import main as rasa_main  # noqa: PLC0415  # slow to import, and last

    import bot.brain.tracker_store  # noqa: F401, PLC0415

    rasa_main()


if __name__ == "__main__":
    main()
