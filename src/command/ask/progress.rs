//! What is shown of a run while it goes on: bars on a terminal, lines elsewhere, nothing where quiet is asked for.

use std::time::Duration;

use jiff::Timestamp;

use self::bars::Bars;
use self::watch::Watch;
use crate::command::{Context, Environment};
use crate::generate::Event;

mod bars;
mod columns;
mod watch;

/// How often something is drawn, at most and at least, while a run goes on.
const TICK: Duration = Duration::from_millis(100);

/// Shows a run. Everything goes to the environment's standard error.
pub(super) struct Display {
    watch: Watch,
    view: View,
}

enum View {
    Silent,
    Lines,
    Bars(Bars),
}

impl Display {
    /// For a run of one job a path, of which so many are under way at a time.
    pub(super) fn new<'a>(
        paths: impl IntoIterator<Item = &'a str>,
        jobs: usize,
        context: &Context,
        environment: &Environment,
    ) -> Self {
        let view = if context.global.quiet {
            View::Silent
        } else if environment.can_draw() {
            let size = environment.stderr_size();
            View::Bars(Bars::new(jobs, context.error_color, size))
        } else {
            View::Lines
        };
        Self {
            watch: Watch::new(paths),
            view,
        }
    }

    /// How long to wait for an event before [`Self::tick`] has to be called.
    pub(super) fn patience(&self) -> Duration {
        match self.view {
            View::Bars(_) => TICK,
            View::Silent | View::Lines => Duration::from_hours(1),
        }
    }

    /// Something happened to a job.
    pub(super) fn event(&mut self, job: usize, event: &Event, environment: &mut Environment) {
        let now = environment.moment();
        self.watch.event(job, event, now);
        match &mut self.view {
            View::Silent => {}
            View::Lines => {
                if let Some(line) = self.watch.line(job, event, now) {
                    environment.note(&line);
                }
            }
            View::Bars(_) => self.draw_at(now, environment),
        }
    }

    /// Time went by.
    pub(super) fn tick(&mut self, environment: &mut Environment) {
        self.draw_at(environment.moment(), environment);
    }

    /// Prints a line that stays.
    pub(super) fn note(&mut self, line: &str, environment: &mut Environment) {
        match &mut self.view {
            View::Bars(bars) => bars.note(line, environment),
            View::Silent | View::Lines => environment.note(line),
        }
    }

    /// The run is over: takes away what is only there while it goes on.
    pub(super) fn close(&mut self, environment: &mut Environment) {
        if let View::Bars(bars) = &mut self.view {
            bars.clear(environment);
        }
    }

    fn draw_at(&mut self, now: Timestamp, environment: &mut Environment) {
        if let View::Bars(bars) = &mut self.view
            && bars.is_due(now)
        {
            bars.draw(&self.watch, now, environment);
        }
    }
}
