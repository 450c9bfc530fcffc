//! Where the window may go: the served canvas and nowhere else.
//!
//! The page holds the app credential, so a page from anywhere else must never be loaded in its place. A link to the
//! outside is opened in the person's browser by `POST /shell/open`, not by following it.

use tauri::Url;

/// May the window load this address? Only the loopback server on `port` counts, by its address and over plain HTTP:
/// a name such as `localhost` can be pointed elsewhere, and another port is another program.
pub fn allowed(url: &Url, port: u16) -> bool {
    url.scheme() == "http"
        && url.host_str() == Some("127.0.0.1")
        && url.port_or_known_default() == Some(port)
        && url.username().is_empty()
        && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::allowed;

    fn may(url: &str) -> bool {
        allowed(&url.parse().unwrap(), 4711)
    }

    #[test]
    fn the_canvas_itself_may_load_with_any_path_and_fragment() {
        assert!(may("http://127.0.0.1:4711/"));
        assert!(may("http://127.0.0.1:4711/#t=ticket"));
        assert!(may("http://127.0.0.1:4711/activity?x=1"));
    }

    #[test]
    fn nothing_else_may_load() {
        for url in [
            "https://127.0.0.1:4711/",
            "http://127.0.0.1:4712/",
            "http://127.0.0.1/",
            "http://localhost:4711/",
            "http://127.0.0.2:4711/",
            "http://[::1]:4711/",
            "http://127.0.0.1.example.com:4711/",
            "http://user@127.0.0.1:4711/",
            "http://example.com/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "tauri://localhost/",
            "about:blank",
        ] {
            assert!(!may(url), "{url} must be refused");
        }
    }
}
