"""What is promised: written down, taken, shown to be done, asked for again as agreed."""
