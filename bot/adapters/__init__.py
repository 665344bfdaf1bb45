"""Ways in and out: each adapter translates between its platform and the studio, and decides nothing."""
