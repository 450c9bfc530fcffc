//! One window a data folder, also where no message bus can say so: the first start holds a lock and listens on a local
//! socket; a second one asks it to show its window and ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long the first start may take from its lock to its first answer.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// What the claim came to.
pub enum Claim {
    /// This start is the first one, for as long as the value lives.
    First(Held),
    /// Another one was asked to show its window.
    Shown,
}

/// The lock, and the socket that others ask at.
pub struct Held {
    _lock: File,
}

/// Claims the window of `data_folder`. `asked` runs at each later start, on a thread of its own.
///
/// # Errors
/// When the folder of local sockets cannot be used, or another start holds the window and does not answer.
pub fn claim(data_folder: &Path, asked: impl Fn() + Send + 'static) -> io::Result<Claim> {
    // The place is named by the folder's true path, which only an existing one has.
    std::fs::create_dir_all(data_folder)?;
    let socket = platform::local_file(data_folder, "window")?;
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(socket.with_extension("window-lock"))?;
    let began = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => {
                listen(&socket, asked)?;
                return Ok(Claim::First(Held { _lock: lock }));
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        match ask(&socket) {
            Ok(()) => return Ok(Claim::Shown),
            // It has just begun to start, or is about to end.
            Err(error) if began.elapsed() > PATIENCE => return Err(error),
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
}

/// A socket that a dead window left is replaced: whoever holds the lock is the window.
fn listen(socket: &Path, asked: impl Fn() + Send + 'static) -> io::Result<()> {
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(socket)?;
    std::thread::Builder::new()
        .name("window-claim".into())
        .spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                asked();
                // Whoever asked may have left; the window shows all the same.
                let _ = stream.write_all(b"shown");
            }
        })?;
    Ok(())
}

fn ask(socket: &Path) -> io::Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer == "shown" {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, claim};
    use std::sync::mpsc;

    #[test]
    fn a_second_start_asks_the_first_one_and_a_dead_one_keeps_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let (sender, shown) = mpsc::channel();
        let first = claim(folder.path(), move || sender.send(()).unwrap()).unwrap();
        assert!(matches!(first, Claim::First(_)));
        assert!(matches!(claim(folder.path(), || {}).unwrap(), Claim::Shown));
        shown.recv().unwrap();
        let other = tempfile::tempdir().unwrap();
        assert!(
            matches!(claim(other.path(), || {}).unwrap(), Claim::First(_)),
            "another data folder is another window"
        );
        // What is left of a dead one is its socket.
        drop(first);
        assert!(matches!(
            claim(folder.path(), || {}).unwrap(),
            Claim::First(_)
        ));
    }
}
