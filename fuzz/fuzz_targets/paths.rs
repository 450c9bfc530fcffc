//! The path guards: whatever is asked for stays below its root.
#![no_main]

use libfuzzer_sys::fuzz_target;
use org_template::{inside_root, rel_parts, rel_path};

fn stays(parts: &[&str]) {
    for part in parts {
        assert!(!part.is_empty() && *part != "." && *part != "..", "{parts:?}");
        assert!(!part.contains(['/', '\\', '\0']), "{parts:?}");
    }
}

fuzz_target!(|asked: (&str, &str)| {
    let (base, path) = asked;
    // A base is clean by its contract: it comes from an earlier answer.
    let base = inside_root("", base).unwrap_or_default();
    if let Some(inside) = inside_root(&base, path) {
        let parts: Vec<&str> = inside.split('/').filter(|part| !part.is_empty()).collect();
        stays(&parts);
        assert_eq!(inside_root("", &inside).unwrap_or_default(), inside, "clean stays clean");
    }
    if let Ok(parts) = rel_parts(path) {
        assert!(rel_path(path) && !parts.is_empty());
        stays(&parts.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(rel_parts(&parts.join("/")).as_deref(), Ok(parts.as_slice()));
    }
});
