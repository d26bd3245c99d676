"""Text handling that both environments share; standard library only."""
