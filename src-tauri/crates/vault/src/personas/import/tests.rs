//! Personas in and out of a keychain.

use super::*;
use crate::testing::SimulatedKeychain;

fn write(dir: &Path, slug: &str, text: &str) {
    std::fs::create_dir_all(dir.join(slug)).unwrap();
    std::fs::write(dir.join(slug).join("env"), text).unwrap();
}

fn actions(report: &ImportReport) -> Vec<(&str, &'static str)> {
    report
        .outcomes
        .iter()
        .map(|outcome| (outcome.slug.as_str(), outcome.action.code()))
        .collect()
}

fn setting() -> (tempfile::TempDir, Arc<SimulatedKeychain>, Personas) {
    let keychain = Arc::new(SimulatedKeychain::new());
    let personas = Personas::new(Arc::clone(&keychain) as Arc<dyn Keychain>);
    (tempfile::tempdir().unwrap(), keychain, personas)
}

#[tokio::test]
async fn import_twice_writes_once() {
    let (dir, keychain, personas) = setting();
    write(dir.path(), "pm", "TOKEN=a\nUSER=pm\n");
    write(dir.path(), "qa", "TOKEN=b\n");
    let first = personas.import(dir.path()).await.unwrap();
    assert_eq!(actions(&first), [("pm", "created"), ("qa", "created")]);
    assert_eq!(first.outcomes[0].keys, ["TOKEN", "USER"]);
    let writes = keychain.writes_to("persona/pm");
    write(
        dir.path(),
        "pm",
        "# the same in another order\nUSER = pm\nTOKEN='a'\n",
    );
    write(dir.path(), "qa", "TOKEN=c\n");
    let second = personas.import(dir.path()).await.unwrap();
    assert_eq!(actions(&second), [("pm", "unchanged"), ("qa", "updated")]);
    assert_eq!(
        keychain.writes_to("persona/pm"),
        writes,
        "an unchanged persona is not written again"
    );
    assert_eq!(
        personas.load("qa").await.unwrap()["TOKEN"],
        Secret::from("c")
    );
}

#[tokio::test]
async fn list_load_and_remove() {
    let (dir, _, personas) = setting();
    write(dir.path(), "pm", "TOKEN=a=b\nUSER=pm\n");
    personas.import(dir.path()).await.unwrap();
    let listed = personas.list().await.unwrap();
    assert_eq!(
        listed,
        [PersonaKeys {
            slug: "pm".into(),
            keys: vec!["TOKEN".into(), "USER".into()]
        }]
    );
    assert_eq!(
        personas.load("pm").await.unwrap()["TOKEN"],
        Secret::from("a=b")
    );
    assert!(personas.load("nobody").await.unwrap().is_empty());
    assert!(personas.load("../pm").await.unwrap().is_empty());
    let asked = ["nobody".to_owned(), "pm".to_owned()].into();
    let many = personas.load_many(&asked).await.unwrap();
    assert_eq!(many.keys().collect::<Vec<_>>(), ["pm"]);
    assert_eq!(many["pm"].as_ref().unwrap()["USER"], Secret::from("pm"));
    assert!(personas.remove("pm").await.unwrap());
    assert!(!personas.remove("pm").await.unwrap());
    assert!(personas.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_bad_file_keeps_the_former_persona() {
    let (dir, _, personas) = setting();
    write(dir.path(), "pm", "TOKEN=a\n");
    personas.import(dir.path()).await.unwrap();
    write(dir.path(), "pm", "TOKEN=b\nnot a pair\n");
    write(dir.path(), "qa", "TOKEN=q\n");
    let report = personas.import(dir.path()).await.unwrap();
    assert_eq!(actions(&report), [("pm", "skipped"), ("qa", "created")]);
    assert!(
        report.outcomes[0]
            .reason
            .as_ref()
            .unwrap()
            .contains("env:2:")
    );
    assert_eq!(report.outcomes[0].keys, ["TOKEN"]);
    assert_eq!(
        personas.load("pm").await.unwrap()["TOKEN"],
        Secret::from("a")
    );
}

#[tokio::test]
async fn a_locked_keychain_is_one_error_and_no_empty_persona() {
    let (dir, keychain, personas) = setting();
    write(dir.path(), "pm", "TOKEN=a\n");
    personas.import(dir.path()).await.unwrap();
    keychain.lock();
    assert_eq!(
        personas.import(dir.path()).await.unwrap_err().code(),
        "keychain_locked"
    );
    assert_eq!(
        personas.load("pm").await.unwrap_err().code(),
        "keychain_locked"
    );
    let asked = ["pm".to_owned()].into();
    assert_eq!(
        personas.load_many(&asked).await.unwrap_err().code(),
        "keychain_locked"
    );
}

#[tokio::test]
async fn a_failure_at_any_write_leaves_the_old_or_the_new_persona_whole() {
    // Long enough for several pieces, so that a failure can fall between them.
    let old = format!("TOKEN={}\n", "o".repeat(9_000));
    let new = format!("TOKEN={}\n", "n".repeat(7_000));
    for failing in 0..40 {
        let (dir, keychain, personas) = setting();
        write(dir.path(), "pm", &old);
        personas.import(dir.path()).await.unwrap();
        write(dir.path(), "pm", &new);
        keychain.fail_after_changes(failing);
        let outcome = personas.import(dir.path()).await;
        keychain.mend();
        let kept = personas.load("pm").await.unwrap()["TOKEN"].clone();
        let stored =
            matches!(&outcome, Ok(report) if report.outcomes[0].action == PersonaAction::Updated);
        let expected = if stored {
            "n".repeat(7_000)
        } else {
            "o".repeat(9_000)
        };
        assert_eq!(
            kept.expose_str().unwrap(),
            expected,
            "failure at change {failing}: {outcome:?}"
        );
        // And the next import heals whatever was left over.
        personas.import(dir.path()).await.unwrap();
        personas.remove("pm").await.unwrap();
        assert_eq!(
            keychain.entry_names(),
            Vec::<String>::new(),
            "leftovers after failure {failing}"
        );
    }
}

#[tokio::test]
async fn roles_without_a_persona_cost_nothing_and_a_damaged_one_hides_no_other() {
    let (dir, keychain, personas) = setting();
    write(dir.path(), "pm", "TOKEN=a\n");
    write(dir.path(), "qa", "TOKEN=b\n");
    personas.import(dir.path()).await.unwrap();
    let mut asked: BTreeSet<String> = (0..40).map(|n| format!("role-{n}")).collect();
    asked.extend(["pm".to_owned(), "qa".to_owned()]);
    let before = keychain.reads();
    assert_eq!(personas.load_many(&asked).await.unwrap().len(), 2);
    assert_eq!(
        keychain.reads() - before,
        3,
        "the list of names, and one read a persona"
    );

    keychain
        .set("persona/pm", &Secret::from("no pair"))
        .await
        .unwrap();
    let loaded = personas.load_many(&asked).await.unwrap();
    assert!(loaded["pm"].is_err());
    assert_eq!(loaded["qa"].as_ref().unwrap()["TOKEN"], Secret::from("b"));
}
