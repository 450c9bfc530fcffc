//! Files out of `/configs`.

use super::{
    Expect, FileError, Root, guard,
    place::{self, Need},
    resolve::{Last, Resolved, absolute},
    write,
};
use crate::shared::{Link, Shared};
use containers::PathKind;
use std::sync::Arc;
use store::WorkspaceRow;

pub(super) async fn remove(
    shared: &Arc<Shared>,
    id: &str,
    path: &str,
    expect: &Expect,
) -> Result<(), FileError> {
    let asked = guard::relative(path)?;
    let row = place::row(shared, id).await?;
    let _turn = shared.writers.enter(id).await;
    let real = place::at(shared, &row, Root::Configs, Need::Look, |place| {
        let (asked, expect) = (asked.clone(), expect.clone());
        Box::pin(async move {
            match place.resolve(Root::Configs, &asked, Last::Keep).await? {
                Resolved::There { parts, stat } if !parts.is_empty() => {
                    match (&expect, &stat.kind) {
                        (Expect::Nothing, _) => {
                            return Err(FileError::Changed {
                                path: asked.join("/"),
                                hash: None,
                            });
                        }
                        (Expect::Hash(_), PathKind::File) => {
                            write::check(place, &parts, &expect, &asked).await?;
                        }
                        // A folder has no digest.
                        (Expect::Hash(_), _) => {
                            return Err(FileError::Changed {
                                path: asked.join("/"),
                                hash: None,
                            });
                        }
                        _ => {}
                    }
                    Ok(absolute(Root::Configs, &parts))
                }
                Resolved::There { .. } => Err(FileError::Path {
                    why: "It leads to /configs itself, which stays.".into(),
                }),
                Resolved::Missing { .. } | Resolved::NoRoot => Err(FileError::NotFound),
            }
        })
    })
    .await?;
    let real = real.ok_or(FileError::NotFound)?;
    let link = place::link(shared)?;
    place::take_away(shared, &link, &row, vec![real]).await
}

/// Takes paths below `/configs` away that were checked already.
pub(crate) async fn take_away(
    shared: &Arc<Shared>,
    link: &Link,
    row: &WorkspaceRow,
    paths: Vec<String>,
) -> Result<(), FileError> {
    place::take_away(shared, link, row, paths).await
}
