//! The environment of a container (contract 04 sections 4.2 to 4.4, D16, D53, D54, D64). Pure.

use containers::Environment;
use std::collections::BTreeMap;
use store::WorkspaceRow;
use vault::Secret;

/// Where the session volume of `claude-code` appears: the whole `.claude` of the agent's home, because transcripts live
/// beside the sessions (contract 04 D73).
pub(super) fn session_target(row: &WorkspaceRow) -> Option<&'static str> {
    (row.runtime == "claude-code").then_some("/home/agent/.claude")
}

/// What else goes in.
pub(super) struct Given<'a> {
    /// Secrets by name.
    pub secrets: &'a BTreeMap<String, Secret>,
    /// The runtime token.
    pub token: &'a str,
    /// Base URL of the platform as the container sees it.
    pub platform_url: &'a str,
    /// The image is the built-in stand-in.
    pub stand_in: bool,
    /// The agent's port where it is not 8000 (host networking, D11).
    pub port: Option<u16>,
}

/// `PLATFORM_URL` for a container (contract 01 section 2.13): with the runtime token as an address credential, because
/// agent runtimes put paths behind the variable, keep what it ends in, and make some calls without a bearer. The
/// stand-in sends its token with every call and needs none in its address.
pub(super) fn platform_url(base: &str, token: &str, stand_in: bool) -> String {
    let base = base.trim_end_matches('/');
    if stand_in {
        base.to_owned()
    } else {
        format!("{base}/c/{token}")
    }
}

/// Builds it. Platform variables come last, so that no secret can replace them (D54).
pub(super) fn environment(row: &WorkspaceRow, given: &Given<'_>) -> Environment {
    let mut env = Environment::default();
    for (name, value) in given.secrets {
        if let Some(text) = value.expose_str() {
            env.set(name, text);
        }
    }
    let mut default = |name: &str, value: String| {
        if env.get(name).is_none_or(str::is_empty) {
            env.set(name, value);
        }
    };
    let slug = slug(&row.name);
    if !slug.is_empty() {
        for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
            default(name, format!("Molecule AI {}", row.name));
        }
        for name in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
            default(name, format!("{slug}@agents.moleculesai.app"));
        }
    }
    let model = row
        .model
        .clone()
        .or_else(|| env.get("MODEL").map(str::to_owned))
        .or_else(|| env.get("MODEL_PROVIDER").map(str::to_owned))
        .filter(|model| !model.is_empty());
    if let Some(model) = model {
        if row.runtime == "hermes" {
            env.set("HERMES_DEFAULT_MODEL", model.clone());
        }
        env.set("MODEL", model);
    }
    if let Some(provider) = row.provider.as_deref().filter(|word| !word.is_empty()) {
        env.set("LLM_PROVIDER", provider);
    }
    if let Some(role) = row.role.as_deref().filter(|role| !role.is_empty()) {
        env.set("MOLECULE_AGENT_ROLE", role);
    }
    if let Some(parent) = &row.parent_id {
        env.set("PARENT_ID", parent);
    }
    let url = platform_url(given.platform_url, given.token, given.stand_in);
    for (name, value) in [
        ("WORKSPACE_ID", row.id.as_str()),
        ("WORKSPACE_CONFIG_PATH", "/configs"),
        ("PLATFORM_URL", &url),
        ("MOLECULE_URL", &url),
        ("MOLECULE_WORKSPACE_TOKEN", given.token),
        ("TIER", &row.tier.to_string()),
        ("PLUGINS_DIR", "/plugins"),
        ("PYTHONPATH", "/app"),
    ] {
        env.set(name, value);
    }
    if let Some(port) = given.port {
        env.set("A2A_PORT", port.to_string())
            .set("STAND_IN_PORT", port.to_string());
    }
    env
}

/// Lower case, runs of anything else as one dash, none at the ends.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::row;

    fn built(row: &WorkspaceRow, secrets: &[(&str, &str)]) -> Environment {
        let secrets = secrets
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Secret::from(*value)))
            .collect();
        environment(
            row,
            &Given {
                secrets: &secrets,
                token: "token",
                platform_url: "http://host:1/",
                stand_in: true,
                port: None,
            },
        )
    }

    #[test]
    fn no_46_platform_variables_cannot_be_replaced_by_secrets() {
        let mut row = row("a");
        row.tier = 3;
        let env = built(
            &row,
            &[
                ("WORKSPACE_ID", "other"),
                ("PLATFORM_URL", "http://evil"),
                ("PYTHONPATH", "/tmp"),
                ("A", "b"),
            ],
        );
        assert_eq!(env.get("WORKSPACE_ID"), Some(row.id.as_str()));
        assert_eq!(env.get("PLATFORM_URL"), Some("http://host:1"));
        assert_eq!(env.get("PYTHONPATH"), Some("/app"));
        assert_eq!(
            env.get("TIER"),
            Some("3"),
            "the number that was asked for stays visible"
        );
        assert_eq!(env.get("A"), Some("b"));
        assert_eq!(env.get("MOLECULE_WORKSPACE_TOKEN"), Some("token"));
    }

    #[test]
    fn runtimes_get_their_token_in_the_address_and_the_stand_in_does_not() {
        assert_eq!(platform_url("http://h:1/", "t", false), "http://h:1/c/t");
        assert_eq!(platform_url("http://h:1/", "t", true), "http://h:1");
    }

    #[test]
    fn c15_no_23_the_model_comes_from_the_row_then_from_secrets() {
        let mut row = row("a");
        row.runtime = "hermes".into();
        let both = [("MODEL", "m"), ("MODEL_PROVIDER", "p")];
        assert_eq!(built(&row, &both).get("MODEL"), Some("m"));
        assert_eq!(built(&row, &both[1..]).get("MODEL"), Some("p"));
        assert_eq!(built(&row, &[]).get("MODEL"), None);
        row.model = Some("own".into());
        let env = built(&row, &both);
        assert_eq!(
            (env.get("MODEL"), env.get("HERMES_DEFAULT_MODEL")),
            (Some("own"), Some("own"))
        );
    }

    #[test]
    fn no_25_26_role_and_parent_reach_every_child() {
        let mut row = row("a");
        assert_eq!(built(&row, &[]).get("PARENT_ID"), None, "a root has none");
        row.parent_id = Some("lead".into());
        row.role = Some("Builds pages".into());
        let env = built(&row, &[("PARENT_ID", "stranger")]);
        assert_eq!(env.get("PARENT_ID"), Some("lead"));
        assert_eq!(env.get("MOLECULE_AGENT_ROLE"), Some("Builds pages"));
        assert!(super::super::config::generated(&row).contains("description: \"Builds pages\""));
    }

    #[test]
    fn git_identity_is_the_roles_unless_a_secret_says_otherwise() {
        let mut row = row("a");
        row.name = "Frontend  Ünit (A)".into();
        row.role = Some("Builds pages".into());
        let env = built(&row, &[("GIT_AUTHOR_NAME", "Mine")]);
        assert_eq!(env.get("GIT_AUTHOR_NAME"), Some("Mine"));
        assert_eq!(
            env.get("GIT_COMMITTER_NAME"),
            Some("Molecule AI Frontend  Ünit (A)")
        );
        assert_eq!(
            env.get("GIT_AUTHOR_EMAIL"),
            Some("frontend-nit-a@agents.moleculesai.app")
        );
        assert_eq!(env.get("MOLECULE_AGENT_ROLE"), Some("Builds pages"));
    }
}
