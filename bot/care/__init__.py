"""Pure rules of care: dates, timed rules, answers and wording. No I/O, no clock, no engine."""
