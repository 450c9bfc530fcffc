//! Orgs to test with: generated ones of any size, and the published one where its folder is found.

use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

/// The folder of the published 42-role org, when it is on this machine: `MOLECULE_TEST_DATA`, or `shared/data` beside
/// the checkout.
pub fn real_org() -> Option<PathBuf> {
    let named = std::env::var_os("MOLECULE_TEST_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(4)
        .map(|root| root.join("shared/data"));
    let folder = [named, beside]
        .into_iter()
        .flatten()
        .map(|data| data.join("org-templates/molecule-dev"));
    folder
        .into_iter()
        .find(|org| org.join("org.yaml").is_file())
}

/// An org written into a folder: teams of a lead and members, each with a prompt and a skill.
#[derive(Debug, Clone)]
pub struct GeneratedOrg {
    /// Org name.
    pub name: String,
    /// Teams below the head.
    pub teams: usize,
    /// Members of each team.
    pub members: usize,
    /// Runtime of every role.
    pub runtime: String,
    /// Tier of every role.
    pub tier: i64,
}

impl GeneratedOrg {
    /// Two teams of two, runtime `claude-code`.
    pub fn small() -> Self {
        Self {
            name: "Generated".into(),
            teams: 2,
            members: 2,
            runtime: "claude-code".into(),
            tier: 2,
        }
    }

    /// With about this many roles.
    pub fn of(roles: usize) -> Self {
        let members = 9;
        Self {
            teams: roles.saturating_sub(1).div_ceil(members + 1),
            members,
            ..Self::small()
        }
    }

    /// Roles in it.
    pub fn roles(&self) -> usize {
        1 + self.teams * (1 + self.members)
    }

    /// Writes it into `folder`: `org.yaml`, one file a team, one folder a role.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let mut org = format!(
            "name: {}\ndefaults:\n  runtime: {}\n  tier: {}\nworkspaces:\n  - name: Head\n    role: Decides what is done\n    files_dir: head\n    children:\n",
            self.name, self.runtime, self.tier
        );
        role_folder(folder, "head", "Head")?;
        fs::create_dir_all(folder.join("teams"))?;
        for team in 1..=self.teams {
            let _ = writeln!(org, "      - !include teams/team-{team}.yaml");
            let mut text = format!(
                "name: Lead {team}\nrole: Leads team {team}\nfiles_dir: lead-{team}\nchildren:\n"
            );
            role_folder(folder, &format!("lead-{team}"), &format!("Lead {team}"))?;
            for member in 1..=self.members {
                let _ = writeln!(
                    text,
                    "  - name: Member {team}.{member}\n    role: Works in team {team}\n    files_dir: member-{team}-{member}"
                );
                role_folder(
                    folder,
                    &format!("member-{team}-{member}"),
                    &format!("Member {team}.{member}"),
                )?;
            }
            if self.members == 0 {
                text = text.replace("children:\n", "");
            }
            fs::write(folder.join(format!("teams/team-{team}.yaml")), text)?;
        }
        if self.teams == 0 {
            org = org.replace("    children:\n", "");
        }
        fs::write(folder.join("org.yaml"), org)
    }
}

fn role_folder(org: &Path, dir: &str, name: &str) -> io::Result<()> {
    let skill = org.join(dir).join("skills/greet");
    fs::create_dir_all(&skill)?;
    fs::write(
        org.join(dir).join("system-prompt.md"),
        format!("You are {name}.\n"),
    )?;
    fs::write(
        skill.join("SKILL.md"),
        format!("---\nname: greet\ndescription: Greets people\n---\nSay hello as {name}.\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_org_has_the_roles_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let org = GeneratedOrg::small();
        org.write(folder.path()).unwrap();
        assert_eq!(org.roles(), 7);
        assert!(
            folder
                .path()
                .join("member-2-2/skills/greet/SKILL.md")
                .is_file()
        );
        assert!(GeneratedOrg::of(1000).roles() >= 1000);
    }
}
