//! Names and labels (contract 04, section 2, with D10 and D42). Pure.
//!
//! `id12` is the first 12 characters of a workspace id. Prefixes can collide, so a name is never proof of whose a
//! container is: only the labels are.

/// Label on everything we make; value `true`.
pub const LABEL_MANAGED: &str = "molecule.platform.managed";
/// Label with the id of the installation that made it.
pub const LABEL_INSTANCE: &str = "molecule.platform.instance";
/// Label with the full workspace id.
pub const LABEL_WORKSPACE: &str = "molecule.workspace.id";
/// Label with the generation a container was made for.
pub const LABEL_GENERATION: &str = "molecule.workspace.generation";
/// Label with the digest of what a container was made from.
pub const LABEL_SPEC_HASH: &str = "molecule.workspace.spec-hash";
/// Label with the port a container with host networking listens on; it publishes none (D11).
pub const LABEL_PORT: &str = "molecule.workspace.port";
/// Label with the platform's address that the container was told, without any credential (D12).
pub const LABEL_ADDRESS: &str = "molecule.platform.address";

/// The relay of an installation (D12). Names are unique on an engine, and two installations may share one.
pub fn relay_name(instance: &str) -> String {
    format!("molecule-relay-{}", id12(instance))
}

/// The short-lived container that asks whether the platform is reached.
pub fn probe_name(instance: &str) -> String {
    format!("molecule-probe-{}", id12(instance))
}

/// The network of section 2.
pub const NETWORK: &str = "molecule-monorepo-net";

/// The first 12 characters; shorter ids are used whole.
pub fn id12(workspace_id: &str) -> &str {
    workspace_id
        .char_indices()
        .nth(12)
        .map_or(workspace_id, |(end, _)| &workspace_id[..end])
}

/// `ws-<id12>`: container, host name and network alias.
pub fn container_name(workspace_id: &str) -> String {
    format!("ws-{}", id12(workspace_id))
}

/// `ws-<id12>-configs`, mounted at `/configs`.
pub fn config_volume(workspace_id: &str) -> String {
    format!("ws-{}-configs", id12(workspace_id))
}

/// `ws-<id12>-claude-sessions`, for the sessions of `claude-code`.
pub fn session_volume(workspace_id: &str) -> String {
    format!("ws-{}-claude-sessions", id12(workspace_id))
}

/// `ws-<id>-workspace` with the full id, mounted at `/workspace`. The old name is kept so that old data is found (D10).
pub fn work_volume(workspace_id: &str) -> String {
    format!("ws-{workspace_id}-workspace")
}

/// Where other agents reach a workspace inside the network.
pub fn internal_url(workspace_id: &str) -> String {
    format!(
        "http://{}:{}",
        container_name(workspace_id),
        crate::AGENT_PORT
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3f9a1c77-52be-4d10-9a6e-0b1c2d3e4f50";

    #[test]
    fn names_are_those_of_the_contract() {
        assert_eq!(container_name(ID), "ws-3f9a1c77-52b");
        assert_eq!(config_volume(ID), "ws-3f9a1c77-52b-configs");
        assert_eq!(session_volume(ID), "ws-3f9a1c77-52b-claude-sessions");
        assert_eq!(
            work_volume(ID),
            "ws-3f9a1c77-52be-4d10-9a6e-0b1c2d3e4f50-workspace"
        );
        assert_eq!(internal_url(ID), "http://ws-3f9a1c77-52b:8000");
    }

    #[test]
    fn short_and_odd_ids_are_used_whole() {
        assert_eq!(container_name("abc"), "ws-abc");
        assert_eq!(container_name("twelve-chars"), "ws-twelve-chars");
        assert_eq!(
            id12("ääääääääääääää"),
            "ääääääääääää",
            "characters, not bytes, are counted"
        );
    }
}
