"""The command line: reading arguments, wiring the parts, telling people how it went."""
