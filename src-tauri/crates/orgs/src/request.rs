//! What an import request asks for, checked.

use crate::{OrgsError, externals::Look};
use org_template::{Choice, Mode, Take};
use wire::{ImportRequest, Prompts};

/// A checked request.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub dir: String,
    pub template: Option<serde_json::Value>,
    pub force: bool,
    pub mode: Mode,
    pub prune: bool,
    pub grant_tier: Option<i64>,
    pub prompts: Option<Prompts>,
    pub folders: Vec<String>,
    pub revoked: Vec<String>,
    pub choices: Vec<Choice>,
    /// Where refs of other repositories are looked up.
    pub look: Look,
}

impl Wanted {
    /// # Errors
    /// [`OrgsError::InvalidBody`], [`OrgsError::InvalidMode`].
    pub fn of(request: &ImportRequest) -> Result<Self, OrgsError> {
        let template = request.template.clone().filter(|t| !t.is_null());
        if template.as_ref().is_some_and(|t| !t.is_object()) {
            return Err(OrgsError::body("template must be an object"));
        }
        if request
            .grant_tier
            .is_some_and(|tier| !(1..=4).contains(&tier))
        {
            return Err(OrgsError::body("grant_tier must be 1, 2, 3 or 4"));
        }
        let mut choices = Vec::with_capacity(request.resolve.len());
        for (place, word) in &request.resolve {
            let Some((key, field)) = place.rsplit_once('/') else {
                return Err(OrgsError::body(format!(
                    "resolve: {place} is not of the form key/field"
                )));
            };
            let take = match word.as_str() {
                "files" => Take::Files,
                "canvas" => Take::Canvas,
                _ => {
                    return Err(OrgsError::body(format!(
                        "resolve: {place} must be files or canvas"
                    )));
                }
            };
            choices.push(Choice {
                key: key.to_owned(),
                field: field.to_owned(),
                take,
            });
        }
        let mode = match request.mode.as_str() {
            "" | "merge" => Mode::Additive,
            "sync" => Mode::Sync,
            "reconcile" => Mode::Reconcile,
            _ => return Err(OrgsError::InvalidMode),
        };
        Ok(Self {
            dir: request.dir.clone(),
            template,
            force: request.force,
            mode,
            prune: request.prune,
            grant_tier: request.grant_tier,
            prompts: request.prompts,
            folders: request.folders.clone(),
            revoked: request.revoke_folders.clone(),
            choices,
            look: Look::Host,
        })
    }

    /// The mode as it is told.
    pub fn mode_word(&self) -> &'static str {
        match self.mode {
            Mode::Additive => "merge",
            Mode::Sync => "sync",
            Mode::Reconcile => "reconcile",
        }
    }
}
