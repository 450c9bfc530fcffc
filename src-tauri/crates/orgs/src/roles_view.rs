//! The typed org as clients see it: every role with its values, where each stands, and what a save can write.

use crate::{Orgs, OrgsError, externals::Look, request::Wanted, rows};
use org_template::{Role, Span, write_back::is_editable};
use std::collections::HashMap;
use store::rows::workspaces;
use wire::{ImportRequest, OrgRole, OrgRoleField, Status, StepOrigin};

impl Orgs {
    /// Roles of a registered org as its files say them now, in their order.
    ///
    /// # Errors
    /// [`OrgsError::UnknownOrg`], and what reading the org says.
    pub async fn roles(&self, dir: &str) -> Result<Vec<OrgRole>, OrgsError> {
        let row = store::rows::orgs::by_dir(self.store.read(), dir).await?;
        let Some(row) = row else {
            return Err(OrgsError::UnknownOrg {
                dir: dir.to_owned(),
            });
        };
        let mut wanted = Wanted::of(&ImportRequest {
            dir: dir.to_owned(),
            mode: "sync".to_owned(),
            ..ImportRequest::default()
        })?;
        wanted.look = Look::HereFirst;
        let source = self.locate(&wanted).await?;
        let prepared = self.prepare(wanted, source).await?;
        let all = workspaces::list_all(self.store.read()).await?;
        let ids: HashMap<&str, &str> = rows::in_scope(&all, Some(&row.id))
            .into_iter()
            .filter(|row| row.status != Status::Removed)
            .filter_map(|row| Some((row.import_key.as_deref()?, row.id.as_str())))
            .collect();
        let view = |role: &Role| view(role, ids.get(role.key.as_str()).copied());
        Ok(prepared.effective.roles.iter().map(view).collect())
    }
}

fn view(role: &Role, id: Option<&str>) -> OrgRole {
    let file = |span: &Span| Some(span.file.to_string()).filter(|file| !file.is_empty());
    let line = |span: &Span| Some(span.line).filter(|line| *line > 0);
    let begin = role.fields.get("parent").map(|field| &field.span);
    let fields = role.fields.iter().map(|(name, field)| {
        let shown = OrgRoleField {
            value: field.value.clone(),
            file: file(&field.span),
            line: line(&field.span),
        };
        (name.clone(), shown)
    });
    let editable = role.fields.keys().filter(|name| is_editable(name));
    OrgRole {
        key: role.key.clone(),
        name: role.name.clone(),
        id: id.map(str::to_owned),
        parent: role.parent_key.clone(),
        file: begin.and_then(file),
        line: begin.and_then(line),
        fields: fields.collect(),
        editable: match role.origin {
            Some(_) => Vec::new(),
            None => editable.cloned().collect(),
        },
        origin: role.origin.as_ref().map(|origin| StepOrigin {
            repo: origin.repo.clone(),
            reference: origin.reference.clone(),
            commit: origin.commit.clone(),
        }),
    }
}
