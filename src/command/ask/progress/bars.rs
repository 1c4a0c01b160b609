//! The bar of a run and a line a job, redrawn in place at the foot of a terminal.

use std::fmt;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};
use jiff::{SignedDuration, Timestamp};

use super::TICK;
use super::watch::{Frame, Room, Watch};
use crate::command::Environment;

/// Columns of the bar, with what stands around it.
const BAR: usize = 19;

/// What is drawn at the foot of the terminal.
#[derive(Debug)]
pub(super) struct Bars {
    bar: ProgressBar,
    screen: Screen,
    drawn: Option<Timestamp>,
    /// What stands there.
    shown: Option<Frame>,
    /// Jobs under way at most.
    jobs: usize,
}

impl Bars {
    /// For a run with so many jobs at a time. Draws nothing yet.
    pub(super) fn new(jobs: usize, color: bool, size: Option<(u16, u16)>) -> Self {
        let screen = Screen::default();
        screen.resize(size);
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        let template = if color {
            "[\u{1b}[36m{bar:16}\u{1b}[0m] {msg}"
        } else {
            "[{bar:16}] {msg}"
        };
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(0), target);
        bar.set_style(style.progress_chars("=> "));
        // What this has drawn of an empty run is not shown.
        screen.paper().out.clear();
        Self {
            bar,
            screen,
            drawn: None,
            shown: None,
            jobs,
        }
    }

    /// Whether the last drawing is old enough for another one. A clock that was set back does not stop the drawing.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.drawn.is_none_or(|drawn| {
            let age = now.duration_since(drawn);
            age.is_negative() || SignedDuration::try_from(TICK).is_ok_and(|tick| age >= tick)
        })
    }

    pub(super) fn draw(&mut self, watch: &Watch, now: Timestamp, environment: &mut Environment) {
        self.drawn = Some(now);
        self.screen.resize(environment.stderr_size());
        let frame = watch.frame(self.screen.room(self.jobs), now);
        self.show(frame);
        self.flush(environment);
    }

    /// Prints a line above the bar.
    pub(super) fn note(&mut self, line: &str, environment: &mut Environment) {
        let screen = self.screen.clone();
        self.bar.suspend(|| {
            screen.paper().out.push_str(line);
            screen.paper().out.push_str("\r\n");
        });
        self.flush(environment);
    }

    /// Leaves no trace.
    pub(super) fn clear(&mut self, environment: &mut Environment) {
        self.bar.finish_and_clear();
        self.flush(environment);
    }

    fn show(&mut self, frame: Frame) {
        if self.shown.as_ref() == Some(&frame) {
            return;
        }
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        // Each of these draws; only what differs is set.
        if self.bar.length() != Some(count(frame.total)) {
            self.bar.set_length(count(frame.total));
        }
        if self.bar.position() != count(frame.done) {
            self.bar.set_position(count(frame.done));
        }
        let mut message = frame.run.clone();
        for line in &frame.jobs {
            message.push_str("\n  ");
            message.push_str(line);
        }
        self.bar.set_message(message);
        self.shown = Some(frame);
    }

    fn flush(&self, environment: &mut Environment) {
        let out = std::mem::take(&mut self.screen.paper().out);
        if !out.is_empty() {
            environment.note_all(&out);
        }
    }
}

/// Gathers what is drawn, so that one write brings it to where everything else for the author goes.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Paper>>);

#[derive(Default)]
struct Paper {
    out: String,
    /// A line was drawn, and another one may follow.
    is_line_over: bool,
    columns: u16,
    rows: u16,
}

