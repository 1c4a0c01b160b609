//! Asking the model.

use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli;
use crate::disk::Lock;
use crate::record::Record;
use crate::report::{PostReport, PostState};
use crate::stub::Stub;

pub(super) fn lock(workspace: &Workspace, environment: &mut Environment) -> anyhow::Result<Lock> {
    Ok(workspace
        .root
        .lock(|holder| environment.note(&format!("waiting for {holder}")))?)
}

pub(super) struct Asking;

pub(super) struct Asked {
    pub(super) answers: Vec<Answered>,
    pub(super) interrupted: Option<Status>,
}

pub(super) struct Answered {
    pub(super) index: usize,
    pub(super) record: Option<Record>,
}

impl Answered {
    pub(super) fn complete(&self, _report: &mut PostReport) {}
}

impl Asking {
    pub(super) fn prepare(
        _asked: &[&Stub],
        _arguments: &cli::Generate,
        _workspace: &Workspace,
        _environment: &Environment,
    ) -> anyhow::Result<Self> {
        Ok(Self)
    }

    pub(super) fn preview(&self, stub: &Stub) -> PostReport {
        PostReport::new(&stub.path, PostState::Planned)
    }

    pub(super) fn is_allowed(
        &self,
        _arguments: &cli::Generate,
        _environment: &mut Environment,
    ) -> anyhow::Result<bool> {
        Ok(true)
    }

    pub(super) fn run(
        &mut self,
        _asked: &[&Stub],
        _context: &Context,
        _workspace: &Workspace,
        _environment: &mut Environment,
    ) -> anyhow::Result<Asked> {
        Ok(Asked {
            answers: Vec::new(),
            interrupted: None,
        })
    }
}
