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

/// What a guest is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// Name and version of every crate that becomes part of the program.
    pub crates: Vec<(String, String)>,
    /// Features that the runtime has.
    pub runtime_features: Vec<String>,
}

/// Looks up what the guest in the folder `dir` depends on, with the toolchain that is found.
pub fn dependencies(dir: &Path, options: &Options) -> Result<Dependencies, Error> {
    let all = metadata(&Toolchain::find()?, &dir.join("Cargo.toml"), options)?;
    let nodes = list(&all["resolve"]["nodes"]);
    let node = |id: &Value| nodes.iter().find(|node| node["id"] == *id);
    // Tests and build scripts are no part of the program.
    let is_linked =
        |dependency: &Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
    let mut found = vec![all["resolve"]["root"].clone()];
    let mut at = 0;
    while let Some(id) = found.get(at) {
        let dependencies = node(id).map(|node| list(&node["deps"])).unwrap_or_default();
        for dependency in dependencies.iter().filter(|dependency| is_linked(dependency)) {
            if !found.contains(&dependency["pkg"]) {
                found.push(dependency["pkg"].clone());
            }
        }
        at += 1;
    }
    let packages = list(&all["packages"]);
    let packages: Vec<&Value> = packages.iter().filter(|package| found.contains(&package["id"])).collect();
    let runtime = packages.iter().find(|package| package["name"] == "aver-guest");
    let features = runtime.and_then(|runtime| node(&runtime["id"])).map(|node| list(&node["features"]));
    Ok(Dependencies {
        crates: packages.iter().map(|package| (text(&package["name"]), text(&package["version"]))).collect(),
        runtime_features: features.unwrap_or_default().iter().map(text).collect(),
    })
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn refuse(manifest: &Path, reason: String) -> Error {
    Error::Package { manifest: manifest.into(), reason }
}

/// What `cargo metadata` says.
fn metadata(toolchain: &Toolchain, manifest: &Path, options: &Options) -> Result<Value, Error> {
    if !manifest.is_file() {
        return Err(refuse(manifest, "not found".into()));
    }
    let mut command = toolchain.command(&toolchain.cargo);
    command.args(["metadata", "--format-version", "1", "--manifest-path"]).arg(manifest);
    options.apply(&mut command);
    let output =
        command.output().map_err(|source| Error::Spawn { program: toolchain.cargo.clone(), source })?;
    if !output.status.success() {
        return Err(refuse(manifest, String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| refuse(manifest, error.to_string()))
}

pub fn read(toolchain: &Toolchain, dir: &Path, options: &Options) -> Result<Package, Error> {
    let manifest = dir.join("Cargo.toml");
    let all = metadata(toolchain, &manifest, options)?;
    let refuse = |reason: &str| refuse(&manifest, reason.into());

    let packages = list(&all["packages"]);
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.into());
    let root = packages
        .iter()
        .find(|package| canonical(Path::new(&text(&package["manifest_path"]))) == canonical(&manifest))
        .ok_or_else(|| refuse("is a workspace, not a package"))?;
    let runtime = packages.iter().find(|package| package["name"] == "aver-guest");
    let runtime = runtime.ok_or_else(|| refuse("does not depend on aver-guest"))?;
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
