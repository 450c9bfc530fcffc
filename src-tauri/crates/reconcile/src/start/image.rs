//! Which image a runtime runs, and having it (contract 04 sections 3.2 and 3.5, D1).

use crate::{
    settings::{STAND_IN, Settings},
    shared::Shared,
    status::Failure,
};
use containers::{Engine, EngineError, ImageConfig, PullProgress};
use serde_json::{Map, json};
use std::{
    io::Write as _,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// An image that the engine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageReady {
    /// Its reference.
    pub reference: String,
    /// It is the built-in stand-in.
    pub stand_in: bool,
    /// The user it runs as; empty means root.
    pub user: String,
}

/// Where an image may come from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    StandIn,
    /// References to try on the engine, in order, and the one to pull.
    References {
        local: Vec<String>,
        pull: Option<String>,
    },
}

fn choose(runtime: &str, settings: &Settings) -> Choice {
    let wanted = settings
        .runtime_images
        .get(runtime)
        .or_else(|| settings.runtime_images.get("*"));
    match wanted.map(String::as_str) {
        Some(STAND_IN) => Choice::StandIn,
        Some(reference) => Choice::References {
            local: vec![reference.into()],
            pull: Some(reference.into()),
        },
        None => {
            let pull = settings.image_registry.as_deref().map(|prefix| {
                format!(
                    "{}/workspace-template-{runtime}:latest",
                    prefix.trim_end_matches('/')
                )
            });
            let mut local: Vec<String> = pull.iter().cloned().collect();
            local.push(format!(
                "molecule-local/workspace-template-{runtime}:latest"
            ));
            local.push(format!("workspace-template:{runtime}"));
            Choice::References { local, pull }
        }
    }
}

/// Finds the image of a runtime on the engine, makes it, or pulls it. `told` is the workspace that hears of progress.
///
/// # Errors
/// What stands in the way, or the engine's own error when it went away.
pub(crate) async fn fetch(
    shared: &Arc<Shared>,
    engine: &Arc<dyn Engine>,
    runtime: &str,
    told: &str,
) -> Result<ImageReady, Result<Failure, EngineError>> {
    let settings = shared.state().settings.clone();
    match choose(runtime, &settings) {
        Choice::StandIn => stand_in(shared, engine).await,
        Choice::References { local, pull } => {
            for reference in &local {
                if let Some(info) = engine.image(reference).await.map_err(sort)? {
                    return Ok(ImageReady {
                        reference: reference.clone(),
                        stand_in: false,
                        user: info.user,
                    });
                }
            }
            match pull {
                Some(reference) => pulled(shared, engine, &reference, told).await,
                None => Err(Ok(Failure::lasting(
                    "image_missing",
                    format!(
                        "There is no image for the runtime {runtime}. Choose one in the settings (runtime images; \
                         \"{STAND_IN}\" is the built-in stand-in), or name a registry to pull from, then start it again."
                    ),
                ))),
            }
        }
    }
}

/// The image of a runtime if the engine has it already; nothing is made or pulled.
///
/// # Errors
/// The engine's own.
pub(crate) async fn local(
    shared: &Shared,
    engine: &Arc<dyn Engine>,
    runtime: &str,
) -> Result<Option<ImageReady>, EngineError> {
    let settings = shared.state().settings.clone();
    if let Choice::References { local, .. } = choose(runtime, &settings) {
        for reference in local {
            if let Some(info) = engine.image(&reference).await? {
                return Ok(Some(ImageReady {
                    reference,
                    stand_in: false,
                    user: info.user,
                }));
            }
        }
    }
    Ok(None)
}

async fn pulled(
    shared: &Arc<Shared>,
    engine: &Arc<dyn Engine>,
    reference: &str,
    told: &str,
) -> Result<ImageReady, Result<Failure, EngineError>> {
    let newest: Arc<Mutex<Option<PullProgress>>> = Arc::default();
    let noted = newest.clone();
    let note = move |progress| {
        *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    };
    let clock = shared.deps.clock.clone();
    let pull = engine.pull(reference, None, Arc::new(note));
    let limit = clock.sleep(shared.options().image_limit);
    tokio::pin!(pull, limit);
    loop {
        // Only while a pull runs, and no faster than anybody reads.
        let pause = clock.sleep(Duration::from_secs(2));
        tokio::select! {
            done = &mut pull => {
                done.map_err(sort)?;
                break;
            }
            () = &mut limit => {
                return Err(Ok(Failure::lasting(
                    "timeout",
                    format!("Pulling the image {reference} took longer than 20 minutes. Check the connection, then start it again."),
                )));
            }
            () = pause => {
                let progress = newest.lock().unwrap_or_else(PoisonError::into_inner).take();
                if let Some(progress) = progress {
                    let mut extra = Map::new();
                    if let (Some(current), Some(total)) = (progress.current, progress.total.filter(|total| *total > 0)) {
                        extra.insert("percent".into(), json!(current.saturating_mul(100) / total));
                    }
                    let detail = match &progress.layer {
                        Some(layer) => format!("{reference}: {} {layer}", progress.status),
                        None => format!("{reference}: {}", progress.status),
                    };
                    shared.progress(told, "pull", &detail, extra).await;
                }
            }
        }
    }
    match engine.image(reference).await.map_err(sort)? {
        Some(info) => Ok(ImageReady {
            reference: reference.to_owned(),
            stand_in: false,
            user: info.user,
        }),
        None => Err(Err(EngineError::ImageMissing {
            reference: reference.to_owned(),
            source: None,
        })),
    }
}

