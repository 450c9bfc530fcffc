//! A plugin of the shape of a published one (five skills of several files, no hooks): a made one always, the published one
//! where its folder is.

use crate::{
    house::House,
    published_plugin::{NAME, SKILLS, files, folder},
};
use plugins::{Limits, Registry, Tree};

/// The published plugin, where it is.
fn published() -> Option<Tree> {
    let registry = Registry::at(folder()?.parent()?);
    let found = registry.read(NAME, &Limits::default());
    found.expect("the published plugin can be read")
}

/// One of the same shape.
fn made(house: &House) -> Tree {
    let files = files();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    house.offer(NAME, &files);
    let registry = house.plugins.registry();
    registry.read(NAME, &Limits::default()).unwrap().unwrap()
}

#[tokio::test]
async fn d45_16_a_plugin_of_the_published_shape_comes_and_goes() {
    let house = House::new().await;
    let trees = std::iter::once(made(&house)).chain(published());
    for tree in trees {
        let files: Vec<(String, String)> = tree
            .files
            .iter()
            .map(|(path, file)| {
                let text = String::from_utf8(file.content.clone()).expect("text");
                (path.clone(), text)
            })
            .collect();
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        house.offer(NAME, &files);
        let listed = house.plugins.registry().list();
        let one = listed.iter().find(|one| one.name == NAME).unwrap();
        assert_eq!(one.error, None);
        assert_eq!(one.manifest.version, "1.0.0");
        assert_eq!(
            (one.manifest.tags.len(), &one.manifest.skills[..]),
            (4, &SKILLS.map(str::to_owned)[..])
        );
        for (runtime, fits) in [
            ("claude-code", true),
            ("claude_code", true),
            ("hermes", true),
            ("langgraph", false),
        ] {
            assert_eq!(one.manifest.fits(runtime), fits, "{runtime}");
        }
        assert!(
            plugins::code(&tree)
                .iter()
                .all(|code| !code.path.starts_with("hooks/"))
        );

        let (id, volume) = house.running("a").await;
        volume.write("CLAUDE.md", "mine\n");
        let done = house.install(&id, NAME).await.unwrap();
        assert_eq!(done.digest, tree.digest());
        for skill in SKILLS {
            assert!(
                volume.exists(&format!("skills/{skill}/SKILL.md")),
                "{skill}"
            );
        }
        assert_eq!(house.install(&id, NAME).await.unwrap().restart, "none");
        house.plugins.uninstall(&id, NAME).await.unwrap();
        let left = volume.files();
        assert_eq!(left.keys().collect::<Vec<_>>(), ["CLAUDE.md"]);
        assert_eq!(left["CLAUDE.md"], "mine\n");
    }
}
