//! The YAML reader: any bytes are an org, or are refused with places; what is generated from one is YAML again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use org_template::{Code, Env, Limits, MemoryFiles, OrgErrors, effective, load_from, merged_config_yaml};

fuzz_target!(|data: &[u8]| {
    // A second file of the same bytes, so that directives have something to find.
    let files = MemoryFiles::new().with("org.yaml", data).with("role/workspace.yaml", data);
    let Ok(org) = load_from(&files, &Limits::default()) else {
        return;
    };
    let Ok(all) = effective(&org, &Env::default()) else {
        return;
    };
    for role in all.roles.iter().take(8) {
        let (config, _) = merged_config_yaml(role, "config.yaml", data);
        let again = MemoryFiles::new().with("org.yaml", config.as_bytes());
        // It is no org; that it is YAML without a key named twice is what counts.
        let problems = match load_from(&again, &Limits::default()) {
            Err(OrgErrors::Expansion(problems) | OrgErrors::Invalid(problems)) => problems,
            _ => continue,
        };
        let broken = |code: Code| matches!(code, Code::YamlSyntax | Code::DuplicateKey);
        assert!(!problems.iter().any(|problem| broken(problem.code)), "{config}\n{problems:?}");
    }
});
