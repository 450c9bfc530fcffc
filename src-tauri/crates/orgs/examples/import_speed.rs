//! How long plan and import take: `cargo run --release -p orgs --example import_speed -- ORG_FOLDER`. Without a folder
//! only the generated org of 1,000 roles is measured.

use clock::SystemClock;
use orgs::{Orgs, Roots};
use std::{error::Error, fmt::Write, path::PathBuf, sync::Arc, time::Instant};
use store::{OpenOptions, Store};
use wire::ImportRequest;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let generated = tempfile::tempdir()?;
    let mut yaml = String::from(
        "name: Thousand\ndefaults: {runtime: claude-code, initial_prompt: Read the plan.}\nworkspaces:\n",
    );
    for team in 0..50 {
        writeln!(
            yaml,
            "  - name: Lead {team}\n    files_dir: lead-{team}\n    children:"
        )?;
        std::fs::create_dir(generated.path().join(format!("lead-{team}")))?;
        for member in 0..19 {
            writeln!(
                yaml,
                "      - {{name: Member {member}, files_dir: m-{team}-{member}, role: Does the work of one.}}"
            )?;
            let folder = generated.path().join(format!("m-{team}-{member}"));
            std::fs::create_dir(&folder)?;
            std::fs::write(folder.join("system-prompt.md"), "You are one of many.\n")?;
        }
    }
    std::fs::write(generated.path().join("org.yaml"), yaml)?;
    for folder in std::env::args()
        .nth(1)
        .map(PathBuf::from)
        .into_iter()
        .chain([generated.path().to_owned()])
    {
        let data = tempfile::tempdir()?;
        let clock: Arc<dyn clock::Clock> = Arc::new(SystemClock::new());
        let store = Store::open(OpenOptions::new(
            data.path().join("db.sqlite"),
            clock.clone(),
        ))
        .await?;
        let roots = Roots {
            orgs: data.path().into(),
            configs: data.path().into(),
            data: data.path().into(),
        };
        let orgs = Orgs::with_roots(store, clock, Arc::default(), roots);
        let dir = orgs.register_folder(&folder).await?.dir;
        let request = ImportRequest {
            dir,
            force: true,
            ..ImportRequest::default()
        };
        let started = Instant::now();
        let planned = orgs.plan(&request).await?.plan.len();
        let plan = started.elapsed();
        let started = Instant::now();
        orgs.import(&request).await?;
        let import = started.elapsed();
        let started = Instant::now();
        orgs.import(&ImportRequest {
            mode: "sync".into(),
            ..request
        })
        .await?;
        println!(
            "{planned} roles: plan {plan:?}, import {import:?}, unchanged sync {:?}",
            started.elapsed()
        );
    }
    Ok(())
}
