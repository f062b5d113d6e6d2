"""Runs the replay alone: `python -m crawler.replay --day 1 --port 8765`; prints the base addresses and plays until interrupted or terminated."""

from __future__ import annotations

import argparse
import signal

from crawler.replay.library import DAYS
from crawler.replay.server import Replay


def main() -> None:
    """Read the arguments, play, stop on Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m crawler.replay", description="Plays the sources on loopback.")
    parser.add_argument("--day", type=int, choices=sorted(DAYS), default=1)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--platform", choices=("new", "old"), default="new", help="platform of the councils' sites")
    arguments = parser.parse_args()
    # A shell starts a background job with SIGINT ignored, so both are set.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with Replay(day=arguments.day, port=arguments.port, platform=arguments.platform) as replay:
        for source, endpoints in replay.base_urls.items():
            for name, url in endpoints.items():
                print(f"{source}.{name} {url}", flush=True)
        try:
            replay.wait()
        except KeyboardInterrupt:
            print("stopped", flush=True)


if __name__ == "__main__":
    main()
