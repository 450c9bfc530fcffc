//! Who may talk to whom (contract 01 section 4.5), in memory: every event is filtered by it for every agent that
//! listens, so it is read once and again only after a change.

use crate::StoreError;
use sqlx::{Row, SqliteExecutor, sqlite::SqliteRow};
use std::collections::HashMap;

/// Levels one workspace may stand above another to talk to it.
const LEVELS: usize = 32;

/// Every workspace's place, removed ones included: status does not count.
#[derive(Debug, Default)]
pub struct Hierarchy {
    places: HashMap<String, Place>,
}

#[derive(Debug)]
struct Place {
    parent: Option<String>,
    /// A root that talks to no other root.
    isolated: bool,
    /// Org folder it came from.
    org: Option<String>,
}

impl Hierarchy {
    pub(crate) async fn read(db: impl SqliteExecutor<'_>) -> Result<Self, StoreError> {
        let rows: Vec<SqliteRow> =
            sqlx::query("SELECT id, parent_id, isolated, org_id FROM workspaces")
                .fetch_all(db)
                .await?;
        let mut places = HashMap::with_capacity(rows.len());
        for row in rows {
            let place = Place {
                parent: row.try_get(1)?,
                isolated: row.try_get(2)?,
                org: row.try_get(3)?,
            };
            places.insert(row.try_get(0)?, place);
        }
        Ok(Self { places })
    }

    /// Whether two workspaces may talk: the same one (even an unknown one), children of one parent, one above the other,
    /// or two roots of which neither is isolated. Roots of one org folder are no strangers.
    pub fn may_talk(&self, a: &str, b: &str) -> bool {
        if a == b {
            return true;
        }
        let (Some(first), Some(second)) = (self.places.get(a), self.places.get(b)) else {
            return false;
        };
        match (&first.parent, &second.parent) {
            (None, None) => {
                let one_org = first.org.is_some() && first.org == second.org;
                one_org || !(first.isolated || second.isolated)
            }
            (Some(one), Some(other)) if one == other => true,
            _ => self.is_above(a, b) || self.is_above(b, a),
        }
    }

    fn is_above(&self, upper: &str, lower: &str) -> bool {
        let mut at = lower;
        for _ in 0..LEVELS {
            match self
                .places
                .get(at)
                .and_then(|place| place.parent.as_deref())
            {
                Some(parent) if parent == upper => return true,
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(parent: Option<&str>, isolated: bool, org: Option<&str>) -> Place {
        Place {
            parent: parent.map(str::to_owned),
            isolated,
            org: org.map(str::to_owned),
        }
    }

    /// Two trees, `a` (with children `b`, `c`, and `d` below `b`) and `x` (with `y`).
    fn two_trees(isolated: bool) -> Hierarchy {
        let rows = [
            ("a", place(None, isolated, Some("folder"))),
            ("b", place(Some("a"), false, None)),
            ("c", place(Some("a"), false, None)),
            ("d", place(Some("b"), false, None)),
            ("x", place(None, false, None)),
            ("y", place(Some("x"), false, None)),
            ("z", place(None, false, Some("folder"))),
        ];
        Hierarchy {
            places: rows
                .into_iter()
                .map(|(id, place)| (id.to_owned(), place))
                .collect(),
        }
    }

    #[test]
    fn the_rule_of_who_may_talk() {
        let both_ways = |a, b, wanted| {
            let tree = two_trees(false);
            assert_eq!(tree.may_talk(a, b), wanted, "{a} to {b}");
            assert_eq!(tree.may_talk(b, a), wanted, "{b} to {a}");
        };
        both_ways("a", "b", true);
        both_ways("a", "d", true);
        both_ways("b", "c", true);
        both_ways("c", "d", false);
        both_ways("a", "x", true);
        both_ways("b", "x", false);
        both_ways("b", "y", false);
        both_ways("nobody", "a", false);
        both_ways("nobody", "nobody", true);
    }

    #[test]
    fn an_isolated_root_talks_to_no_stranger_and_to_its_own_as_before() {
        let tree = two_trees(true);
        assert!(!tree.may_talk("a", "x") && !tree.may_talk("x", "a"));
        assert!(tree.may_talk("a", "d") && tree.may_talk("d", "a"));
        assert!(tree.may_talk("x", "z"), "others go on talking");
        assert!(tree.may_talk("a", "z"), "two roots of one folder");
    }

    #[test]
    fn thirty_two_levels_are_the_most() {
        let mut places = HashMap::from([("0".to_owned(), place(None, false, None))]);
        for level in 1..=33 {
            let parent = (level - 1).to_string();
            places.insert(level.to_string(), place(Some(&parent), false, None));
        }
        let tree = Hierarchy { places };
        assert!(tree.may_talk("0", "32"));
        assert!(!tree.may_talk("0", "33"));
    }
}
