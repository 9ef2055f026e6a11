//! What Cargo says of a guest before it is built.

use crate::{Error, Options, Toolchain};
use serde_json::Value;
use std::path::{Path, PathBuf};

pub struct Package {
    pub name: String,
    /// Whether the guest's runtime has the feature `std`.
    pub std: bool,
    /// Folder of the workspace the guest belongs to.
    pub workspace: PathBuf,
    /// Name and version, and folder, of every package that lies in a folder of the user's.
    pub local: Vec<(String, PathBuf)>,
}

pub fn read(toolchain: &Toolchain, dir: &Path, options: &Options) -> Result<Package, Error> {
    let manifest = dir.join("Cargo.toml");
    let refuse = |reason: String| Error::Package { manifest: manifest.clone(), reason };
    if !manifest.is_file() {
        return Err(refuse("not found".into()));
    }
    let mut command = toolchain.command(&toolchain.cargo);
    command.args(["metadata", "--format-version", "1", "--manifest-path"]).arg(&manifest);
    options.apply(&mut command);
    let output =
        command.output().map_err(|source| Error::Spawn { program: toolchain.cargo.clone(), source })?;
    if !output.status.success() {
        return Err(refuse(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let all: Value = serde_json::from_slice(&output.stdout).map_err(|error| refuse(error.to_string()))?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();

    let packages = list(&all["packages"]);
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.into());
    let root = packages
        .iter()
        .find(|package| canonical(Path::new(&text(&package["manifest_path"]))) == canonical(&manifest))
        .ok_or_else(|| refuse("is a workspace, not a package".into()))?;
    let runtime = packages.iter().find(|package| package["name"] == "aver-guest");
    let runtime = runtime.ok_or_else(|| refuse("does not depend on aver-guest".into()))?;
    let std = list(&all["resolve"]["nodes"])
        .iter()
        .filter(|node| node["id"] == runtime["id"])
        .any(|node| list(&node["features"]).iter().any(|feature| feature == "std"));
    let local = packages
        .iter()
        .filter(|package| package["source"].is_null())
        .filter_map(|package| {
            let folder = Path::new(package["manifest_path"].as_str()?).parent()?.to_owned();
            Some((format!("{}-{}", text(&package["name"]), text(&package["version"])), folder))
        })
        .collect();
    Ok(Package { name: text(&root["name"]), std, workspace: text(&all["workspace_root"]).into(), local })
}
