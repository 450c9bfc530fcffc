//! Compiles the window's configuration and, on Windows, its icon into the program.

fn main() {
    tauri_build::build();
}
