"""`jupyter mlx agent …`."""

from __future__ import annotations

import argparse
from typing import Any

from .common import add_command, age, print_json

__all__ = ["add"]


def add(groups: Any) -> None:
    """Declare the commands."""
    commands = groups.add_parser("agent", help="the process that runs jobs; it starts by itself").add_subparsers(
        metavar="COMMAND", required=True
    )
    add_command(commands, "start", start, "start the agent of this host, unless it runs")
    add_command(commands, "stop", stop, "end the agent; running attempts go on, and the next agent takes them over")
    add_command(commands, "status", status, "say whether the agent runs")


def _settings() -> Any:
    from ..settings import Settings

    return Settings.from_env()


def _print(found: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        print_json({key: value for key, value in found.items() if key != "process"})
    elif found["running"]:
        print(f"running  pid {found.get('pid', '?')}  since {age(found.get('started_at')) or 'now'}")
    else:
        print("not running; it starts with the next run, or by `jupyter mlx agent start`")


def start(options: argparse.Namespace) -> int:
    """Start."""
    from ..errors import Unavailable
    from ..jobs.control import agent_status, ensure_agent, is_running
    from ..store.bell import Bell

    settings = _settings()
    with Bell(settings.key, "start") as bell:
        ensure_agent(settings)
        for _ in range(100):
            if is_running(settings):
                break
            bell.wait(0.1)
        else:
            raise Unavailable(
                "agent_not_started", "The agent did not start.", f"Look at {settings.state_dir}/agent.log."
            )
    _print(agent_status(settings), options)
    return 0


def stop(options: argparse.Namespace) -> int:
    """Stop."""
    from ..jobs.control import stop_agent

    stopped = stop_agent(_settings())
    if options.json:
        print_json({"running": False, "stopped": stopped})
    else:
        print("stopped" if stopped else "it was not running")
    return 0


def status(options: argparse.Namespace) -> int:
    """Status: 0 where it runs, 1 where not."""
    from ..jobs.control import agent_status

    found = agent_status(_settings())
    _print(found, options)
    return 0 if found["running"] else 1
