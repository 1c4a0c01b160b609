//! The example sites are embedded in the program: build it again when one of their files changes.

fn main() {
    println!("cargo::rerun-if-changed=site-example");
}
