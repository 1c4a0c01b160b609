//! What the end-to-end tests share: a site in a temporary folder, the real program, the real generators.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test file uses a part of it, and a test that fails should say where"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use xtask::generators::{self, Generators, Program};

pub mod canary;
pub mod html;
pub mod intended;
pub mod posts;
pub mod replies;
pub mod server;

/// The folder of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The real generators.
pub fn programs() -> Generators {
    generators::all().unwrap_or_else(|error| panic!("{error}"))
}

/// A generator's configuration with the settings of a file in `tests/settings`, before the first of its own tables.
pub fn with_settings(config: &str, name: &str) -> String {
    let path = repository().join(format!("tests/settings/{name}.toml"));
    let settings = fs::read_to_string(&path).unwrap();
    let (keys, tables) = config.split_once("\n[").unwrap_or((config, ""));
    let bracket = if tables.is_empty() { "" } else { "[" };
    format!("{keys}\n{settings}\n{bracket}{tables}")
}

/// A folder of its own for a test, with an environment that knows nothing of this machine.
pub struct Sandbox {
    dir: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// What a run of the program said.
pub struct Said {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    /// An empty folder.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("bin")).unwrap();
        fs::create_dir(dir.path().join("home")).unwrap();
        Self {
            dir,
            variables: Vec::new(),
        }
    }

    /// A folder with a copy of `from`, a folder of the repository, as `site`.
    pub fn with_site(from: &str) -> Self {
        let sandbox = Self::new();
        copy(&repository().join(from), &sandbox.path("site"));
        sandbox
    }

    /// A small site with so many stubs, `posts/stub-0.md` and so on, each with a topic of its own.
    pub fn with_stubs(generator: &str, stubs: usize) -> Self {
        let sandbox = Self::with_site(&format!("tests/end_to_end/{generator}"));
        for number in 0..stubs {
            let stub =
                format!("+++\ntopic = \"Topic {number}\"\ndraft = false\n+++\nNotes {number}.\n");
            sandbox.write(&format!("site/content/posts/stub-{number}.md"), &stub);
        }
        sandbox
    }

    /// A folder with a small site: `site/` with these files.
    pub fn with_files(files: &[(&str, &str)]) -> Self {
        let sandbox = Self::new();
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox
    }

    /// A path below the folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Puts a generator on the `PATH` that the program sees.
    pub fn install(&self, program: &Program, name: &str) {
        program.write_launcher(&self.path("bin"), name).unwrap();
    }

