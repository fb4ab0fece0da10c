"""Components of ours in the browser."""
