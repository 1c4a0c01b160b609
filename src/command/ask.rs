//! Asking the model: who is asked, what it may cost, and the records of what comes back.

use std::collections::BTreeMap;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Mutex, mpsc};

use anyhow::{anyhow, bail};
use tokio_util::sync::CancellationToken;

pub(super) use self::answered::Answered;
use self::answered::Foreseen;
pub(super) use self::asker::Asker;
pub(super) use self::beforehand::{littered, lock, since, spent, sweep, unwritable};
use self::choose::{choose, instead, name, shown};
use self::desk::{Arrival, Closing, Desk, Message};
pub(super) use self::need::Need;
use self::progress::Display;
pub(super) use self::recover::{Begun, begun, foresee, forsaken, left_behind, recover};
use self::recover::{begun_replies, in_vain};
use self::terms::BegunReply;
pub(super) use self::terms::Terms;
use super::knowledge::Library;
use super::workspace::Workspace;
use super::{Context, Environment, Status, prompt as prompts};
use crate::cli;
use crate::generate::{self, Job, Settings, Signal};
use crate::model::{Choice, NOTHING_CONFIGURED, Request};
use crate::prompt::{self, Prompt};
use crate::reply;
use crate::report::{PostReport, PostState, Trouble, human};
use crate::site::SitePath;
use crate::stub::{Key, Stub};

mod answered;
mod asker;
mod beforehand;
mod choose;
mod desk;
mod need;
mod progress;
mod recover;
mod terms;
mod told;

/// More requests than this to a host that is not this machine need a yes, unless a cap is set.
const UNASKED_REQUESTS: u32 = 20;

/// Everything that is settled before the first request.
pub(super) struct Asking {
    choice: Option<Choice>,
    prompts: Vec<Prompt>,
    /// The pages that each prompt offers as targets of links.
    offered: Vec<Vec<SitePath>>,
    /// The limit of output tokens of each request, where one is sent.
    limits: Vec<Option<u32>>,
    /// What the model costs and takes.
    terms: Terms,
    /// Stubs that are not asked for since their prompt is too long, as they are reported.
    pub(super) refused: Vec<PostReport>,
    /// Requests of earlier runs for these stubs that may have been paid for, by the key of the stub.
    leftovers: BTreeMap<Key, u32>,
    /// The reply of an earlier run that the first request of each stub follows up.
    begun: Vec<Option<BegunReply>>,
    /// The number of the first attempt of this run, by stub: earlier runs may have left theirs.
    first: Vec<u32>,
    /// How many requests may be made before somebody has to say yes.
    most_requests: Option<u32>,
}

impl Asking {
    /// Chooses the model and renders the prompts. Asks nothing, and nothing at all where there is nothing to ask for.
    /// Stubs whose prompt leaves no room for a post are taken away. `begun` holds replies of earlier runs that lack something.
    pub(super) fn prepare(
        asked: &mut Vec<&Stub>,
        begun: &Begun,
        library: &Library,
        arguments: &cli::Generate,
        workspace: &Workspace,
        environment: &mut Environment,
    ) -> anyhow::Result<Self> {
        if asked.is_empty() {
            return Ok(Self {
                choice: None,
                prompts: Vec::new(),
                offered: Vec::new(),
                limits: Vec::new(),
                terms: Terms::default(),
                refused: Vec::new(),
                leftovers: BTreeMap::new(),
                begun: Vec::new(),
                first: Vec::new(),
                most_requests: None,
            });
        }
        let choice = choose(&workspace.config, arguments.dry_run, environment)?;
        let terms = match &choice {
            Some(choice) => Terms::new(choice, &workspace.config)?,
            None => Terms::foreseen(&workspace.config, environment),
        };
        let templates = prompts::templates(workspace)?;
        let reader = library.reader(workspace);
        let (mut prompts, mut offered, mut limits) = (Vec::new(), Vec::new(), Vec::new());
        let mut refused = Vec::new();
        let all = std::mem::take(asked);
        let failed = |stub: &Stub, trouble: Trouble| {
            PostReport::new(&stub.path, PostState::Failed).because(PostState::Failed, trouble)
        };
        for stub in all {
            let knowledge = match reader.around(stub) {
                Ok(knowledge) => knowledge,
                Err(trouble) => {
                    refused.push(failed(stub, trouble));
                    continue;
                }
            };
            let fitted = prompts::render(stub, workspace, knowledge, &templates, &terms)?;
            match fitted.limit {
                Ok(limit) => {
                    asked.push(stub);
                    prompts.push(fitted.prompt);
                    offered.push(fitted.offered);
                    limits.push(limit);
                }
                Err(error) => refused.push(failed(stub, terms::too_long(&error))),
            }
        }
        let leftovers = in_vain(asked, &workspace.store)?;
        let first = asked
            .iter()
            .map(|stub| workspace.store.next_attempt(&stub.key))
            .collect::<Result<Vec<u32>, _>>()?;
        Ok(Self {
            choice,
            prompts,
            offered,
            limits,
            terms,
            refused,
            leftovers,
            begun: begun_replies(asked, begun),
            first,
            most_requests: Some(UNASKED_REQUESTS),
        })
    }

