//! Three bodies → one, by blocks.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::blocks::{Block, Body, lines, with_line_ends};

/// What is to stand in the body.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft<'b, 'a> {
    pieces: Vec<Piece<'b, 'a>>,
    head: String,
    end: String,
}

/// One block of the result.
#[derive(Debug, Clone)]
pub(super) struct Piece<'b, 'a> {
    /// Its place in each version that it stands in.
    base: Option<usize>,
    edited: Option<usize>,
    new: Option<usize>,
    /// The bytes to write.
    block: &'b Block<'a>,
    /// Whether they are those of the new page, and get the line ends of the edited one.
    is_new: bool,
    /// What it must still mean in its new place: any of these.
    pub(super) meanings: Vec<&'b str>,
}

impl Piece<'_, '_> {
    pub(super) fn key(&self) -> &str {
        &self.block.key
    }

    /// Whether a block of the result is this one, byte for byte but for the line ends of what is new.
    pub(super) fn is_written_as(&self, block: &Block<'_>) -> bool {
        if self.is_new {
            block.is_exactly(self.block)
        } else {
            block.content == self.block.content
        }
    }
}

/// Blocks of the edited body that cannot be merged with the new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The lines, counted from 0 in the body. Where the person has taken the blocks away there are none.
    lines: Range<usize>,
}

impl Place {
    /// For a message. `first` is the number of the body's first line in the page.
    pub(super) fn at(&self, first: usize) -> String {
        let (start, end) = (self.lines.start + first, self.lines.end + first);
        match self.lines.len() {
            0 => format!("the text taken out at line {start}"),
            1 => format!("the text at line {start}"),
            _ => format!("the text at lines {start} to {}", end - 1),
        }
    }
}

/// What comes of three bodies: one draft where there are no conflicts, else one with each side of them.
pub(super) struct Merged<'b, 'a> {
    pub(super) edited: Draft<'b, 'a>,
    pub(super) new: Draft<'b, 'a>,
    pub(super) conflicts: Vec<Place>,
}

pub(super) fn merge<'b, 'a>(bodies: Bodies<'b, 'a>) -> Merged<'b, 'a> {
    let Bodies { base, edited, new } = bodies;
    let mut merger = Merger {
        base,
        edited,
        new,
        pieces: (Vec::new(), Vec::new()),
        conflicts: Vec::new(),
    };
    let (to_edited, to_new) = (matches(base, edited), matches(base, new));
    let mut at = (0, 0, 0);
    for (b, in_edited, in_new) in to_edited
        .iter()
        .zip(&to_new)
        .enumerate()
        .filter_map(|(b, (edited, new))| Some((b, (*edited)?, (*new)?)))
    {
        merger.region(at.0..b, at.1..in_edited, at.2..in_new);
        merger.unchanged(b, in_edited, in_new);
        at = (b + 1, in_edited + 1, in_new + 1);
    }
    merger.region(
        at.0..base.blocks.len(),
        at.1..edited.blocks.len(),
        at.2..new.blocks.len(),
    );
    let end = edited.line_end;
    let draft = |pieces: Vec<Piece<'b, 'a>>| {
        // Where the person has left nothing, there is no layout either.
        let (head, end) = if edited.blocks.is_empty() && !pieces.is_empty() {
            let as_new = |blanks| with_line_ends(blanks, end);
            (as_new(new.head), as_new(new.end()))
        } else {
            let head = layout(base.head, edited.head, new.head, end);
            (head, layout(base.end(), edited.end(), new.end(), end))
        };
        Draft { pieces, head, end }
    };
    let (mine, other) = merger.pieces;
    Merged {
        edited: draft(mine),
        new: draft(other),
        conflicts: merger.conflicts,
    }
}

/// Where each block of `from` stands in `to`, as far as the two have blocks in common.
fn matches(from: &Body<'_>, to: &Body<'_>) -> Vec<Option<usize>> {
    let mut found = vec![None; from.blocks.len()];
    for op in capture_diff_slices(Algorithm::Patience, &from.keys(), &to.keys()) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            for offset in 0..len {
                found[old_index + offset] = Some(new_index + offset);
            }
        }
    }
    found
}

/// Blank lines in the person's layout where the person has changed it. `base`, `edited` and `new` are blanks only.
fn layout(base: &str, edited: &str, new: &str, line_end: &str) -> String {
    let count = |blanks: &str| lines(blanks).len();
    if count(base) == count(edited) && count(new) != count(edited) {
        line_end.repeat(count(new))
    } else {
        edited.to_owned()
    }
}

struct Merger<'b, 'a> {
    base: &'b Body<'a>,
    edited: &'b Body<'a>,
    new: &'b Body<'a>,
    /// What is to be written, with the person's side of conflicts and with the other one.
    pieces: (Vec<Piece<'b, 'a>>, Vec<Piece<'b, 'a>>),
    conflicts: Vec<Place>,
}

impl<'b, 'a> Merger<'b, 'a> {
    /// A block that all three have.
    fn unchanged(&mut self, base: usize, edited: usize, new: usize) {
        let block = &self.edited.blocks[edited];
        let (was, mine, other) = (
            self.base.blocks[base].meaning.as_str(),
            block.meaning.as_str(),
            self.new.blocks[new].meaning.as_str(),
        );
        // A definition elsewhere may have changed what it means, on one side or on both alike.
        let meanings = if mine == was { vec![other] } else { vec![mine] };
        let is_clear = was == mine || was == other || mine == other;
        // The bytes may differ in blanks at the ends of lines, and two of those make a line break.
        let is_new =
            block.is_exactly(&self.base.blocks[base]) && !block.is_exactly(&self.new.blocks[new]);
        self.push(Piece {
            base: Some(base),
            edited: Some(edited),
            new: Some(new),
            block: if is_new { &self.new.blocks[new] } else { block },
            is_new,
            meanings: if is_clear { meanings } else { Vec::new() },
        });
    }

