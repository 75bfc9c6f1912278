"""A true RTSP server on loopback, by GStreamer, run by the system's Python: serves one clip to whoever asks.

usage: python3 rtsp.py CLIP PORT [USER:PASSWORD]      prints the port once it listens; port 0: any
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 - the versions are asked for first

_LAUNCH = "( filesrc location={clip} ! matroskademux ! h264parse ! rtph264pay name=pay0 pt=96 )"


def main(clip: str, port: str, account: str = "") -> None:
    """Serve until killed."""
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(_LAUNCH.format(clip=clip))
    if account:
        _lock(server, factory, *account.split(":"))
    server.get_mount_points().add_factory("/hall", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)  # noqa: T201 - read by the test
    GLib.MainLoop().run()


def _lock(server: GstRtspServer.RTSPServer, factory: GstRtspServer.RTSPMediaFactory, user: str, word: str) -> None:
    role, rights = "guard", GstRtspServer.RTSPPermissions()
    rights.add_permission_for_role(role, "media.factory.access", True)  # noqa: FBT003 - no keyword there
    rights.add_permission_for_role(role, "media.factory.construct", True)  # noqa: FBT003 - no keyword there
    factory.set_permissions(rights)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", role)
    auth = GstRtspServer.RTSPAuth()
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, word), token)
    server.set_auth(auth)


if __name__ == "__main__":
    main(*sys.argv[1:])
