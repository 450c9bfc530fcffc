//! Request bodies as clients of the contract write them (contract 01 section 1.5): field names in any case, `null` for a
//! scalar is its zero value, a whole number may be written with a fraction of zero. Raw JSON stays as it is.

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor,
        value::StrDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};

/// Reads a body.
///
/// # Errors
/// What is wrong, with the field it is wrong in.
pub(crate) fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    T::deserialize(Lenient(serde_json::from_slice(bytes)?))
}

struct Lenient(Value);

/// `null` is zero, `12.0` is twelve; everything else is the strict reader's business.
macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match whole(&self.0) {
                Some(number) => visitor.visit_i64(number),
                None => self.0.$method(visitor),
            }
        }
    )*};
}

fn whole(value: &Value) -> Option<i64> {
    /// Up to here every whole float is exactly one integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Null => Some(0),
        Value::Number(number) if number.is_f64() => number
            .as_f64()
            .filter(|number| number.fract() == 0.0 && number.abs() <= EXACT)
            .map(|number| {
                #[allow(
                    clippy::cast_possible_truncation,
                    reason = "whole and in range, checked above"
                )]
                let whole = number as i64;
                whole
            }),
        _ => None,
    }
}

impl<'de> Deserializer<'de> for Lenient {
    type Error = Error;

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_bool(false),
            other => other.deserialize_bool(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_f64(0.0),
            other => other.deserialize_f64(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_str(""),
            other => other.deserialize_string(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            other => visitor.visit_some(Self(other)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_seq(Items(Vec::new().into_iter())),
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            other => other.deserialize_seq(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_map(Fields::of(Map::new())),
            Value::Object(map) => visitor.visit_map(Fields::of(map)),
            other => other.deserialize_map(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_map(Fields::of(Map::new())),
            Value::Object(map) => visitor.visit_map(Fields::of(named(map, fields))),
            // A list is not taken for a record.
            other => other.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// The keys as the type calls them. Of several spellings the last one wins, as of several equal keys.
fn named(map: Map<String, Value>, fields: &[&str]) -> Map<String, Value> {
    let mut out = Map::with_capacity(map.len());
    for (key, value) in map {
        let known = fields
            .iter()
            .find(|field| **field == key)
            .or_else(|| fields.iter().find(|field| field.eq_ignore_ascii_case(&key)));
        let key = known.map_or(key, |field| (*field).to_owned());
        out.insert(key, value);
    }
    out
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.0
            .next()
            .map(|value| seed.deserialize(Lenient(value)))
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Fields {
    left: serde_json::map::IntoIter,
    value: Option<(String, Value)>,
}

impl Fields {
    fn of(map: Map<String, Value>) -> Self {
        Self {
            left: map.into_iter(),
            value: None,
        }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some((key, value)) = self.left.next() else {
            return Ok(None);
        };
        let found = seed.deserialize(StrDeserializer::<Error>::new(&key))?;
        self.value = Some((key, value));
        Ok(Some(found))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let (key, value) = self
            .value
            .take()
            .ok_or_else(|| Error::custom("a value without its key"))?;
        seed.deserialize(Lenient(value))
            .map_err(|error| Error::custom(format!("{key}: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Body {
        name: String,
        tier: i64,
        small: u8,
        share: f64,
        on: bool,
        card: Value,
        inner: Vec<Inner>,
        limit: Option<i64>,
        #[serde(rename = "workspaceId")]
        workspace_id: String,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    struct Inner {
        key: String,
    }

    fn read(value: &Value) -> Result<Body, String> {
        from_slice(value.to_string().as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn names_in_any_case_nulls_and_whole_floats_are_understood() {
        let body = read(&json!({
            "NAME": "a", "Tier": 3.0, "small": 7, "share": 2, "unknown": [1], "card": {"Name": null},
            "inner": [{"KEY": "k"}], "limit": 5.0, "WORKSPACEID": "w",
        }));
        let expected = Body {
            name: "a".into(),
            tier: 3,
            small: 7,
            share: 2.0,
            card: json!({"Name": null}),
            inner: vec![Inner { key: "k".into() }],
            limit: Some(5),
            workspace_id: "w".into(),
            ..Body::default()
        };
        assert_eq!(body, Ok(expected));
        let nulls = json!({
            "name": null, "tier": null, "small": null, "share": null, "on": null, "card": null, "inner": null,
            "limit": null, "workspaceId": null,
        });
        assert_eq!(read(&nulls), Ok(Body::default()));
        assert_eq!(read(&json!(null)), Ok(Body::default()));
        let twice = read(&json!({"name": "first", "Name": "last"}));
        assert_eq!(twice.unwrap().name, "last");
    }

    #[test]
    fn wrong_types_are_refused_with_their_place() {
        for (body, place) in [
            (json!({"tier": 1.5}), "tier: "),
            (json!({"tier": "1"}), "tier: "),
            (json!({"tier": 1e300}), "tier: "),
            (json!({"small": 256}), "small: "),
            (json!({"small": -1.0}), "small: "),
            (json!({"name": 7}), "name: "),
            (json!({"on": 1}), "on: "),
            (json!({"inner": [{"key": 1}]}), "inner: key: "),
            (json!([]), ""),
        ] {
            let error = read(&body).unwrap_err();
            assert!(error.starts_with(place), "{body}: {error}");
        }
        assert!(from_slice::<Body>(b"{\"name\":\"a\"} x").is_err());
        assert!(from_slice::<Body>(b"").is_err());
        let deep = "[".repeat(100_000);
        assert!(from_slice::<Body>(deep.as_bytes()).is_err());
    }
}