    /// Sets a variable for the program.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    fn command(&self) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_postwright"))
    }

    /// Another program, with the same environment.
    pub fn command_of(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // `/usr/bin` and `/bin` for the launchers' shell; no generator stands there under the names asked for first.
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        command
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.path("home"))
            .env("XDG_CONFIG_HOME", self.path("home/.config"))
            .env(canary::VARIABLE, canary::KEY)
            .env("POSTWRIGHT_KEY_ENV", canary::VARIABLE)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.dir.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program in the folder `site`.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_in("site", arguments)
    }

    /// Runs the program in a folder below.
    pub fn run_in(&self, folder: &str, arguments: &[&str]) -> Said {
        said(
            self.command()
                .current_dir(self.path(folder))
                .args(arguments)
                .output()
                .unwrap(),
        )
    }

    /// Starts the program in the folder `site` and leaves it running.
    pub fn start(&self, arguments: &[&str]) -> std::process::Child {
        let mut command = self.command();
        command
            .current_dir(self.path("site"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// The same with these files as its standard output and error.
    pub fn start_into(
        &self,
        arguments: &[&str],
        out: fs::File,
        err: fs::File,
    ) -> std::process::Child {
        let mut command = self.command();
        command
            .current_dir(self.path("site"))
            .args(arguments)
            .stdout(out)
            .stderr(err);
        command.spawn().unwrap()
    }

    /// The program with its arguments, to be run in the folder `site` under another one: a tracer, say. What it keeps among
    /// the system's temporary files comes to lie in the folder `home` as well.
    pub fn under(&self, other: &[&str], arguments: &[&str]) -> Command {
        let (first, rest) = other.split_first().unwrap();
        let mut command = self.command_of(first);
        command
            .args(rest)
            .arg(env!("CARGO_BIN_EXE_postwright"))
            .args(arguments)
            .env("TMPDIR", self.path("home"))
            .current_dir(self.path("site"));
        command
    }

    /// Starts the program in the folder `site` on a terminal of its own, 72 columns by 12 rows, and leaves it running. What
    /// is written to the child's standard input is typed, and what the terminal shows comes from its standard output.
    /// `script` of util-linux makes the terminal. `more` goes to the shell, behind the program and its arguments.
    #[cfg(target_os = "linux")]
    pub fn start_on_terminal(&self, arguments: &[&str], more: &str) -> std::process::Child {
        let program = env!("CARGO_BIN_EXE_postwright");
        let line = format!(
            "stty cols 72 rows 12; exec '{program}' {} {more}",
            arguments.join(" ")
        );
        let mut command = self.command_of("/usr/bin/script");
        command
            .args(["--quiet", "--return", "--flush", "--command", &line])
            .arg("/dev/null")
            .env("SHELL", "/bin/sh")
            .current_dir(self.path("site"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
            .spawn()
            .unwrap_or_else(|error| panic!("/usr/bin/script (util-linux): {error}"))
    }

    /// Runs the program with this on its standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Said {
        self.run_with_input_in("site", arguments, input)
    }

    /// The same in a folder below.
    pub fn run_with_input_in(&self, folder: &str, arguments: &[&str], input: &str) -> Said {
        let file = self.path("home/stdin");
        fs::write(&file, input).unwrap();
        let mut command = self.command();
        command
            .current_dir(self.path(folder))
            .args(arguments)
            .stdin(fs::File::open(file).unwrap());
        said(command.output().unwrap())
    }

    /// All files below a folder with their bytes, for comparing before and after.
    pub fn snapshot(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(&self.path(folder), &mut files);
        files.sort();
        files
    }

    /// All folders below a folder, for comparing before and after.
    pub fn folders(&self, folder: &str) -> Vec<PathBuf> {
        let mut found = vec![self.path(folder)];
        let mut next = 0;
        while let Some(dir) = found.get(next) {
            let entries = fs::read_dir(dir)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            let below: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
            found.extend(below);
            next += 1;
        }
        found.sort();
        found
    }

    /// The records of the site: path below `.postwright/replies` and text.
    pub fn records(&self) -> Vec<(String, String)> {
        let root = self.path("site/.postwright/replies");
        self.snapshot("site/.postwright/replies")
            .into_iter()
            // A record that is just being written has a name that begins with a dot.
            .filter(|(path, _)| !path.file_name().unwrap().to_string_lossy().starts_with('.'))
            .map(|(path, bytes)| {
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                (name, String::from_utf8(bytes).unwrap())
            })
            .collect()
    }
}

/// Nothing that a test leaves behind has the key in it.
impl Drop for Sandbox {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            canary::absent_from_folder(self.dir.path());
        }
    }
}

impl Said {
    /// Fails the test unless the program exited with this status.
    #[track_caller]
    pub fn expect(self, status: i32) -> Self {
        assert_eq!(
            self.status, status,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

#[track_caller]
pub fn said(output: Output) -> Said {
    let said = Said {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    canary::absent("standard output", &said.stdout);
    canary::absent("standard error", &said.stderr);
    said
}

/// Builds a site with a real generator, drafts included, and gives the folder of the result.
#[track_caller]
pub fn build(program: &Program, site: &Path) -> PathBuf {
    let out = site.join("public");
    let _ = fs::remove_dir_all(&out);
    let mut command = program.command();
    if site.join("config.toml").exists() {
        command.args(["build", "--drafts"]);
    } else {
        command.args(["--buildDrafts", "--noBuildLock", "--panicOnWarning"]);
    }
    let output = command.current_dir(site).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{} does not build:\n{text}",
        site.display()
    );
    assert!(!text.contains("ignored"), "a page was left out:\n{text}");
    out
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn collect(dir: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
}
