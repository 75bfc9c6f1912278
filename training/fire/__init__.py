"""What the fire hazard is tried on and learns from: drawn scenes, labelled frames; no part of the product."""
