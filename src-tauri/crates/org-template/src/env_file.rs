//! `.env` files, their layers, and `${VAR}` (contract 03 section 2.5).

use crate::error::{Code, Problem};
use crate::files::{FileError, Files, Limits};
use crate::org::Org;
use crate::parse::text_of;
use crate::prompt_files::folder;
use crate::span::Span;
use std::collections::BTreeMap;
use std::fmt;

/// The pairs of one `.env` file. Values are secrets: `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnvFile {
    /// Name to value; the last line of a name wins.
    pub values: BTreeMap<String, String>,
    /// Lines with a key that is no variable name.
    pub refused: Vec<RefusedLine>,
}

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// Line from 1.
    pub line: u32,
    /// The key as written.
    pub key: String,
}

impl fmt::Debug for EnvFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.values.keys().collect();
        f.debug_struct("EnvFile")
            .field("names", &names)
            .field("refused", &self.refused)
            .finish()
    }
}

/// Reads the text of a `.env` file. Empty values are dropped, so a layer cannot blank out a lower one.
pub fn parse_env(text: &str) -> EnvFile {
    let mut out = EnvFile::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let (key, value) = (key.trim(), unquoted(value.trim()));
        if key.is_empty() || value.is_empty() {
            continue;
        }
        if is_env_key(key) {
            out.values.insert(key.to_owned(), value.to_owned());
        } else {
            let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
            out.refused.push(RefusedLine {
                line,
                key: key.to_owned(),
            });
        }
    }
    out
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if value.len() >= 2
            && let Some(inner) = value
                .strip_prefix(quote)
                .and_then(|v| v.strip_suffix(quote))
        {
            return inner;
        }
    }
    value
}

/// Whether a word can be a variable: `^[A-Za-z_][A-Za-z0-9_]*$` (contract 03 no. 46).
pub fn is_env_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The persona of a `files_dir` (or of an explicit `persona` key): its last path component, when that is made of
/// letters, digits, `-` and `_` (contract 03 section 2.5 and no. 21).
pub fn persona_slug(files_dir: &str) -> Option<&str> {
    let slug = files_dir.trim_end_matches('/').rsplit('/').next()?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (!slug.is_empty() && slug.bytes().all(fits)).then_some(slug)
}

/// The environment layers of an org. Values are secrets: `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Env {
    /// `.env` of the org folder.
    pub org: BTreeMap<String, String>,
    /// `<files_dir>/.env`, by clean `files_dir`.
    pub folders: BTreeMap<String, BTreeMap<String, String>>,
    /// Persona variables, by slug. Filled by the caller: personas live in the keychain.
    pub personas: BTreeMap<String, BTreeMap<String, String>>,
    /// Global secrets and the explicit pass list. Filled by the caller; never the process environment as a whole
    /// (contract 03 no. 17).
    pub passed: BTreeMap<String, String>,
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>();
        let layers = |maps: &BTreeMap<String, BTreeMap<String, String>>| {
            maps.iter()
                .map(|(at, map)| (at.clone(), names(map)))
                .collect::<Vec<_>>()
        };
        f.debug_struct("Env")
            .field("org", &names(&self.org))
            .field("folders", &layers(&self.folders))
            .field("personas", &layers(&self.personas))
            .field("passed", &names(&self.passed))
            .finish()
    }
}

impl Env {
    /// Value for `${VAR}` of a workspace: its own `.env`, the org's `.env`, its persona, then what was passed.
    pub fn get(&self, files_dir: Option<&str>, persona: Option<&str>, name: &str) -> Option<&str> {
        let own = files_dir
            .and_then(|dir| self.folders.get(dir))
            .and_then(|map| map.get(name));
        let persona = || {
            persona
                .and_then(|slug| self.personas.get(slug))
                .and_then(|map| map.get(name))
        };
        let value = own
            .or_else(|| self.org.get(name))
            .or_else(persona)
            .or_else(|| self.passed.get(name));
        value.map(String::as_str).filter(|v| !v.is_empty())
    }

