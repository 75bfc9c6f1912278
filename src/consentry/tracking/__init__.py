"""From detections to a scene: ids per camera, positions, speeds. No pixels, no faces."""
