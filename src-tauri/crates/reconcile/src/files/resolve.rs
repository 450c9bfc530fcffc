//! Where a path really leads: part by part, because an agent may have put links anywhere, and a link must lead neither
//! out of the root nor to a credential file.

use super::{FileError, Root};
use containers::{Engine, PathKind, PathStat};
use std::collections::VecDeque;

/// Links that are followed for one path.
const MOST_LINKS: usize = 16;

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resolved {
    /// Something is there.
    There {
        /// Its parts below the root, no link among them.
        parts: Vec<String>,
        /// What it is.
        stat: PathStat,
    },
    /// Nothing is there yet.
    Missing {
        /// The deepest folder on the way that is there.
        parent: Vec<String>,
        /// What is missing below it.
        rest: Vec<String>,
    },
    /// The root itself is not there.
    NoRoot,
}

/// What to do with a link that the path ends at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// It is followed.
    Follow,
    /// It is what was meant.
    Keep,
}

/// The absolute path of parts below a root.
pub(super) fn absolute(root: Root, parts: &[String]) -> String {
    let mut path = root.path().to_owned();
    for part in parts {
        path.push('/');
        path.push_str(part);
    }
    path
}

pub(super) async fn resolve(
    engine: &dyn Engine,
    container: &str,
    root: Root,
    asked: &[String],
    last: Last,
) -> Result<Resolved, FileError> {
    let credential = || FileError::Credential {
        path: asked.join("/"),
    };
    let outside = || FileError::Outside {
        path: asked.join("/"),
        root: root.path(),
    };
    let Some(mut stat) = engine.stat(container, root.path()).await? else {
        return Ok(Resolved::NoRoot);
    };
    if stat.kind != PathKind::Folder {
        return Ok(Resolved::NoRoot);
    }
    let mut ahead: VecDeque<String> = asked.iter().cloned().collect();
    let (mut parts, mut links): (Vec<String>, usize) = (Vec::new(), 0);
    while let Some(part) = ahead.pop_front() {
        match part.as_str() {
            "" | "." => continue,
            ".." => {
                parts.pop().ok_or_else(outside)?;
                stat.kind = PathKind::Folder;
                continue;
            }
            name if org_template::is_secret_file(name) => return Err(credential()),
            _ => {}
        }
        if stat.kind != PathKind::Folder {
            return Err(FileError::NotFolder {
                path: parts.join("/"),
            });
        }
        let mut here = parts.clone();
        here.push(part.clone());
        let Some(found) = engine.stat(container, &absolute(root, &here)).await? else {
            let mut rest = vec![part];
            for part in ahead {
                match part.as_str() {
                    "" | "." => {}
                    // Only a link's text can say so; where it leads nobody can tell.
                    ".." => return Err(outside()),
                    name if org_template::is_secret_file(name) => return Err(credential()),
                    _ => rest.push(part),
                }
            }
            return Ok(Resolved::Missing {
                parent: parts,
                rest,
            });
        };
        match &found.kind {
            PathKind::Link(_) if last == Last::Keep && ahead.is_empty() => {
                parts = here;
                stat = found;
            }
            PathKind::Link(target) => {
                links += 1;
                if links > MOST_LINKS || target.is_empty() {
                    return Err(outside());
                }
                let below = match target.strip_prefix('/') {
                    None => target.as_str(),
                    Some(_) => {
                        let below = below_root(root, target).ok_or_else(outside)?;
                        parts.clear();
                        below
                    }
                };
                for part in below.rsplit('/') {
                    ahead.push_front(part.to_owned());
                }
                stat.kind = PathKind::Folder;
            }
            _ => {
                parts = here;
                stat = found;
            }
        }
    }
    Ok(Resolved::There { parts, stat })
}