    /// What is stored as secrets of a workspace: org `.env` below its own `.env`. Personas stay in the keychain.
    pub fn secrets(&self, files_dir: Option<&str>) -> BTreeMap<String, String> {
        let mut out = self.org.clone();
        if let Some(own) = files_dir.and_then(|dir| self.folders.get(dir)) {
            out.extend(own.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        out
    }
}

/// Reads `.env` of the org and of every role folder. Missing files are silent; a file that is there and unreadable, and
/// lines with a bad key, are warnings. Inline templates have none.
pub fn load_env(org: &Org, files: &dyn Files, limits: &Limits) -> (Env, Vec<Problem>) {
    let (mut env, mut warnings) = (Env::default(), Vec::new());
    if !org.from_folder {
        return (env, warnings);
    }
    let mut read = |path: &str| -> BTreeMap<String, String> {
        let bytes = match files.read(path, limits.file_bytes) {
            Ok(bytes) => bytes,
            Err(FileError::Missing) => return BTreeMap::new(),
            Err(FileError::TooLarge) => {
                warnings.push(Problem::in_file(
                    path,
                    Code::TooLarge,
                    "the file is too large; ignored",
                ));
                return BTreeMap::new();
            }
            Err(FileError::Unreadable(why)) => {
                let message = format!("the file cannot be read: {why}");
                warnings.push(Problem::in_file(path, Code::FileUnreadable, message));
                return BTreeMap::new();
            }
        };
        let text = match text_of(path, &bytes) {
            Ok(text) => text,
            Err(problem) => {
                warnings.push(problem);
                return BTreeMap::new();
            }
        };
        let parsed = parse_env(text.strip_prefix('\u{feff}').unwrap_or(text));
        for line in parsed.refused {
            let span = Span {
                file: path.into(),
                line: line.line,
                column: 1,
                start: 0,
                end: 0,
            };
            let message = "the key is no variable name; the line is ignored";
            let hint = "write NAME=value without export";
            warnings.push(
                Problem::at(&span, Code::EnvLine, message)
                    .text(&line.key)
                    .hint(hint),
            );
        }
        parsed.values
    };
    env.org = read(".env");
    for workspace in org.walk(true) {
        if let Some(dir) = folder(workspace.files_dir.as_ref()).filter(|d| !d.is_empty())
            && !env.folders.contains_key(&dir)
        {
            // A folder that was left out, because it is a link to elsewhere, gives no secrets either.
            let values = match files.leaves(&dir) {
                Some(leaving) if !leaving.is_role => BTreeMap::new(),
                _ => read(&format!("{dir}/.env")),
            };
            env.folders.insert(dir, values);
        }
    }
    (env, warnings)
}

/// A text with its variables filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// The text; missing variables are empty.
    pub value: String,
    /// References without a value, each once, in order.
    pub missing: Vec<String>,
}

/// Fills in `${VAR}` and `$VAR`. A `$` before a digit or a shell special takes that character with it (`$5` is empty);
/// any reference without a value is missing (contract 03 no. 18).
pub fn expand<'a>(text: &str, lookup: impl Fn(&str) -> Option<&'a str>) -> Expanded {
    let mut out = Expanded {
        value: String::with_capacity(text.len()),
        missing: Vec::new(),
    };
    let put = |name: &str, out: &mut Expanded| match lookup(name) {
        Some(value) => out.value.push_str(value),
        None if out.missing.iter().any(|m| m == name) => {}
        None => out.missing.push(name.to_owned()),
    };
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.value.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(inner) = rest.strip_prefix('{') {
            match inner.find('}') {
                Some(end) => {
                    let name = &inner[..end];
                    if is_env_key(name) {
                        put(name, &mut out);
                    }
                    rest = &inner[end + 1..];
                }
                None => rest = inner,
            }
            continue;
        }
        let length = rest
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        match rest.bytes().next() {
            Some(b'0'..=b'9' | b'*' | b'#' | b'$' | b'@' | b'!' | b'?' | b'-') => rest = &rest[1..],
            Some(_) if length > 0 => {
                put(&rest[..length], &mut out);
                rest = &rest[length..];
            }
            _ => out.value.push('$'),
        }
    }
    out.value.push_str(rest);
    out
}
