//! How hard and how fast to ask, and where the replies go.

use std::time::Duration;

use crate::command::workspace::Workspace;
use crate::generate::Settings;
use crate::model::Limits;
use crate::record::Store;

/// What asking needs of the workspace, free of it, so that posts can be made of the first replies while others come.
pub(in crate::command) struct Asker {
    pub(super) store: Store,
    pub(super) settings: Settings,
}

impl Asker {
    pub(in crate::command) fn new(workspace: &Workspace) -> Self {
        let model = &workspace.config.model;
        let seconds = Duration::from_secs_f64;
        Self {
            store: Store::new(workspace.root.clone()),
            settings: Settings {
                jobs: usize::from(model.jobs),
                max_attempts: model.max_attempts,
                max_paid_attempts: model.max_paid_attempts,
                max_wait: seconds(model.max_wait),
                requests_per_minute: model.requests_per_minute,
                tokens_per_minute: model.tokens_per_minute,
                limits: Limits {
                    connect: seconds(model.connect_timeout),
                    first_event: seconds(model.first_event_timeout),
                    idle: seconds(model.idle_timeout),
                    total: seconds(model.total_timeout),
                },
                ..Settings::default()
            },
        }
    }
}
