//! An editor saves a page in the moment in which a run writes it, and the run is killed right after that.

use super::*;

/// The page that changes, and what an editor saves of it.
const SAVED: &str = "+++\ntitle = \"Mine\"\n+++\nWhat I wrote last.\n";

/// A temporary file that is about to change places with a page.
fn swapping(sandbox: &Sandbox) -> Option<PathBuf> {
    let files = fs::read_dir(sandbox.path("site/content/posts")).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    files.find(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with(".pw-") && name.contains(".md")
    })
}

/// The process that a tracer has started.
fn traced(tracer: u32) -> Option<String> {
    let children = fs::read_to_string(format!("/proc/{tracer}/task/{tracer}/children")).ok()?;
    children.split_whitespace().next().map(str::to_owned)
}

#[test]
fn what_an_editor_saves_between_two_exchanges_is_brought_back() {
    trace::require();
    let before = finished();
    let path = format!("site/{}", page(TOPICS[0]));
    let edited = before.read(&path).replace("## All about", "##All about");
    before.write(&path, &edited);

    let fixed = site::site(Some(&before.path("site")));
    let log = fixed.path("trace");
    let under = trace::from_the_start(&log, None);
    let under: Vec<&str> = under.iter().map(String::as_str).collect();
    said(fixed.under(&under, &["check", "--fix"]).output().unwrap()).expect(0);
    let log = fs::read_to_string(log).unwrap();
    let calls = log.lines().filter(|line| line.contains("renameat2("));
    let number = calls.take_while(|line| !line.contains("EXCHANGE")).count() + 1;

    let sandbox = site::site(Some(&before.path("site")));
    let wait = format!("inject=renameat2:delay_enter=3000000:delay_exit=30000000:when={number}");
    let under = trace::from_the_start(&sandbox.path("trace"), Some(&wait));
    let under: Vec<&str> = under.iter().map(String::as_str).collect();
    let mut tracer = sandbox.under(&under, &["check", "--fix"]).spawn().unwrap();
    let left = wait_for(|| swapping(&sandbox));
    sandbox.write(&path, SAVED);
    wait_for(|| (sandbox.read(&path) == fixed.read(&path)).then_some(()));
    let process = traced(tracer.id()).unwrap();
    let killed = std::process::Command::new("kill")
        .args(["-KILL", &process])
        .status();
    assert!(killed.unwrap().success());
    // It would sleep on.
    tracer.kill().unwrap();
    tracer.wait().unwrap();
    assert_eq!(
        fs::read_to_string(&left).unwrap(),
        SAVED,
        "nothing gave it back"
    );

    let again = sandbox.run(&["check", "--fix"]);
    assert_eq!(again.status, 0, "{}", again.stderr);
    assert!(!left.exists());
    let posts = fs::read_dir(sandbox.path("site/content/posts")).unwrap();
    let kept: Vec<PathBuf> = posts
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|it| it == "kept"))
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(fs::read_to_string(&kept[0]).unwrap(), SAVED);
    let name = kept[0].file_name().unwrap().to_string_lossy().into_owned();
    assert!(again.stderr.contains(&name), "{}", again.stderr);
    assert_eq!(sandbox.read(&path), fixed.read(&path));
}
