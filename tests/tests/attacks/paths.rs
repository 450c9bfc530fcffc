//! Paths that mean something else to somebody else.

use crate::{Table, send, token_of, unlimited, workspace};
use product_tests::{Class, routes};

#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_a_path_gets_past_its_class() {
    let served = unlimited().await;
    let own = workspace(&served, "Own").await;
    let other = workspace(&served, "Other").await;
    let token = token_of(&served, &own).await;
    let bearer = format!("Bearer {token}");
    let mut table = Table::new(&["nobody", "own token", "address"]);
    for path in [
        "/workspaces".to_owned(),
        "/WORKSPACES".to_owned(),
        "//workspaces".to_owned(),
        "///workspaces".to_owned(),
        "/./workspaces".to_owned(),
        "/health/../workspaces".to_owned(),
        "/health/%2e%2e/workspaces".to_owned(),
        "/health/..%2fworkspaces".to_owned(),
        "/health%2f..%2fworkspaces".to_owned(),
        "/%77orkspaces".to_owned(),
        "/workspaces%00".to_owned(),
        "/workspaces%0d%0aX: y".replace(' ', "%20"),
        "/workspaces;/health".to_owned(),
        "/health;/workspaces".to_owned(),
        "/workspaces%3f".to_owned(),
        "/workspaces?/health".to_owned(),
        "/assets/../workspaces".to_owned(),
        "/assets/..%2f..%2f..%2fetc%2fpasswd".to_owned(),
        "/..%2f..%2f..%2fetc%2fpasswd".to_owned(),
        "/../../../etc/passwd".to_owned(),
        "/c/x/c/y/workspaces".to_owned(),
        "/c//workspaces".to_owned(),
        "/admin/liveness".to_owned(),
        "/admin//liveness".to_owned(),
        "/admin/%6civeness".to_owned(),
        format!("/workspaces/{own}/../{other}/state"),
        format!("/workspaces/{own}%2f..%2f{other}/state"),
        format!("/workspaces/{own}/%2e%2e/{other}/state"),
        format!("/workspaces/{other}/state"),
        format!("/workspaces/{}/state", other.to_uppercase()),
        format!("/workspaces/{{{other}}}/state"),
        format!("/workspaces/{}/state", other.replace('-', "")),
        format!("/workspaces/{other}%20/state"),
        format!("/workspaces/{other}/state?id={own}"),
        format!("/workspaces/{own},{other}/state"),
    ] {
        let line = format!("GET {path}");
        let mut answers = Vec::new();
        for (line, headers) in [
            (line.clone(), vec![]),
            (line, vec![("Authorization", bearer.as_str())]),
            (format!("GET /c/{token}{path}"), vec![]),
        ] {
            let answer = send(&served, &line, &headers, "").await;
            // A redirect shows nothing; where it leads, the class asks again.
            let fine = matches!(answer.status, 301 | 400 | 401 | 403 | 404);
            let silent = !answer.body.contains(&other) && !answer.body.contains("root:");
            answers.push((answer.status, fine && silent));
        }
        table.row(&path, &answers);
    }
    table.end();
}

/// A name for the table, and how it writes a path.
type Spelling = (&'static str, fn(&str) -> String);

/// Every route under another spelling, as nobody and with the token of another workspace.
#[tokio::test(flavor = "multi_thread")]
async fn no_route_is_open_under_another_spelling() {
    let served = unlimited().await;
    let own = workspace(&served, "Own").await;
    let other = workspace(&served, "Other").await;
    // Only a token of its own would open the other one: Own is below a root that keeps to itself.
    let root = workspace(&served, "Root").await;
    let (status, _) = served
        .patch(
            &format!("/workspaces/{root}"),
            serde_json::json!({"isolated": true}),
        )
        .await;
    assert_eq!(status, 200);
    let under = serde_json::json!({"parent_id": root});
    let (status, _) = served.patch(&format!("/workspaces/{own}"), under).await;
    assert_eq!(status, 200);
    let bearer = format!("Bearer {}", token_of(&served, &own).await);
    let spellings: [Spelling; 8] = [
        ("//", |path| format!("/{path}")),
        ("/./", |path| format!("/.{path}")),
        ("/x/../", |path| format!("/health/..{path}")),
        ("%2e%2e", |path| format!("/health/%2e%2e{path}")),
        ("letter", |path| {
            let first = path.as_bytes().get(1).copied().unwrap_or(b'/');
            format!("/%{first:02x}{}", path.get(2..).unwrap_or_default())
        }),
        ("upper", |path| path.to_uppercase()),
        ("; /", |path| format!("{path};/health")),
        ("slash", |path| format!("{path}/")),
    ];
    let mut table = Table::new(&spellings.map(|(name, _)| name));
    for route in routes(&served).await {
        // What is open to everybody, or to any credential, is so under any spelling that leads there.
        if matches!(route.class, Class::H | Class::S | Class::U | Class::O) {
            continue;
        }
        let path = route.path(&other);
        let mut answers = Vec::new();
        for (_, spell) in spellings {
            let line = format!("{} {}", route.method, spell(&path));
            let (mut worst, mut refused) = (0, true);
            for headers in [vec![], vec![("Authorization", bearer.as_str())]] {
                let answer = send(&served, &line, &headers, "").await;
                // A redirect shows nothing; where it leads, the class asks again.
                let fine = matches!(answer.status, 301 | 307 | 400 | 401 | 403 | 404);
                worst = answer.status;
                if !fine || answer.body.contains("Other") {
                    refused = false;
                    break;
                }
            }
            answers.push((worst, refused));
        }
        table.row(&route.name, &answers);
    }
    table.end();
    assert_eq!(
        served.workspaces().await.len(),
        3,
        "nothing was made or removed"
    );
}
