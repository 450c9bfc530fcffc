//! How the owner of a data folder hands port and bearer to its own faces: a local socket in a 0700 folder, answered
//! only to the same user; a user-only named pipe on Windows (contract 01 section 2.13). The credential never lies in a
//! file.

use serde::{Deserialize, Serialize};
#[cfg(unix)]
use sha2::{Digest, Sha256};
#[cfg(unix)]
use std::path::PathBuf;
use std::{io, path::Path};

/// What the owner tells its faces.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnerInfo {
    /// Port of the API on loopback.
    pub port: u16,
    /// Its process.
    pub pid: u32,
    /// Its version.
    pub version: String,
    /// App credential of this run.
    pub bearer: String,
}

#[cfg(unix)]
mod unix {
    use super::{OwnerInfo, local_file};
    use std::{io, path::Path, time::Duration};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{UnixListener, UnixStream},
    };

    /// Before the next look at who asks, after one that failed.
    const PAUSE: Duration = Duration::from_millis(200);

    /// Listens until it is dropped; removes its socket then.
    #[derive(Debug)]
    pub struct OwnerSocket {
        path: std::path::PathBuf,
        task: tokio::task::JoinHandle<()>,
    }

    impl OwnerSocket {
        /// Starts answering. A socket left by a dead owner is replaced: whoever holds the folder's lock is the owner.
        pub fn listen(data_dir: &Path, info: OwnerInfo) -> io::Result<Self> {
            let path = local_file(data_dir, "sock")?;
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&path)?;
            let line = serde_json::to_string(&info)?;
            let task = tokio::spawn(async move {
                loop {
                    match listener.accept().await {
                        // One after the other: a face reads one short line and leaves.
                        Ok((stream, _)) => {
                            let _ = answer(stream, &line).await;
                        }
                        // Such as no descriptor left: that passes, and without this socket nobody finds the platform.
                        Err(error) => {
                            tracing::warn!(%error, "a face could not be answered");
                            tokio::time::sleep(PAUSE).await;
                        }
                    }
                }
            });
            Ok(Self { path, task })
        }
    }

    impl Drop for OwnerSocket {
        fn drop(&mut self) {
            self.task.abort();
            let _ = std::fs::remove_file(&self.path);
        }
    }

    async fn answer(mut stream: UnixStream, line: &str) -> io::Result<()> {
        let peer = stream.peer_cred()?;
        if peer.uid() != rustix::process::getuid().as_raw() {
            tracing::warn!(
                uid = peer.uid(),
                "another user asked for this platform's credential; refused"
            );
            return Ok(());
        }
        stream.write_all(line.as_bytes()).await?;
        stream.shutdown().await
    }

    pub async fn ask(data_dir: &Path) -> io::Result<Option<OwnerInfo>> {
        let path = local_file(data_dir, "sock")?;
        let mut stream = match UnixStream::connect(&path).await {
            Ok(stream) => stream,
            // Nobody listens: no owner, or one that died and left its socket.
            Err(_) => return Ok(None),
        };
        if stream.peer_cred()?.uid() != rustix::process::getuid().as_raw() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the socket belongs to another user",
            ));
        }
        let mut text = String::new();
        stream.read_to_string(&mut text).await?;
        Ok(serde_json::from_str(&text).ok())
    }
}

#[cfg(unix)]
pub(crate) use unix::OwnerSocket;
#[cfg(windows)]
pub(crate) use windows::OwnerSocket;

