//! Whole numbers as clients write them: `12` and `12.0` are the same number (contract 01 section 7).

use serde::{
    Deserializer,
    de::{Error, Visitor},
};
use std::fmt;

/// Up to here every whole float is exactly one integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// An optional whole number; null counts as absent. For `#[serde(default, deserialize_with = "whole::option")]`.
///
/// # Errors
/// When it has a fraction, or is no number of 64 bits.
pub(crate) fn option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Whole)
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = Option<i64>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a whole number or null")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        i64::try_from(value)
            .map(Some)
            .map_err(|_| E::custom(format!("{value} is too large")))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        if value.fract() != 0.0 || value.abs() > EXACT {
            return Err(E::custom(format!("{value} is no whole number")));
        }
        #[allow(
            clippy::cast_possible_truncation,
            reason = "whole and in range, checked above"
        )]
        Ok(Some(value as i64))
    }
}
