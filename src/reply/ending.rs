//! Where the body ends, and whether a fence is wrapped around it.

use std::ops::Range;

use super::lines::{Block, Fence, Lines, block_at, fenced_blocks, is_blank};
use super::{marker, mention};

/// The body within the reply, in bytes.
#[derive(Debug)]
pub(super) struct Extent {
    /// The body, without marker and wrapping fence.
    pub(super) body: Range<usize>,
    /// The first byte after the end marker.
    pub(super) after: usize,
    /// The fenced code blocks of the body.
    pub(super) blocks: Vec<Block>,
}

/// Finds the body that begins at byte `from`; `wrapper` is the fence around the whole reply. `None` where no end marker
/// stands outside the code blocks of the body.
pub(super) fn find(lines: &Lines<'_>, from: usize, wrapper: Option<Fence<'_>>) -> Option<Extent> {
    let Some(wrapper) = wrapper else {
        return find_unwrapped(lines, from);
    };
    let inside = Reading::new(lines, from, Some(wrapper));
    // A fence may close right after the labels. Then the body is outside, unless the reading as a whole proves that this
    // was the first code block of the body.
    if let Some(close) = first_line(lines, from)
        && Fence::read(lines.get(close)).is_some_and(|fence| fence.closes(&wrapper))
        && !inside.end.as_ref().is_some_and(|end| end.closed)
    {
        return find_unwrapped(lines, lines.start(close + 1));
    }
    inside.into_extent()
}

fn find_unwrapped(lines: &Lines<'_>, from: usize) -> Option<Extent> {
    let plain = Reading::new(lines, from, None);
    let opener = first_line(lines, from).and_then(|at| {
        // The fence may stand on the line of the body's label.
        let (start, line) = lines.since(lines.start(at).max(from)).next()?;
        let fence = Fence::read(line)?;
        (fence.is_markdown() || fence.is_plain()).then_some((start + line.len() + 1, fence))
    });
    let Some((inner, fence)) = opener.filter(|(inner, _)| *inner < lines.text.len()) else {
        return plain.into_extent();
    };
    let wrapped = Reading::new(lines, inner, Some(fence));
    if is_wrapped(lines, &plain, &wrapped, fence) {
        wrapped.into_extent()
    } else {
        plain.into_extent()
    }
}

/// The first fence of the body is no code block but holds the whole body.
fn is_wrapped(
    lines: &Lines<'_>,
    plain: &Reading<'_, '_>,
    wrapped: &Reading<'_, '_>,
    fence: Fence<'_>,
) -> bool {
    let Some(end) = &wrapped.end else {
        return false;
    };
    let inner = || {
        wrapped
            .blocks
            .iter()
            .take_while(|block| block.span.start < end.body)
    };
    let text = lines.text;
    if inner().any(|block| block.bare) {
        // A fence without info string may open or close, so both readings can be sound. A block that holds headings is
        // more likely the post between two code blocks than code.
        return match &plain.end {
            None => end.closed || fence.is_markdown(),
            Some(_) => {
                fence.is_markdown()
                    && end.closed
                    && !inner().any(|block| {
                        block.bare
                            && text[block.span.clone()]
                                .lines()
                                .any(|line| line.starts_with("##"))
                    })
            }
        };
    }
    if end.closed {
        return true;
    }
    // The marker is inside, and the fence is closed after it or not at all.
    if let Some(other) = &plain.end {
        // Either a code block closed the fence by accident, or the marker inside was text of a code block.
        return other.body == end.body
            || (other.body > end.body && only_fence_between(&text[end.after..other.body]));
    }
    let closed_after = lines
        .since(end.after)
        .find(|(_, line)| !is_blank(line))
        .is_some_and(|(_, line)| Fence::read(line).is_some_and(|close| close.closes(&fence)));
    let paragraphs = text[wrapped.from..end.body].trim().contains("\n\n");
    fence.is_markdown() || (closed_after && paragraphs)
}

/// Blanks and at most one fence.
fn only_fence_between(text: &str) -> bool {
    let mut solid = text.lines().filter(|line| !is_blank(line));
    solid.next().is_none_or(|line| Fence::read(line).is_some()) && solid.next().is_none()
}

/// The first line with something on it, at or after byte `from`.
fn first_line(lines: &Lines<'_>, from: usize) -> Option<usize> {
    lines
        .since(from)
        .find(|(_, line)| !is_blank(line))
        .map(|(start, _)| lines.at(start))
}

/// The body read on the assumption that it is, or is not, within a fence.
struct Reading<'l, 't> {
    lines: &'l Lines<'t>,
    from: usize,
    blocks: Vec<Block>,
    end: Option<End>,
}

struct End {
    /// The first byte that is not the body's.
    body: usize,
    /// The first byte after the marker.
    after: usize,
    /// The wrapping fence is closed right before the marker.
    closed: bool,
}

impl<'l, 't> Reading<'l, 't> {
    fn new(lines: &'l Lines<'t>, from: usize, wrapper: Option<Fence<'_>>) -> Self {
        let blocks = fenced_blocks(lines.text, from);
        let mut reading = Self {
            lines,
            from,
            blocks,
            end: None,
        };
        reading.end = reading.find_end(wrapper);
        reading
    }

    fn find_end(&self, wrapper: Option<Fence<'_>>) -> Option<End> {
        let text = self.lines.text;
        self.lines.since(self.from).find_map(|(start, line)| {
            let cut = marker::find(line)?;
            let indentation = line.len() - line.trim_start().len();
            let at = start + cut.start.max(indentation);
            let after = start + cut.end;
            let Some(block) = block_at(&self.blocks, at) else {
                if !mention::ends_body(text, self.from, at, after) {
                    return None;
                }
                let body_end = self.without_closing_fence(start + cut.start, wrapper);
                return Some(End {
                    body: body_end,
                    after,
                    closed: body_end < start,
                });
            };
            // What reads as an opening fence right before the marker closes the wrapper.
            let wrapper = wrapper?;
            let opener_end = text[block.span.start..].find('\n')? + block.span.start;
            let opener = Fence::read(&text[block.span.start..opener_end])?;
            let directly = opener_end < start && is_blank(&text[opener_end..start]);
            (cut.start == 0 && directly && opener.closes(&wrapper)).then_some(End {
                body: block.span.start,
                after,
                closed: true,
            })
        })
    }

    /// Within raw HTML the closing fence is no fence for the Markdown parser.
    fn without_closing_fence(&self, end: usize, wrapper: Option<Fence<'_>>) -> usize {
        let Some(wrapper) = wrapper else { return end };
        let body = self.lines.text[self.from..end].trim_end();
        let last = body.rfind('\n').map_or(0, |at| at + 1);
        let is_close = Fence::read(&body[last..]).is_some_and(|fence| fence.closes(&wrapper));
        if is_close && block_at(&self.blocks, self.from + last).is_none() {
            self.from + last
        } else {
            end
        }
    }

    fn into_extent(self) -> Option<Extent> {
        let end = self.end?;
        let mut blocks = self.blocks;
        blocks.retain(|block| block.span.start < end.body);
        Some(Extent {
            body: self.from.min(end.body)..end.body,
            after: end.after,
            blocks,
        })
    }
}
