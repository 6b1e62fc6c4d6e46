"""One package or module per outside system; each turns its bytes into the core's values and back."""
