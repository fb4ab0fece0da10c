"""Access: who may see what."""
