"""From a source to a Sighting with its bytes."""
