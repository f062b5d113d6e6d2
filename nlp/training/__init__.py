"""Builds the trained parts of the language pipeline from public data; never imported when Kamerspoor runs."""
