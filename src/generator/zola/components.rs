//! The components that the templates of a site and its theme define, for Zola from 0.23 on.

use std::collections::BTreeSet;

use super::super::{Files, settings};
use crate::site::Later;

/// Their names: what stands in `{% component NAME(…) %}` in any template (Zola 0.23, built from its source).
pub(super) fn components(files: &dyn Files, folders: &[String]) -> Later<BTreeSet<String>> {
    let (files, folders) = (files.keep(), folders.to_vec());
    Later::new(move || {
        let mut paths = BTreeSet::new();
        for folder in &folders {
            settings::names_below(&*files, folder, &format!("{folder}/"), &mut paths);
        }
        let texts = paths
            .iter()
            .filter_map(|path| files.read(path).ok().flatten());
        texts
            .flat_map(|text| defined(&text).map(str::to_owned).collect::<Vec<_>>())
            .collect()
    })
}

/// The names of the components that a template defines.
fn defined(template: &str) -> impl Iterator<Item = &str> {
    template.split("{%").skip(1).filter_map(|rest| {
        let rest = rest.trim_start_matches('-').trim_start();
        let rest = rest.strip_prefix("component")?;
        let name = rest.trim_start().split(['(', ' ', '%', '\n']).next()?;
        (rest.starts_with(char::is_whitespace) && !name.is_empty()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn templates_of_all_folders_count() {
        let files: BTreeMap<String, String> = [
            (
                "templates/components/a.html",
                "{% component card(title) %}x{% endcomponent card %}",
            ),
            (
                "themes/t/templates/b.html",
                "{%- component ui.box() -%}{% endcomponent %} {% components(x) %}",
            ),
        ]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into();
        let folders = ["templates".to_owned(), "themes/t/templates".to_owned()];
        let names = components(&files, &folders);
        assert_eq!(names.get().iter().collect::<Vec<_>>(), ["card", "ui.box"]);
    }
}
