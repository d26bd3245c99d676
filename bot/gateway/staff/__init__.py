"""The staff console: a face of the gateway for the clinic's own people, rendered on the server.

It lives in the gateway because it needs the same services: turns, push, limits, the clock.
"""
