"""Settings, wiring and the runs that a command starts."""
