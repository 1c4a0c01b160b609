//! SHA-256 of files.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Refuses a file whose SHA-256 is not `expected` (64 lower-case hexadecimal digits).
pub(crate) fn check(file: &Path, expected: &str) -> Result<(), String> {
    let actual =
        of_file(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    if actual == expected {
        return Ok(());
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Err(format!(
        "The downloaded {name} is not the file that was expected, so it is not used.\n\
         SHA-256 expected: {expected}\n\
         SHA-256 found:    {actual}"
    ))
}

fn of_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}

#[cfg(test)]
mod tests {
    use super::super::test_folder::TestFolder;
    use super::*;

    // The first test vector of FIPS 180-2, appendix B.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_right_hash_is_accepted_and_a_wrong_one_refused() {
        let folder = TestFolder::new("hash");
        let file = folder.join("package.tgz");
        std::fs::write(&file, "abc").unwrap();
        assert_eq!(check(&file, ABC), Ok(()));

        std::fs::write(&file, "abd").unwrap();
        let refusal = check(&file, ABC).unwrap_err();
        assert!(
            refusal.contains("package.tgz") && refusal.contains(ABC),
            "{refusal}"
        );
    }

    #[test]
    fn a_file_longer_than_one_buffer_is_read_to_its_end() {
        let folder = TestFolder::new("hash-long");
        let file = folder.join("million");
        std::fs::write(&file, "a".repeat(1_000_000)).unwrap();
        // The third test vector of the same appendix.
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
        assert_eq!(check(&file, expected), Ok(()));
    }
}
