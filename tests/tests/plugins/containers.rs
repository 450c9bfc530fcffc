//! Plugins in real containers, also when the platform is killed.

use crate::*;

/// The platform, one stand-in agent that is online, its container.
async fn one_agent() -> (Served, Engine, String) {
    let served = Served::start(ServedOptions::with_engine()).await;
    let engine = Engine::connect().await;
    served.stand_ins().await;
    offer(&served, "demo", &DEMO);
    let id = agent(&served, "a").await;
    served.online(1, minutes(3)).await;
    (served, engine, id)
}

async fn file(engine: &Engine, id: &str, path: &str) -> Option<String> {
    let container = engine.id_of(id).await?;
    engine
        .file(&container, &format!("/configs/{path}"))
        .await
        .map(|file| file.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_comes_and_goes_in_a_running_container() {
    let (served, engine, id) = one_agent().await;
    let (status, done) = install(&served, &id, json!({"source": "demo"})).await;
    assert_eq!(
        (status, &done["delivered"], &done["restart"]),
        (200, &json!("agent"), &json!("now")),
        "{done}"
    );
    let first = served
        .until(&id, "the restart", minutes(2), |one| {
            one["status"] == "online" && one["needs_restart"] != json!(true)
        })
        .await;
    drop(first);
    eventually("the skill in the agent", minutes(1), || async {
        let (_, answer) = served.say(&id, "/echo skill a").await;
        answer.to_string().contains("body").then_some(())
    })
    .await;
    assert_eq!(
        file(&engine, &id, "plugins/demo/.complete")
            .await
            .as_deref(),
        Some("")
    );
    assert_eq!(
        file(&engine, &id, "plugins/demo/rules/r.md")
            .await
            .as_deref(),
        Some("Be brief.\n")
    );
    assert!(
        file(&engine, &id, "CLAUDE.md")
            .await
            .unwrap()
            .contains("Be brief.")
    );
    let container = engine.id_of(&id).await.unwrap();
    let inside = engine
        .file(&container, "/configs/plugins/demo/plugin.yaml")
        .await
        .unwrap();
    assert_eq!((inside.uid, inside.mode & 0o777), (1000, 0o644));

    // Only the text of a skill: the same container goes on, and answers with the new text.
    let mut changed = DEMO.to_vec();
    changed[1].1 = "---\nname: a\ndescription: d\n---\nsecond body\n";
    offer(&served, "demo", &changed);
    let (status, done) = install(&served, &id, json!({"source": "demo"})).await;
    assert_eq!(
        (status, &done["delivered"], &done["restart"]),
        (200, &json!("agent"), &json!("none")),
        "{done}"
    );
    eventually("the new text in the agent", seconds(20), || async {
        let (_, answer) = served.say(&id, "/echo skill a").await;
        answer.to_string().contains("second body").then_some(())
    })
    .await;
    assert_eq!(engine.id_of(&id).await.unwrap(), container, "no restart");

    // While it sleeps: a new version, brought by its next start, with nothing left of the old one.
    let (status, _) = served
        .post(&format!("/workspaces/{id}/pause"), json!({}))
        .await;
    assert!(status < 300);
    served
        .until(&id, "being paused", minutes(1), |one| {
            one["status"] == "paused"
        })
        .await;
    offer(
        &served,
        "demo",
        &[
            ("plugin.yaml", "name: demo\nversion: 2.0.0\n"),
            ("rules/n.md", "New.\n"),
        ],
    );
    let (_, done) = install(&served, &id, json!({"source": "demo"})).await;
    assert_eq!(done["delivered"], "next_start", "{done}");
    served
        .post(&format!("/workspaces/{id}/resume"), json!({}))
        .await;
    served
        .until(&id, "being online", minutes(2), |one| {
            one["status"] == "online"
        })
        .await;
    assert!(
        file(&engine, &id, "plugins/demo/plugin.yaml")
            .await
            .unwrap()
            .contains("2.0.0")
    );
    assert_eq!(file(&engine, &id, "plugins/demo/rules/r.md").await, None);
    eventually(
        "the copy of the dropped skill to be gone",
        seconds(20),
        || async { file(&engine, &id, "skills/a").await.is_none().then_some(()) },
    )
    .await;

    let (status, gone) = served
        .delete(&format!("/workspaces/{id}/plugins/demo"))
        .await;
    assert_eq!((status, &gone["restart"]), (200, &json!("now")), "{gone}");
    assert_eq!(file(&engine, &id, "plugins/demo/plugin.yaml").await, None);
    assert_eq!(file(&engine, &id, "CLAUDE.md").await, None);
    served
        .until(&id, "being online again", minutes(2), |one| {
            one["status"] == "online"
        })
        .await;
    let told = served.events(&["PLUGIN_CHANGED"], 0).await;
    let actions: Vec<&str> = told
        .iter()
        .map(|one| one["payload"]["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        ["installed", "updated", "updated", "updated", "removed"],
        "{told:#?}"
    );
}

/// The platform is killed at every named point of an install, an update and an uninstall, in a real container. The next
/// start finds the old state or the new one, whole.
#[tokio::test(flavor = "multi_thread")]
async fn kills_at_every_named_point_leave_the_old_or_the_new_state_whole() {
    let (mut served, engine, id) = one_agent().await;
    let mut missed = Vec::new();
    let mut version = 0;
    for point in plugins::FAILPOINTS {
        let removal = point.starts_with("unplug");
        // An install of another version each time; before a removal there is one.
        version += 1;
        if removal {
            let (status, done) = install(&served, &id, json!({"source": "demo"})).await;
            assert_eq!(status, 200, "{done}");
            settled(&served, &id).await;
        }
        let old = file(&engine, &id, "plugins/demo/plugin.yaml").await;
        let (yaml, rule) = (
            format!("name: demo\nversion: {version}.0.0\n"),
            format!("Rule {version}.\n"),
        );
        let skill = format!("---\nname: a\ndescription: d\n---\nbody {version}\n");
        if !removal {
            offer(
                &served,
                "demo",
                &[
                    ("plugin.yaml", &yaml),
                    ("skills/a/SKILL.md", &skill),
                    ("rules/r.md", &rule),
                ],
            );
        }
        served
            .again(&[("FAILPOINTS", &format!("{point}=return(abort)"))])
            .await;
        served
            .until(&id, "being online", minutes(2), |one| {
                one["status"] == "online"
            })
            .await;
        eventually("the container to be known", minutes(1), || async {
            let (_, console) = served.get("/stack").await;
            (console["engine"]["state"] == "ready").then_some(())
        })
        .await;
        let (method, path, body) = match removal {
            true => (
                Method::DELETE,
                format!("/workspaces/{id}/plugins/demo"),
                None,
            ),
            false => (
                Method::POST,
                format!("/workspaces/{id}/plugins"),
                Some(json!({"source": "demo"})),
            ),
        };
        served.ask(method, &path, body).await;
        match tokio::time::timeout(seconds(30), served.ended()).await {
            Ok(_) => {}
            Err(_) => missed.push(*point),
        }
        // Right now, with nobody there to mend it: one version, whole, or none.
        let now = file(&engine, &id, "plugins/demo/plugin.yaml").await;
        let new = (!removal).then(|| yaml.clone());
        assert!(
            now == old || now == new || (now.is_none() && *point == "plugin.snapshot"),
            "{point}: {now:?}"
        );

        served.again(&[]).await;
        settled(&served, &id).await;
        let wanted = if *point == "plugin.fetched" { old } else { new };
        let found = file(&engine, &id, "plugins/demo/plugin.yaml").await;
        assert_eq!(found, wanted, "{point}");
        let memory = file(&engine, &id, "CLAUDE.md").await.unwrap_or_default();
        if removal {
            assert_eq!(
                (
                    memory.as_str(),
                    file(&engine, &id, "skills/a/SKILL.md").await
                ),
                ("", None),
                "{point}"
            );
        } else if *point != "plugin.fetched" {
            assert!(
                memory.contains(&rule) && memory.matches("# Plugin: demo").count() == 1,
                "{point}: {memory}"
            );
            assert_eq!(
                file(&engine, &id, "skills/a/SKILL.md").await.as_deref(),
                Some(skill.as_str()),
                "{point}"
            );
            assert!(
                file(&engine, &id, "plugins/demo/.complete").await.is_some(),
                "{point}"
            );
        }
        println!(
            "{point}: {}",
            if missed.contains(point) {
                "not met"
            } else {
                "whole"
            }
        );
    }
    assert!(
        missed.is_empty(),
        "built without these points, or nothing leads to them: {missed:?}"
    );
}

/// Online, with nothing left to bring, and no restart due.
async fn settled(served: &Served, id: &str) {
    eventually("plugins and agent at rest", minutes(2), || async {
        let (_, list) = served.get(&format!("/workspaces/{id}/plugins")).await;
        let brought = list
            .as_array()?
            .iter()
            .all(|one| one["delivered"] == json!(true));
        let one = served
            .workspaces()
            .await
            .into_iter()
            .find(|one| one["id"] == id)?;
        (brought && one["status"] == "online" && one["needs_restart"] != json!(true)).then_some(())
    })
    .await;
    // A restart that was asked for a moment ago may not have begun.
    tokio::time::sleep(seconds(1)).await;
    served
        .until(id, "being online", minutes(2), |one| {
            one["status"] == "online"
        })
        .await;
}