/// The built-in stand-in, made on the spot from the program beside ours; no registry is asked.
pub(crate) async fn stand_in(
    shared: &Arc<Shared>,
    engine: &Arc<dyn Engine>,
) -> Result<ImageReady, Result<Failure, EngineError>> {
    let missing = |why: String| Err(Ok(Failure::lasting("image_build_failed", why)));
    let program: Option<PathBuf> = match &shared.options().stand_in {
        Some(path) => Some(path.clone()),
        None => std::env::current_exe()
            .ok()
            .and_then(|own| stand_in::image::binary_beside(&own)),
    };
    let Some(program) = program else {
        return missing(
            "The stand-in program is not beside this one, so its image cannot be made. Install the whole package, or \
             choose another image for this runtime."
                .into(),
        );
    };
    let built = tokio::task::spawn_blocking(move || {
        let rootfs = stand_in::image::RootFs::of(&program)?;
        rootfs.name().map(|name| (name, rootfs))
    })
    .await;
    let failed = |error: String| missing(format!("The stand-in image could not be made: {error}."));
    let (reference, rootfs) = match built {
        Ok(Ok(built)) => built,
        Ok(Err(error)) => return failed(error.to_string()),
        Err(error) => return failed(error.to_string()),
    };
    let user = format!("{0}:{0}", stand_in::image::OWNER);
    let ready = ImageReady {
        reference: reference.clone(),
        stand_in: true,
        user: user.clone(),
    };
    if engine.image(&reference).await.map_err(sort)?.is_some() {
        return Ok(ready);
    }
    let config = ImageConfig {
        entrypoint: vec![stand_in::image::PROGRAM.into()],
        cmd: Vec::new(),
        env: [("HOME".to_owned(), "/home/agent".to_owned())].into(),
        expose: vec![containers::AGENT_PORT],
        labels: [(
            containers::names::LABEL_MANAGED.to_owned(),
            "true".to_owned(),
        )]
        .into(),
        user: Some(user),
        working_dir: Some("/workspace".into()),
    };
    let packed = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::NamedTempFile::new()?;
        rootfs.write(std::io::BufWriter::new(&mut file))?.flush()?;
        Ok::<_, std::io::Error>(file)
    })
    .await;
    let file = match packed {
        Ok(Ok(file)) => file,
        Ok(Err(error)) => return failed(error.to_string()),
        Err(error) => return failed(error.to_string()),
    };
    engine
        .import_rootfs(&reference, file.path(), config)
        .await
        .map_err(sort)?;
    Ok(ready)
}

/// An engine that went away is not the image's fault.
fn sort(error: EngineError) -> Result<Failure, EngineError> {
    match error {
        EngineError::ImageMissing { .. } | EngineError::PullFailed { .. } => {
            Ok(Failure::lasting(error.code(), error.to_string()))
        }
        other => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_choice_beats_the_registry_and_a_star_stands_for_the_rest() {
        let mut settings = Settings {
            image_registry: Some("registry.example/team/".into()),
            ..Settings::default()
        };
        let registry = "registry.example/team/workspace-template-hermes:latest";
        let Choice::References { local, pull } = choose("hermes", &settings) else {
            panic!("no stand-in was chosen")
        };
        assert_eq!(
            (local[0].as_str(), pull.as_deref()),
            (registry, Some(registry))
        );
        settings.runtime_images.insert("*".into(), STAND_IN.into());
        assert_eq!(choose("hermes", &settings), Choice::StandIn);
        settings
            .runtime_images
            .insert("hermes".into(), "mine:1".into());
        assert_eq!(
            choose("hermes", &settings),
            Choice::References {
                local: vec!["mine:1".into()],
                pull: Some("mine:1".into())
            }
        );
    }

    #[test]
    fn without_a_registry_nothing_is_pulled() {
        let Choice::References { local, pull } = choose("codex", &Settings::default()) else {
            panic!("no stand-in")
        };
        assert_eq!(pull, None);
        assert_eq!(
            local,
            [
                "molecule-local/workspace-template-codex:latest",
                "workspace-template:codex"
            ]
        );
    }
}
