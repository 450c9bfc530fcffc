//! Prints the OpenAPI document of everything that is served: `cargo run -p api --example openapi`.

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&api::document())?);
    Ok(())
}
