//! Opens what lies outside the app in the person's own programs.

use std::path::Path;

use tauri::Url;

/// What a target is, once looked at.
#[derive(Debug, PartialEq, Eq)]
enum Target<'a> {
    /// A web page or mail address.
    Link(Url),
    /// A folder, opened in the file browser.
    Folder(&'a Path),
    /// A file, shown in its folder. It is not opened: opening a script or a program would run it.
    File(&'a Path),
}

/// Opens a link (`http`, `https`, `mailto`) or an absolute path in the person's own program. The error is a sentence
/// for people.
pub fn open(target: &str) -> Result<(), String> {
    let result = match look_at(target)? {
        Target::Link(url) => tauri_plugin_opener::open_url(url, None::<&str>),
        Target::Folder(path) => tauri_plugin_opener::open_path(path, None::<&str>),
        Target::File(path) => tauri_plugin_opener::reveal_item_in_dir(path),
    };
    result.map_err(|error| format!("{target} could not be opened: {error}. Open it yourself."))
}

fn look_at(target: &str) -> Result<Target<'_>, String> {
    let path = Path::new(target);
    if path.is_absolute() {
        return match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => Ok(Target::Folder(path)),
            Ok(_) => Ok(Target::File(path)),
            Err(error) => Err(format!("{target} cannot be opened: {error}.")),
        };
    }
    match target.parse::<Url>() {
        Ok(url) if matches!(url.scheme(), "http" | "https" | "mailto") => Ok(Target::Link(url)),
        _ => Err(format!(
            "{target} is neither a web address nor an absolute path, so it was not opened."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, look_at};

    #[test]
    fn links_of_the_web_and_mail_are_opened_and_no_other_scheme() {
        assert!(matches!(
            look_at("https://example.com/a"),
            Ok(Target::Link(_))
        ));
        assert!(matches!(
            look_at("mailto:a@example.com"),
            Ok(Target::Link(_))
        ));
        for refused in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ssh://host",
            "relative/path",
            "",
        ] {
            assert!(look_at(refused).is_err(), "{refused:?} must be refused");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_opened_and_a_file_is_only_shown() {
        // Opening a file would run it when it is a program.
        assert!(matches!(look_at("/"), Ok(Target::Folder(_))));
        assert!(matches!(look_at("/bin/sh"), Ok(Target::File(_))));
        let missing = look_at("/no/such/place").unwrap_err();
        assert!(missing.contains("/no/such/place"), "{missing}");
    }
}
