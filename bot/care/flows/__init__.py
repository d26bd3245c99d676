"""Tasks of several turns: screening, booking. Pure; the state travels in slots as plain JSON.

    running.py    what a message means to the task under way: answer, command, or another question
    screening.py  "am I a candidate?"
    booking.py    a consultation, a call back, an appointment to move or cancel, as requests

A task is added as a Flow (flow.py), and named in `running.FLOWS`.
"""
