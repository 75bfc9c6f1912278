"""A true RTSP server on loopback, by GStreamer, run by the system's Python: serves one clip to whoever asks.

usage: python3 rtsp.py CLIP PORT [USER:PASSWORD]      prints the port once it listens; port 0: any
"""

import sys
from typing import Any

_LAUNCH = "( filesrc location={clip} ! matroskademux ! h264parse ! rtph264pay name=pay0 pt=96 )"
_ROLE = "guard"


def main(clip: str, port: str, account: str = "") -> None:
    """Serve until killed."""
    import gi  # noqa: PLC0415 - the system's Python has it, the one that collects the tests has not

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer  # noqa: PLC0415 - only once the versions were asked for

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(_LAUNCH.format(clip=clip))
    if account:
        _lock(GstRtspServer, server, factory, account)
    server.get_mount_points().add_factory("/hall", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)  # noqa: T201 - read by the test
    GLib.MainLoop().run()


def _lock(library: Any, server: Any, factory: Any, account: str) -> None:
    """Let in only who gives the right name and password."""
    rights, token, auth = library.RTSPPermissions(), library.RTSPToken(), library.RTSPAuth()
    for right in ("media.factory.access", "media.factory.construct"):
        rights.add_permission_for_role(_ROLE, right, True)  # noqa: FBT003 - no keyword there
    factory.set_permissions(rights)
    token.set_string("media.factory.role", _ROLE)
    auth.add_basic(library.RTSPAuth.make_basic(*account.split(":")), token)
    server.set_auth(auth)


if __name__ == "__main__":
    main(*sys.argv[1:])
