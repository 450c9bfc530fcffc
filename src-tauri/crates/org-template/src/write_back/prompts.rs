//! Prompts: text in the YAML, or a file beside it.

use super::error::{Refusal, Stop};
use super::scalar::Literal;
use super::shared::nothing;
use super::sites::fetched;
use super::source::Source;
use super::{Targets, Work};
use serde_json::Value;
use std::collections::HashSet;

impl Work<'_> {
    /// Sets a first or an idle prompt. A text that came from a file of its own goes back into that file.
    pub(super) fn set_prompt(
        &mut self,
        field: &str,
        value: &Value,
        targets: &Targets,
        only: bool,
    ) -> Result<(), Stop> {
        if nothing(value) {
            let mut done = HashSet::new();
            for site in targets.sites.iter().copied() {
                let found = self.found(site, field)?;
                self.unset(site, field, &found, only, &mut done)?;
                self.expected.touch(site, &format!("{field}_file"));
            }
            return Ok(());
        }
        let Some(text) = value.as_str() else {
            return Err(Refusal::because(format!("{field} must be text")).into());
        };
        let literal = Literal::Text(text.to_owned());
        let mut inline = Vec::new();
        for site in targets.sites.iter().copied() {
            match self.found(site, field)?.source {
                Source::File(path) if !only => self.prompt_text(&path, text)?,
                Source::File(_) => {
                    let map = self.sites.list[site].map;
                    self.own(map, field, &literal)?;
                    self.expected.touch(site, field);
                }
                _ => inline.push(site),
            }
        }
        self.set_literal(field, Some(&literal), &inline, only)
    }

    /// Puts a text into a prompt file, with the line breaks the file has.
    pub(super) fn prompt_text(&mut self, path: &str, text: &str) -> Result<(), Box<Refusal>> {
        if let Some(origin) = self.sites.origin(path) {
            return Err(Box::new(Refusal {
                message: fetched(origin),
                file: path.to_owned(),
                origin: Some(origin.clone()),
                ..Refusal::default()
            }));
        }
        let old = self.files.read(path, u64::MAX).unwrap_or_default();
        let text = match old.windows(2).any(|pair| pair == b"\r\n") {
            true => text.replace('\n', "\r\n"),
            false => text.to_owned(),
        };
        self.prompts.insert(path.to_owned(), text);
        Ok(())
    }
}
