"""The commands: arguments in, calls, text out; no rules. Each imports what it needs when it runs, so that `--help` answers at once."""
