//! What every verb knows.

use crate::{args::Arguments, client::Client, failure::Failure, output};
use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

/// What every verb knows.
#[derive(Debug)]
pub struct Context {
    /// Data folder, a whole path.
    pub data_dir: PathBuf,
    /// Whether answers are JSON.
    pub json: bool,
}

impl Context {
    /// From the command line and the environment.
    ///
    /// # Errors
    /// When no data folder is known.
    pub fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let named = arguments
            .data_dir
            .clone()
            .filter(|dir| !dir.as_os_str().is_empty());
        let data_dir = named.or_else(platform::default_data_dir).ok_or_else(|| {
            Failure::usage(
                "this computer names no folder for programs' data; give one with --data-dir",
            )
        })?;
        Ok(Self {
            data_dir: std::path::absolute(data_dir)?,
            json: arguments.json,
        })
    }

    /// The platform that runs for this data folder.
    ///
    /// # Errors
    /// When none does.
    pub async fn client(&self) -> Result<Client, Failure> {
        Client::require(&self.data_dir).await
    }

    /// Asks before something is lost. Without a terminal there is nobody to ask: then only `--yes` will do.
    ///
    /// # Errors
    /// When the answer is no, or nobody can give one.
    pub fn confirm(&self, yes: bool, question: &str) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        if self.json || !io::stdin().is_terminal() {
            return Err(Failure::usage(format!("{question} Say --yes to do it.")));
        }
        let mut err = io::stderr();
        write!(err, "{question} [y/N] ")?;
        err.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        if matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            return Ok(());
        }
        Err(Failure::failed("declined", "nothing was done"))
    }

    /// The answer: the JSON body, or the lines for people.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn answer(
        &self,
        body: &impl serde::Serialize,
        people: impl AsRef<str>,
    ) -> Result<(), Failure> {
        if self.json {
            output::document(body)
        } else {
            output::say(people)
        }
    }
}

/// A path as the platform wants it, whose working folder is another one.
///
/// # Errors
/// When the working folder is gone.
pub fn whole(path: &Path) -> Result<String, Failure> {
    let path = std::path::absolute(path)?;
    path.into_os_string().into_string().map_err(|path| {
        Failure::usage(format!(
            "{} is not readable as text",
            path.to_string_lossy()
        ))
    })
}

/// The folder a file is to be written into, once it is sure that there is one.
///
/// # Errors
/// When there is none.
pub fn folder_of(file: &Path) -> io::Result<&Path> {
    let folder = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        format!("there is no folder {}", folder.display()),
    ))
}
