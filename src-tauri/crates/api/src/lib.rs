//! HTTP and WebSocket: routes, auth, limits, OpenAPI, the served canvas.
