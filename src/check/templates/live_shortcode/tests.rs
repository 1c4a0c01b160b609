use crate::check::testing::{World, hugo, world, zola};

#[test]
fn unknown_calls_are_errors_and_known_ones_in_code_warnings() {
    let site = zola("0.22.0");
    assert_eq!(
        site.lines(
            "live-shortcode",
            "a {{ f() }}\n\n`{{ known() }}` {{ known() }}\n\n{{ x }}\n"
        ),
        ["error 1", "warning 3"]
    );
    assert_eq!(
        site.lines("live-shortcode", "`{{ known() }}` `{% end %}`\n"),
        ["error 1"]
    );
    // Zola puts no result into addresses and code in a line; in a block of code `x=` may be meant.
    for (body, expected) in [
        ("[a](https://x.y/{{known()}})\n", 1),
        ("[a](https://x.y \"{{ known() }}\")\n", 1),
        ("## A {#b-{{known()}}}\n", 1),
        ("`x={{ known() }}`\n", 1),
        ("```\nx={{ known() }}\n```\n", 0),
        ("- {{ known() }} <b title=\"{{ known() }}\">\n", 0),
    ] {
        assert_eq!(site.lines("live-shortcode", body).len(), expected, "{body}");
    }
    assert_eq!(
        zola("0.17.2").lines("live-shortcode", "`{% end %}`\n"),
        [""; 0]
    );
    let site = hugo();
    assert_eq!(
        site.lines(
            "live-shortcode",
            "{{< nope >}} `{{< known >}}` {{% known %}}\n\n{{<3}}\n"
        ),
        ["error 1", "warning 1", "error 3"]
    );
    assert_eq!(
        site.lines(
            "live-shortcode",
            "{{< figure src=\"a.png\" >}} {{ .Title }}\n"
        ),
        [""; 0]
    );
}

#[test]
fn shortcodes_of_markdown_are_put_everywhere() {
    let shortcode = |kind: &str| {
        let template = format!("templates/shortcodes/ver.{kind}");
        let files = [
            ("config.toml", "base_url = \"x\"\n"),
            (template.as_str(), "1"),
        ];
        let body = "[get](https://x.y/{{ ver() }}/a.zip) `cargo add x@{{ ver() }}`\n";
        world(&files, Some("0.22.0"))
            .lines("live-shortcode", body)
            .len()
    };
    assert_eq!(shortcode("md"), 0);
    assert_eq!(shortcode("html"), 2);
}

#[test]
fn calls_that_lack_what_they_need() {
    let lines = |body: &str| hugo().lines("live-shortcode", body);
    for body in [
        "{{< youtube >}}",
        "{{< x >}}",
        "{{< x user=\"a\" >}}",
        "{{< ref >}}",
        "`{{< vimeo >}}`",
    ] {
        assert_eq!(lines(&format!("{body}\n")), ["error 1"], "{body}");
    }
    for body in [
        "{{< youtube abc >}}",
        "{{< x user=\"a\" id=\"1\" >}}",
        "{{< figure >}}",
    ] {
        assert_eq!(lines(&format!("{body}\n")), [""; 0], "{body}");
    }
}

#[test]
fn what_hugo_no_longer_has() {
    let told = |body: &str| {
        let text = format!("+++\ntitle = \"A\"\n+++\n{body}\n");
        let found = hugo().page("live-shortcode", &text);
        let found = found
            .into_iter()
            .map(|it| it.message + " " + &it.help.unwrap_or_default());
        found.collect::<Vec<_>>().join("\n")
    };
    for (name, instead) in [
        ("tweet", "use `x`"),
        ("Twitter", "use `x`"),
        ("twitter_simple", "use `x`"),
        ("instagram_simple", "use `instagram`"),
        ("gist", "a link"),
    ] {
        let found = told(&format!("{{{{< {name} a b >}}}}"));
        assert!(
            found.contains("took the shortcode") && found.contains(instead),
            "{found}"
        );
    }
    let absent = world(&[("hugo.toml", "theme = \"gone\"\n")], Some("0.168.0"));
    assert_eq!(
        absent.lines("live-shortcode", "{{< tweet a b >}}\n"),
        ["warning 1"]
    );
    let old = world(&[("hugo.toml", "")], Some("0.150.0"));
    assert_eq!(old.lines("live-shortcode", "{{< tweet a b >}}\n"), [""; 0]);
    assert_eq!(
        told("{{% comment %}}\nVec<T> **a **b\n{{% /comment %}}"),
        ""
    );
    assert!(told("{{< comment >}}").contains("needs a closing tag"));
    let own = world(
        &[("hugo.toml", ""), ("layouts/shortcodes/noext", "1")],
        Some("0.168.0"),
    );
    assert_eq!(own.lines("live-shortcode", "{{< noext >}}\n"), [""; 0]);
}

