"""The shell around the core: the one consumer, the lanes, the clock, the watchers, the conversation."""
