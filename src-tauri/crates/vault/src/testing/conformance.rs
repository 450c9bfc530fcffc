//! The rules that every keychain obeys, as one suite for all of them.

use crate::{Keychain, Secret};

/// Lengths around the limits of an entry, of a piece and of a head, and one far beyond.
const LENGTHS: [usize; 11] = [
    0, 1, 1911, 1914, 1915, 1920, 1921, 2559, 2560, 2561, 100_000,
];

/// Tries every rule on an empty, unlocked keychain and leaves it empty again.
///
/// # Errors
/// The first rule that does not hold, in words without values.
pub async fn conformance(keychain: &dyn Keychain) -> Result<(), String> {
    let broken = |rule: &str| Err(format!("{}: {rule}", keychain.describe()));
    if !keychain.probe().await.is_ready() {
        return broken("an unlocked keychain is ready");
    }
    if !names(keychain).await?.is_empty() {
        return broken("a probe leaves no entry");
    }
    if get(keychain, "absent").await?.is_some() {
        return broken("what was never set is not there");
    }
    if delete(keychain, "absent").await? {
        return broken("removing what is not there says so");
    }

    for length in LENGTHS {
        let value = pattern(length);
        set(keychain, "lengths", &value).await?;
        if get(keychain, "lengths").await?.as_ref() != Some(&value) {
            return broken(&format!("a value of {length} bytes comes back as it was"));
        }
    }
    // Downwards too: leftovers of the longer value must not show.
    for length in LENGTHS.into_iter().rev() {
        let value = pattern(length);
        set(keychain, "lengths", &value).await?;
        if get(keychain, "lengths").await?.as_ref() != Some(&value) {
            return broken(&format!(
                "a value shortened to {length} bytes comes back as it was"
            ));
        }
    }
    let every_byte = Secret::new((0..=255).collect());
    set(keychain, "bytes", &every_byte).await?;
    if get(keychain, "bytes").await? != Some(every_byte) {
        return broken("every byte value is kept");
    }

    let long = pattern(5_000);
    for name in ["persona/pm", "persona/pm-2", "master-key", "A_b.c-9"] {
        set(keychain, name, &Secret::from(name)).await?;
    }
    set(keychain, "persona/pm", &long).await?;
    if names(keychain).await?
        != [
            "A_b.c-9",
            "bytes",
            "lengths",
            "master-key",
            "persona/pm",
            "persona/pm-2",
        ]
    {
        return broken("the list holds every name once, sorted");
    }
    if get(keychain, "persona/pm-2").await? != Some(Secret::from("persona/pm-2")) {
        return broken("entries with similar names do not touch each other");
    }

    let asked = ["A_b.c-9", "absent", "persona/pm"]
        .map(str::to_owned)
        .into();
    let found = keychain.get_many(&asked).await;
    let found: Vec<(String, Option<Secret>)> = found
        .map_err(|error| error.to_string())?
        .into_iter()
        .map(|(name, value)| (name, value.ok()))
        .collect();
    let wanted = [
        ("A_b.c-9".to_owned(), Some(Secret::from("A_b.c-9"))),
        ("persona/pm".to_owned(), Some(long)),
    ];
    if found != wanted {
        return broken("of many names those that are there are given, and no others");
    }

    for bad in ["", ".index", "a#b", "a b", "ä", "a\nb", &"x".repeat(129)] {
        let value = Secret::from("x");
        let codes = [
            keychain.set(bad, &value).await.err(),
            keychain.get(bad).await.err(),
            keychain.delete(bad).await.err(),
        ];
        if codes
            .iter()
            .any(|error| error.as_ref().map(|error| error.code()) != Some("bad_entry_name"))
        {
            return broken(&format!("the name {bad:?} is refused"));
        }
    }

    for name in names(keychain).await? {
        if !delete(keychain, &name).await? {
            return broken("removing an entry says that it was there");
        }
        if get(keychain, &name).await?.is_some() {
            return broken("a removed entry is gone");
        }
    }
    if !names(keychain).await?.is_empty() {
        return broken("after removing every entry the list is empty");
    }

    set(keychain, "small", &Secret::from("1")).await?;
    set(keychain, "large", &pattern(6_000)).await?;
    let purged = keychain.purge().await.map_err(|error| error.to_string())?;
    if purged != ["large", "small"] || !names(keychain).await?.is_empty() {
        return broken("a purge removes every entry and names it");
    }
    if get(keychain, "large").await?.is_some() {
        return broken("a purged entry is gone");
    }
    Ok(())
}

/// Bytes that differ at every place a piece could be mixed up.
fn pattern(length: usize) -> Secret {
    Secret::new(
        (0..length)
            .map(|at| (at % 251 + at / 251 % 7) as u8)
            .collect(),
    )
}

async fn names(keychain: &dyn Keychain) -> Result<Vec<String>, String> {
    keychain.list().await.map_err(|error| error.to_string())
}

async fn get(keychain: &dyn Keychain, name: &str) -> Result<Option<Secret>, String> {
    keychain.get(name).await.map_err(|error| error.to_string())
}

async fn set(keychain: &dyn Keychain, name: &str, value: &Secret) -> Result<(), String> {
    keychain
        .set(name, value)
        .await
        .map_err(|error| error.to_string())
}

async fn delete(keychain: &dyn Keychain, name: &str) -> Result<bool, String> {
    keychain
        .delete(name)
        .await
        .map_err(|error| error.to_string())
}
