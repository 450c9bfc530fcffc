//! Where nodes stand while a plan is applied: moves shift whole subtrees, and what is made below stands relative to
//! where its parent is now.

use org_template::{NODE_HEIGHT, NODE_WIDTH, Rect, SIDE};
use std::collections::{HashMap, HashSet};
use store::WorkspaceRow;
use wire::Status;

/// Parents and absolute positions of live rows.
#[derive(Debug, Default)]
pub(crate) struct Places {
    parent: HashMap<String, Option<String>>,
    at: HashMap<String, (f64, f64)>,
}

impl Places {
    /// Those of the rows.
    pub fn of(rows: &[WorkspaceRow]) -> Self {
        let mut places = Self::default();
        for row in rows.iter().filter(|row| row.status != Status::Removed) {
            places.put(&row.id, row.parent_id.clone(), (row.x, row.y));
        }
        places
    }

    /// The rectangle around everything; `None` on an empty canvas.
    pub fn bounds(&self) -> Option<Rect> {
        let mut all = self.at.values();
        let (x, y) = *all.next()?;
        let (mut left, mut top, mut right, mut bottom) = (x, y, x, y);
        for (x, y) in all {
            (left, top) = (left.min(*x), top.min(*y));
            (right, bottom) = (right.max(*x), bottom.max(*y));
        }
        Some(Rect {
            x: left,
            y: top,
            width: right - left + NODE_WIDTH + SIDE,
            height: bottom - top + NODE_HEIGHT + SIDE,
        })
    }

    /// Position of a node.
    pub fn at(&self, id: &str) -> (f64, f64) {
        self.at.get(id).copied().unwrap_or_default()
    }

    /// Adds or replaces a node.
    pub fn put(&mut self, id: &str, parent: Option<String>, at: (f64, f64)) {
        self.parent.insert(id.to_owned(), parent);
        self.at.insert(id.to_owned(), at);
    }

    /// Moves a node with everything below it. Gives the ids below and how far they went.
    pub fn shift_to(&mut self, id: &str, to: (f64, f64)) -> (Vec<String>, f64, f64) {
        let from = self.at(id);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let below = self.below(id);
        for id in &below {
            if let Some(at) = self.at.get_mut(id) {
                *at = (at.0 + dx, at.1 + dy);
            }
        }
        self.at.insert(id.to_owned(), to);
        (below, dx, dy)
    }

    /// Gives a node another parent.
    pub fn reparent(&mut self, id: &str, parent: Option<String>) {
        self.parent.insert(id.to_owned(), parent);
    }

    fn below(&self, id: &str) -> Vec<String> {
        let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
        for (child, parent) in &self.parent {
            if let Some(parent) = parent {
                children.entry(parent).or_default().push(child);
            }
        }
        let (mut out, mut seen, mut stack) = (Vec::new(), HashSet::from([id]), vec![id]);
        while let Some(one) = stack.pop() {
            for child in children.get(one).into_iter().flatten() {
                if seen.insert(child) {
                    out.push((*child).to_owned());
                    stack.push(child);
                }
            }
        }
        out
    }
}
