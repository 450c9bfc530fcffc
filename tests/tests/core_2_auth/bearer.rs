//! 2.2 how a bearer is read.

use product_tests::{raw, request, seconds};
use testkit::{Served, ServedOptions};

#[tokio::test]
async fn the_scheme_is_exact_and_there_is_one() {
    let served = Served::start(ServedOptions::default()).await;
    let token = served.owner.bearer.clone();
    let ask = async |headers: &[(&str, &str)]| {
        let text = request("GET /workspaces", headers, "");
        let answer = raw(served.owner.port, text.as_bytes(), seconds(10)).await;
        let error = answer.body.split('"').nth(3).unwrap_or_default().to_owned();
        (answer.status, error)
    };
    for good in [format!("Bearer {token}"), format!("Bearer   {token}  ")] {
        assert_eq!(ask(&[("Authorization", &good)]).await.0, 200, "{good:?}");
    }
    for none in [
        format!("bearer {token}"),
        format!("BEARER {token}"),
        format!("Bearer\t{token}"),
        format!("Token {token}"),
        "Basic dXNlcjpwYXNz".to_owned(),
        token.clone(),
        String::new(),
    ] {
        let answer = ask(&[("Authorization", &none)]).await;
        assert_eq!(answer, (401, "admin auth required".to_owned()), "{none:?}");
    }
    for wrong in [
        "Bearer ".to_owned() + &token[1..],
        format!("Bearer {token}x"),
        format!("Bearer {}", token.to_uppercase()),
        format!("Bearer {token}, Bearer {token}"),
    ] {
        let answer = ask(&[("Authorization", &wrong)]).await;
        assert_eq!(
            answer,
            (401, "invalid admin auth token".to_owned()),
            "{wrong:?}"
        );
    }
    let good = format!("Bearer {token}");
    let twice = ask(&[("Authorization", &good), ("Authorization", "Bearer other")]).await;
    assert_eq!(twice.0, 401, "two readers could take different ones");
    // No cookie, query or other header stands for it.
    for (name, value) in [
        ("Cookie", format!("session={token}")),
        ("X-Authorization", good.clone()),
        ("Proxy-Authorization", good.clone()),
        ("X-Molecule-Admin-Token", token.clone()),
    ] {
        assert_eq!(ask(&[(name, &value)]).await.0, 401, "{name}");
    }
    for query in ["token", "access_token", "ticket", "bearer"] {
        let text = request(&format!("GET /workspaces?{query}={token}"), &[], "");
        assert_eq!(
            raw(served.owner.port, text.as_bytes(), seconds(10))
                .await
                .status,
            401,
            "?{query}="
        );
    }
}
