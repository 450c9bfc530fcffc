//! `PUT /canvas/places`: many cards moved at once, as a canvas does when it tidies up. One transaction, so that a
//! picture is never half tidied, and no order of requests can shift a card twice (contract 01 section 7).

use crate::{
    WorkspaceError,
    change::{NOT_ON_CANVAS, on_canvas},
};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use store::{
    NewEvent, Store, WorkspaceRow, Write,
    rows::{
        layouts::{self, Unsaid},
        workspaces,
    },
};
use wire::{CanvasPlace, kind};

/// Most cards of one call.
pub const MOST_PLACES: usize = 10_000;

/// Puts workspaces at absolute places, and frames to the size given or back to the one they need. What lies below one
/// that moves and is not named itself moves along. Gives how many stand elsewhere than before.
///
/// # Errors
/// [`WorkspaceError::Invalid`] and [`WorkspaceError::NotFound`]; nothing changed then.
pub async fn place_all(store: &Store, places: Vec<CanvasPlace>) -> Result<usize, WorkspaceError> {
    check(&places)?;
    store
        .write(move |write| {
            Box::pin(async move {
                let rows = workspaces::list(write.conn()).await?;
                let by_id: HashMap<&str, &WorkspaceRow> =
                    rows.iter().map(|row| (row.id.as_str(), row)).collect();
                let mut wanted: HashMap<&str, &CanvasPlace> = HashMap::new();
                for place in &places {
                    if !by_id.contains_key(place.id.as_str()) {
                        return Err(WorkspaceError::NotFound("workspace not found"));
                    }
                    wanted.insert(&place.id, place);
                }
                let mut order: Vec<(usize, &WorkspaceRow)> = rows
                    .iter()
                    .map(|row| (above(&by_id, row).len(), row))
                    .collect();
                // A lead is told before what lies in it: readers move all below a lead with it.
                order.sort_by_key(|(depth, _)| *depth);
                let mut count = 0;
                for (_, row) in order {
                    if let Some(place) = wanted.get(row.id.as_str()) {
                        count += usize::from(put(write, row, place).await?);
                    } else if let Some((dx, dy)) = above(&by_id, row)
                        .into_iter()
                        .find_map(|lead| wanted.get(lead.id.as_str()).map(|at| (lead, at)))
                        .map(|(lead, at)| (at.x - lead.x, at.y - lead.y))
                    {
                        layouts::shift(write.conn(), std::slice::from_ref(&row.id), dx, dy).await?;
                    }
                }
                Ok(count)
            })
        })
        .await
}

fn check(places: &[CanvasPlace]) -> Result<(), WorkspaceError> {
    if places.len() > MOST_PLACES {
        return Err(WorkspaceError::Invalid("at most 10000 places in one call"));
    }
    let mut seen = HashSet::new();
    for place in places {
        if !seen.insert(&place.id) {
            return Err(WorkspaceError::Invalid("a workspace is placed twice"));
        }
        let numbers = [Some(place.x), Some(place.y), place.width, place.height];
        if numbers
            .into_iter()
            .flatten()
            .any(|number| !on_canvas(number))
        {
            return Err(WorkspaceError::Invalid(NOT_ON_CANVAS));
        }
    }
    Ok(())
}

/// The leads above a workspace, the nearest first.
fn above<'a>(by_id: &HashMap<&str, &'a WorkspaceRow>, row: &WorkspaceRow) -> Vec<&'a WorkspaceRow> {
    let mut leads = Vec::new();
    let mut up = row.parent_id.as_deref();
    while let Some(lead) = up.and_then(|id| by_id.get(id).copied()) {
        // A ring cannot be made, but a loop here would never end.
        if leads.len() > 64 {
            break;
        }
        leads.push(lead);
        up = lead.parent_id.as_deref();
    }
    leads
}

async fn put(
    write: &mut Write,
    row: &WorkspaceRow,
    place: &CanvasPlace,
) -> Result<bool, WorkspaceError> {
    if (place.width, place.height) != (row.width, row.height) {
        let size = (place.width, place.height);
        layouts::set_size(write.conn(), &row.id, size, Unsaid::TakenBack).await?;
        let payload = json!({
            "changed": ["height", "width"], "needs_restart": false, "reasons": [],
            "width": place.width, "height": place.height,
        });
        write
            .event(NewEvent::about(&row.id, kind::WORKSPACE_UPDATED, payload))
            .await?;
    }
    if (place.x, place.y) == (row.x, row.y) && row.placed {
        return Ok(false);
    }
    layouts::place(write.conn(), &row.id, place.x, place.y).await?;
    let payload = json!({
        "new_parent_id": row.parent_id, "old_parent_id": row.parent_id,
        "x": place.x, "y": place.y,
    });
    write
        .event(NewEvent::about(&row.id, kind::WORKSPACE_MOVED, payload))
        .await?;
    Ok(true)
}
