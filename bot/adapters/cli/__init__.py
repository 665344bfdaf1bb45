"""The command line: the first way in, through the same studio as the chats."""