    /// What asking for each of the stubs would take, for `--dry-run`.
    pub(super) fn preview(&self, asked: &[&Stub]) -> Vec<PostReport> {
        let one = |(index, stub): (usize, &&Stub)| {
            let mut report = PostReport::new(&stub.path, PostState::Planned);
            report.model = self.choice.as_ref().map(name);
            report.requests = 1;
            report.possibly_paid = self.earlier(stub);
            self.foreseen(index).complete(&mut report);
            report
        };
        asked.iter().enumerate().map(one).collect()
    }

    /// What is known of a stub's requests before they are made.
    fn foreseen(&self, index: usize) -> Foreseen {
        let (Some(prompt), Some(limit)) = (self.prompts.get(index), self.limits.get(index)) else {
            return Foreseen::default();
        };
        let begun = self.begun.get(index).and_then(Option::as_ref);
        let (most_requests, worst_case) = self.terms.worst_case(prompt, *limit, begun);
        Foreseen {
            prompt_tokens: tokens(prompt) + begun.map_or(0, |begun| begun.bytes.div_ceil(4)),
            max_output_tokens: *limit,
            most_requests,
            worst_case,
        }
    }

    /// Whether the run may go on: more than a few requests to somebody else's machine need a yes.
    pub(super) fn is_allowed(
        &mut self,
        arguments: &cli::Generate,
        environment: &mut Environment,
    ) -> anyhow::Result<bool> {
        let Some(choice) = &self.choice else {
            return if self.prompts.is_empty() {
                Ok(true)
            } else {
                Err(anyhow!(NOTHING_CONFIGURED))
            };
        };
        let number = self.prompts.len();
        if choice.endpoint.is_loopback() || arguments.yes || self.terms.is_capped_by_the_user() {
            self.most_requests = None;
        } else if number > UNASKED_REQUESTS as usize {
            if !environment.stdin_is_terminal {
                bail!(
                    "this run would make {number} requests to {}, which may cost money; say --yes to allow that, or --max-posts {UNASKED_REQUESTS} for fewer",
                    shown(choice)
                );
            }
            environment.note(&format!(
                "This run makes {number} requests to {}, which may cost money. Go on? [y/N]",
                shown(choice)
            ));
            if !environment.read_line().trim().eq_ignore_ascii_case("y") {
                return Ok(false);
            }
            self.most_requests = None;
        }
        Ok(true)
    }

