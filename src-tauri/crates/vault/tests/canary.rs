//! A value that must never be seen goes through everything; then all that was written and printed is searched for it.

// Everything here is a test, helpers included.
#![allow(clippy::unwrap_used)]

use base64::Engine;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use vault::keychain::Cost;
use vault::redact::KnownSecrets;
use vault::testing::SimulatedKeychain;
use vault::{FileKeychain, KeyChoice, Keychain, MasterKey, Personas, Place, Secret, Vault, tokens};

const CANARY: &str = "canary-7f3a9b2e-never-to-be-seen";
const PLACE: Place<'static> = Place {
    table: "workspace_secrets",
    owner: "w1",
    key: "TOKEN",
};

/// Every spelling of the canary that a careless writer could leave behind.
fn spellings() -> Vec<Vec<u8>> {
    let standard = base64::engine::general_purpose::STANDARD_NO_PAD;
    let mut spellings = vec![
        CANARY.as_bytes().to_vec(),
        CANARY
            .bytes()
            .fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
            .into_bytes(),
        format!("{:?}", CANARY.as_bytes())
            .trim_matches(['[', ']'])
            .as_bytes()
            .to_vec(),
    ];
    // Base64 depends on the place in the text; the middle of each alignment is the same everywhere.
    for shift in 0..3 {
        let padded = [vec![b'x'; shift], CANARY.as_bytes().to_vec()].concat();
        let text = standard.encode(padded);
        spellings.push(text.as_bytes()[4..text.len() - 4].to_vec());
    }
    spellings
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for spelling in spellings() {
        let found = bytes
            .windows(spelling.len())
            .any(|window| window == spelling);
        assert!(!found, "the canary is in {what}");
    }
}

fn search_files(dir: &Path) -> usize {
    let mut seen = 0;
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            seen += search_files(&path);
        } else {
            assert_clean(&path.display().to_string(), &std::fs::read(&path).unwrap());
            seen += 1;
        }
    }
    seen
}

/// Everything logged while the test runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn log_everything() -> Log {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .init();
    log
}

#[tokio::test]
async fn the_canary_is_seen_nowhere() {
    let log = log_everything();
    tracing::trace!("the log is being kept");
    let mut printed = String::new();
    let data = tempfile::tempdir().unwrap();
    let source = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(source.path().join("pm")).unwrap();
    std::fs::create_dir_all(source.path().join("broken")).unwrap();
    std::fs::create_dir_all(source.path().join("worse")).unwrap();
    std::fs::write(
        source.path().join("pm/env"),
        format!("TOKEN={CANARY}\nLONG={}\n", CANARY.repeat(300)),
    )
    .unwrap();
    std::fs::write(source.path().join("broken/env"), format!("A=1\n{CANARY}\n")).unwrap();
    std::fs::write(
        source.path().join("worse/env"),
        format!("{CANARY} x={CANARY}\n"),
    )
    .unwrap();

    // Every place for secrets, with the canary as passphrase and as key too.
    let passphrase_file = data.path().join("passphrase.json");
    let cheap = Cost {
        memory_kib: 8,
        passes: 1,
    };
    FileKeychain::with_passphrase_at_cost(&passphrase_file, Secret::from(CANARY), cheap)
        .await
        .unwrap();
    let simulated = Arc::new(SimulatedKeychain::new());
    let key = MasterKey::parse(CANARY).unwrap();
    let choices = [
        KeyChoice::Passphrase {
            file: passphrase_file.clone(),
            passphrase: Secret::from(CANARY),
        },
        KeyChoice::Environment {
            file: data.path().join("environment.json"),
            key: key.clone(),
        },
        KeyChoice::Keychain(Arc::clone(&simulated) as Arc<dyn Keychain>),
    ];
    for (number, choice) in choices.into_iter().enumerate() {
        let vault = Vault::unlock(choice, None).await.unwrap();
        let report = vault.personas().import(source.path()).await.unwrap();
        writeln!(printed, "{report:?}").unwrap();
        for outcome in &report.outcomes {
            writeln!(printed, "{} {:?}", outcome.slug, outcome.reason).unwrap();
        }
        let loaded = vault.personas().load("pm").await.unwrap();
        assert_eq!(
            loaded["TOKEN"],
            Secret::from(CANARY),
            "the canary must really be in there"
        );
        writeln!(
            printed,
            "{loaded:?} {:?} {vault:?} {:?}",
            vault.personas().list().await.unwrap(),
            vault.state().await
        )
        .unwrap();

        let blob = vault.sealer().seal(PLACE, CANARY.as_bytes()).unwrap();
        std::fs::write(data.path().join(format!("row-{number}")), &blob).unwrap();
        let opened = vault.sealer().open(PLACE, &blob).unwrap();
        let moved = vault
            .sealer()
            .open(
                Place {
                    owner: "w2",
                    ..PLACE
                },
                &blob,
            )
            .unwrap_err();
        writeln!(printed, "{opened:?} {moved} {moved:?}").unwrap();
    }

    // Failures of every kind.
    let mut errors = vec![
        FileKeychain::with_passphrase(&passphrase_file, Secret::from(format!("{CANARY}x")))
            .await
            .unwrap_err(),
        MasterKey::parse(&format!("{CANARY}x")).unwrap_err(),
        FileKeychain::with_key(
            data.path().join("environment.json"),
            MasterKey::random().unwrap(),
        )
        .await
        .unwrap_err(),
    ];
    std::fs::write(
        source.path().join("pm/env"),
        format!("TOKEN=new-{CANARY}\n"),
    )
    .unwrap();
    let personas = Personas::new(Arc::clone(&simulated) as Arc<dyn Keychain>);
    for failing in 0..4 {
        simulated.fail_after_changes(failing);
        match personas.import(source.path()).await {
            Ok(report) => writeln!(printed, "{report:?}").unwrap(),
            Err(error) => errors.push(error),
        }
        simulated.mend();
    }
    simulated.forget_writes();
    errors.push(simulated.set("a", &Secret::from(CANARY)).await.unwrap_err());
    simulated.lock();
    errors.push(simulated.get("persona/pm").await.unwrap_err());
    for error in &errors {
        writeln!(printed, "{error} {error:?} {}", error.code()).unwrap();
    }

    let known = KnownSecrets::new();
    known.add(&[Secret::from(CANARY)]);
    writeln!(
        printed,
        "{known:?} {key:?} {:?}",
        tokens::TokenHash::of(CANARY)
    )
    .unwrap();
    writeln!(printed, "{}", known.scrub(&format!("said {CANARY} aloud"))).unwrap();

    assert_clean("what was printed", printed.as_bytes());
    let logged = log.0.lock().unwrap().clone();
    assert_clean("the log", &logged);
    assert!(String::from_utf8_lossy(&logged).contains("the log is being kept"));
    assert_eq!(
        search_files(data.path()),
        5,
        "two sealed files and three rows"
    );
}
