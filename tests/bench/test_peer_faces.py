"""The bench of embedders beside a peer, on drawn faces, with a small true peer in dlib's place."""

import json
import sys
from pathlib import Path

import pytest

from app.pattern_faces import BoardEmbedder, FrameFinder, crowd
from bench import peer_faces

PEER = """
import json, sys
from pathlib import Path
import cv2, numpy as np
found = {}
for path in sorted(Path(sys.argv[1]).glob("*.png")):
    small = cv2.resize(cv2.imread(str(path), 0), (12, 12), interpolation=cv2.INTER_AREA).astype(np.float32) / 100
    if small.shape and cv2.imread(str(path), 0).shape[1] < 280 and cv2.imread(str(path), 0).max() > 240:
        found[int(path.stem)] = small.reshape(-1)
np.savez(sys.argv[2], numbers=np.array(list(found), np.int64), vectors=np.stack(list(found.values())))
print(json.dumps({"version": "of this test", "ms": 1.5}))
"""
"""Leaves out what is as wide as two faces, and what has no white."""


def test_known_errors_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, script = crowd(tmp_path / "crowd"), tmp_path / "peer.py"
    (folder / "Person05_broken.png").unlink()
    script.write_text(PEER)
    for name, value in (("SCRIPT", script), ("EMBEDDERS", ("boards",)), ("WIDTHS", (48, 96))):
        monkeypatch.setattr(peer_faces, name, value)
    monkeypatch.setattr(peer_faces, "load_acquiring_finder", FrameFinder)
    monkeypatch.setattr(peer_faces, "load_embedder", BoardEmbedder)
    monkeypatch.setattr(sys, "argv", ["peer_faces", str(folder), "--dlib", sys.executable, "--json"])
    peer_faces.main()
    mine, peer = json.loads(capsys.readouterr().out)["rows"]
    assert (mine["name"], peer["name"]) == ("boards", "dlib of this test (HOG, 5 landmarks, ResNet)")
    for row in (mine, peer):
        assert row["not acquired"] == "2 of 62"
        (at,) = [value for key, value in row.items() if "for FMR 0.85 %" in key]
        assert "0 of 1,740; FNMR" in at
    assert "not acquired 2; " in mine["96 px"]
    assert "of 3,480; FNMR" in mine["96 px"], "each of the two pictures is the probe once"
    assert float(mine["decidability"]) > 3
