//! What looks like a credential.
//!
//! One list for every writer. Rules run one after the other over the whole text, the specific ones first, so that a
//! token keeps its telling label. Where a shape alone would catch ordinary words, paths or digests, the match must also
//! look random.

use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

/// A text without what looked like credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted<'a> {
    /// The text; each match became `[REDACTED:<label>]`.
    pub text: Cow<'a, str>,
    /// Label of each rule that matched, once, in order. All that a log may say about it.
    pub labels: Vec<&'static str>,
}

struct Rule {
    label: &'static str,
    /// The first group, if there is one, is the part that is taken out; else the whole match.
    shape: Regex,
    /// Whether the part must look random as well.
    random: bool,
}

/// Label, shape, and whether the part must look random.
const RULES: &[(&str, &str, bool)] = &[
    (
        "PRIVATE_KEY",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)",
        false,
    ),
    // Assignments, the name included, as the contract has it; without a name they would read as a broken text.
    ("API_KEY", r"(?i)\b[a-z][a-z0-9_]*_API_KEY\s*=\s*\S+", false),
    ("TOKEN", r"(?i)\b[a-z][a-z0-9_]*_TOKEN\s*=\s*\S+", false),
    ("SECRET", r"(?i)\b[a-z][a-z0-9_]*_SECRET\s*=\s*\S+", false),
    (
        "PASSWORD",
        r"(?i)\b(?:[a-z][a-z0-9_]*_)?(?:PASSWORD|PASSPHRASE)\s*=\s*\S+",
        false,
    ),
    // A name that says enough by itself, before a long value: the name stays.
    (
        "SECRET",
        r"(?i)\b(?:api_?key|key|token|secret)\s*=\s*([a-z0-9+/_-]{40,}={0,2})",
        false,
    ),
    (
        "URL_CREDENTIAL",
        r"\b[a-zA-Z][a-zA-Z0-9+.-]*://([^\s/@:]*:[^\s/@]+)@",
        false,
    ),
    ("GITHUB_TOKEN", r"\bgh[pousr]_[A-Za-z0-9]{20,}", false),
    ("GITHUB_TOKEN", r"\bgithub_pat_[A-Za-z0-9_]{22,}", false),
    ("GITLAB_TOKEN", r"\bglpat-[A-Za-z0-9_-]{20,}", false),
    ("SLACK_TOKEN", r"\bxox[abeprs]-[A-Za-z0-9-]{20,}", false),
    ("AWS_ACCESS_KEY", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", false),
    ("GOOGLE_API_KEY", r"\bAIza[A-Za-z0-9_-]{35}", false),
    ("CF_TOKEN", r"\bcfut_[A-Za-z0-9_-]{32,}", false),
    ("MOL_PK", r"\bmol_pk_[A-Za-z0-9_-]{20,}", false),
    ("CTX7_TOKEN", r"\bctx7_[A-Za-z0-9]+", false),
    ("SK_TOKEN", r"\bsk-[A-Za-z0-9_-]{16,}", false),
    (
        "JWT",
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        false,
    ),
    // "Bearer tokens" is prose: what follows must be long and random, or of two classes of characters.
    (
        "BEARER_TOKEN",
        r"\bBearer\s+([A-Za-z0-9._~+/-]{12,}=*)",
        true,
    ),
    ("BASE64_BLOB", r"[A-Za-z0-9+/_-]{33,}={0,2}", true),
];

static COMPILED: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    RULES
        .iter()
        .filter_map(|(label, shape, random)| {
            // Every shape is a constant that a test compiles.
            Some(Rule {
                label,
                shape: Regex::new(shape).ok()?,
                random: *random,
            })
        })
        .collect()
});

/// A value that only names a variable: `${NAME}`, or `$NAME` in capitals, perhaps quoted. With a default value in it,
/// it is none.
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"^(?:[^\s=:$]*\s*[=:]\s*)["']?\$(?:\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Z_][A-Z0-9_]*)["']?[;,)]*$"#,
    )
    .ok()
});

/// Whether what stands behind `=`, or as the password of a URL, is in the environment and not here. Taken out, it would
/// leave a broken command and hide nothing.
fn is_reference(part: &str) -> bool {
    REFERENCE.as_ref().is_some_and(|shape| shape.is_match(part))
}

