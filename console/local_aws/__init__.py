"""AWS on a laptop: the emulator, the project's own template deployed to it, and our SES stand-in."""
