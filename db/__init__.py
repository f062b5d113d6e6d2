"""What we know: records, schema, store, events and raw bytes. Imports nothing else of ours."""