    /// Asks for all stubs, a few at a time. Each reply is recorded before `take` gets it, and `take` gets it at once. What
    /// `take` says that a reply lacks is asked for next, and what comes of that is given to `take` again, a failure too.
    /// `begun` holds replies of earlier runs that lack something.
    pub(super) fn run(
        &self,
        asked: &[&Stub],
        context: &Context,
        asker: &Asker,
        begun: &Begun,
        environment: &mut Environment,
        take: &mut dyn FnMut(&Answered) -> Option<Need>,
    ) -> anyhow::Result<Option<Status>> {
        let (Some(choice), false) = (&self.choice, asked.is_empty()) else {
            return Ok(None);
        };
        if !context.global.quiet {
            environment.note(&format!(
                "asking {} for {}",
                shown(choice),
                human::plural(asked.len(), "post")
            ));
            if let Some(note) = self.terms.note(choice) {
                environment.note(&note);
            }
        }
        let (sender, receiver) = mpsc::channel();
        let desk = Desk {
            store: &asker.store,
            asked,
            prompts: &self.prompts,
            offered: &self.offered,
            choice,
            first: self.first.clone(),
            sender,
            unwritten: Mutex::default(),
            rooms: Mutex::default(),
            links: Mutex::default(),
            begun: Mutex::default(),
            to_come: Mutex::default(),
        };
        let settings = Settings {
            most_requests: self.most_requests,
            ..asker.settings.clone()
        };
        let interrupt = CancellationToken::new();
        let clock = environment.clock();
        let now = move || clock.timestamp();
        let run = generate::Context {
            choice,
            facts: self.terms.facts(),
            cap: self.terms.cap(),
            settings: &settings,
            ledger: &desk,
            progress: &desk,
            complete: &reply::ends_with_marker,
            now: &now,
            interrupt: &interrupt,
        };
        let mut jobs = self.jobs(asked, &choice.model);
        for (job, stub) in jobs.iter_mut().zip(asked) {
            if let Some((record, need)) = begun.get(&stub.key) {
                job.request.follow_up = Some(desk.begin(job.index, record, need));
            }
        }
        let paths = asked.iter().map(|stub| stub.path.as_str());
        let mut display = Display::new(paths, settings.jobs, context, environment);
        let mut settled = vec![false; asked.len()];
        let finished = std::thread::scope(|scope| {
            // However this thread leaves, the other one must not go on asking, nor wait for an answer for ever.
            let _stop = interrupt.clone().drop_guard();
            let driver = scope.spawn(|| {
                // However this thread ends, the one that listens must hear of it.
                let _closing = Closing(&desk);
                generate::run(jobs, &run)
            });
            loop {
                let message = match receiver.recv_timeout(display.patience()) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => {
                        display.tick(environment);
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                };
                match message {
                    Message::Done => break,
                    Message::Note(line) => display.note(&line, environment),
                    Message::Event(index, event) => display.event(index, &event, environment),
                    Message::Recorded(arrival) => {
                        let Arrival {
                            job,
                            record,
                            requests,
                            possibly_paid,
                            bill,
                            judge,
                        } = *arrival;
                        let paid = (requests, possibly_paid, bill);
                        let need =
                            take(&self.answered(job, choice, Some(record.clone()), None, paid));
                        settled[job] = need.is_none();
                        let follow_up = need.map(|need| desk.follow(job, &record, &need));
                        // The driver may have been interrupted meanwhile.
                        let _ = judge.send(follow_up);
                    }
                }
            }
            display.close(environment);
            driver.join()
        });
        let finished = finished.map_err(|_| {
            anyhow!("the part that asks the model broke down; run again: what was recorded is kept")
        })?;
        let instead = instead(&finished.outcomes, choice);
        for (index, outcome) in finished
            .outcomes
            .iter()
            .enumerate()
            .filter(|(index, _)| !settled[*index])
        {
            let mut answered =
                self.without_reply(index, asked[index], choice, outcome, finished.signal);
            if let (Some(trouble), Some(help)) = (&mut answered.trouble, &instead)
                && trouble.kind == "not-found"
            {
                trouble.help = Some(help.clone());
            }
            take(&answered);
        }
        Ok(finished.signal.map(|signal| match signal {
            Signal::Interrupt => Status::Interrupted,
            Signal::Terminate => Status::Terminated,
        }))
    }

    fn jobs(&self, asked: &[&Stub], model: &str) -> Vec<Job> {
        let request = |(prompt, limit): (&Prompt, &Option<u32>)| Request {
            system: prompt.system.clone(),
            user: prompt.user.clone(),
            model: model.to_owned(),
            temperature: self.terms.temperature(),
            max_output_tokens: *limit,
            follow_up: None,
        };
        self.prompts
            .iter()
            .zip(&self.limits)
            .map(request)
            .zip(asked)
            .enumerate()
            .map(|(index, (request, stub))| Job {
                index,
                request,
                possibly_paid: self.earlier(stub),
            })
            .collect()
    }

    /// Requests of earlier runs for a stub that may have been paid for in vain.
    fn earlier(&self, stub: &Stub) -> u32 {
        self.leftovers.get(&stub.key).copied().unwrap_or(0)
    }
}

fn tokens(prompt: &Prompt) -> u64 {
    prompt::estimate_tokens(&prompt.system) + prompt::estimate_tokens(&prompt.user)
}
