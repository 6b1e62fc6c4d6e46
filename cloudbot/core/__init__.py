"""The words of the domain: values and decisions. No I/O, no clock, no logging, no asyncio."""
