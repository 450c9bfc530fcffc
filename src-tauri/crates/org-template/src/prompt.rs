//! Which prompt a workspace gets (contract 03 section 2.2).

use crate::effective::{Merge, given};
use crate::error::{Code, shorten};
use crate::org::{PromptText, Text, Workspace};
use crate::prompt_files::workspace_prompt;
use crate::role::{Prompt, PromptSource};
use crate::span::{Span, Spanned};

impl Merge<'_> {
    /// Workspace inline, workspace file, defaults inline, defaults file. A file that cannot be used counts as absent.
    pub(crate) fn prompt(
        &mut self,
        w: &Workspace,
        files_dir: Option<&str>,
        own: [&Text; 2],
        defaults: [&Text; 2],
    ) -> Option<Prompt> {
        let inline = |text: &Spanned<String>, source| Prompt {
            text: text.value.replace("\r\n", "\n"),
            source,
            span: text.span.clone(),
        };
        if let Some(text) = given(own[0]) {
            return Some(inline(text, PromptSource::Own));
        }
        if let Some(reference) = given(own[1]) {
            match self.prompt_file(files_dir, reference) {
                Ok((text, span)) if !text.trim().is_empty() => {
                    return Some(Prompt {
                        text,
                        source: PromptSource::OwnFile,
                        span,
                    });
                }
                Ok(_) => {}
                Err(why) => {
                    let name = shorten(&w.name.value, 60);
                    let message = format!(
                        "the prompt file {} of {name} is not used: {why}",
                        reference.value
                    );
                    self.warn(&reference.span, Code::PromptFile, message);
                }
            }
        }
        if let Some(text) = given(defaults[0]) {
            return Some(inline(text, PromptSource::Defaults));
        }
        let reference = given(defaults[1])?;
        match self.prompt_file(None, reference) {
            Ok((text, span)) if !text.trim().is_empty() => Some(Prompt {
                text,
                source: PromptSource::DefaultsFile,
                span,
            }),
            Ok(_) => None,
            Err(why) => {
                if self
                    .warned
                    .insert((reference.span.file.to_string(), reference.span.start))
                {
                    let message = format!(
                        "the prompt file {} of the defaults is not used: {why}",
                        reference.value
                    );
                    self.warn(&reference.span, Code::PromptFile, message);
                }
                None
            }
        }
    }

    pub(crate) fn prompt_file(
        &self,
        files_dir: Option<&str>,
        reference: &Spanned<String>,
    ) -> Result<(String, Span), String> {
        if !self.org.from_folder {
            return Err("an inline template has no files".into());
        }
        let Some(path) = workspace_prompt(files_dir, &reference.value) else {
            return Err("the path leaves the role's folder".into());
        };
        match self.org.prompt_files.get(&path) {
            Some(PromptText::Read { text, bytes }) => {
                Ok((text.clone(), Span::whole(&path, *bytes)))
            }
            Some(PromptText::Unusable(why)) => Err(why.clone()),
            None => Err("it was not read".into()),
        }
    }
}
