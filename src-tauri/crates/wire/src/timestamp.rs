//! Times on the wire and in storage.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use utoipa::{PartialSchema, ToSchema};

/// A moment in UTC. On the wire: RFC 3339 with `Z`, trailing zeros of the fraction dropped (contract 01 section 1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub DateTime<Utc>);

impl Timestamp {
    /// RFC 3339 with exactly six digits, so that text order is time order (contract 01 section 6).
    pub fn to_storage(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    /// Reads either form back.
    ///
    /// # Errors
    /// When `text` is no RFC 3339 time.
    pub fn parse(text: &str) -> Result<Self, chrono::ParseError> {
        DateTime::parse_from_rfc3339(text).map(|time| Self(time.with_timezone(&Utc)))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let full = self.0.to_rfc3339_opts(SecondsFormat::Nanos, true);
        let (seconds, fraction) = full
            .trim_end_matches('Z')
            .split_once('.')
            .unwrap_or((&full, ""));
        match fraction.trim_end_matches('0') {
            "" => write!(out, "{}Z", seconds.trim_end_matches('Z')),
            digits => write!(out, "{seconds}.{digits}Z"),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_zeros_are_dropped_on_the_wire_and_kept_in_storage() {
        for (storage, wire) in [
            ("2026-05-03T09:14:07.120394Z", "2026-05-03T09:14:07.120394Z"),
            ("2026-05-03T09:14:07.100000Z", "2026-05-03T09:14:07.1Z"),
            ("2026-05-03T09:14:07.000000Z", "2026-05-03T09:14:07Z"),
        ] {
            let time = Timestamp::parse(storage).unwrap();
            assert_eq!(time.to_storage(), storage);
            assert_eq!(time.to_string(), wire);
        }
    }
}
