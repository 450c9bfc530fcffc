//! The OpenAPI document is a golden file: what the canvas's types are made from is what is served.

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let served = serde_json::to_string_pretty(&api::document()).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        served == committed,
        "openapi.json differs from the routes; run `cargo run -p api --example openapi > src-tauri/crates/api/openapi.json` \
         and `npm --prefix ui run gen:api`, then look at the difference"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(api::document()).unwrap();
    let mut names: Vec<&str> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
