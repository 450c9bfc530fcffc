//! Paths that mean something else to somebody else.

use crate::{Table, send, token_of, unlimited, workspace};

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