impl Screen {
    fn paper(&self) -> MutexGuard<'_, Paper> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn resize(&self, size: Option<(u16, u16)>) {
        let mut paper = self.paper();
        (paper.columns, paper.rows) = size.unwrap_or((80, 24));
    }

    /// The last column stays free, since a terminal may begin another line behind it.
    fn room(&self, jobs: usize) -> Room {
        let paper = self.paper();
        let columns = usize::from(paper.columns).saturating_sub(1);
        Room {
            run: columns.saturating_sub(BAR),
            columns: columns.saturating_sub(2),
            lines: jobs.min(usize::from(paper.rows).saturating_sub(2)),
        }
    }

    fn write(&self, text: fmt::Arguments<'_>) -> io::Result<()> {
        self.paper().out.write_fmt(text).map_err(io::Error::other)
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.paper().columns
    }

    fn height(&self) -> u16 {
        self.paper().rows
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        match n {
            0 => Ok(()),
            n => self.write(format_args!("\u{1b}[{n}A")),
        }
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        match n {
            0 => Ok(()),
            n => self.write(format_args!("\u{1b}[{n}B")),
        }
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        match n {
            0 => Ok(()),
            n => self.write(format_args!("\u{1b}[{n}C")),
        }
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        match n {
            0 => Ok(()),
            n => self.write(format_args!("\u{1b}[{n}D")),
        }
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write(format_args!("{text}\r\n"))
    }

    /// Lines come each with the blanks that fill the terminal's width behind it. Those would wrap where the window is made
    /// narrower, and the lines could not be taken away again; so lines end here, and the blanks are left out. No line is
    /// blank itself: each begins with a bar or a path.
    fn write_str(&self, text: &str) -> io::Result<()> {
        let mut paper = self.paper();
        if text.trim_matches(' ').is_empty() {
            paper.is_line_over = true;
            return Ok(());
        }
        if std::mem::take(&mut paper.is_line_over) {
            paper.out.push_str("\r\n");
        }
        paper.out.push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write(format_args!("\r\u{1b}[2K"))
    }

    /// Leaves the cursor at the beginning of the last line: a `^C` that the terminal shows stands inside what is drawn
    /// over, and moves nothing.
    fn flush(&self) -> io::Result<()> {
        let mut paper = self.paper();
        paper.is_line_over = false;
        paper.out.push('\r');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::columns::fit;
    use super::*;

    fn frame(done: usize, run: &str, jobs: &[&str]) -> Frame {
        Frame {
            done,
            total: 4,
            run: run.to_owned(),
            jobs: jobs.iter().map(|&line| line.to_owned()).collect(),
        }
    }

    fn terminal(rows: u16, scrollback: usize) -> vt100::Parser {
        let size = |number| std::num::NonZero::new(number).unwrap();
        vt100::Parser::new(size(rows), size(40), scrollback)
    }

    fn look(terminal: &mut vt100::Parser, bars: &Bars) -> String {
        let out = std::mem::take(&mut bars.screen.paper().out);
        terminal.process(out.as_bytes());
        terminal.screen().contents()
    }

    #[test]
    fn frames_replace_each_other_and_leave_nothing() {
        let mut terminal = terminal(6, 0);
        terminal.process(b"$ postwright generate\r\n");
        let mut bars = Bars::new(4, true, Some((40, 6)));
        assert_eq!(look(&mut terminal, &bars), "$ postwright generate");

        bars.show(frame(0, "0 of 4 posts", &["a.md  asking", "b.md  asking"]));
        let seen = "$ postwright generate\n[                ] 0 of 4 posts\n  a.md  asking\n  b.md  asking";
        assert_eq!(look(&mut terminal, &bars), seen);

        // What the terminal shows of a Ctrl-C goes with the next frame.
        terminal.process(b"^C");
        bars.show(frame(2, "2 of 4 posts", &["c.md  asking"]));
        let seen = "$ postwright generate\n[========>       ] 2 of 4 posts\n  c.md  asking";
        assert_eq!(look(&mut terminal, &bars), seen);

        let screen = bars.screen.clone();
        bars.bar
            .suspend(|| screen.paper().out.push_str("a note\r\n"));
        let seen = "$ postwright generate\na note\n[========>       ] 2 of 4 posts\n  c.md  asking";
        assert_eq!(look(&mut terminal, &bars), seen);

        bars.bar.finish_and_clear();
        assert_eq!(look(&mut terminal, &bars), "$ postwright generate\na note");
        assert_eq!(terminal.screen().cursor_position(), (2, 0));
        assert!(!terminal.screen().hide_cursor());
    }

    #[test]
    fn at_the_foot_of_the_terminal_lines_scroll_once() {
        let mut terminal = terminal(4, 100);
        terminal.process(b"one\r\ntwo\r\nthree\r\n");
        let mut bars = Bars::new(4, false, Some((40, 4)));
        for done in 0..3 {
            bars.show(frame(done, "posts", &["a.md", "b.md"]));
            let seen = look(&mut terminal, &bars);
            assert!(seen.starts_with("three\n["), "{seen}");
            assert!(seen.ends_with("posts\n  a.md\n  b.md"), "{seen}");
        }
        bars.bar.finish_and_clear();
        assert_eq!(look(&mut terminal, &bars), "three");
    }

    proptest! {
        #[test]
        fn only_notes_are_left(
            steps in prop::collection::vec(
                (0_usize..5, prop::collection::vec("[a-z日ü][a-z 日ü]{0,50}", 0..5), any::<bool>()),
                0..12,
            ),
        ) {
            let mut terminal = terminal(6, 100);
            let mut bars = Bars::new(4, true, Some((40, 6)));
            let room = bars.screen.room(4);
            let mut notes = vec!["$ ".to_owned()];
            terminal.process(b"$ \r\n");
            for (number, (done, lines, note)) in steps.iter().enumerate() {
                let jobs = lines.iter().take(room.lines);
                bars.show(Frame {
                    done: *done,
                    total: 5,
                    run: fit("5 posts and a good deal more", room.run),
                    jobs: jobs
                        .map(|line| fit(line, room.columns))
                        .collect(),
                });
                if *note {
                    let line = format!("note {number}");
                    let screen = bars.screen.clone();
                    bars.bar.suspend(|| screen.paper().out.push_str(&format!("{line}\r\n")));
                    notes.push(line);
                }
                look(&mut terminal, &bars);
            }
            bars.bar.finish_and_clear();
            let seen = look(&mut terminal, &bars);
            // What has scrolled away was seen before; on the screen stand the last notes, one below the other.
            let seen: Vec<&str> = seen.lines().map(str::trim_end).collect();
            let expected: Vec<&str> = notes.iter().map(|line| line.trim_end()).collect();
            prop_assert!(expected.ends_with(&seen), "{seen:?} is not the end of {expected:?}");
            prop_assert!(!seen.is_empty() || notes.len() > 6, "{notes:?}");
            prop_assert_eq!(terminal.screen().cursor_position().1, 0);
        }
    }
}
