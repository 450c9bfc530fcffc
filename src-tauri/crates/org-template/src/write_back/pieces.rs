//! What is to be done to the text of the files: byte ranges and what comes in their place.
//!
//! Nothing is ever written out from the tree. What moves is text of the file it stood in, with the changes inside it
//! made on the way.

use super::doc::Doc;
use std::ops::Range;

/// What comes in the place of a range.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Text of our own.
    Text(String),
    /// Whole lines of a file, moved from one column to another.
    Lines {
        doc: usize,
        range: Range<usize>,
        from: usize,
        to: usize,
    },
    /// A value of a file as it stands; its further lines are moved to a column.
    Value {
        doc: usize,
        range: Range<usize>,
        to: usize,
    },
}

/// One change of one file.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub doc: usize,
    /// Empty for an insertion.
    pub range: Range<usize>,
    /// First and last byte of the value that an insertion belongs to: several may be made at one byte, and which moves
    /// with what depends on this.
    pub inside: Range<usize>,
    /// It goes on what stands before it, such as a list, so it comes before what is only put behind that.
    pub goes_on: bool,
    pub parts: Vec<Part>,
}

/// One change of the text of a file, as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Edit {
    /// Byte range in the file as it was.
    pub range: Range<usize>,
    /// What comes there.
    pub text: String,
}

/// All changes of all files.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    list: Vec<Piece>,
}

impl Pieces {
    /// Replaces a range by a text.
    pub fn replace(&mut self, doc: usize, range: Range<usize>, text: String) {
        let inside = range.clone();
        self.list.push(Piece {
            doc,
            range,
            inside,
            goes_on: false,
            parts: vec![Part::Text(text)],
        });
    }

    /// Takes a range out.
    pub fn cut(&mut self, doc: usize, range: Range<usize>) {
        let inside = range.clone();
        self.list.push(Piece {
            doc,
            range,
            inside,
            goes_on: false,
            parts: Vec::new(),
        });
    }

    /// Puts parts at a byte of a value.
    pub fn insert(&mut self, doc: usize, at: usize, inside: Range<usize>, parts: Vec<Part>) {
        self.list.push(Piece {
            doc,
            range: at..at,
            inside,
            goes_on: false,
            parts,
        });
    }

    /// Puts parts at the end of a list of a value.
    pub fn go_on(&mut self, doc: usize, at: usize, inside: Range<usize>, parts: Vec<Part>) {
        self.list.push(Piece {
            doc,
            range: at..at,
            inside,
            goes_on: true,
            parts,
        });
    }

    /// The outermost changes of a file, in order.
    pub fn edits(&self, docs: &[Doc], doc: usize) -> Vec<Edit> {
        let whole = 0..docs[doc].text.len();
        let mut edits: Vec<Edit> = Vec::new();
        for at in self.within(doc, &whole, true) {
            let piece = &self.list[at];
            let text = self.parts(docs, piece);
            if docs[doc].text[piece.range.clone()] == *text {
                continue;
            }
            edits.push(Edit {
                range: piece.range.clone(),
                text,
            });
        }
        edits
    }

    /// A range of a file with the changes inside it.
    fn render(&self, docs: &[Doc], doc: usize, range: &Range<usize>) -> String {
        let text = &docs[doc].text;
        let mut out = String::new();
        let mut done = range.start;
        for at in self.within(doc, range, false) {
            let piece = &self.list[at];
            out.push_str(&text[done..piece.range.start]);
            out.push_str(&self.parts(docs, piece));
            done = piece.range.end;
        }
        out.push_str(&text[done..range.end]);
        out
    }

    /// Changes inside a range that lie in no other of them, in the order of the file. Without `whole` a change of
    /// exactly the range is not inside it: it is the range being taken out.
    fn within(&self, doc: usize, range: &Range<usize>, whole: bool) -> Vec<usize> {
        let covers = |outer: &Range<usize>, piece: &Piece| {
            outer.start <= piece.range.start
                && piece.range.end <= outer.end
                && outer.start <= piece.inside.start
                && piece.inside.end <= outer.end
        };
        let mut found: Vec<usize> = (0..self.list.len())
            .filter(|at| {
                let piece = &self.list[*at];
                piece.doc == doc && (whole || piece.range != *range) && covers(range, piece)
            })
            .collect();
        let all = found.clone();
        found.retain(|at| {
            !all.iter().any(|other| {
                let outer = &self.list[*other];
                other != at && !outer.range.is_empty() && covers(&outer.range, &self.list[*at])
            })
        });
        found.sort_by_key(|at| {
            let piece = &self.list[*at];
            // At one byte: insertions before what is taken out behind them, those of the inner value first.
            let taken = !piece.range.is_empty();
            (
                piece.range.start,
                taken,
                std::cmp::Reverse(piece.inside.start),
                !piece.goes_on,
                *at,
            )
        });
        // Two changes of one text cannot both be made; the comparison afterwards tells that one is missing.
        let mut end = range.start;
        found.retain(|at| {
            let piece = &self.list[*at];
            let fits = piece.range.start >= end;
            end = end.max(piece.range.end);
            fits
        });
        found
    }

    fn parts(&self, docs: &[Doc], piece: &Piece) -> String {
        let eol = docs[piece.doc].eol;
        let mut out = String::new();
        for part in &piece.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Lines {
                    doc,
                    range,
                    from,
                    to,
                } => {
                    let text = self.render(docs, *doc, range);
                    for line in text.lines() {
                        out.push_str(&shifted(line, *from, *to));
                        out.push_str(eol);
                    }
                }
                Part::Value { doc, range, to } => {
                    let text = self.render(docs, *doc, range);
                    for (n, line) in text.lines().enumerate() {
                        if n > 0 {
                            out.push_str(eol);
                            out.push_str(&" ".repeat(*to));
                            out.push_str(line.trim_start());
                        } else {
                            out.push_str(line);
                        }
                    }
                }
            }
        }
        out
    }
}

/// A line with its indentation changed by the distance of two columns.
fn shifted(line: &str, from: usize, to: usize) -> String {
    if line.is_empty() {
        return String::new();
    }
    if to >= from {
        return format!("{}{line}", " ".repeat(to - from));
    }
    let spaces = line.len() - line.trim_start_matches(' ').len();
    line[spaces.min(from - to)..].to_owned()
}

/// A text with edits made.
pub(super) fn applied(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.range.start]);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(&text[done..]);
    out
}
