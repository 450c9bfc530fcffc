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
