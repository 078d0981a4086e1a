"""Models served on this host: one process a version, one router in front of them, under the agent."""
