"""The face side, without pixels' makers: samples, templates, quality, attacks, thresholds. Below the ports and pure."""
