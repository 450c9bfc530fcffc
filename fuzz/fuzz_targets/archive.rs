//! The archive reader: what comes out of a container is read within its limits, or refused.
#![no_main]

use containers::{
    Survey,
    archive::{EntryKind, ReadLimits, file, read, survey},
};
use libfuzzer_sys::fuzz_target;

fn stays(path: &str) {
    assert!(!path.is_empty() && !path.starts_with('/'), "{path:?}");
    assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")), "{path:?}");
}

fuzz_target!(|data: &[u8]| {
    let limits = ReadLimits {
        entries: 64,
        bytes: 64 * 1024,
    };
    if let Ok(entries) = read(data, limits) {
        assert!(entries.len() <= limits.entries);
        let mut bytes = 0;
        for entry in &entries {
            stays(&entry.path);
            if let EntryKind::File(content) = &entry.kind {
                bytes += content.len() as u64;
            }
        }
        assert!(bytes <= limits.bytes);
    }
    let _ = file(data, limits);
    let depth = usize::from(data.first().copied().unwrap_or(1) % 5) + 1;
    let wanted = Survey {
        depth,
        leave_out: vec![".git".to_owned()],
        entries: 64,
        bytes: 1024 * 1024,
    };
    for listed in survey("configs", data, &wanted).unwrap_or_default() {
        stays(&listed.path);
        assert!(listed.path.split('/').count() <= depth);
        assert!(!listed.path.split('/').any(|part| part == ".git"));
    }
});
