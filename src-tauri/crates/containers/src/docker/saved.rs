//! A root file system as a saved image of one layer, the form that `docker load` and Podman take alike. Pure, and the
//! same input gives the same image id.

use super::images::split_reference;
use crate::{
    EngineError, ImageConfig,
    archive::{Archive, Owner},
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The saved image, and the id it will have.
pub(super) fn image(
    reference: &str,
    arch: &str,
    rootfs_tar: &[u8],
    config: &ImageConfig,
) -> Result<(Vec<u8>, String), EngineError> {
    let layer = hex(rootfs_tar);
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
    let id = hex(settings.as_bytes());
    let manifest = json!([{
        "Config": format!("{id}.json"),
        "RepoTags": [format!("{repo}:{tag}")],
        "Layers": [format!("{layer}/layer.tar")],
    }]);
    let mut archive = Archive::new();
    archive.file(
        &format!("{layer}/layer.tar"),
        rootfs_tar,
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

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
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
        let make = || image("localhost/agent", "amd64", b"not really a tar", &config).unwrap();
        assert_eq!(make(), make());
        let other = ImageConfig {
            cmd: vec!["/other".to_owned()],
            ..ImageConfig::default()
        };
        assert_ne!(
            make().1,
            image("localhost/agent", "amd64", b"not really a tar", &other)
                .unwrap()
                .1
        );
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