    /// Blocks between two that all three have.
    fn region(&mut self, base: Range<usize>, edited: Range<usize>, new: Range<usize>) {
        let keys = |body: &Body<'a>, range: &Range<usize>| -> Vec<String> {
            let blocks = body.blocks[range.clone()].iter();
            blocks.map(|block| block.key.clone()).collect()
        };
        let was = keys(self.base, &base);
        let (mine, other) = (keys(self.edited, &edited), keys(self.new, &new));
        if mine == other {
            for (edited, new) in edited.zip(new) {
                let block = &self.edited.blocks[edited];
                self.push(Piece {
                    base: None,
                    edited: Some(edited),
                    new: Some(new),
                    block,
                    is_new: false,
                    meanings: vec![&block.meaning, &self.new.blocks[new].meaning],
                });
            }
        } else if other == was {
            edited.for_each(|at| self.push(self.of_edited(at)));
        } else if mine == was && !self.has_new_blanks(base, edited.clone()) {
            new.for_each(|at| self.push(self.of_new(at)));
        } else {
            self.conflicts.push(Place {
                lines: self.lines(&edited),
            });
            let mine = edited.map(|at| self.of_edited(at));
            let other = new.map(|at| self.of_new(at));
            let (mine, other): (Vec<_>, Vec<_>) = (mine.collect(), other.collect());
            self.pieces.0.extend(mine);
            self.pieces.1.extend(other);
        }
    }

    /// Whether the person has set blanks at the ends of lines that mean something there: a line break, or blanks in code. An
    /// editor that trims a file has edited nothing.
    fn has_new_blanks(&self, base: Range<usize>, edited: Range<usize>) -> bool {
        base.zip(edited).any(|(base, edited)| {
            let (was, mine) = (&self.base.blocks[base], &self.edited.blocks[edited]);
            was.meaning != mine.meaning && mine.has_longer_line_than(was)
        })
    }

    fn lines(&self, edited: &Range<usize>) -> Range<usize> {
        let blocks = &self.edited.blocks;
        match blocks[edited.clone()] {
            [ref first, .., ref last] => first.lines.start..last.lines.end,
            [ref only] => only.lines.clone(),
            [] => {
                let before = edited.start.checked_sub(1);
                let line = before.map_or(0, |before| blocks[before].lines.end);
                line..line
            }
        }
    }

    fn of_edited(&self, at: usize) -> Piece<'b, 'a> {
        let block = &self.edited.blocks[at];
        Piece {
            base: None,
            edited: Some(at),
            new: None,
            block,
            is_new: false,
            meanings: vec![&block.meaning],
        }
    }

    fn of_new(&self, at: usize) -> Piece<'b, 'a> {
        let block = &self.new.blocks[at];
        Piece {
            base: None,
            edited: None,
            new: Some(at),
            block,
            is_new: true,
            meanings: vec![&block.meaning],
        }
    }

    fn push(&mut self, piece: Piece<'b, 'a>) {
        self.pieces.0.push(piece.clone());
        self.pieces.1.push(piece);
    }
}

impl<'b, 'a> Draft<'b, 'a> {
    pub(super) fn pieces(&self) -> &[Piece<'b, 'a>] {
        &self.pieces
    }

    /// Whether the body begins with the block that the edited one begins with.
    pub(super) fn begins_as_edited(&self) -> bool {
        self.pieces.first().and_then(|piece| piece.edited) == Some(0)
    }

    /// The body, in the line ends of the edited one.
    pub(super) fn text(&self, bodies: Bodies<'_, '_>) -> String {
        let end = bodies.edited.line_end;
        let mut text = self.head.clone();
        for (at, piece) in self.pieces.iter().enumerate() {
            if piece.is_new {
                text.push_str(&with_line_ends(piece.block.content, end));
            } else {
                text.push_str(piece.block.content);
            }
            match self.pieces.get(at + 1) {
                Some(next) => text.push_str(&bodies.between(piece, next)),
                None => text.push_str(&self.end),
            }
        }
        text
    }
}

/// The bodies that a draft was made of.
#[derive(Clone, Copy)]
pub(super) struct Bodies<'b, 'a> {
    pub(super) base: &'b Body<'a>,
    pub(super) edited: &'b Body<'a>,
    pub(super) new: &'b Body<'a>,
}

impl Bodies<'_, '_> {
    /// The line end and the blank lines between two blocks.
    fn between(&self, piece: &Piece<'_, '_>, next: &Piece<'_, '_>) -> String {
        let follows = |one: Option<usize>, two: Option<usize>| match (one, two) {
            (Some(one), Some(two)) if one + 1 == two => Some(one),
            _ => None,
        };
        let tail =
            |body: &Body<'_>, at: Option<usize>| at.map(|at| body.blocks[at].tail.to_owned());
        let base = tail(self.base, follows(piece.base, next.base));
        let edited = tail(self.edited, follows(piece.edited, next.edited));
        let new = tail(self.new, follows(piece.new, next.new));
        let end = self.edited.line_end;
        match (base, edited, new) {
            (Some(base), Some(edited), Some(new)) => layout(&base, &edited, &new, end),
            (_, Some(edited), _) => edited,
            (_, None, Some(new)) => with_line_ends(&new, end),
            // Two blocks that never stood together must not become one.
            (_, None, None) => end.repeat(2),
        }
    }
}
