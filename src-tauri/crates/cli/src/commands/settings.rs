//! `settings`: shown, or changed by what is named.

use super::Context;
use crate::{args::SettingsArgs, failure::Failure, output};
use reqwest::Method;
use std::collections::BTreeMap;
use wire::Settings;

/// Runs it.
pub async fn run(context: &Context, named: SettingsArgs) -> Result<(), Failure> {
    let client = context.client().await?;
    let now: Settings = client.get("/settings").await?;
    let images = images(now.runtime_images.clone().unwrap_or_default(), &named.image)?;
    let patch = Settings {
        runtime_images: (!named.image.is_empty()).then_some(images),
        memory_budget_mb: named.memory.map(u64::from),
        hibernation_idle_minutes: named.sleep_after,
        auto_apply: named.auto_apply,
        reload_paused: named.pause_reload,
        events_structural_days: named.keep_changes,
        events_operational_days: named.keep_events,
        events_transient_hours: named.keep_live,
        ..Settings::default()
    };
    let all = if patch == Settings::default() {
        now
    } else {
        client.send(Method::PATCH, "/settings", &patch).await?
    };
    if context.json {
        output::document(&all)
    } else {
        show(&all)
    }
}

/// The table of images with these answers applied.
fn images(
    mut images: BTreeMap<String, String>,
    named: &[String],
) -> Result<BTreeMap<String, String>, Failure> {
    for answer in named {
        match answer.split_once('=') {
            Some((runtime, "")) if !runtime.is_empty() => drop(images.remove(runtime)),
            Some((runtime, image)) if !runtime.is_empty() => {
                drop(images.insert(runtime.to_owned(), image.to_owned()))
            }
            _ => {
                return Err(Failure::usage(format!(
                    "--image {answer}: write RUNTIME=IMAGE"
                )));
            }
        }
    }
    Ok(images)
}

fn show(all: &Settings) -> Result<(), Failure> {
    let yes_no = |on: Option<bool>| if on.unwrap_or(false) { "yes" } else { "no" }.to_owned();
    let kept = |span: Option<u32>, unit: &str| match span.unwrap_or(0) {
        0 => "for ever".to_owned(),
        span => output::count(usize::try_from(span).unwrap_or(usize::MAX), unit),
    };
    output::pairs(&[
        (
            "Memory for agents",
            match all.memory_budget_mb.unwrap_or(0) {
                0 => "read from the engine".to_owned(),
                mb => format!("{mb} MiB"),
            },
        ),
        (
            "Sleep after",
            match all.hibernation_idle_minutes.unwrap_or(0) {
                0 => "never".to_owned(),
                minutes => format!(
                    "{} without work",
                    output::count(usize::try_from(minutes).unwrap_or(0), "minute")
                ),
            },
        ),
        (
            "Quit with agents",
            all.quit_policy.clone().unwrap_or_default(),
        ),
        ("Apply org changes", yes_no(all.auto_apply)),
        ("Reload paused", yes_no(all.reload_paused)),
        (
            "Extra host names",
            all.extra_hosts.clone().unwrap_or_default().join(", "),
        ),
        (
            "Keep changes of the org",
            kept(all.events_structural_days, "day"),
        ),
        ("Keep events", kept(all.events_operational_days, "day")),
        ("Keep live events", kept(all.events_transient_hours, "hour")),
    ])?;
    for (runtime, image) in all.runtime_images.iter().flatten() {
        output::say(format!("Image of {runtime}: {image}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::images;

    #[test]
    fn images_are_added_replaced_and_removed() {
        let had = [
            ("a".to_owned(), "one:1".to_owned()),
            ("b".to_owned(), "two:1".to_owned()),
        ]
        .into();
        let named = [
            "a=".to_owned(),
            "*=stand-in".to_owned(),
            "b=x:2=odd".to_owned(),
        ];
        let now = images(had, &named).unwrap();
        assert_eq!(
            now.into_iter().collect::<Vec<_>>(),
            [
                ("*".to_owned(), "stand-in".to_owned()),
                ("b".to_owned(), "x:2=odd".to_owned())
            ]
        );
        assert!(images(Default::default(), &["no-image".to_owned()]).is_err());
    }
}
