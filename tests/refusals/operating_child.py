"""The process that ``operating`` starts: the libraries once, then each command in a fork. Run as a file."""

import importlib
import io
import json
import os
import sys
import tempfile
import traceback

FAILED = 70
"""A command that ended with a trace."""


def act(asked: dict, files: dict[int, int]) -> int:
    for number, file in files.items():
        os.dup2(file, number)
    sys.stdin = io.TextIOWrapper(io.BytesIO(asked["said"].encode()), "utf-8")
    os.environ.update(asked["env"])
    sys.argv = ["consentry", *asked["words"]]
    if asked["path"]:
        sys.path.insert(0, asked["path"])
    try:
        if asked["script"]:
            exec(compile(asked["script"], "script", "exec"), {"__name__": "__main__"})
        else:
            importlib.import_module("consentry.cli.main").main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - whatever it was, it is told
        traceback.print_exc()
        return FAILED
    return 0


def forked(asked: dict) -> dict:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            code = FAILED
            try:
                code = act(asked, {1: out.fileno(), 2: err.fileno()})
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told = []
        for file in (out, err):
            file.seek(0)
            told.append(file.read().decode("utf-8", "replace"))
        return {"code": code, "out": told[0], "err": told[1]}


def main() -> None:
    asked = json.load(sys.stdin)
    for name in asked["libraries"]:
        importlib.import_module(name)
    sys.stdout.write(json.dumps([forked(one) for one in asked["commands"]]))


if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its names are nobody's packages
    main()
