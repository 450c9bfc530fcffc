//! A root file system as a saved image of one layer, the form that `docker load` and Podman take alike. Pure, and the
//! same input gives the same image id.

use super::images::split_reference;
use crate::{
    EngineError, ImageConfig,
    archive::{Archive, Owner},
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256, digest::Output};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

/// Writes the saved image to `out` and tells the id it will have. Blocks while the file is read twice, in pieces: an
/// image is larger than all else that lies in memory.
pub(super) fn image<W: Write>(
    reference: &str,
    arch: &str,
    rootfs_tar: &Path,
    config: &ImageConfig,
    out: W,
) -> Result<(W, String), EngineError> {
    let unread = |error: io::Error| unreadable(rootfs_tar, &error);
    let (layer, size) = digest_of(rootfs_tar).map_err(unread)?;
    let (repo, tag) = split_reference(reference);
    let settings = json!({
        "architecture": arch,
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": settings(config),
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{layer}")] },
        "history": [{ "created": "1970-01-01T00:00:00Z", "comment": "made from a root file system" }],
    })
    .to_string();
    let id = hex(&Sha256::digest(settings.as_bytes()));
    let manifest = json!([{
        "Config": format!("{id}.json"),
        "RepoTags": [format!("{repo}:{tag}")],
        "Layers": [format!("{layer}/layer.tar")],
    }]);
    let mut archive = Archive::to(out);
    archive.stream(
        &format!("{layer}/layer.tar"),
        size,
        File::open(rootfs_tar).map_err(unread)?,
        0o644,
        Owner::ROOT,
    )?;
    archive.file(
        &format!("{id}.json"),
        settings.as_bytes(),
        0o644,
        Owner::ROOT,
    )?;
    archive.file(
        "manifest.json",
        manifest.to_string().as_bytes(),
        0o644,
        Owner::ROOT,
    )?;
    Ok((archive.finish()?, format!("sha256:{id}")))
}

fn settings(config: &ImageConfig) -> Value {
    let mut settings = Map::new();
    let mut set = |name: &str, value: Value| settings.insert(name.to_owned(), value);
    let env: Vec<String> = config
        .env
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    set("Env", env.into());
    let ports = config
        .expose
        .iter()
        .map(|port| (format!("{port}/tcp"), json!({})))
        .collect();
    set("ExposedPorts", Value::Object(ports));
    let labels = config
        .labels
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    set("Labels", Value::Object(labels));
    for (name, list) in [("Entrypoint", &config.entrypoint), ("Cmd", &config.cmd)] {
        if !list.is_empty() {
            set(name, list.clone().into());
        }
    }
    for (name, text) in [("User", &config.user), ("WorkingDir", &config.working_dir)] {
        if let Some(text) = text {
            set(name, text.clone().into());
        }
    }
    Value::Object(settings)
}

/// SHA-256 and length of a file.
fn digest_of(file: &Path) -> io::Result<(String, u64)> {
    let mut file = BufReader::with_capacity(64 * 1024, File::open(file)?);
    let (mut digest, mut size) = (Sha256::new(), 0);
    loop {
        let piece = file.fill_buf()?;
        if piece.is_empty() {
            return Ok((hex(&digest.finalize()), size));
        }
        digest.update(piece);
        let length = piece.len();
        size += length as u64;
        file.consume(length);
    }
}

fn hex(digest: &Output<Sha256>) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of the root file system, or of the image made from it, that cannot be read or written here.
pub(super) fn unreadable(place: &Path, error: &io::Error) -> EngineError {
    EngineError::Invalid {
        what: format!("{} cannot be used: {error}.", place.display()),
        remedy: "See that the folder for temporary files can be written and has room.".to_owned(),
        source: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{ReadLimits, read};

    #[test]
    fn the_same_input_gives_the_same_image() {
        let config = ImageConfig {
            cmd: vec!["/agent".to_owned()],
            ..ImageConfig::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let rootfs = folder.path().join("rootfs.tar");
        std::fs::write(&rootfs, b"not really a tar").unwrap();
        let of = |config| image("localhost/agent", "amd64", &rootfs, config, Vec::new()).unwrap();
        let make = || of(&config);
        assert_eq!(make(), make());
        let other = ImageConfig {
            cmd: vec!["/other".to_owned()],
            ..ImageConfig::default()
        };
        assert_ne!(make().1, of(&other).1);
        let entries = read(&make().0, ReadLimits::default()).unwrap();
        let crate::archive::EntryKind::File(manifest) = &entries.last().unwrap().kind else {
            panic!("a file")
        };
        assert!(
            String::from_utf8_lossy(manifest).contains("localhost/agent:latest"),
            "a reference without a tag is latest"
        );
    }
}
