"""The way in from Telegram: messages, buttons and inline queries in, the presenter's views out. Decides nothing."""
