//! Long lists that cross from the database's thread as few rows: those of one thing come as one JSON list.

use crate::StoreError;
use serde::de::DeserializeOwned;

/// The rows of lists that the query grouped: what each belongs to, and its rows as JSON arrays.
///
/// # Errors
/// [`StoreError::Corrupt`] when a list is not what the caller takes it for.
pub(super) fn grouped<T: DeserializeOwned, R>(
    lists: Vec<(String, String)>,
    row: impl Fn(&str, T) -> R,
) -> Result<Vec<R>, StoreError> {
    let mut rows = Vec::new();
    for (of, list) in lists {
        let list: Vec<T> = serde_json::from_str(&list)
            .map_err(|error| StoreError::Corrupt(format!("the list of {of}: {error}")))?;
        rows.extend(list.into_iter().map(|one| row(&of, one)));
    }
    Ok(rows)
}
