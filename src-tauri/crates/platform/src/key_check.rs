//! Whether a key works, asked of the provider it is for (contract 03 no. 54; the canvas's "Test connection", 06 section
//! on secrets). The key goes to that provider alone, and only when it looks like one of its keys.

use crate::env;
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use std::{sync::LazyLock, time::Duration};
use vault::Secret;
use wire::SecretValidated;

/// A provider answers this simple question at once or not at all.
const LIMIT: Duration = Duration::from_secs(10);
/// No provider's key is longer.
const LONGEST: usize = 4096;

/// A provider whose keys can be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Anthropic's API.
    Anthropic,
    /// GitHub's API.
    GitHub,
    /// OpenAI's API.
    OpenAi,
    /// OpenRouter's API.
    OpenRouter,
}

impl Provider {
    /// All, by the word that names them.
    pub const ALL: [(&'static str, Self); 4] = [
        ("anthropic", Self::Anthropic),
        ("github", Self::GitHub),
        ("openai", Self::OpenAi),
        ("openrouter", Self::OpenRouter),
    ];

    /// The provider of a word, whatever its case.
    pub fn named(word: &str) -> Option<Self> {
        let found = Self::ALL
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word.trim()));
        found.map(|(_, provider)| *provider)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "Anthropic",
            Self::GitHub => "GitHub",
            Self::OpenAi => "OpenAI",
            Self::OpenRouter => "OpenRouter",
        }
    }

    /// What its keys begin with.
    fn beginnings(self) -> &'static [&'static str] {
        match self {
            Self::Anthropic => &["sk-ant-"],
            Self::GitHub => &["ghp_", "github_pat_", "gho_", "ghu_", "ghs_"],
            Self::OpenAi => &["sk-"],
            Self::OpenRouter => &["sk-or-"],
        }
    }

    /// Whether a key looks like one of this provider, and not like one of another whose keys begin alike.
    fn is_of(self, key: &str) -> bool {
        let longest = |provider: Self| {
            let fitting = provider.beginnings().iter();
            fitting
                .filter(|beginning| key.starts_with(**beginning))
                .map(|beginning| beginning.len())
                .max()
        };
        let own = longest(self);
        own.is_some() && Self::ALL.iter().all(|(_, other)| longest(*other) <= own)
    }

    /// Variable that names another address of the same API (a company's own GitHub, a gateway), and the usual address.
    fn address(self) -> (&'static str, &'static str) {
        match self {
            Self::Anthropic => ("ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
            Self::GitHub => ("GITHUB_API_URL", "https://api.github.com"),
            // The usual variable holds the version too.
            Self::OpenAi => ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
            Self::OpenRouter => ("OPENROUTER_BASE_URL", "https://openrouter.ai"),
        }
    }

    /// Something that only a good key may read, and that costs nothing.
    fn path(self) -> &'static str {
        match self {
            Self::Anthropic => "v1/models?limit=1",
            Self::GitHub => "user",
            Self::OpenAi => "models",
            Self::OpenRouter => "api/v1/key",
        }
    }
}

/// Asks the provider. Never an error: that nobody knows is an answer too.
pub async fn check(provider: Provider, key: &Secret) -> SecretValidated {
    let (variable, usual) = provider.address();
    let base = env::text(variable).unwrap_or_else(|| usual.to_owned());
    check_at(provider, &base, key).await
}

async fn check_at(provider: Provider, base: &str, key: &Secret) -> SecretValidated {
    let name = provider.name();
    let text = key.expose_str().unwrap_or_default();
    if let Err(why) = form(provider, text) {
        return not("bad_form", why);
    }
    let Some(url) = address(base, provider.path()) else {
        let variable = provider.address().0;
        return not(
            "unknown",
            format!(
                "{variable} is no address that a key may be sent to; it has to begin with https://"
            ),
        );
    };
    let Some(client) = CLIENT.as_ref() else {
        return not("unknown", format!("{name} cannot be asked from here"));
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    let request = client.get(url);
    let request = match provider {
        // Keys of a subscription are bearers, those of the console are not.
        Provider::Anthropic if text.starts_with("sk-ant-oat") => request
            .bearer_auth(text)
            .header("anthropic-beta", "oauth-2025-04-20")
            .header("anthropic-version", "2023-06-01"),
        Provider::Anthropic => request
            .header("x-api-key", text)
            .header("anthropic-version", "2023-06-01"),
        Provider::GitHub | Provider::OpenAi | Provider::OpenRouter => request.bearer_auth(text),
    };
    match request.send().await {
        // It knows the key, which may be good for other things than this question.
        Ok(answer) if provider == Provider::OpenAi && answer.status() == StatusCode::FORBIDDEN => {
            not(
                "unknown",
                "OpenAI knows this key and does not let it list models, so nobody knows what it works for",
            )
        }
        Ok(answer) => judged(name, answer.status()),
        Err(error) => {
            let why = if error.is_timeout() {
                "did not answer in time"
            } else {
                "could not be reached"
            };
            // The error itself may show the request.
            not(
                "unknown",
                format!("{host} {why}, so nobody knows whether the key works; try again later"),
            )
        }
    }
}

fn judged(name: &str, status: StatusCode) -> SecretValidated {
    if status.is_success() {
        return SecretValidated {
            valid: true,
            error: None,
            code: None,
        };
    }
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        let text = format!("{name} does not take this key ({})", status.as_u16());
        return not(
            "refused",
            format!("{text}; look whether it was revoked or copied in part"),
        );
    }
    not(
        "unknown",
        format!(
            "{name} answered {}, so nobody knows whether the key works; try again later",
            status.as_u16()
        ),
    )
}

