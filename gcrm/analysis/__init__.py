"""Analysis: answers that need a method."""