/// Takes out of `text` what looks like a credential. Applying it twice changes nothing more.
pub fn patterns(text: &str) -> Redacted<'_> {
    let mut text = Cow::Borrowed(text);
    let mut labels = Vec::new();
    for rule in COMPILED.iter() {
        let mut hit = false;
        let replaced = rule.shape.replace_all(&text, |found: &Captures<'_>| {
            let whole = found.get_match();
            let part = found.get(1).unwrap_or(whole);
            // A digest has no place behind "Bearer".
            let random = || {
                looks_random(part.as_str())
                    || (rule.label == "BEARER_TOKEN" && is_hex(part.as_str()))
            };
            if part.as_str().contains("[REDACTED:")
                || (rule.random && !random())
                || is_reference(part.as_str())
            {
                return whole.as_str().to_owned();
            }
            hit = true;
            let before = &whole.as_str()[..part.start() - whole.start()];
            let after = &whole.as_str()[part.end() - whole.start()..];
            format!("{before}[REDACTED:{}]{after}", rule.label)
        });
        if hit {
            text = Cow::Owned(replaced.into_owned());
            if !labels.contains(&rule.label) {
                labels.push(rule.label);
            }
        }
    }
    Redacted { text, labels }
}

#[derive(PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Other,
}

fn class(byte: u8) -> Class {
    match byte {
        b'a'..=b'z' => Class::Lower,
        b'A'..=b'Z' => Class::Upper,
        b'0'..=b'9' => Class::Digit,
        _ => Class::Other,
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Random base64 mixes three classes of characters and changes between them at most places; identifiers and paths keep
/// to a class for a whole word, digests and ids in hex have two classes.
fn looks_random(text: &str) -> bool {
    let bytes = text.trim_end_matches('=').as_bytes();
    let has = |wanted: Class| bytes.iter().any(|byte| class(*byte) == wanted);
    if bytes
        .iter()
        .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
    {
        return false;
    }
    if !(has(Class::Lower) && has(Class::Upper) && has(Class::Digit)) {
        return false;
    }
    let changes = bytes
        .windows(2)
        .filter(|pair| class(pair[0]) != class(pair[1]))
        .count();
    changes * 100 >= (bytes.len() - 1) * 35
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens;
    use proptest::prelude::*;

    // Put together at run time, so that no scanner takes this file for a leak.
    fn of(prefix: &str, letters: &str, length: usize) -> String {
        format!(
            "{prefix}{}",
            letters
                .repeat(length)
                .chars()
                .take(length)
                .collect::<String>()
        )
    }

    #[test]
    fn every_shape_compiles() {
        assert_eq!(COMPILED.len(), RULES.len());
    }

    #[test]
    fn credentials_are_taken_out_with_their_label() {
        for (secret, label) in [
            (of("ghp_", "a1B2", 36), "GITHUB_TOKEN"),
            (of("gho_", "a1B2", 36), "GITHUB_TOKEN"),
            (of("ghs_", "a1B2", 36), "GITHUB_TOKEN"),
            (of("github_pat_", "a1B2_", 82), "GITHUB_TOKEN"),
            (of("glpat-", "a1B2", 20), "GITLAB_TOKEN"),
            (of("sk-ant-", "a1-B2", 40), "SK_TOKEN"),
            (of("sk-proj-", "a1-B2", 40), "SK_TOKEN"),
            (of("sk-cp-", "a1B2", 60), "SK_TOKEN"),
            (of("sk-", "a", 16), "SK_TOKEN"),
            (of("xoxb-", "12-ab", 24), "SLACK_TOKEN"),
            (of("AKIA", "A1B2", 16), "AWS_ACCESS_KEY"),
            (of("ASIA", "A1B2", 16), "AWS_ACCESS_KEY"),
            (of("AIza", "a1B2_", 35), "GOOGLE_API_KEY"),
            (of("cfut_", "a1B2", 32), "CF_TOKEN"),
            (of("mol_pk_", "a1B2", 20), "MOL_PK"),
            (of("ctx7_", "ab12", 8), "CTX7_TOKEN"),
            (
                of("eyJ", "a1B2", 20) + "." + &of("", "c3D4", 20) + "." + &of("", "e5F6", 20),
                "JWT",
            ),
        ] {
            let text = format!("before {secret}, after");
            let redacted = patterns(&text);
            assert_eq!(redacted.text, format!("before [REDACTED:{label}], after"));
            assert_eq!(redacted.labels, [label]);
        }
    }

    #[test]
    fn assignments_go_with_their_name() {
        for (text, label) in [
            ("set OPENAI_API_KEY=abc now", "API_KEY"),
            ("set my_api_key = abc now", "API_KEY"),
            ("set GITEA_TOKEN=abc now", "TOKEN"),
            ("set WEBHOOK_SECRET =abc now", "SECRET"),
            ("set DB_PASSWORD=abc now", "PASSWORD"),
            ("set password=abc now", "PASSWORD"),
        ] {
            assert_eq!(patterns(text).text, format!("set [REDACTED:{label}] now"));
        }
    }

    #[test]
    fn a_variable_is_named_and_not_hidden() {
        for text in [
            "git clone \"https://x-access-token:${GITHUB_TOKEN}@github.com/acme/site.git\" /work",
            "git clone https://bot:$GITHUB_TOKEN@github.com/acme/site.git",
            "export GITHUB_TOKEN=${GH_TOKEN}",
            "OPENAI_API_KEY=\"$KEY\" run; DB_PASSWORD='${pw}'; APP_SECRET = $SECRET;",
        ] {
            assert_eq!(patterns(text).text, text);
        }
        for (text, wanted) in [
            (
                "https://bot:pa$$WORD@acme.dev",
                "https://[REDACTED:URL_CREDENTIAL]@acme.dev",
            ),
            ("A_TOKEN=${B:-abc}", "[REDACTED:TOKEN]"),
            ("A_TOKEN=$ecret1", "[REDACTED:TOKEN]"),
            ("A_TOKEN=${B}abc", "[REDACTED:TOKEN]"),
        ] {
            assert_eq!(patterns(text).text, wanted);
        }
    }

    /// The rules of contract 05 section 17 one by one, with the corrections of its last section and of 03 no. 53.
    #[test]
    fn no_53_every_rule_of_the_contract() {
        let word = |prefix: &str, length: usize| of(prefix, "Xy7k", length);
        let upper = |prefix: &str| of(prefix, "A1B2", 16);
        for (rule, text, wanted) in [
            ("17.1 1", "MY_API_KEY=abc", "[REDACTED:API_KEY]".to_owned()),
            (
                "17.1 1",
                "x openai_api_key = v!$ y",
                "x [REDACTED:API_KEY] y".to_owned(),
            ),
            ("17.1 2", "CI_TOKEN=abc", "[REDACTED:TOKEN]".to_owned()),
            ("17.1 3", "app_secret = abc", "[REDACTED:SECRET]".to_owned()),
            (
                "17.1 4",
                &format!("Bearer {}", word("", 24)),
                "Bearer [REDACTED:BEARER_TOKEN]".to_owned(),
            ),
            (
                "17.1 4",
                "Bearer tokens expire",
                "Bearer tokens expire".to_owned(),
            ),
            ("17.1 4", "bearer abc", "bearer abc".to_owned()),
            ("17.1 5", &word("sk-", 16), "[REDACTED:SK_TOKEN]".to_owned()),
            ("17.1 5", "sk-short", "sk-short".to_owned()),
            ("17.1 6", "ctx7_a1", "[REDACTED:CTX7_TOKEN]".to_owned()),
            ("17.1 7", &word("", 33), "[REDACTED:BASE64_BLOB]".to_owned()),
            (
                "17.1 7",
                &(word("", 40) + "=="),
                "[REDACTED:BASE64_BLOB]".to_owned(),
            ),
            ("17.1 7", &word("", 32), word("", 32)),
            ("03 53", &"ab".repeat(40), "ab".repeat(40)),
            ("03 53", &"0f".repeat(32), "0f".repeat(32)),
            (
                "17.2",
                &word("ghp_", 36),
                "[REDACTED:GITHUB_TOKEN]".to_owned(),
            ),
            (
                "17.2",
                &word("ghs_", 20),
                "[REDACTED:GITHUB_TOKEN]".to_owned(),
            ),
            (
                "17.2",
                &word("github_pat_", 60),
                "[REDACTED:GITHUB_TOKEN]".to_owned(),
            ),
            (
                "17.2",
                &upper("AKIA"),
                "[REDACTED:AWS_ACCESS_KEY]".to_owned(),
            ),
            (
                "17.2",
                &format!("key={}", "ab".repeat(20)),
                "key=[REDACTED:SECRET]".to_owned(),
            ),
            (
                "17.2",
                &format!("token = {}", word("", 40)),
                "token = [REDACTED:SECRET]".to_owned(),
            ),
            ("17.2", "key=short", "key=short".to_owned()),
            (
                "17.2",
                &format!("password={}", "ab".repeat(20)),
                "[REDACTED:PASSWORD]".to_owned(),
            ),
            ("17.2", &word("cfut_", 32), "[REDACTED:CF_TOKEN]".to_owned()),
            ("17.2", &word("mol_pk_", 20), "[REDACTED:MOL_PK]".to_owned()),
            (
                "17.3",
                &word("gho_", 36),
                "[REDACTED:GITHUB_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &word("ghu_", 36),
                "[REDACTED:GITHUB_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &word("ghr_", 36),
                "[REDACTED:GITHUB_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &word("sk-ant-", 40),
                "[REDACTED:SK_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &word("sk-proj-", 40),
                "[REDACTED:SK_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &word("sk-svcacct-", 40),
                "[REDACTED:SK_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &word("sk-cp-", 60),
                "[REDACTED:SK_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &word("xoxb-", 20),
                "[REDACTED:SLACK_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &word("xoxs-", 20),
                "[REDACTED:SLACK_TOKEN]".to_owned(),
            ),
            (
                "17.3",
                &upper("ASIA"),
                "[REDACTED:AWS_ACCESS_KEY]".to_owned(),
            ),
        ] {
            assert_eq!(patterns(text).text, wanted, "{rule}");
            assert_eq!(
                patterns(&format!("say {text} then")).text,
                format!("say {wanted} then"),
                "{rule}, among other words"
            );
        }
    }

    #[test]
    fn parts_around_a_credential_stay() {
        assert_eq!(
            patterns("clone https://me:hunter2@git.example/x.git").text,
            "clone https://[REDACTED:URL_CREDENTIAL]@git.example/x.git"
        );
        assert_eq!(
            patterns("Authorization: Bearer aB3dE6gH9jK2 sent").text,
            "Authorization: Bearer [REDACTED:BEARER_TOKEN] sent"
        );
        let pem = "x -----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY----- y";
        assert_eq!(patterns(pem).text, "x [REDACTED:PRIVATE_KEY] y");
    }

    #[test]
    fn no_53_ordinary_text_stays() {
        for text in [
            "Bearer tokens are explained in the handbook",
            "Bearer authentication is required",
            "commit 356a192b7913b04c54574d18c28d46e6395428ab",
            "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "id 550e8400-e29b-41d4-a716-446655440000",
            "src-tauri/crates/vault/src/redact/patterns/and/some/more/folders",
            "AbstractSingletonProxyFactoryBeanConfigurationV2Implementation",
            "MOLECULE_WORKSPACE_TOKEN is injected by the platform at every start",
            "https://example.org/a/very/long/path/with/many/segments/in/it",
            "a risk-assessment-of-the-whole-department",
            "user@example.org",
        ] {
            let redacted = patterns(text);
            assert_eq!(redacted.text, text);
            assert!(redacted.labels.is_empty());
            assert!(matches!(redacted.text, Cow::Borrowed(_)));
        }
    }

    #[test]
    fn our_own_tokens_are_recognised() {
        // A random token may by chance hold no digit; of this many, nearly all must be seen. Those that are loaded are
        // found by value, whatever they look like.
        let seen = (0..1000)
            .filter(|_| {
                let minted = tokens::mint().unwrap();
                let text = minted.token.expose_str().unwrap().to_owned();
                !patterns(&format!("token {text} given"))
                    .text
                    .contains(&text)
            })
            .count();
        assert!(seen >= 980, "{seen} of 1000");
    }

    proptest! {
        #[test]
        fn applying_it_twice_changes_nothing_more(text in r"(?s).{0,200}") {
            let once = patterns(&text).text.into_owned();
            let twice = patterns(&once).text.into_owned();
            prop_assert_eq!(once, twice);
        }
    }
}
