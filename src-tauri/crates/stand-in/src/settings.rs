//! What the environment says.

use crate::StartError;
use crate::chat::ChatSettings;
use crate::command::Mode;
use crate::scrub::Scrub;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

/// Everything fixed for the life of the process. No `Debug`: it holds keys.
pub(crate) struct Settings {
    pub workspace_id: String,
    /// Without a trailing slash; may hold a credential in its path, so it is never printed.
    pub platform_url: String,
    pub configs: PathBuf,
    pub token_from_environment: Option<String>,
    pub heartbeat: Duration,
    pub mode: Mode,
    pub delay: Duration,
    pub grace: Duration,
    pub snapshot: PathBuf,
    pub host: String,
    pub role: Option<String>,
    pub chat: ChatSettings,
    pub scrub: Scrub,
    listen: Option<SocketAddr>,
    port: Option<u16>,
}

impl Settings {
    /// Reads the variables through `lookup`; an empty one counts as unset.
    pub fn from(
        lookup: impl Fn(&str) -> Option<String>,
        listen: Option<SocketAddr>,
    ) -> Result<Self, StartError> {
        let value = |name: &str| {
            lookup(name)
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let workspace_id = value("WORKSPACE_ID").ok_or(StartError::Missing("WORKSPACE_ID"))?;
        let platform_url = value("PLATFORM_URL")
            .or_else(|| value("MOLECULE_URL"))
            .ok_or(StartError::Missing("PLATFORM_URL"))?
            .trim_end_matches('/')
            .to_owned();
        let mode = match value("STAND_IN_MODE") {
            None => Mode::Echo,
            Some(word) => Mode::from_word(&word).ok_or(StartError::Invalid {
                name: "STAND_IN_MODE",
                value: word,
                wanted: Mode::WORDS,
            })?,
        };
        let port = match value("STAND_IN_PORT") {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| StartError::Invalid {
                name: "STAND_IN_PORT",
                value: text,
                wanted: "a port number from 0 to 65535",
            })?),
        };
        let seconds = |name: &'static str, default: f64| match value(name) {
            None => Ok(Duration::from_secs_f64(default)),
            Some(text) => text
                .parse()
                .ok()
                .and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok())
                .ok_or(StartError::Invalid {
                    name,
                    value: text,
                    wanted: "a number of seconds",
                }),
        };
        let configs =
            PathBuf::from(value("WORKSPACE_CONFIG_PATH").unwrap_or_else(|| "/configs".to_owned()));
        let heartbeat = seconds("STAND_IN_HEARTBEAT_SECONDS", 30.0)?.max(Duration::from_millis(10));
        let mut scrub = Scrub::from_environment();
        scrub.add_credential_of(&platform_url);
        let chat = ChatSettings::from(&value);
        chat.keys().for_each(|key| scrub.add(key));
        Ok(Self {
            heartbeat,
            mode,
            delay: seconds("STAND_IN_DELAY_SECONDS", 3.0)?,
            grace: seconds("STAND_IN_GRACE_SECONDS", 3.0)?,
            snapshot: value("AGENT_SNAPSHOT_PATH")
                .map_or_else(|| configs.join(".agent_snapshot.json"), PathBuf::from),
            host: value("HOSTNAME").unwrap_or_else(outward_address),
            role: value("MOLECULE_AGENT_ROLE"),
            token_from_environment: value("MOLECULE_WORKSPACE_TOKEN"),
            chat,
            scrub,
            listen,
            port,
            workspace_id,
            platform_url,
            configs,
        })
    }

    /// `--listen`, else all addresses with `STAND_IN_PORT`, the port of `config.yaml`, or 8000.
    pub fn listen_address(&self, configured: Option<u16>) -> SocketAddr {
        let port = self.port.or(configured).unwrap_or(8000);
        self.listen
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))
    }
}

/// The address other machines would see; nothing is sent to find it.
fn outward_address() -> String {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0));
    let address = socket.and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    address.map_or_else(
        |_| "127.0.0.1".to_owned(),
        |address| address.ip().to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Result<Settings, StartError> {
        let base = [
            ("WORKSPACE_ID", "w"),
            ("PLATFORM_URL", "http://p/c/credential/"),
        ];
        let all: Vec<_> = base
            .iter()
            .chain(pairs)
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        Settings::from(
            |name| {
                all.iter()
                    .rev()
                    .find(|pair| pair.0 == name)
                    .map(|pair| pair.1.clone())
            },
            None,
        )
    }

    #[test]
    fn the_port_comes_from_the_variable_then_the_config_then_the_default() {
        assert_eq!(settings(&[]).unwrap().listen_address(None).port(), 8000);
        assert_eq!(
            settings(&[]).unwrap().listen_address(Some(8123)).port(),
            8123
        );
        assert_eq!(
            settings(&[("STAND_IN_PORT", "9")])
                .unwrap()
                .listen_address(Some(8123))
                .port(),
            9
        );
    }

    #[test]
    fn bad_values_name_the_variable() {
        for (name, value) in [
            ("STAND_IN_PORT", "x"),
            ("STAND_IN_MODE", "dance"),
            ("STAND_IN_HEARTBEAT_SECONDS", "-1"),
        ] {
            let text = settings(&[(name, value)]).err().unwrap().to_string();
            assert!(text.contains(name) && text.contains(value), "{text}");
        }
    }

    #[test]
    fn an_empty_variable_is_a_missing_one() {
        let text = settings(&[("WORKSPACE_ID", " ")])
            .err()
            .unwrap()
            .to_string();
        assert!(text.contains("WORKSPACE_ID is not set"), "{text}");
    }

    #[test]
    fn the_credential_of_the_address_is_a_secret() {
        assert_eq!(
            settings(&[])
                .unwrap()
                .scrub
                .text("at http://p/c/credential/x"),
            "at http://p/c/***/x"
        );
    }
}
