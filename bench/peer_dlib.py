"""dlib's own way from pictures to descriptors; run by ``bench.peer_faces`` with a Python that has dlib, not by ours.

    python peer_dlib.py FOLDER OUT.npz

Finder, landmarks and network are those of the packages ``dlib-bin`` and ``face_recognition_models``, called as
``face_recognition`` calls them: frontal detector with one doubling, five landmarks, no jitter.
"""

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from statistics import median

import numpy as np

DOUBLINGS = 1
"""Of the picture before faces are looked for: the default of ``face_recognition.face_locations``."""


def main() -> None:
    """Describe every picture of a folder, each named by a number; what gave no single face is left out."""
    dlib, models = import_module("dlib"), import_module("face_recognition_models")
    finder = dlib.get_frontal_face_detector()
    marks = dlib.shape_predictor(models.pose_predictor_five_point_model_location())
    network = dlib.face_recognition_model_v1(models.face_recognition_model_location())
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    numbers: list[int] = []
    vectors: list[np.ndarray] = []
    seconds = []
    for path in sorted(folder.glob("*.png")):
        image = dlib.load_rgb_image(str(path))
        began = time.process_time()
        boxes = finder(image, DOUBLINGS)
        if len(boxes) == 1:
            numbers.append(int(path.stem))
            vectors.append(np.array(network.compute_face_descriptor(image, marks(image, boxes[0]), 1), np.float32))
        seconds.append(time.process_time() - began)
    np.savez(out, numbers=np.array(numbers, np.int64), vectors=np.array(vectors, np.float32))
    sys.stdout.write(json.dumps({"version": dlib.__version__, "ms": 1000 * median(seconds)}))


if __name__ == "__main__":
    main()
