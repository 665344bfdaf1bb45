"""The asyncio side of Impasto: talks to people, keeps the queue, never imports torch."""
