//! What cargo says of the workspace: packages and targets, no dependencies. Decides nothing.

use std::path::Path;

use cargo_metadata::{Metadata, MetadataCommand};

use crate::message::Message;

/// The workspace of a manifest, or of the current folder.
///
/// # Errors
/// If cargo does not understand it; then `command`, which `does` something, is the way on.
pub(crate) fn metadata(manifest: Option<&Path>, command: &str, does: &str) -> Result<Metadata, Box<Message>> {
    let mut asked = MetadataCommand::new();
    asked.no_deps();
    if let Some(manifest) = manifest {
        asked.manifest_path(manifest);
    }
    asked.exec().map_err(|error| {
        let said = error.to_string();
        Box::new(
            Message::error("no-workspace", "cargo does not understand this workspace")
                .detail("cargo", said.trim().lines().next_back().unwrap_or_default().trim())
                .fix(command, does),
        )
    })
}