/// An absolute link target as a path below the root; `None` if it is not below it. `..` is judged later, part by part.
fn below_root(root: Root, target: &str) -> Option<&str> {
    let rest = target.strip_prefix(root.path())?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use containers::{
        ContainerSpec, Installation, Simulated, TierOverrides,
        archive::{Archive, Owner},
        limits,
    };

    async fn house() -> (Simulated, String) {
        let engine = Simulated::new(Installation::new(uuid::Uuid::nil()));
        engine.add_image("i");
        let mut spec = ContainerSpec::new("c", "i", limits(2, &TierOverrides::default()));
        spec.mounts = vec![containers::Mount::Volume {
            name: "v".into(),
            target: "/configs".into(),
            read_only: false,
        }];
        let id = engine.create(&spec).await.unwrap();
        let mut archive = Archive::new();
        let owner = Owner::AGENT;
        archive.file("a/b.md", b"x", 0o640, owner).unwrap();
        archive.file(".auth_token", b"t", 0o600, owner).unwrap();
        for (link, target) in [
            ("relative", "a"),
            ("absolute", "/configs/a"),
            ("outside", "/etc"),
            ("beside", "/configs-other/x"),
            ("climbs", "../etc"),
            ("climbs-inside", "a/../a/b.md"),
            ("token", ".auth_token"),
            ("ring", "ring"),
            ("dangling", "a/none"),
        ] {
            archive.link(link, target, owner).unwrap();
        }
        engine
            .put(&id, "/configs", archive.finish().unwrap())
            .await
            .unwrap();
        (engine, id)
    }

    async fn at(
        house: &(Simulated, String),
        path: &str,
        last: Last,
    ) -> Result<Resolved, FileError> {
        let parts = super::super::relative(path).unwrap();
        resolve(&house.0, &house.1, Root::Configs, &parts, last).await
    }

    #[tokio::test]
    async fn links_inside_are_followed_to_where_they_lead() {
        let house = house().await;
        for path in ["a/b.md", "relative/b.md", "absolute/b.md", "climbs-inside"] {
            let Resolved::There { parts, stat } = at(&house, path, Last::Follow).await.unwrap()
            else {
                panic!("{path} is there")
            };
            assert_eq!(
                (parts.join("/").as_str(), stat.mode),
                ("a/b.md", 0o640),
                "{path}"
            );
        }
        assert_eq!(
            at(&house, "relative/new/deep.md", Last::Follow)
                .await
                .unwrap(),
            Resolved::Missing {
                parent: vec!["a".into()],
                rest: vec!["new".into(), "deep.md".into()]
            }
        );
        assert!(matches!(
            at(&house, "dangling", Last::Follow).await.unwrap(),
            Resolved::Missing { rest, .. } if rest == ["none"]
        ));
    }

    #[tokio::test]
    async fn links_out_of_the_root_and_to_credentials_are_refused() {
        let house = house().await;
        for path in [
            "outside/passwd",
            "outside",
            "beside",
            "climbs/passwd",
            "ring",
        ] {
            let error = at(&house, path, Last::Follow).await.unwrap_err();
            assert_eq!(error.code(), "link_outside", "{path}");
        }
        for path in [
            "token",
            ".auth_token",
            "a/.env",
            "none/.ssh/id",
            "a/.ENV.local",
        ] {
            let error = at(&house, path, Last::Follow).await.unwrap_err();
            assert_eq!(error.code(), "credential_file", "{path}");
        }
        assert_eq!(
            at(&house, "a/b.md/below", Last::Follow)
                .await
                .unwrap_err()
                .code(),
            "not_a_folder"
        );
    }

    #[tokio::test]
    async fn a_link_itself_can_be_meant() {
        let house = house().await;
        for path in ["outside", "ring", "token"] {
            let Resolved::There { parts, stat } = at(&house, path, Last::Keep).await.unwrap()
            else {
                panic!("{path} is there")
            };
            assert_eq!(parts, [path]);
            assert!(matches!(stat.kind, PathKind::Link(_)));
        }
        assert!(at(&house, "outside/x", Last::Keep).await.is_err());
    }
}
