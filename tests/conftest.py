"""What holds for every test: no wall-clock limits, since machines differ."""

from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
