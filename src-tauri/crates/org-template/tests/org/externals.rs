//! `!external` without a network: repositories are folders in memory (contract 03 section 2.4).

use super::*;
use org_template::{ExternalAsk, ExternalTree, Externals, load_with};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Repositories by `owner/name@ref`; their commit is the ref's letters repeated.
#[derive(Default)]
struct Shelf {
    known: BTreeMap<String, &'static str>,
    asked: RefCell<Vec<String>>,
    here: bool,
}

impl Shelf {
    fn of(list: &[(&str, &'static str)]) -> Self {
        Self {
            known: list
                .iter()
                .map(|(name, note)| ((*name).to_owned(), *note))
                .collect(),
            asked: RefCell::default(),
            here: true,
        }
    }
}

fn commit(reference: &str) -> String {
    reference.repeat(40)[..40].to_owned()
}

/// Where a repository's files are below the org folder.
fn cached(repo: &str, reference: &str) -> String {
    format!(
        ".external-cache/{}/{}",
        repo.replace('/', "__"),
        commit(reference)
    )
}

impl Externals for Shelf {
    fn tree(&self, ask: &ExternalAsk) -> Result<Option<ExternalTree>, String> {
        let name = format!("{}@{}", ask.repo, ask.reference);
        self.asked.borrow_mut().push(name.clone());
        let host = ask.host.as_deref().unwrap_or("git.example");
        match self.known.get(&name) {
            None => Err(format!("{host}/{} has no ref {}", ask.repo, ask.reference)),
            Some(_) if !self.here => Ok(None),
            Some(note) => Ok(Some(ExternalTree {
                repo: format!("{host}/{}", ask.repo),
                commit: commit(&ask.reference),
                folder: cached(&ask.repo, &ask.reference),
                notes: Some(*note)
                    .filter(|n| !n.is_empty())
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
            })),
        }
    }
}

fn external(repo: &str, reference: &str, path: &str) -> String {
    format!("!external {{repo: {repo}, ref: {reference}, path: {path}}}")
}

fn org_with(node: &str) -> String {
    format!(
        "name: T\nworkspaces:\n  - name: Lead\n    files_dir: lead\n    children:\n      - {node}\n"
    )
}

/// Loads an org whose first file is `org.yaml` and whose others are in repositories: `repo@ref:path`.
fn with(shelf: &Shelf, root: &str, others: &[(&str, &str)]) -> Result<Org, OrgErrors> {
    let mut files = MemoryFiles::new()
        .with("org.yaml", root)
        .with("lead/x.md", "x");
    for (name, text) in others {
        let path = match name.split_once('@') {
            Some((repo, rest)) => {
                let (reference, path) = rest.split_once(':').unwrap();
                format!("{}/{path}", cached(repo, reference))
            }
            None => (*name).to_owned(),
        };
        files = files.with(&path, *text);
    }
    load_with(&files, shelf, &Limits::default())
}

#[test]
fn d13_a_subtree_comes_in_with_its_folders_rewritten_and_its_origin_told() {
    let shelf = Shelf::of(&[("acme/quality@a", "")]);
    let root = org_with(&external("acme/quality", "a", "qa/workspace.yaml"));
    let others = [
        (
            "acme/quality@a:qa/workspace.yaml",
            "name: QA\nfiles_dir: qa\ninitial_prompt_file: start.md\nchildren:\n  - !include ../tester/workspace.yaml\n",
        ),
        (
            "acme/quality@a:tester/workspace.yaml",
            "name: Tester\nfiles_dir: ./tester/\ntier: 3\n",
        ),
        ("acme/quality@a:qa/start.md", "Begin.\n"),
        ("acme/quality@a:tester/system-prompt.md", "x"),
    ];
    let org = with(&shelf, &root, &others).unwrap();
    let folder = cached("acme/quality", "a");
    let effective = effective(&org, &Env::default()).unwrap();
    let lead = &effective.roles[0];
    assert_eq!(
        (lead.origin.as_ref(), lead.files_dir.as_deref()),
        (None, Some("lead"))
    );
    let qa = &effective.roles[1];
    assert_eq!(
        qa.files_dir.as_deref(),
        Some(format!("{folder}/qa").as_str())
    );
    assert!(qa.files_found);
    assert_eq!(qa.initial_prompt.as_ref().unwrap().text, "Begin.\n");
    assert_eq!(qa.persona.as_deref(), Some("qa"), "no. 21");
    let tester = &effective.roles[2];
    assert_eq!(
        tester.files_dir.as_deref(),
        Some(format!("{folder}/tester").as_str())
    );
    let origin = tester.origin.as_ref().unwrap();
    assert_eq!(
        (
            origin.repo.as_str(),
            origin.reference.as_str(),
            &origin.commit,
            &origin.folder
        ),
        ("git.example/acme/quality", "a", &commit("a"), &folder)
    );
    assert_eq!(
        &*tester.fields["tier"].span.file,
        format!("{folder}/tester/workspace.yaml")
    );
    assert_eq!(org.externals.len(), 1);
}

#[test]
fn a_newer_commit_is_the_same_role() {
    let keys = |reference: &str| {
        let shelf = Shelf::of(&[("o/r@a", ""), ("o/r@b", "")]);
        let root = org_with(&external("o/r", reference, "w.yaml"));
        let name = format!("o/r@{reference}:w.yaml");
        let org = with(
            &shelf,
            &root,
            &[(
                &name,
                "name: QA\nfiles_dir: qa\nchildren:\n  - name: Own\n    files_dir: .\n",
            )],
        )
        .unwrap();
        let roles = effective(&org, &Env::default()).unwrap().roles;
        roles.into_iter().map(|role| role.key).collect::<Vec<_>>()
    };
    assert_eq!(keys("a"), keys("b"));
    assert_eq!(keys("a")[1], "dir:git.example/o/r:qa");
}

#[test]
fn c10_rewriting_twice_changes_nothing() {
    let shelf = Shelf::of(&[("o/outer@a", ""), ("o/inner@b", "")]);
    let folder = cached("o/outer", "a");
    let inner = external("o/inner", "b", "w.yaml");
    let others = [
        (
            "o/outer@a:w.yaml",
            format!("name: Outer\nfiles_dir: {folder}/outer\nchildren:\n  - {inner}\n"),
        ),
        (
            "o/inner@b:w.yaml",
            "name: Inner\nfiles_dir: in\n".to_owned(),
        ),
    ];
    let others: Vec<(&str, &str)> = others.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let org = with(
        &shelf,
        &org_with(&external("o/outer", "a", "w.yaml")),
        &others,
    )
    .unwrap();
    let dirs: Vec<String> = org
        .walk(false)
        .filter_map(|w| Some(w.files_dir.as_ref()?.value.clone()))
        .collect();
    assert_eq!(
        dirs,
        [
            "lead".to_owned(),
            format!("{folder}/outer"),
            format!("{}/in", cached("o/inner", "b"))
        ]
    );
}

#[test]
fn d14_four_levels_work_and_five_do_not() {
    let chain = |levels: usize| {
        let names = ["o/a", "o/b", "o/c", "o/d", "o/e"];
        let shelf = Shelf::of(
            &names
                .map(|name| (format!("{name}@x"), ""))
                .each_ref()
                .map(|(n, t)| (n.as_str(), *t)),
        );
        let mut others = Vec::new();
        for at in 0..levels {
            let next = names.get(at + 1).filter(|_| at + 1 < levels);
            let child =
                next.map(|next| format!("children:\n  - {}\n", external(next, "x", "w.yaml")));
            others.push((
                format!("{}@x:w.yaml", names[at]),
                format!("name: N{at}\n{}", child.unwrap_or_default()),
            ));
        }
        let others: Vec<(&str, &str)> = others
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        with(&shelf, &org_with(&external("o/a", "x", "w.yaml")), &others)
    };
    assert_eq!(chain(4).unwrap().workspace_count(), 5);
    match chain(5) {
        Err(OrgErrors::Expansion(problems)) => {
            assert_eq!(problems[0].code, Code::ExternalDepth);
            assert_eq!(problems[0].file, format!("{}/w.yaml", cached("o/d", "x")));
            assert_eq!(problems[0].line, 3);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_depth_of_includes_is_counted_apart() {
    let shelf = Shelf::of(&[("o/r@a", "")]);
    let mut others: Vec<(String, String)> = (0..15)
        .map(|n| (format!("{n}.yaml"), format!("!include {}.yaml\n", n + 1)))
        .collect();
    others.push(("15.yaml".into(), external("o/r", "a", "w.yaml")));
    others.push(("o/r@a:w.yaml".into(), "name: Deep\n".into()));
    let others: Vec<(&str, &str)> = others
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let org = with(&shelf, "workspaces:\n  - !include 0.yaml\n", &others).unwrap();
    assert_eq!(org.workspaces[0].name.value, "Deep");
}

#[test]
fn d15_no_42_a_repository_sees_only_its_own_files() {
    let shelf = Shelf::of(&[("o/r@a", ""), ("o/s@b", "")]);
    let root = org_with(&external("o/r", "a", "w.yaml"));
    for (text, code) in [
        ("!include ../../../org.yaml", Code::OutsideRoot),
        ("!include ../../../lead/x.md", Code::OutsideRoot),
        (
            &format!("!include ../../../{}/w.yaml", cached("o/s", "b")),
            Code::OutsideRoot,
        ),
        ("name: A\nfiles_dir: ../../../lead", Code::OutsideRoot),
        ("name: A\nfiles_dir: /etc", Code::OutsideRoot),
    ] {
        let others = [("o/r@a:w.yaml", text), ("o/s@b:w.yaml", "name: S")];
        match with(&shelf, &root, &others) {
            Err(OrgErrors::Expansion(problems)) => {
                assert_eq!(problems[0].code, code, "{text}");
                assert!(
                    problems[0].file.starts_with(&cached("o/r", "a")),
                    "{:?}",
                    problems[0]
                );
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn prompts_of_a_role_without_a_folder_are_looked_for_in_its_own_repository() {
    let shelf = Shelf::of(&[("o/r@a", "")]);
    let others = [
        (
            "o/r@a:w.yaml",
            "name: A\ninitial_prompt_file: p.md\nidle_prompt_file: secret.md\n",
        ),
        ("o/r@a:p.md", "from the repository"),
        ("p.md", "from the org"),
        ("secret.md", "of the org"),
    ];
    let org = with(&shelf, &org_with(&external("o/r", "a", "w.yaml")), &others).unwrap();
    let role = effective(&org, &Env::default()).unwrap().roles.remove(1);
    assert_eq!(role.initial_prompt.unwrap().text, "from the repository");
    assert_eq!(role.idle, None);
}

#[test]
fn a_repository_cannot_bring_in_itself() {
    let shelf = Shelf::of(&[("o/r@a", "")]);
    let again = external("o/r", "a", "w.yaml");
    let others = [("o/r@a:w.yaml", format!("name: A\nchildren:\n  - {again}\n"))];
    let others = [(others[0].0, others[0].1.as_str())];
    match with(&shelf, &org_with(&again), &others) {
        Err(OrgErrors::Expansion(problems)) => assert_eq!(problems[0].code, Code::IncludeCycle),
        other => panic!("{other:?}"),
    }
}

#[test]
fn c7_what_is_missing_or_climbs_is_refused_with_its_place() {
    let shelf = Shelf::of(&[("o/r@a", "")]);
    for (node, place, word) in [
        ("!external {ref: a, path: w.yaml}", "org.yaml:6:9", "repo"),
        ("!external {repo: o/r, path: w.yaml}", "org.yaml:6:9", "ref"),
        ("!external {repo: o/r, ref: a}", "org.yaml:6:9", "path"),
        (
            "!external {repo: o/r, ref: '', path: w.yaml}",
            "org.yaml:6:9",
            "ref",
        ),
        (
            "!external {repo: o/r, ref: a, path: ../../etc/passwd}",
            "org.yaml:6:45",
            "path",
        ),
        (
            "!external {repo: o/r, ref: a, path: x/../w.yaml}",
            "org.yaml:6:45",
            "path",
        ),
        (
            "!external {repo: o/r, ref: a, path: /etc/passwd}",
            "org.yaml:6:45",
            "path",
        ),
        (
            "!external {repo: o/r, ref: a, path: .git/config}",
            "org.yaml:6:45",
            "path",
        ),
        (
            "!external {repo: o/r, ref: a, path: none.yaml}",
            "org.yaml:6:9",
            "none.yaml",
        ),
        (
            "!external {repo: o/r, ref: zz, path: w.yaml}",
            "org.yaml:6:9",
            "has no ref zz",
        ),
        (
            "!external {repo: [o], ref: a, path: w.yaml}",
            "org.yaml:6:26",
            "repo",
        ),
        ("!external o/r", "org.yaml:6:9", "mapping"),
        ("!external [o/r]", "org.yaml:6:9", "mapping"),
    ] {
        match with(&shelf, &org_with(node), &[("o/r@a:w.yaml", "name: A")]) {
            Err(OrgErrors::Expansion(problems)) => {
                assert_eq!(at(&problems[0]), place, "{node}: {problems:?}");
                assert!(
                    problems[0].message.contains(word),
                    "{node}: {}",
                    problems[0]
                );
            }
            other => panic!("{node}: {other:?}"),
        }
    }
}

#[test]
fn one_repository_is_asked_for_once_and_its_notes_are_warnings() {
    let shelf = Shelf::of(&[("o/r@a", "used as it was last time")]);
    let one = external("o/r", "a", "w.yaml");
    let root = format!(
        "workspaces:\n  - name: P\n    children: [{one}]\n  - name: Q\n    children: [{one}]\n"
    );
    let org = with(&shelf, &root, &[("o/r@a:w.yaml", "name: A")]).unwrap();
    assert_eq!(*shelf.asked.borrow(), ["o/r@a"]);
    let notes: Vec<_> = org
        .warnings
        .iter()
        .filter(|w| w.code == Code::External)
        .collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].message.contains("last time") && notes[0].line == 3);
    let unknown = "!external {repo: o/r, ref: a, path: w.yaml, branch: x}";
    let org = with(&shelf, &org_with(unknown), &[("o/r@a:w.yaml", "name: A")]).unwrap();
    assert!(
        org.warnings
            .iter()
            .any(|w| w.code == Code::UnknownKey && w.text == "branch")
    );
}

#[test]
fn no_41_without_fetching_a_directive_stands_as_one_workspace() {
    let shelf = Shelf {
        here: false,
        ..Shelf::of(&[("o/r@a", "")])
    };
    let org = with(&shelf, &org_with(&external("o/r", "a", "w.yaml")), &[]).unwrap();
    assert_eq!((org.workspace_count(), org.pending_externals), (2, 1));
    let org = load(&[("org.yaml", &org_with(&external("o/r", "a", "w.yaml")))]).unwrap();
    assert_eq!(org.pending_externals, 1);
}

#[test]
fn an_inline_template_has_no_repositories() {
    let text = serde_json::json!({"name": "T", "workspaces": ["!external {repo: o/r, ref: a, path: w.yaml}"]});
    let errors = org_template::load_inline(&text, &Limits::default()).unwrap_err();
    assert_eq!(errors.problems()[0].code, Code::IncludeInline);
}

/// Fixture C: a department of 28 brought in whole.
#[test]
fn c4_the_department_subtree_has_28_workspaces_below_the_cache() {
    let mut department = String::from("name: Dev Lead\nfiles_dir: dev-lead\nchildren:\n");
    let mut others = vec![];
    let leaf = |name: &str| {
        (
            format!("d/d@a:{name}/workspace.yaml"),
            format!("name: {name}\nfiles_dir: {name}\n"),
        )
    };
    // Five teams with 18 leaves, three floaters, one operator: 1 + 5 + 18 + 3 + 1.
    for (team, leaves) in [("core", 7), ("cp", 3), ("app", 4), ("infra", 2), ("sdk", 2)] {
        let mut text = format!("name: {team}\nfiles_dir: {team}\nchildren:\n");
        for n in 0..leaves {
            let name = format!("{team}-{n}");
            text.push_str(&format!("  - !include ../{name}/workspace.yaml\n"));
            others.push(leaf(&name));
        }
        others.push((format!("d/d@a:{team}/workspace.yaml"), text));
        department.push_str(&format!("  - !include ../{team}/workspace.yaml\n"));
    }
    for name in ["f1", "f2", "f3", "triage"] {
        others.push(leaf(name));
        department.push_str(&format!("  - !include ../{name}/workspace.yaml\n"));
    }
    let dirs: Vec<String> = others
        .iter()
        .map(|(path, _)| path.replace("workspace.yaml", "system-prompt.md"))
        .collect();
    others.push(("d/d@a:dev-lead/workspace.yaml".into(), department));
    others.push(("d/d@a:dev-lead/system-prompt.md".into(), "x".into()));
    others.extend(dirs.into_iter().map(|path| (path, "x".to_owned())));
    let others: Vec<(&str, &str)> = others
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let shelf = Shelf::of(&[("d/d@a", "")]);
    let root = format!(
        "workspaces:\n  - {}\n",
        external("d/d", "a", "dev-lead/workspace.yaml")
    );
    let org = with(&shelf, &root, &others).unwrap();
    assert_eq!(org.workspace_count(), 28);
    let roles = effective(&org, &Env::default()).unwrap().roles;
    assert!(roles.iter().all(|r| {
        r.files_found
            && r.files_dir
                .as_deref()
                .unwrap()
                .starts_with(".external-cache/")
    }));
}
