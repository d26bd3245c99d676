"""A conversation in the hands of staff: the stage of a message, what is told, and the deadlines."""
