//! Which provider and which model.

use std::path::Path;

/// The variables of `chat` mode. No `Debug`: it holds keys.
#[derive(Clone, Default)]
pub(crate) struct ChatSettings {
    model: Option<String>,
    openai_key: Option<String>,
    openai_base: Option<String>,
    anthropic_key: Option<String>,
    anthropic_base: Option<String>,
    ollama: Option<String>,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    OpenAi,
    Anthropic,
    Ollama,
}

/// Everything needed for a call. No `Debug`: it holds a key.
pub(super) struct Choice {
    pub provider: Provider,
    /// Without a trailing slash.
    pub base: String,
    pub key: Option<String>,
    /// `None`: ask the provider which it has.
    pub model: Option<String>,
    /// Nothing was set at all; a local Ollama is tried on the chance.
    pub by_chance: bool,
}

const OPENAI: &str = "https://api.openai.com/v1";
const ANTHROPIC: &str = "https://api.anthropic.com";
/// Its list of models is long and unordered, so one is named here.
const OPENAI_MODEL: &str = "gpt-4o-mini";

/// What to say when nothing is there to ask.
pub(super) const NOTHING_SET: &str = "no language model is set up. Set one of these secrets for this workspace or for all: \
    OPENAI_API_KEY (with OPENAI_BASE_URL for another OpenAI-compatible endpoint) or ANTHROPIC_API_KEY; or run Ollama on \
    this computer, or set OLLAMA_HOST to its address. MODEL chooses the model.";

impl ChatSettings {
    pub fn from(value: &impl Fn(&str) -> Option<String>) -> Self {
        Self {
            model: value("MODEL"),
            openai_key: value("OPENAI_API_KEY"),
            openai_base: value("OPENAI_BASE_URL"),
            anthropic_key: value("ANTHROPIC_API_KEY"),
            anthropic_base: value("ANTHROPIC_BASE_URL"),
            ollama: value("OLLAMA_HOST"),
        }
    }

    /// The keys, to be masked in texts.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.openai_key
            .iter()
            .chain(&self.anthropic_key)
            .map(String::as_str)
    }

    fn has(&self, provider: Provider) -> bool {
        match provider {
            Provider::OpenAi => self.openai_key.is_some() || self.openai_base.is_some(),
            Provider::Anthropic => self.anthropic_key.is_some(),
            Provider::Ollama => self.ollama.is_some(),
        }
    }
}

/// Chooses by `MODEL`, else by what is set; `configured` is the model of `config.yaml`.
pub(super) fn choose(settings: &ChatSettings, configured: Option<&str>) -> Result<Choice, String> {
    let asked = settings.model.as_deref().map(split);
    let wished = configured.map(split);
    let order = [Provider::OpenAi, Provider::Anthropic, Provider::Ollama];
    let there = order.into_iter().find(|provider| settings.has(*provider));
    // A wish of the config that cannot be met is passed over: generated configs always name a model.
    let wish = wished
        .and_then(|(provider, _)| provider)
        .filter(|provider| settings.has(*provider));
    let named = asked.and_then(|(provider, _)| provider);
    let provider = named.or(wish).or(there).unwrap_or(Provider::Ollama);
    let model = match (asked, wished) {
        (Some((_, model)), _) => Some(model),
        (None, Some((Some(owner), model))) if owner == provider => Some(model),
        _ => None,
    };
    let missing = |key: &str| {
        let model = settings.model.as_deref().unwrap_or_default();
        format!(
            "MODEL is {model}, but {key} is not set. Set it as a secret of this workspace or for all, or choose another MODEL."
        )
    };
    let (base, key, fallback) = match provider {
        Provider::OpenAi => {
            if !settings.has(provider) {
                return Err(missing("OPENAI_API_KEY"));
            }
            let base = settings.openai_base.clone();
            let fallback = base.is_none().then_some(OPENAI_MODEL);
            (
                base.unwrap_or_else(|| OPENAI.to_owned()),
                settings.openai_key.clone(),
                fallback,
            )
        }
        Provider::Anthropic => {
            let key = settings
                .anthropic_key
                .clone()
                .ok_or_else(|| missing("ANTHROPIC_API_KEY"))?;
            (
                settings
                    .anthropic_base
                    .clone()
                    .unwrap_or_else(|| ANTHROPIC.to_owned()),
                Some(key),
                None,
            )
        }
        Provider::Ollama => (ollama_address(settings.ollama.as_deref()), None, None),
    };
    let base = base.trim_end_matches('/');
    // Both forms of Anthropic's address are in use.
    let base = if provider == Provider::Anthropic {
        base.trim_end_matches("/v1")
    } else {
        base
    };
    Ok(Choice {
        provider,
        base: base.to_owned(),
        key,
        model: model.or(fallback).map(str::to_owned),
        by_chance: named.is_none() && wish.is_none() && there.is_none(),
    })
}

