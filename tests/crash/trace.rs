//! Runs the program under `strace`, which kills it, or fails one of its system calls, at a place of our choice.
//!
//! `strace` counts the calls of each thread on its own. The program has two that write: the main one, which is traced from its
//! start, and the one that asks, which is traced from the moment in which its first request is at the server.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The calls that change something on the disk, or tell somebody something.
const CALLS: &[&str] = &[
    "openat",
    "write",
    "writev",
    "pwrite64",
    "sendto",
    "connect",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "truncate",
    "ftruncate",
    "fallocate",
    "mkdir",
    "mkdirat",
    "fchmod",
    "fchown",
    "flock",
];

/// The option that makes `strace` write them down. Not every machine has each of them.
fn traced() -> String {
    let calls: Vec<String> = CALLS.iter().map(|call| format!("?{call}")).collect();
    format!("trace={}", calls.join(","))
}

/// What happens at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The program is killed before it.
    Kill,
    /// It fails with this error.
    Error(&'static str),
}

/// A call of one thread: its name, and which of this name it is, from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    pub(crate) call: String,
    pub(crate) number: usize,
    pub(crate) fault: Fault,
}

impl Point {
    /// The option of `strace`.
    pub(crate) fn option(&self) -> String {
        let what = match self.fault {
            Fault::Kill => "signal=KILL".to_owned(),
            Fault::Error(name) => format!("error={name}"),
        };
        format!("inject={}:{what}:when={}", self.call, self.number)
    }
}

/// The errors that a call may fail with.
fn errors(call: &str) -> &'static [&'static str] {
    match call {
        "openat" => &["ENOSPC", "EACCES", "EINTR"],
        "write" | "fsync" | "fallocate" => &["ENOSPC", "EIO", "EINTR"],
        "renameat2" | "mkdirat" => &["ENOSPC", "EIO", "EACCES"],
        "unlinkat" => &["EIO", "EACCES"],
        "ftruncate" => &["EIO", "EINTR"],
        "fchmod" | "flock" => &["EIO", "EINTR"],
        _ => &[],
    }
}

/// The places of a trace at which something may happen.
pub(crate) fn points(trace: &str) -> Vec<Point> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut points = Vec::new();
    for line in trace.lines() {
        let Some((call, arguments)) = line.split_once('(') else {
            continue;
        };
        let call = call.rsplit(' ').next().unwrap();
        if !CALLS.contains(&call) {
            continue;
        }
        let number = numbers.entry(call).or_insert(0);
        *number += 1;
        let only_reads = call == "openat"
            && !["O_WRONLY", "O_RDWR", "O_CREAT"]
                .iter()
                .any(|flag| arguments.contains(flag));
        if only_reads {
            continue;
        }
        // What the runtime says to itself, and to the server, is not on the disk.
        let is_on_disk = !["anon_inode:", "socket:", "TCP:"]
            .iter()
            .any(|kind| arguments.contains(&format!("<{kind}")));
        let errors = if is_on_disk { errors(call) } else { &[] };
        let faults = errors.iter().map(|name| Fault::Error(name));
        for fault in [Fault::Kill].into_iter().chain(faults) {
            points.push(Point {
                call: call.to_owned(),
                number: *number,
                fault,
            });
        }
    }
    points
}

/// Whether what was asked for did happen.
pub(crate) fn has_happened(log: &Path) -> bool {
    let trace = fs::read_to_string(log).unwrap_or_default();
    trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL")
}

/// `strace` with the arguments for a program that it starts, whose main thread alone is traced.
pub(crate) fn from_the_start(log: &Path, option: Option<&str>) -> Vec<String> {
    let mut arguments = ["strace", "-qq", "-y"].map(str::to_owned).to_vec();
    let options = option.map(str::to_owned).into_iter();
    for option in [traced()].into_iter().chain(options) {
        arguments.extend(["-e".to_owned(), option]);
    }
    arguments.extend(["-o".to_owned(), log.display().to_string()]);
    arguments
}

/// Traces the one thread of a process that is not its main one, from now on.
pub(crate) fn attach(process: u32, log: &Path, option: Option<&str>) -> Child {
    let thread = other_thread(process);
    let mut command = Command::new("strace");
    command.args(["-qq", "-y", "-e", &traced(), "-o"]).arg(log);
    if let Some(option) = option {
        command.args(["-e", option]);
    }
    command.arg("-p").arg(thread.to_string());
    let child = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{process}/task/{thread}/status");
    let is_traced = || {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let mut lines = status.lines();
        lines.any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
    };
    let started = Instant::now();
    while !is_traced() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "strace cannot attach to a process of the same user; as another user than root, that takes \
             `sysctl kernel.yama.ptrace_scope=0`"
        );
        thread::sleep(Duration::from_millis(2));
    }
    child
}

fn other_thread(process: u32) -> u32 {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let tasks = tasks.map(|task| task.unwrap().file_name().to_str().unwrap().parse().unwrap());
    let others: Vec<u32> = tasks.filter(|task| *task != process).collect();
    let [thread] = others.as_slice() else {
        panic!("{} threads besides the main one", others.len());
    };
    *thread
}

/// The tracer that all of this stands on.
pub(crate) fn require() {
    let found = Command::new("strace").arg("-V").output();
    assert!(
        found.is_ok_and(|output| output.status.success()),
        "this test needs `strace` (apt-get install strace)"
    );
}
