//! Asks a peer through the platform, as an agent's tool would.

use crate::platform::Platform;
use crate::reply::text_of;
use serde_json::{Value, json};
use wire::Peer;

/// Sends what follows the peer's name in `what` to that peer and gives its answer.
///
/// # Errors
/// A sentence for people.
pub(crate) async fn delegate(platform: &Platform, what: &str) -> Result<String, String> {
    let peers = platform.peers().await.map_err(|error| error.to_string())?;
    let (peer, text) = find(&peers, what).ok_or_else(|| {
        let names: Vec<&str> = peers.iter().map(|peer| peer.name.as_str()).collect();
        let names = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        format!(
            "no peer's name begins {what:?}. Write /delegate <peer name> <text>. Peers: {names}."
        )
    })?;
    if text.is_empty() {
        return Err(format!(
            "there is nothing to ask {}. Write /delegate <peer name> <text>.",
            peer.name
        ));
    }
    let body = json!({
        "jsonrpc": "2.0",
        "id": uuid::Uuid::new_v4(),
        "method": "message/send",
        "params": {"message": {
            "role": "user",
            "messageId": uuid::Uuid::new_v4(),
            "parts": [{"kind": "text", "text": text}],
        }},
    });
    let answer = platform
        .ask_peer(&peer.id, &body)
        .await
        .map_err(|error| format!("{}: {error}", peer.name))?;
    read(&answer)
        .map(|text| format!("{} answered: {text}", peer.name))
        .map_err(|text| format!("{}: {text}", peer.name))
}

/// The peer whose name `what` begins with, the longest one, and the rest. Case does not matter; quotes may stand
/// around the name.
fn find<'a>(peers: &'a [Peer], what: &'a str) -> Option<(&'a Peer, &'a str)> {
    if let Some((name, rest)) = what.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        let peer = peers
            .iter()
            .find(|peer| peer.name.eq_ignore_ascii_case(name.trim()))?;
        return Some((peer, rest.trim()));
    }
    let fitting = peers.iter().filter_map(|peer| {
        let head = what.get(..peer.name.len())?;
        let rest = &what[peer.name.len()..];
        let whole = rest.is_empty() || rest.starts_with(char::is_whitespace);
        (whole && head.eq_ignore_ascii_case(&peer.name)).then_some((peer, rest.trim()))
    });
    fitting.max_by_key(|(peer, _)| peer.name.len())
}

/// The text of an answer, in the order in which its forms are told apart (contract 02 section 3).
fn read(answer: &Value) -> Result<String, String> {
    if answer["queued"] == true {
        let message = answer["message"].as_str().unwrap_or("it answers later");
        return Ok(format!("(queued) {message}"));
    }
    if answer["delivery_mode"] == "poll" {
        return Ok("(stored) it fetches its messages itself".to_owned());
    }
    let result = &answer["result"];
    let task = if result["task"].is_object() {
        &result["task"]
    } else {
        result
    };
    let artifacts = task["artifacts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|artifact| &artifact["parts"]);
    let places = [
        &result["parts"],
        &result["message"]["parts"],
        &task["status"]["message"]["parts"],
    ];
    let texts: Vec<String> = places
        .into_iter()
        .chain(artifacts)
        .map(text_of)
        .filter(|text| !text.is_empty())
        .collect();
    if let Some(text) = result.as_str() {
        return Ok(text.to_owned());
    }
    if result.is_object() {
        return Ok(texts.join("\n"));
    }
    let error = &answer["error"];
    let text = error["message"].as_str().or(error.as_str());
    Err(text.unwrap_or("its answer cannot be read").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &str) -> Peer {
        let body = json!({"id": name, "name": name, "role": null, "tier": 2, "status": "online", "url": "",
            "parent_id": null, "active_tasks": 0, "agent_card": null});
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn the_longest_name_wins() {
        let peers = [peer("Backend"), peer("Backend Engineer"), peer("Ärzte")];
        let found =
            |what| find(&peers, what).map(|(peer, rest)| (peer.name.clone(), rest.to_owned()));
        assert_eq!(
            found("backend engineer fix it"),
            Some(("Backend Engineer".into(), "fix it".into()))
        );
        assert_eq!(
            found("Backend fix it"),
            Some(("Backend".into(), "fix it".into()))
        );
        assert_eq!(
            found("\"Backend\" Engineer"),
            Some(("Backend".into(), "Engineer".into()))
        );
        assert_eq!(found("Ärzte hi"), Some(("Ärzte".into(), "hi".into())));
        assert_eq!(found("Back"), None);
        assert_eq!(found("ÄÄÄÄÄÄÄ"), None);
    }

    #[test]
    fn every_form_of_answer_is_read() {
        let ok = |value: Value| read(&value).unwrap();
        assert_eq!(
            ok(
                json!({"result": {"parts": [{"kind": "text", "text": "a"}, {"type": "text", "text": "b"}]}})
            ),
            "a\nb"
        );
        assert_eq!(
            ok(json!({"result": {"status": {}, "artifacts": [{"parts": [{"text": "c"}]}]}})),
            "c"
        );
        assert_eq!(
            ok(json!({"result": {"message": {"parts": [{"text": "d"}]}}})),
            "d"
        );
        assert_eq!(ok(json!({"result": "e"})), "e");
        assert!(ok(json!({"queued": true, "message": "busy"})).contains("busy"));
        assert_eq!(
            read(&json!({"error": {"code": 1, "message": "f"}})),
            Err("f".to_owned())
        );
        assert_eq!(read(&json!({"error": "g"})), Err("g".to_owned()));
        assert!(read(&json!([1])).is_err());
    }
}
