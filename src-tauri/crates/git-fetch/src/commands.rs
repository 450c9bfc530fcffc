//! The environment every git command of this room runs in.

use crate::settings::Transports;
use crate::token::Token;
use std::ffi::OsString;
use std::path::Path;
use zeroize::Zeroizing;

/// What the person's environment may still say: where programs are, how the network is reached, which authorities are
/// trusted. Everything else (tracing, other folders, other configuration, askpass programs) is left out.
const PASSED: [&str; 20] = [
    "PATH",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "PATHEXT",
    "COMSPEC",
    "TEMP",
    "TMP",
    "TMPDIR",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "CURL_CA_BUNDLE",
];

/// Fixed variables.
const FIXED: [(&str, &str); 9] = [
    ("LC_ALL", "C"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GCM_INTERACTIVE", "never"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_LFS_SKIP_SMUDGE", "1"),
    ("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"),
];

/// Fixed configuration. It lies over whatever a repository says.
const CONFIG: [(&str, &str); 17] = [
    // An empty value clears the list of helpers.
    ("credential.helper", ""),
    ("core.askPass", ""),
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.autocrlf", "false"),
    ("core.safecrlf", "false"),
    ("core.protectNTFS", "true"),
    ("core.protectHFS", "true"),
    ("core.attributesFile", "/dev/null"),
    ("core.excludesFile", "/dev/null"),
    // A redirect would leave the allowlist and may carry the token along.
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", "30"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
];

/// Variables of one command.
pub(crate) struct Environment {
    pub variables: Vec<(OsString, OsString)>,
    /// Wiped after use as far as the standard library lets us.
    secret: Option<(OsString, Zeroizing<String>)>,
}

impl Environment {
    /// For a command about `url`. `home` is an empty folder; `repository` the one that git works in, if it does.
    pub fn new(
        transports: &Transports,
        home: &Path,
        repository: Option<&Path>,
        token: Option<(&Token, &str)>,
    ) -> Self {
        let mut variables: Vec<(OsString, OsString)> = PASSED
            .iter()
            .filter_map(|name| Some(((*name).into(), std::env::var_os(name)?)))
            .collect();
        let mut put = |name: &str, value: OsString| variables.push((name.into(), value));
        for (name, value) in FIXED {
            put(name, value.into());
        }
        for name in [
            "HOME",
            "XDG_CONFIG_HOME",
            "USERPROFILE",
            "GIT_CEILING_DIRECTORIES",
        ] {
            put(name, home.into());
        }
        put("GIT_ALLOW_PROTOCOL", transports.protocols().into());
        if let Some(repository) = repository {
            put("GIT_DIR", repository.join(".git").into());
            put("GIT_WORK_TREE", repository.into());
        }
        let count = CONFIG.len() + usize::from(token.is_some());
        put("GIT_CONFIG_COUNT", count.to_string().into());
        for (at, (key, value)) in CONFIG.iter().enumerate() {
            put(&format!("GIT_CONFIG_KEY_{at}"), (*key).into());
            put(&format!("GIT_CONFIG_VALUE_{at}"), (*value).into());
        }
        let secret = token.map(|(token, base)| {
            let at = CONFIG.len();
            put(
                &format!("GIT_CONFIG_KEY_{at}"),
                format!("http.{base}.extraHeader").into(),
            );
            (
                OsString::from(format!("GIT_CONFIG_VALUE_{at}")),
                token.header(),
            )
        });
        Self { variables, secret }
    }

    /// Hands everything to a command whose own environment was cleared.
    pub fn apply(&self, command: &mut tokio::process::Command) {
        command.env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some((name, value)) = &self.secret {
            command.env(name, value.as_str());
        }
    }
}
