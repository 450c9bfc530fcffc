//! Where the window may go: the served canvas and nowhere else.
//!
//! The page holds the app credential, so a page from anywhere else must never be loaded in its place. A link to the
//! outside is opened in the person's browser by `POST /shell/open`, not by following it.

use std::sync::atomic::{AtomicU16, Ordering};

use tauri::Url;

/// The path that the page asks for when the person wants a platform that ended to be started in this window's process.
/// No server answers it: the window sees the wish and stays where it is. It is the only thing a page can tell the window
/// while there is no platform to ask.
const START_HERE: &str = "/shell/start-here";

/// The port of the platform that the window shows. It changes when another process takes the data folder over.
#[derive(Debug, Default)]
pub struct Bound(AtomicU16);

impl Bound {
    /// From now on this port, and no other.
    pub fn to(&self, port: u16) {
        self.0.store(port, Ordering::Release);
    }

    /// What to do when the page wants to load `url`.
    pub fn look_at(&self, url: &Url) -> Wish {
        let port = self.0.load(Ordering::Acquire);
        match allowed(url, port) {
            true if url.path() == START_HERE => Wish::StartHere,
            true => Wish::Load,
            false => Wish::Elsewhere,
        }
    }
}

/// What a page wants by an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// The canvas.
    Load,
    /// That the platform is started in this process.
    StartHere,
    /// To leave; refused.
    Elsewhere,
}

/// May the window load this address? Only the loopback server on `port` counts, by its address and over plain HTTP:
/// a name such as `localhost` can be pointed elsewhere, and another port is another program.
fn allowed(url: &Url, port: u16) -> bool {
    url.scheme() == "http"
        && url.host_str() == Some("127.0.0.1")
        && url.port_or_known_default() == Some(port)
        && url.username().is_empty()
        && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::{Bound, Wish, allowed};

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

    #[test]
    fn the_binding_follows_the_platform_and_the_wish_to_start_it_is_no_page() {
        let bound = Bound::default();
        bound.to(4711);
        let look = |url: &str| bound.look_at(&url.parse().unwrap());
        assert_eq!(look("http://127.0.0.1:4711/#t=x"), Wish::Load);
        assert_eq!(
            look("http://127.0.0.1:4711/shell/start-here"),
            Wish::StartHere
        );
        assert_eq!(look("http://example.com/shell/start-here"), Wish::Elsewhere);
        bound.to(4712);
        assert_eq!(
            look("http://127.0.0.1:4711/"),
            Wish::Elsewhere,
            "the former port is another program now"
        );
        assert_eq!(look("http://127.0.0.1:4712/"), Wish::Load);
    }
}
