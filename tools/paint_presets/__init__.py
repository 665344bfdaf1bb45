"""Paints the preset styles that ship with the project: `python -m tools.paint_presets`.

Every picture is drawn by the code in this package from a fixed seed, so all of them are the project's own originals.
"""
