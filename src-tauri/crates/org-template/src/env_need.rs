//! Variables an org needs or can use, brought together (contract 03 section 2.7).

use crate::org::Org;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};

/// One requirement: a name, or one of several. JSON is `"NAME"` or `{"any_of":["A","B"]}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvNeed {
    /// This variable.
    One(String),
    /// Any one of these.
    AnyOf(Vec<String>),
}

impl EnvNeed {
    /// The names it mentions.
    pub fn members(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::AnyOf(names) => names,
        }
    }

    /// Whether any member is configured.
    pub fn satisfied(&self, configured: impl Fn(&str) -> bool) -> bool {
        self.members().iter().any(|name| configured(name))
    }

    fn cleaned(&self) -> Option<Self> {
        let mut members = self
            .members()
            .iter()
            .filter(|name| is_need_name(name))
            .cloned();
        match self {
            Self::One(_) => members.next().map(Self::One),
            Self::AnyOf(_) => {
                let members: Vec<String> = members.collect();
                (!members.is_empty()).then_some(Self::AnyOf(members))
            }
        }
    }
}

impl Serialize for EnvNeed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(name) => name.serialize(serializer),
            Self::AnyOf(names) => json!({ "any_of": names }).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for EnvNeed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if let Value::String(name) = value {
            return Ok(Self::One(name));
        }
        let names = value.get("any_of").and_then(Value::as_array).map(|names| {
            names
                .iter()
                .filter_map(|n| n.as_str().map(str::to_owned))
                .collect::<Vec<_>>()
        });
        names
            .filter(|names| !names.is_empty())
            .map(Self::AnyOf)
            .ok_or_else(|| D::Error::custom("a requirement is a name or {\"any_of\":[names]}"))
    }
}

/// The two aggregated lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvNeeds {
    /// Must be there before an import.
    pub required: Vec<EnvNeed>,
    /// Only warned about.
    pub recommended: Vec<EnvNeed>,
}

/// Brings together what the root and every spawned workspace declare (contract 03 section 2.7 and no. 20).
pub fn env_needs(org: &Org) -> EnvNeeds {
    let spawned = || org.walk(true);
    let required = org
        .required_env
        .iter()
        .chain(spawned().flat_map(|w| &w.required_env));
    let recommended = org
        .recommended_env
        .iter()
        .chain(spawned().flat_map(|w| &w.recommended_env));
    let required = tier(required);
    let strict: HashSet<&String> = scalars(&required);
    let recommended = tier(recommended)
        .into_iter()
        .filter(|need| !need.members().iter().any(|name| strict.contains(name)))
        .collect();
    EnvNeeds {
        recommended: sorted(recommended),
        required: sorted(required),
    }
}

fn scalars(needs: &[EnvNeed]) -> HashSet<&String> {
    needs
        .iter()
        .filter_map(|n| {
            if let EnvNeed::One(name) = n {
                Some(name)
            } else {
                None
            }
        })
        .collect()
}

/// Cleans and unites one tier; a group that holds a strict name of the tier says nothing more.
fn tier<'a>(needs: impl Iterator<Item = &'a EnvNeed>) -> Vec<EnvNeed> {
    let mut seen: HashSet<BTreeSet<String>> = HashSet::new();
    let mut out: Vec<EnvNeed> = Vec::new();
    for need in needs.filter_map(EnvNeed::cleaned) {
        if seen.insert(need.members().iter().cloned().collect()) {
            out.push(need);
        }
    }
    let strict: HashSet<String> = scalars(&out).into_iter().cloned().collect();
    out.retain(|need| {
        matches!(need, EnvNeed::One(_)) || !need.members().iter().any(|n| strict.contains(n))
    });
    out
}

fn sorted(mut needs: Vec<EnvNeed>) -> Vec<EnvNeed> {
    needs.sort_by_cached_key(|need| {
        let mut members = need.members().to_vec();
        members.sort();
        (matches!(need, EnvNeed::AnyOf(_)), members)
    });
    needs
}

fn is_need_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 128
        && bytes.next().is_some_and(|b| b.is_ascii_uppercase())
        && bytes.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
