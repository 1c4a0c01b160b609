use super::*;

fn kinds(body: &str) -> Vec<String> {
    find(body)
        .into_iter()
        .map(|template| match template.kind {
            TemplateKind::Call { name, closed: true } => name + "/",
            TemplateKind::Call { name, .. } => name,
            TemplateKind::Crossed { name, closes } => format!("{name}>{closes}"),
            _ => "!".to_owned(),
        })
        .collect()
}

#[test]
fn calls_and_mistakes() {
    for (body, expected) in [
        (
            "{{< x >}} {{% y/z a b %}} {{< X src=\"a>}}\" >}}",
            vec!["x", "y/z", "X"],
        ),
        ("{{< x >}}a{{< /x >}}", vec!["x/"]),
        ("{{< x />}} {{<x>}} {{<x\n>}}", vec!["x/", "x", "x"]),
        (
            "{{</* x */>}} {{%/* x */%}} {{ .Title }} {{ range }}",
            vec![],
        ),
        ("{{< x", vec!["!"]),
        ("{{<3}}", vec!["!"]),
        ("{{< /x >}}", vec!["!"]),
        ("{{< x >}}{{< /y >}}", vec!["x", "!"]),
        ("{{< x a b=\"c\" >}}", vec!["!"]),
        ("{{< x a=\"b\" c >}}", vec!["!"]),
        ("{{< x \"a >}}\n", vec!["!"]),
        ("{{< >}}", vec!["!"]),
        ("{{< a.b >}}", vec!["!"]),
        ("{{< x ? >}}", vec!["!"]),
        ("{{</* x >}}", vec!["!"]),
        ("{{< x a/b >}}", vec!["!"]),
        ("{{< x ={ >}}", vec!["x"]),
        ("{{< x . >}}", vec!["!"]),
        ("{{< x >}}{{< x 1.5 >}}{{< /x >}}", vec!["x", "x/"]),
        (
            "{{< a >}}{{< b >}}x{{< /a >}}y{{< /b >}}",
            vec!["a/", "b/", "a>b"],
        ),
        (
            "{{% a %}}{{< b >}}{{< c >}}{{% /a %}}{{< /c >}}{{< /b >}}{{< c >}}{{< /c >}}",
            vec!["a/", "b/", "c/", "a>c", "c/"],
        ),
        (
            "{{< a >}}{{< /a >}}{{< b >}}x{{< /a >}}",
            vec!["a/", "b/", "a>b"],
        ),
        (
            "{{< a >}}{{< p >}}{{< b >}}x{{< /a >}}y{{< /b >}}",
            vec!["a/", "p", "b/", "a>b"],
        ),
        (
            "{{< a >}}{{< /a >}}{{< b >}}{{< figure >}}{{< /a >}}{{< /a >}}",
            vec!["a/", "b/", "figure", "a>b", "!"],
        ),
        ("{{< b >}}x{{< /a >}}y{{< /b >}}", vec!["b", "!"]),
    ] {
        assert_eq!(kinds(body), expected, "{body}");
    }
}

#[test]
fn marks_make_both_halves_text() {
    let body = "{{< x >}}a{{< /x >}}";
    let found = find(body);
    let marked = crate::finding::splice(body, &found[0].literal);
    assert_eq!(marked, "{{</* x */>}}a{{</* /x */>}}");
    assert_eq!(find(&marked), []);
}
