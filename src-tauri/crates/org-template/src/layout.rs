//! Where imported nodes stand on the canvas (contract 03 section 2.10 and no. 40).

use crate::role::Role;
use serde::{Deserialize, Serialize};

/// Width of a node.
pub const NODE_WIDTH: f64 = 240.0;
/// Height of a node.
pub const NODE_HEIGHT: f64 = 130.0;
/// Space between siblings.
pub const GUTTER: f64 = 14.0;
/// Space above the children of a frame.
pub const HEADER: f64 = 130.0;
/// Space beside and below the children of a frame.
pub const SIDE: f64 = 16.0;
/// Space between a root without coordinates and what is there already.
pub const ROOT_GAP: f64 = 80.0;
/// Children beside each other.
const COLUMNS: usize = 2;

/// Width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A rectangle in absolute coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A placed node: what the layout row and the event carry.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Absolute left edge.
    pub x: f64,
    /// Absolute top edge.
    pub y: f64,
    /// Left edge relative to the parent; absolute for roots.
    pub rel_x: f64,
    /// Top edge relative to the parent; absolute for roots.
    pub rel_y: f64,
    /// Size of the node with everything below it.
    pub size: Size,
}

/// Places the roles of an org, in their order. Roots without coordinates stand beside `existing`.
pub fn place_roles(roles: &[Role], existing: Option<Rect>) -> Vec<Placed> {
    let nodes: Vec<_> = roles.iter().map(|r| (r.parent_index, r.canvas)).collect();
    place(&nodes, existing)
}

/// Size of a frame around children of these sizes; without children that of a plain node.
pub fn subtree_size(children: &[Size]) -> Size {
    if children.is_empty() {
        return Size {
            width: NODE_WIDTH,
            height: NODE_HEIGHT,
        };
    }
    let columns = COLUMNS.min(children.len()) as f64;
    let rows = children.len().div_ceil(COLUMNS) as f64;
    let heights: f64 = children.chunks(COLUMNS).map(row_height).sum();
    Size {
        width: 2.0 * SIDE + widest(children) * columns + GUTTER * (columns - 1.0),
        height: HEADER + heights + GUTTER * (rows - 1.0) + SIDE,
    }
}

fn widest(children: &[Size]) -> f64 {
    children.iter().map(|c| c.width).fold(0.0, f64::max)
}

fn row_height(row: &[Size]) -> f64 {
    row.iter().map(|c| c.height).fold(0.0, f64::max)
}

/// A node to place: the index of its parent, and coordinates.
pub type Node = (Option<usize>, Option<(f64, f64)>);

/// Places a forest. `nodes` are in pre-order: the index of the parent, and coordinates, which count for roots only.
/// Roots without coordinates stand beside `existing` and beside each other.
pub fn place(nodes: &[Node], existing: Option<Rect>) -> Vec<Placed> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (index, (parent, _)) in nodes.iter().enumerate() {
        if let Some(list) = parent.and_then(|p| children.get_mut(p)) {
            list.push(index);
        }
    }
    let mut sizes = vec![subtree_size(&[]); nodes.len()];
    for index in (0..nodes.len()).rev() {
        let below: Vec<Size> = children[index].iter().map(|c| sizes[*c]).collect();
        sizes[index] = subtree_size(&below);
    }
    let nothing = Size {
        width: 0.0,
        height: 0.0,
    };
    let mut out = vec![
        Placed {
            x: 0.0,
            y: 0.0,
            rel_x: 0.0,
            rel_y: 0.0,
            size: nothing
        };
        nodes.len()
    ];
    let mut right: Option<(f64, f64)> = existing.map(|r| (r.x + r.width, r.y));
    for (index, (parent, at)) in nodes.iter().enumerate() {
        if let (None, Some((x, y))) = (parent, at) {
            let edge = x + sizes[index].width;
            right = Some(right.map_or((edge, *y), |(r, top)| (r.max(edge), top.min(*y))));
        }
    }
    for (index, (parent, at)) in nodes.iter().enumerate() {
        out[index].size = sizes[index];
        if parent.is_none() {
            let (x, y) = at.unwrap_or_else(|| {
                let (x, y) = right.map_or((0.0, 0.0), |(edge, top)| (edge + ROOT_GAP, top));
                right = Some((x + sizes[index].width, y));
                (x, y)
            });
            out[index] = Placed {
                x,
                y,
                rel_x: x,
                rel_y: y,
                size: sizes[index],
            };
        }
        let below: Vec<Size> = children[index].iter().map(|c| sizes[*c]).collect();
        let (column_width, mut top) = (widest(&below) + GUTTER, HEADER);
        let (parent_x, parent_y) = (out[index].x, out[index].y);
        for (row, sizes) in children[index].chunks(COLUMNS).zip(below.chunks(COLUMNS)) {
            for (column, child) in row.iter().enumerate() {
                let (rel_x, rel_y) = (SIDE + column as f64 * column_width, top);
                out[*child] = Placed {
                    x: parent_x + rel_x,
                    y: parent_y + rel_y,
                    rel_x,
                    rel_y,
                    size: nothing,
                };
            }
            top += row_height(sizes) + GUTTER;
        }
    }
    out
}
