use super::*;

fn read(line: &str) -> Arguments {
    parse(line.split(' ').map(OsString::from)).expect("usage")
}

#[test]
fn definition_is_sound() {
    definition().debug_assert();
}

#[test]
fn every_long_flag_has_its_variable() {
    let definition = definition();
    let commands = definition.get_subcommands();
    let below = definition
        .get_subcommands()
        .flat_map(clap::Command::get_subcommands);
    for command in commands.chain(below).chain([&definition]) {
        for argument in command
            .get_arguments()
            .filter(|a| !["help", "version"].contains(&a.get_id().as_str()))
        {
            let Some(long) = argument.get_long() else {
                continue;
            };
            let expected = format!("POSTWRIGHT_{}", long.to_uppercase().replace('-', "_"));
            assert_eq!(
                argument.get_env().and_then(|e| e.to_str()),
                Some(expected.as_str()),
                "{long}"
            );
        }
    }
}

#[test]
fn refresh_takes_the_paths_behind_it() {
    let Command::Generate(generate) =
        read("postwright generate --refresh a.md b.md --offline").command
    else {
        panic!()
    };
    assert!(generate.refresh && generate.offline && !generate.online);
    assert_eq!(generate.paths.len(), 2);
}
