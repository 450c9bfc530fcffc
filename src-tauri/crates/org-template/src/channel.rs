//! Channels: why one cannot be made (contract 03 section 2.8, skip reasons).

use std::collections::BTreeMap;

/// Why a channel of this type with these (expanded) settings is skipped, in the words clients know; `None` when it can
/// be made.
pub fn channel_skip_reason(kind: &str, config: &BTreeMap<String, String>) -> Option<String> {
    let get = |key: &str| config.get(key).map(|v| v.trim()).filter(|v| !v.is_empty());
    let missing = |key: &str| Some(format!("missing required field: {key}"));
    match kind {
        "" => Some("empty type".into()),
        "telegram" => match (get("bot_token"), get("chat_id")) {
            (None, _) => missing("bot_token"),
            (Some(token), _) if !is_bot_token(token) => {
                Some("bot_token format invalid (expected like '123456789:ABCdefGHIjkl...')".into())
            }
            (_, None) => missing("chat_id"),
            _ => None,
        },
        "slack" => match (get("bot_token"), get("webhook_url")) {
            (None, None) => missing("bot_token or webhook_url"),
            (Some(_), _) if get("channel_id").is_none() => {
                Some("bot_token mode requires channel_id".into())
            }
            (None, Some(url)) if !url.starts_with("https://hooks.slack.com/") => {
                Some("invalid Slack webhook URL".into())
            }
            _ => None,
        },
        "discord" => webhook(
            get("webhook_url"),
            &["https://discord.com/api/webhooks/"],
            "invalid Discord webhook URL (must start with https://discord.com/api/webhooks/)",
        ),
        "lark" => webhook(
            get("webhook_url"),
            &[
                "https://open.feishu.cn/open-apis/bot/v2/hook/",
                "https://open.larksuite.com/open-apis/bot/v2/hook/",
            ],
            "invalid Lark/Feishu webhook URL — must start with https://open.feishu.cn/open-apis/bot/v2/hook/ or \
             https://open.larksuite.com/open-apis/bot/v2/hook/",
        ),
        _ => Some("unknown adapter".into()),
    }
}

fn webhook(url: Option<&str>, starts: &[&str], invalid: &str) -> Option<String> {
    match url {
        None => Some("missing required field: webhook_url".into()),
        Some(url) if starts.iter().any(|start| url.starts_with(start)) => None,
        Some(_) => Some(invalid.into()),
    }
}

/// Digits, a colon and 35 word characters or dashes.
fn is_bot_token(token: &str) -> bool {
    let Some((id, secret)) = token.split_once(':') else {
        return false;
    };
    id.len() >= 6
        && id.bytes().all(|b| b.is_ascii_digit())
        && secret.len() >= 30
        && secret
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
