//! Secrets never leave through an answer, a log line or the snapshot.

/// Knows the secrets of this process and masks them in texts.
#[derive(Clone, Default)]
pub(crate) struct Scrub {
    secrets: Vec<String>,
}

/// Shorter values would mask ordinary words.
const SHORTEST: usize = 8;

impl Scrub {
    /// All variables whose name says that the value is a secret.
    pub fn from_environment() -> Self {
        let mut scrub = Self::default();
        for (name, value) in std::env::vars() {
            if is_secret_name(&name) {
                scrub.add(&value);
            }
        }
        scrub
    }

    /// Masks `secret` from now on.
    pub fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() >= SHORTEST && !self.secrets.iter().any(|known| known == secret) {
            self.secrets.push(secret.to_owned());
            // The longest first: a secret may begin with another one.
            self.secrets
                .sort_by_key(|known| std::cmp::Reverse(known.len()));
        }
    }

    /// Masks the credential in a platform address of the form `http://host/c/<credential>` (contract 01 section 2.13).
    pub fn add_credential_of(&mut self, url: &str) {
        if let Some((_, rest)) = url.split_once("/c/") {
            self.add(rest.split('/').next().unwrap_or_default());
        }
    }

    /// `text` with every known secret replaced by `***`.
    pub fn text(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), "***")
        })
    }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    [
        "KEY",
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "CREDENTIAL",
        "CREDENTIALS",
    ]
    .iter()
    .any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_secrets_are_masked_whole() {
        let mut scrub = Scrub::default();
        scrub.add("sk-12345678");
        scrub.add("sk-12345678-and-more");
        scrub.add("short");
        assert_eq!(
            scrub.text("a sk-12345678-and-more b sk-12345678 short"),
            "a *** b *** short"
        );
    }

    #[test]
    fn names_tell_secrets() {
        assert!(is_secret_name("OPENAI_API_KEY") && is_secret_name("db_password"));
        assert!(!is_secret_name("KEYBOARD") && !is_secret_name("MODEL"));
    }
}
