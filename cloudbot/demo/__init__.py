"""The embedded world of `cloudbot demo` and of the tests: simulated servers on loopback, and the recorded week."""
