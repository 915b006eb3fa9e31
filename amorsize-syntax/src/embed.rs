//! The text that `embed!()` puts into a program.
//!
//! It decides which file that is: the tuned file in the folder of the `Cargo.lock` that covers the package, or none. It reads
//! nothing; the compiler includes the file, and so knows when to compile again.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::quote;

/// The name of the tuned file.
const FILE_NAME: &str = "amorsize.toml";

/// The text of the tuned file of a package, as an expression of the type `Option<&'static str>`.
///
/// ```text
/// Some(include_str!("/path/to/workspace/amorsize.toml"))
/// ```
#[must_use]
pub fn embedded(package: Option<&Path>, exists: &dyn Fn(&Path) -> bool) -> TokenStream {
    let file = package.and_then(|package| tuned_file(package, exists));
    if let Some(path) = file.as_deref().and_then(Path::to_str) {
        quote!(::core::option::Option::Some(::core::include_str!(#path)))
    } else {
        quote!(::core::option::Option::None)
    }
}

/// The tuned file beside the nearest `Cargo.lock` upwards, if it is there: where programs that cargo starts find theirs.
fn tuned_file(package: &Path, exists: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let root = package.ancestors().find(|folder| exists(&folder.join("Cargo.lock"))).unwrap_or(package);
    Some(root.join(FILE_NAME)).filter(|file| exists(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_beside_the_lock_file_is_included() {
        let on_disk = [
            "/ws/Cargo.lock",
            "/ws/amorsize.toml",
            "/ws/a/amorsize.toml",
            "/new/amorsize.toml",
            "/bare/Cargo.lock",
        ];
        let exists = |path: &Path| on_disk.iter().any(|each| Path::new(each) == path);
        for (package, expected) in [
            ("/ws/a", "Some (:: core :: include_str ! (\"/ws/amorsize.toml\"))"),
            ("/ws", "Some (:: core :: include_str ! (\"/ws/amorsize.toml\"))"),
            ("/new", "Some (:: core :: include_str ! (\"/new/amorsize.toml\"))"),
            ("/bare/a", "None"),
            ("/", "None"),
        ] {
            let text = embedded(Some(Path::new(package)), &exists).to_string();
            assert_eq!(text, format!(":: core :: option :: Option :: {expected}"), "{package}");
        }
        assert_eq!(embedded(None, &exists).to_string(), ":: core :: option :: Option :: None");
    }
}
