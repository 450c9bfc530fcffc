//! Where nodes stand while a plan is applied: moves shift whole subtrees, and what is made below stands relative to
//! where its parent is now.

use org_template::{NODE_HEIGHT, NODE_WIDTH, Placed, ROOT_GAP, Rect, SIDE};
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

/// Moves a new org as a whole to the right of what is on the canvas, if it would lie on top of it. Files say where
/// roots stand to each other; they cannot know what else a person has on the canvas.
pub(crate) fn clear_of(placed: &mut [Placed], others: Rect) {
    let right = |one: &Placed| one.x + one.size.width;
    let bottom = |one: &Placed| one.y + one.size.height;
    let overlaps = placed.iter().any(|one| {
        one.x < others.x + others.width
            && right(one) > others.x
            && one.y < others.y + others.height
            && bottom(one) > others.y
    });
    let left = placed.iter().map(|one| one.x).fold(f64::INFINITY, f64::min);
    if !overlaps || !left.is_finite() {
        return;
    }
    let by = others.x + others.width + ROOT_GAP - left;
    for one in placed.iter_mut() {
        one.x += by;
        if one.rel_x + by == one.x {
            // A root: its relative place is its absolute one.
            one.rel_x = one.x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use org_template::Size;

    fn at(x: f64, rel_x: f64) -> Placed {
        let size = Size {
            width: 240.0,
            height: 130.0,
        };
        Placed {
            x,
            y: 50.0,
            rel_x,
            rel_y: 50.0,
            size,
        }
    }

    #[test]
    fn no_40_a_new_org_does_not_lie_on_top_of_another() {
        let others = Rect {
            x: 0.0,
            y: 0.0,
            width: 500.0,
            height: 400.0,
        };
        let mut placed = [at(400.0, 400.0), at(416.0, 16.0)];
        clear_of(&mut placed, others);
        assert_eq!((placed[0].x, placed[0].rel_x), (580.0, 580.0));
        assert_eq!(
            (placed[1].x, placed[1].rel_x),
            (596.0, 16.0),
            "inside its lead it stays where it was"
        );
        let mut beside = [at(900.0, 900.0)];
        clear_of(&mut beside, others);
        assert_eq!(
            beside[0].x, 900.0,
            "who does not overlap is left where the files say"
        );
    }
}
