"""How well it works: alarms against what people saw."""
