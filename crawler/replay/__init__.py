"""Plays the sources on loopback from bundled publications: `with Replay(day=1) as replay: replay.base_urls`."""