fn form(provider: Provider, key: &str) -> Result<(), String> {
    if key.is_empty() {
        return Err("there is no key to try".to_owned());
    }
    if key.len() > LONGEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a key is one word of letters, digits and signs".to_owned());
    }
    if provider.is_of(key) {
        return Ok(());
    }
    Err(format!(
        "a key of {} begins with {}; this one was sent nowhere",
        provider.name(),
        provider.beginnings().join(" or ")
    ))
}

/// Encrypted, or on this computer.
fn address(base: &str, path: &str) -> Option<Url> {
    let url = Url::parse(&format!("{}/{path}", base.trim_end_matches('/'))).ok()?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && (url.scheme() == "https" || here && url.scheme() == "http")).then_some(url)
}

fn not(code: &str, error: impl Into<String>) -> SecretValidated {
    SecretValidated {
        valid: false,
        error: Some(error.into()),
        code: Some(code.to_owned()),
    }
}

/// A redirect could lead a key elsewhere.
static CLIENT: LazyLock<Option<Client>> = LazyLock::new(|| {
    Client::builder()
        .timeout(LIMIT)
        .redirect(Policy::none())
        .user_agent(concat!("molecule-desktop/", env!("CARGO_PKG_VERSION")))
        .build()
        .ok()
});

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// A provider that answers once; gives its address and what it was asked.
    async fn provider(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = vec![0; 4096];
            let mut length = 0;
            while !text[..length].windows(4).any(|end| end == b"\r\n\r\n") {
                length += stream.read(&mut text[length..]).await.unwrap();
            }
            let head =
                format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&text[..length]).into_owned()
        });
        (base, asked)
    }

    fn key(prefix: &str) -> Secret {
        Secret::from(format!("{prefix}{}", "a1".repeat(20)))
    }

    #[tokio::test]
    async fn no_54_the_provider_has_the_last_word() {
        for (answer, valid, code) in [
            ("200 OK", true, None),
            ("401 Unauthorized", false, Some("refused")),
            ("403 Forbidden", false, Some("refused")),
            (
                "302 Found\r\nlocation: http://elsewhere.example/",
                false,
                Some("unknown"),
            ),
            ("500 Internal Server Error", false, Some("unknown")),
        ] {
            let (base, asked) = provider(answer).await;
            let said = check_at(Provider::GitHub, &base, &key("ghp_")).await;
            assert_eq!(
                (said.valid, said.code.as_deref()),
                (valid, code),
                "{answer}"
            );
            assert_eq!(said.error.is_none(), valid);
            let asked = asked.await.unwrap();
            assert!(asked.starts_with("GET /user HTTP/1.1"), "{asked}");
            assert!(asked.contains("authorization: Bearer ghp_"), "{asked}");
        }
        for (provider_is, prefix, wanted) in [
            (Provider::Anthropic, "sk-ant-api03-", "x-api-key: sk-ant-"),
            (
                Provider::Anthropic,
                "sk-ant-oat01-",
                "authorization: Bearer sk-ant-oat",
            ),
            (Provider::OpenAi, "sk-proj-", "GET /models HTTP/1.1"),
            (
                Provider::OpenRouter,
                "sk-or-",
                "authorization: Bearer sk-or-",
            ),
        ] {
            let (base, asked) = provider("200 OK").await;
            assert!(check_at(provider_is, &base, &key(prefix)).await.valid);
            assert!(asked.await.unwrap().contains(wanted));
        }
    }

    #[tokio::test]
    async fn no_54_what_is_no_key_of_the_provider_is_sent_nowhere() {
        // Nobody listens there: a request would be told as `unknown`.
        let nobody = "http://127.0.0.1:9";
        for (provider, key) in [
            (Provider::GitHub, key("sk-ant-")),
            (Provider::Anthropic, key("sk-or-")),
            (Provider::OpenAi, key("sk-or-")),
            (Provider::OpenAi, key("sk-ant-api03-")),
            (Provider::OpenRouter, Secret::from("")),
            (Provider::GitHub, Secret::from("ghp_two words")),
            (
                Provider::GitHub,
                Secret::from(format!("ghp_{}", "a".repeat(5000))),
            ),
        ] {
            let said = check_at(provider, nobody, &key).await;
            assert_eq!(
                (said.valid, said.code.as_deref()),
                (false, Some("bad_form"))
            );
            let text = said.error.unwrap();
            assert!(
                !text.contains(key.expose_str().unwrap()) || key.is_empty(),
                "{text}"
            );
        }
        let said = check_at(Provider::GitHub, nobody, &key("ghp_")).await;
        assert_eq!(said.code.as_deref(), Some("unknown"));
        for base in [
            "http://api.github.com",
            "ftp://127.0.0.1",
            "https://me:pw@host",
            "nonsense",
        ] {
            let said = check_at(Provider::GitHub, base, &key("ghp_")).await;
            assert_eq!(said.code.as_deref(), Some("unknown"), "{base}");
            assert!(said.error.unwrap().contains("https://"));
        }
    }

    #[test]
    fn providers_have_words() {
        assert_eq!(Provider::named(" GitHub "), Some(Provider::GitHub));
        assert_eq!(Provider::named("OpenAI"), Some(Provider::OpenAi));
        assert_eq!(Provider::named("acme"), None);
    }
}
