"""The way in from Discord: commands, buttons and forms in, the presenter's views out. Decides nothing."""
