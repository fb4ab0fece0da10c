"""The guard at the door: headers that keep the browser on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Nothing is loaded from, or sent to, anywhere but the dashboard's own server. Streamlit builds code from text
#: (`unsafe-eval`: its charts) and starts components from blobs.
_RULES = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "frame-ancestors 'self'",
    "form-action 'self'",
    "base-uri 'self'",
    "object-src 'none'",
)
POLICY = "; ".join(_RULES)


class Guard:
    """ASGI middleware that adds the headers to every answer.

    Attributes
    ----------
    app
        The application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [
                    (b"content-security-policy", POLICY.encode()),
                    (b"referrer-policy", b"same-origin"),
                    (b"x-content-type-options", b"nosniff"),
                ]
                names = {name for name, _ in own}
                message["headers"] = [h for h in message.get("headers", []) if h[0].lower() not in names] + own
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)
