//! Limits of installs, settable by variables (contract 03 section 1.6).

use std::time::Duration;

/// Files of one plugin at most; a plugin of a hundred thousand files would stall every start.
const FILES: usize = 20_000;

/// How large a plugin and its install may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the request body (`PLUGIN_INSTALL_BODY_MAX_BYTES`).
    pub body: usize,
    /// Time to fetch and bring (`PLUGIN_INSTALL_FETCH_TIMEOUT`).
    pub fetch: Duration,
    /// Bytes of all files (`PLUGIN_INSTALL_MAX_DIR_BYTES`).
    pub bytes: u64,
    /// Files and folders.
    pub files: usize,
    /// Git sources without a ref are taken (`PLUGIN_ALLOW_UNPINNED`, exactly `true`).
    pub allow_unpinned: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 65_536,
            fetch: Duration::from_secs(300),
            bytes: 104_857_600,
            files: FILES,
            allow_unpinned: false,
        }
    }
}

impl Limits {
    /// From variables; what is not set, not understood or not above zero is the default.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name: &str| {
            variable(name)
                .and_then(|text| text.trim().parse::<u64>().ok())
                .filter(|number| *number > 0)
        };
        let defaults = Self::default();
        Self {
            body: number("PLUGIN_INSTALL_BODY_MAX_BYTES")
                .and_then(|bytes| usize::try_from(bytes).ok())
                .unwrap_or(defaults.body),
            fetch: variable("PLUGIN_INSTALL_FETCH_TIMEOUT")
                .and_then(|text| duration(text.trim()))
                .unwrap_or(defaults.fetch),
            bytes: number("PLUGIN_INSTALL_MAX_DIR_BYTES").unwrap_or(defaults.bytes),
            allow_unpinned: variable("PLUGIN_ALLOW_UNPINNED").as_deref() == Some("true"),
            ..defaults
        }
    }
}

/// A duration as in `5m`, `1h30m`, `1.5s`, `250ms`; `None` for anything else and for nothing.
fn duration(text: &str) -> Option<Duration> {
    let (mut rest, mut seconds) = (text, 0.0_f64);
    while !rest.is_empty() {
        let digits = rest
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|letter: char| letter.is_ascii_digit() || letter == '.')
            .unwrap_or(rest.len());
        seconds += number
            * match &rest[..letters] {
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
        rest = &rest[letters..];
    }
    let given = Duration::try_from_secs_f64(seconds).ok()?;
    (!given.is_zero()).then_some(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_people_write_them() {
        assert_eq!(duration("5m"), Some(Duration::from_secs(300)));
        assert_eq!(duration("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
        for bad in ["", "5", "m", "-5m", "0s", "5x", "1..5s"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_not_understood_is_the_default() {
        let set = |name: &str| match name {
            "PLUGIN_INSTALL_BODY_MAX_BYTES" => Some("-1".to_owned()),
            "PLUGIN_INSTALL_MAX_DIR_BYTES" => Some("1000".to_owned()),
            "PLUGIN_ALLOW_UNPINNED" => Some("TRUE".to_owned()),
            _ => None,
        };
        let limits = Limits::read(set);
        assert_eq!(
            (limits.body, limits.bytes, limits.allow_unpinned),
            (65_536, 1000, false)
        );
    }
}