/// A named pipe that only the user who made it may open. Its name is drawn anew at each start and stands in the data
/// folder, which only that user can read: nobody can sit on the name before us and pretend to be the owner.
#[cfg(windows)]
mod windows {
    use super::OwnerInfo;
    use base64::Engine as _;
    use interprocess::os::windows::{
        named_pipe::{PipeListenerOptions, pipe_mode},
        security_descriptor::SecurityDescriptor,
    };
    use std::{
        io,
        path::{Path, PathBuf},
    };
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::windows::named_pipe::ClientOptions,
    };

    /// Full access for the pipe's owner, none for anybody else, nothing inherited.
    const OWNER_ONLY: &str = "D:P(A;;GA;;;OW)";

    fn name_file(data_dir: &Path) -> PathBuf {
        data_dir.join("owner.pipe")
    }

    /// Listens until it is dropped; removes its name then.
    #[derive(Debug)]
    pub struct OwnerSocket {
        file: PathBuf,
        task: tokio::task::JoinHandle<()>,
    }

    impl OwnerSocket {
        /// Starts answering. A name left by a dead owner is replaced: whoever holds the folder's lock is the owner.
        pub fn listen(data_dir: &Path, info: OwnerInfo) -> io::Result<Self> {
            let random = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
            let name = format!(r"\\.\pipe\molecule-desktop-{random}");
            let rights = widestring::U16CString::from_str(OWNER_ONLY).map_err(io::Error::other)?;
            let listener = PipeListenerOptions::new()
                .path(Path::new(&name))
                .security_descriptor(Some(SecurityDescriptor::deserialize(&rights)?))
                .create_tokio_send_only::<pipe_mode::Bytes>()?;
            let file = name_file(data_dir);
            std::fs::write(&file, &name)?;
            let line = serde_json::to_string(&info)?;
            let task = tokio::spawn(async move {
                while let Ok(mut stream) = listener.accept().await {
                    // One after the other: a face reads one short line and leaves.
                    if stream.write_all(line.as_bytes()).await.is_ok() {
                        let _ = stream.shutdown().await;
                    }
                }
            });
            Ok(Self { file, task })
        }
    }

    impl Drop for OwnerSocket {
        fn drop(&mut self) {
            self.task.abort();
            let _ = std::fs::remove_file(&self.file);
        }
    }

    pub async fn ask(data_dir: &Path) -> io::Result<Option<OwnerInfo>> {
        let Ok(name) = std::fs::read_to_string(name_file(data_dir)) else {
            return Ok(None);
        };
        // Nobody listens: an owner that died and left its name.
        let Ok(mut pipe) = ClientOptions::new().write(false).open(name.trim()) else {
            return Ok(None);
        };
        let mut text = Vec::new();
        // The owner closes its end when all is said, which some systems tell as a broken pipe.
        match pipe.read_to_end(&mut text).await {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
            _ => Ok(serde_json::from_slice(&text).ok()),
        }
    }
}

/// Asks the owner of `data_dir` for port and bearer; `None` when nobody owns it.
///
/// # Errors
/// When the socket's folder or peer belongs to somebody else.
pub async fn find_owner(data_dir: &Path) -> io::Result<Option<OwnerInfo>> {
    #[cfg(unix)]
    return unix::ask(data_dir).await;
    #[cfg(windows)]
    return windows::ask(data_dir).await;
}

/// Where a file of this run that belongs to a data folder lies (`kind` is its ending, `sock` is the owner's socket):
/// below `XDG_RUNTIME_DIR`, else below the temporary folder, in a folder of ours only.
///
/// # Errors
/// When that folder cannot be made, or others can read it.
#[cfg(unix)]
pub fn local_file(data_dir: &Path, kind: &str) -> io::Result<PathBuf> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    let uid = rustix::process::getuid().as_raw();
    let folder = match std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|dir| dir.is_dir())
    {
        Some(dir) => dir.join("molecule-desktop"),
        None => std::env::temp_dir().join(format!("molecule-desktop-{uid}")),
    };
    match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let meta = std::fs::symlink_metadata(&folder)?;
    if !meta.is_dir() || meta.uid() != uid || meta.mode() & 0o077 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "{} must be a folder that only you can read; remove it and try again",
                folder.display()
            ),
        ));
    }
    let name = std::fs::canonicalize(data_dir).unwrap_or_else(|_| data_dir.to_owned());
    let digest = Sha256::digest(name.as_os_str().as_encoded_bytes());
    // Socket paths are short (about 100 bytes); eight bytes of digest tell data folders apart.
    let short: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(folder.join(format!("{short}.{kind}")))
}
