"""Plays a whole conversation on a simulated Discord and takes pictures of it: `python -m tools.discord_transcript`.

Everything but Discord is real: store, intake, studio, presenter, the engine that paints, discord.py. What people see is
drawn by simcord's preview in a headless Chromium, which has to be there.
"""
