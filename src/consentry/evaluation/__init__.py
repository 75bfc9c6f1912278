"""How well it works: alarms against what people saw, and errors of comparing faces, each with its interval."""
