//! Many stubs in somebody's pull request cost nothing that nobody agreed to.

use super::support::canary;
use super::{Trap, site};

#[test]
fn ten_thousand_stubs_make_no_request_without_a_yes() {
    let trap = Trap::new();
    let mut sandbox = site(10_000);
    sandbox.set("OPENAI_API_KEY", canary::KEY);
    trap.as_proxy(&mut sandbox);
    let said = sandbox.run(&["generate", "--model", "openai/m"]).expect(2);
    assert!(
        said.stderr.contains("10000 requests to openai/m") && said.stderr.contains("--yes"),
        "{}",
        said.stderr
    );
    trap.assert_silent("ten thousand stubs");
    assert!(sandbox.records().is_empty());
}

#[test]
fn a_project_cannot_say_yes() {
    let trap = Trap::new();
    for project in [
        "",
        "[model]\nmax_cost = 1000000\n",
        "[model]\nmax_cost = 1000000\njobs = 256\nmax_attempts = 1000\nmax_paid_attempts = 1000\nrequests_per_minute = 100000\n",
    ] {
        for variables in [&[][..], &[("CI", "1")]] {
            let mut sandbox = site(21);
            sandbox.set("OPENAI_API_KEY", canary::KEY);
            trap.as_proxy(&mut sandbox);
            for (name, value) in variables {
                sandbox.set(name, value);
            }
            sandbox.write("site/postwright.toml", project);
            // A word on standard input is none of a person's where nobody sits there.
            let command = ["generate", "--online", "--model", "openai/m"];
            sandbox.run_with_input(&command, "y\ny\n").expect(2);
            trap.assert_silent(project);
            assert!(sandbox.records().is_empty());
        }
    }
    // `yes` is no key of a project's.
    let sandbox = site(21);
    sandbox.write("site/postwright.toml", "[model]\nyes = true\n");
    sandbox.run(&["generate", "--model", "openai/m"]).expect(2);
}

#[test]
fn a_service_asks_nothing_unless_it_is_told_to() {
    let trap = Trap::new();
    let mut sandbox = site(3);
    sandbox.set("OPENAI_API_KEY", canary::KEY);
    sandbox.set("CI", "true");
    trap.as_proxy(&mut sandbox);
    sandbox.run(&["generate", "--model", "openai/m"]).expect(1);
    sandbox.run(&["check"]);
    sandbox.run(&["status"]).expect(0);
    trap.assert_silent("a run in CI");
}
