//! Is there a display to open a window on?
//!
//! The window's toolkit aborts the process where there is none, so this is asked before anything else.

/// Says why no window can be opened here, and what to run instead. `Ok` where one can be.
///
/// On macOS and Windows a display is taken for granted: both start programs of a person who has one.
pub fn require() -> Result<(), String> {
    if cfg!(any(target_os = "macos", target_os = "windows")) {
        return Ok(());
    }
    check(|name| std::env::var(name).ok())
}

fn check(variable: impl Fn(&str) -> Option<String>) -> Result<(), String> {
    let set = |name| variable(name).is_some_and(|value| !value.is_empty());
    if set("DISPLAY") || set("WAYLAND_DISPLAY") {
        return Ok(());
    }
    Err("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open. \
         Run `molecule-stack serve --print-link` and open its link in a browser, or use `make run`, which does that."
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn either_display_variable_is_enough_and_an_empty_one_is_not() {
        let with = |name: &'static str, value: &'static str| {
            check(move |asked| (asked == name).then(|| value.to_owned()))
        };
        assert!(with("DISPLAY", ":0").is_ok());
        assert!(with("WAYLAND_DISPLAY", "wayland-0").is_ok());
        assert!(with("DISPLAY", "").is_err());
    }

    #[test]
    fn the_refusal_names_what_to_run_instead() {
        let text = check(|_| None).unwrap_err();
        assert!(text.contains("molecule-stack serve"), "{text}");
        assert!(text.contains("make run"), "{text}");
    }
}
