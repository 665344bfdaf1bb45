"""Plays a conversation with the bot on a stand-in for Telegram, with real paintings, and takes pictures of it.

`python -m tools.telegram_transcript DIR` writes the pictures and the whole conversation as text into a folder. It needs
a Chromium, and takes some minutes: everything is painted for real.
"""