#[test]
fn what_a_comment_of_hugos_holds_is_nowhere() {
    let body = "{{% comment %}}\n\nA Vec<T> and a **b **c.\n\n{{% /comment %}}\n";
    for rule in ["swallowed-angle-bracket", "literal-emphasis"] {
        assert_eq!(hugo().lines(rule, body), [""; 0]);
    }
}

#[test]
fn crossed_tags_close_the_innermost() {
    let files = [
        ("hugo.toml", ""),
        ("layouts/shortcodes/a.html", "{{ .Inner }}"),
        ("layouts/shortcodes/b.html", "{{ .Inner }}"),
        ("layouts/shortcodes/p.html", "1"),
    ];
    let site = world(&files, Some("0.168.0"));
    let lines = |body: &str| site.lines("live-shortcode", &format!("{body}\n"));
    assert_eq!(
        lines("{{< a >}}{{< b >}}x{{< /a >}}\ny{{< /b >}}"),
        ["warning 1"]
    );
    assert_eq!(
        lines("{{< a >}}1{{< /a >}}{{< b >}}x{{< /a >}}"),
        ["warning 1"]
    );
    assert_eq!(lines("{{< b >}}x{{< /a >}}y{{< /b >}}").len(), 2);
    assert!(lines("{{< a >}}{{< b >}}x{{< /a >}}").contains(&"error 1".to_owned()));
    let surplus = lines("{{< p >}}\n\n{{< a >}}1{{< /a >}}{{< /a >}}");
    assert!(surplus.contains(&"error 3".to_owned()), "{surplus:?}");
}

#[test]
fn calls_at_work_in_programs_are_told_of_quietly() {
    let lines = |language: &str, line: &str| {
        hugo().lines("live-shortcode", &format!("```{language}\n{line}\n```\n"))
    };
    assert_eq!(lines("sh", "curl \"{{< known >}}\""), ["info 2"]);
    assert_eq!(lines("toml", "version = \"{{< known >}}\""), ["info 2"]);
    assert_eq!(lines("sh", "{{< known >}}"), ["info 2"]);
    assert_eq!(lines("text", "{{< known >}}"), ["warning 2"]);
    assert_eq!(lines("html", "<p>a {{< known >}}</p>"), ["warning 2"]);
    assert_eq!(lines("sh", "a {{< figure >}} b"), ["warning 2"]);
}

#[test]
fn unknown_names_lead_to_those_that_are_known() {
    let told = |world: &World, body: &str| {
        let text = format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n+++\n{body}\n");
        let found = world.page("live-shortcode", &text);
        let finding = found.into_iter().next().expect("a finding");
        (finding.message, finding.help.unwrap_or_default())
    };
    let (message, help) = told(&hugo(), "{{< yotube abc >}}");
    assert!(!message.contains("comes with"), "{message}");
    assert!(help.starts_with("did you mean `youtube`?"), "{help}");
    let (_, help) = told(&hugo(), "{{% konwn %}}");
    assert!(help.starts_with("did you mean `known`?"), "{help}");
    let (message, help) = told(&zola("0.22.0"), "{{ youtube(id=\"abc\") }}");
    assert!(
        message.ends_with("it comes with Hugo, and not with Zola"),
        "{message}"
    );
    assert!(
        help.starts_with("Zola brings no shortcodes along"),
        "{help}"
    );
    let (_, help) = told(&zola("0.22.0"), "{{ konwn() }}");
    assert!(help.starts_with("did you mean `known`?"), "{help}");
}
