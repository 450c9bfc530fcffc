//! The `.env` reader: any text gives variables with valid names, and places for what was refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use org_template::{is_env_key, parse_env};

fuzz_target!(|text: &str| {
    let file = parse_env(text);
    for (key, value) in &file.values {
        assert!(is_env_key(key), "{key:?}");
        assert!(!value.is_empty());
    }
    let lines = text.lines().count();
    for refused in &file.refused {
        assert!((1..=lines).contains(&(refused.line as usize)));
    }
});