/// The provider that a model's name tells, if it does, and the name without it.
fn split(model: &str) -> (Option<Provider>, &str) {
    let named = |name: &str| match name {
        "openai" => Some(Provider::OpenAi),
        "anthropic" => Some(Provider::Anthropic),
        "ollama" => Some(Provider::Ollama),
        _ => None,
    };
    // The sign that comes first divides: `ollama:org/model` and `ollama/model:tag` are both in use.
    if let Some(at) = model.find([':', '/'])
        && let Some(provider) = named(&model[..at])
    {
        return (Some(provider), &model[at + 1..]);
    }
    let begins = |words: &[&str]| words.iter().any(|word| model.starts_with(word));
    if begins(&["claude"]) || ["opus", "sonnet", "haiku"].contains(&model) {
        return (Some(Provider::Anthropic), model);
    }
    if begins(&["gpt-", "chatgpt-", "o1", "o3", "o4"]) {
        return (Some(Provider::OpenAi), model);
    }
    (None, model)
}

/// A full address from what `OLLAMA_HOST` may hold: with or without scheme and port.
fn ollama_address(host: Option<&str>) -> String {
    let Some(host) = host else {
        let inside = ["/.dockerenv", "/run/.containerenv"]
            .iter()
            .any(|mark| Path::new(mark).exists());
        return format!(
            "http://{}:11434",
            if inside {
                "host.docker.internal"
            } else {
                "127.0.0.1"
            }
        );
    };
    if host.contains("://") {
        return host.to_owned();
    }
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    format!("http://{host}{}", if has_port { "" } else { ":11434" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> ChatSettings {
        let get = |name: &str| {
            pairs
                .iter()
                .find(|pair| pair.0 == name)
                .map(|pair| pair.1.to_owned())
        };
        ChatSettings::from(&get)
    }

    fn chosen(pairs: &[(&str, &str)], configured: Option<&str>) -> (Provider, Option<String>) {
        let choice = choose(&settings(pairs), configured).unwrap();
        (choice.provider, choice.model)
    }

    #[test]
    fn the_model_names_the_provider() {
        let both = [("OPENAI_API_KEY", "a"), ("ANTHROPIC_API_KEY", "b")];
        let with = |model| chosen(&[both[0], both[1], ("MODEL", model)], None);
        assert_eq!(
            with("anthropic:claude-x"),
            (Provider::Anthropic, Some("claude-x".into()))
        );
        assert_eq!(
            with("claude-x"),
            (Provider::Anthropic, Some("claude-x".into()))
        );
        assert_eq!(
            with("openai/gpt-9"),
            (Provider::OpenAi, Some("gpt-9".into()))
        );
        assert_eq!(
            with("ollama:llama3:8b"),
            (Provider::Ollama, Some("llama3:8b".into()))
        );
        assert_eq!(
            with("mistral/large"),
            (Provider::OpenAi, Some("mistral/large".into()))
        );
    }

    #[test]
    fn the_key_that_is_there_decides_otherwise() {
        assert_eq!(
            chosen(&[("ANTHROPIC_API_KEY", "b")], Some("opus")),
            (Provider::Anthropic, Some("opus".into()))
        );
        let openai = [("OPENAI_API_KEY", "a")];
        assert_eq!(
            chosen(&openai, Some("anthropic:claude-x")),
            (Provider::OpenAi, Some(OPENAI_MODEL.into()))
        );
        assert_eq!(
            chosen(&[("OPENAI_BASE_URL", "http://l")], None),
            (Provider::OpenAi, None)
        );
    }

    #[test]
    fn a_named_provider_without_its_key_is_told() {
        let text = choose(
            &settings(&[("MODEL", "claude-x"), ("OPENAI_API_KEY", "a")]),
            None,
        )
        .err()
        .unwrap();
        assert!(text.contains("ANTHROPIC_API_KEY"), "{text}");
    }

    #[test]
    fn nothing_set_tries_a_local_ollama() {
        let choice = choose(&settings(&[]), None).unwrap();
        assert!(choice.by_chance && choice.provider == Provider::Ollama);
    }

    #[test]
    fn ollama_addresses_are_completed() {
        assert_eq!(ollama_address(Some("box")), "http://box:11434");
        assert_eq!(ollama_address(Some("box:1")), "http://box:1");
        assert_eq!(ollama_address(Some("https://box/x")), "https://box/x");
    }
}
