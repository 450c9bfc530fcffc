//! A desk of one's own for a test: display, message bus, home and data folder that nobody else uses, and ways to look
//! at the windows on it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

/// How long anything is waited for. Far more than it takes: it only decides when a broken program is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Display, bus, home and data folder. All of it ends with the value.
pub struct Desk {
    home: TempDir,
    display: String,
    bus: String,
    started: Vec<Child>,
}

impl Desk {
    /// Starts a display and a message bus.
    pub fn new() -> Self {
        // Short on purpose: socket paths below it must stay under 108 bytes.
        let home = tempfile::Builder::new()
            .prefix("desk")
            .tempdir_in("/tmp")
            .unwrap();
        for folder in ["run", "data"] {
            let folder = home.path().join(folder);
            std::fs::create_dir(&folder).unwrap();
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        let (display, number) = display();
        let (bus, address) = bus();
        Self {
            home,
            display: format!(":{number}"),
            bus: address,
            started: vec![display, bus],
        }
    }

    /// A program of ours, to be started on this desk.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(binary(name));
        self.seat(&mut command);
        command
    }

    /// Gives a command this desk's environment.
    pub fn seat(&self, command: &mut Command) {
        command
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path().join("run"))
            .env("MOLECULE_HOME", self.data())
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("NO_AT_BRIDGE", "1")
            .env("GSETTINGS_BACKEND", "memory")
            // The stack of this desk needs no engine, and must not find the one of the machine.
            .env(
                "DOCKER_HOST",
                format!("unix://{}/no-engine.sock", self.home.path().display()),
            );
        for inherited in [
            "WAYLAND_DISPLAY",
            "XDG_DATA_HOME",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "XDG_STATE_HOME",
        ] {
            command.env_remove(inherited);
        }
    }

    /// Starts a command that ends with this desk at the latest. Answers its process id.
    pub fn start(&mut self, command: &mut Command) -> u32 {
        let child = command.spawn().unwrap();
        let pid = child.id();
        self.started.push(child);
        pid
    }

    /// Waits for the end of a started process and answers its exit code.
    pub fn end_of(&mut self, pid: u32) -> Option<i32> {
        let child = self
            .started
            .iter_mut()
            .find(|child| child.id() == pid)
            .unwrap();
        let status = until("the end of a process", || child.try_wait().unwrap());
        status.code()
    }

    /// Does the started process still run?
    pub fn runs(&mut self, pid: u32) -> bool {
        let child = self
            .started
            .iter_mut()
            .find(|child| child.id() == pid)
            .unwrap();
        child.try_wait().unwrap().is_none()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Is there an entry that starts the app at login?
    pub fn autostarts(&self) -> bool {
        let folder = self.home.path().join(".config/autostart");
        std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// What the owner of the data folder tells its faces (`port`, `pid`, `bearer`), once there is one.
    pub fn owner(&self) -> Value {
        until("an owner of the data folder", || self.owner_now())
    }

    /// The same, or nothing when nobody owns the data folder now.
    pub fn owner_now(&self) -> Option<Value> {
        let folder = self.home.path().join("run/molecule-desktop");
        for entry in std::fs::read_dir(folder).ok()?.flatten() {
            // The other socket there is the window's: asking it brings the window to the front.
            if entry.path().extension().is_none_or(|kind| kind != "sock") {
                continue;
            }
            let Ok(mut socket) = UnixStream::connect(entry.path()) else {
                continue;
            };
            let mut text = String::new();
            socket.read_to_string(&mut text).ok()?;
            return serde_json::from_str(&text).ok();
        }
        None
    }

    /// The app's windows that can be seen.
    pub fn windows(&self) -> Vec<Window> {
        let (display, root) = self.connect();
        let tree = display.query_tree(root).unwrap().reply().unwrap();
        tree.children
            .into_iter()
            .filter(|window| is_ours(&display, *window).unwrap_or(false))
            .collect()
    }

    /// Waits until exactly `count` windows can be seen.
    pub fn wait_for_windows(&self, count: usize) -> Vec<Window> {
        until(&format!("{count} window(s) of the app"), || {
            Some(self.windows()).filter(|windows| windows.len() == count)
        })
    }

    /// Closes a window as a person does with the button in its title bar: presses it, looks whether the window goes, and
    /// presses again when nothing happens. A press that comes while the window is still being set up may be lost.
    pub fn close(&self, window: Window) {
        until("the window to close", || {
            self.press_close(window);
            let pressed = Instant::now();
            while pressed.elapsed() < Duration::from_secs(2) {
                if !self.windows().contains(&window) {
                    return Some(());
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            None
        });
    }

    /// Presses the close button once and answers whether that closed the window.
    pub fn closes_at_one_press(&self, window: Window) -> bool {
        self.press_close(window);
        let pressed = Instant::now();
        while pressed.elapsed() < Duration::from_secs(5) {
            if !self.windows().contains(&window) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    fn press_close(&self, window: Window) {
        let (display, _) = self.connect();
        let atom = |name: &str| {
            display
                .intern_atom(false, name.as_bytes())
                .unwrap()
                .reply()
                .unwrap()
                .atom
        };
        let message = ClientMessageEvent::new(
            32,
            window,
            atom("WM_PROTOCOLS"),
            [atom("WM_DELETE_WINDOW"), 0, 0, 0, 0],
        );
        // A window that is gone already answers with an error, which is what was wanted.
        let _ = display
            .send_event(false, window, EventMask::NO_EVENT, message)
            .map(|sent| sent.check());
    }

    fn connect(&self) -> (RustConnection, Window) {
        let (display, screen) = RustConnection::connect(Some(&self.display)).unwrap();
        let root = display.setup().roots[screen].root;
        (display, root)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Last started, first ended: display and bus go when nobody uses them any more. They are asked to end, so that
        // they take their lock files and children with them.
        for child in self.started.iter_mut().rev() {
            if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                continue;
            }
            let _ = Command::new("kill")
                .args(["-TERM", &child.id().to_string()])
                .status();
            let began = Instant::now();
            while child.try_wait().is_ok_and(|ended| ended.is_none()) {
                if began.elapsed() > Duration::from_secs(10) {
                    let _ = child.kill();
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// A window with our name that is on the screen. It may vanish while it is looked at; then it is not ours any more.
fn is_ours(display: &RustConnection, window: Window) -> Option<bool> {
    let name = display
        .get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)
        .ok()?
        .reply()
        .ok()?;
    let shown = display.get_window_attributes(window).ok()?.reply().ok()?;
    Some(name.value == b"Molecule Desktop" && shown.map_state == MapState::VIEWABLE)
}

/// Starts a display with a number that nobody else has.
///
/// A number is ours once the server's lock file names our server. The server could pick a free number itself, but then
/// it takes no lock, and two that start at once may end on the same display.
fn display() -> (Child, u32) {
    for _ in 0..20 {
        let number = rand::random_range(1_000..10_000);
        let mut server = Command::new("Xvfb")
            .args([
                &format!(":{number}"),
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
                // Without this the server starts anew when its only client leaves, and drops who comes just then.
                "-noreset",
            ])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lock = format!("/tmp/.X{number}-lock");
        let socket = format!("/tmp/.X11-unix/X{number}");
        let ours = until("a display", || match server.try_wait().unwrap() {
            Some(_) => Some(false),
            None => {
                let owner = std::fs::read_to_string(&lock).unwrap_or_default();
                // The socket's file is there a moment before the server listens on it: only a connection tells.
                (owner.trim() == server.id().to_string() && UnixStream::connect(&socket).is_ok())
                    .then_some(true)
            }
        });
        if ours {
            return (server, number);
        }
    }
    panic!("no display could be started: Xvfb ended each time");
}

/// Starts a message bus, which says on its standard output where it listens.
fn bus() -> (Child, String) {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/bus.conf");
    let mut bus = Command::new("dbus-daemon")
        .args(["--nofork", "--print-address=1", "--config-file", config])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(bus.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    assert!(
        !address.trim().is_empty(),
        "the message bus ended without saying where it listens"
    );
    (bus, address.trim().to_owned())
}

/// A program of this workspace, built beside the tests.
pub fn binary(name: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().and_then(Path::parent).unwrap().join(name);
    assert!(
        path.exists(),
        "{} is not built; run: cargo build --workspace --bins",
        path.display()
    );
    path
}

/// Asks until there is an answer.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
