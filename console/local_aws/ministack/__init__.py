"""What runs in the emulator's process: ministack, corrected where the pipeline would notice the difference.

Run with `python -m` under whichever interpreter has ministack, so it imports nothing else of this project.
Each correction says what AWS does; docs/local-aws.md says what would go wrong without it.
"""
