//! How many requests a caller may make (contract 01 section 1.8, as section 7 corrects it).
//!
//! Counted is who was *verified*: a fresh bearer or header gains nothing. Requests without a valid credential count for
//! the address they come from. There is no front before this platform whose word about organisations could be trusted,
//! so `X-Molecule-Org-Id` counts for nobody. In open mode nothing is limited.

mod table;

use crate::{
    app::App,
    auth::{Identity, Who},
    error::ApiError,
};
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
pub(crate) use table::Table;
use table::{Lane, Limit, Owner, Verdict};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

const MINUTE: Duration = Duration::from_secs(60);
/// Org tokens a caller may mint in an hour.
const MINTS: Limit = Limit {
    requests: 10,
    window: Duration::from_secs(3600),
};
/// MCP calls a caller may make in a minute.
const MCP: Limit = Limit {
    requests: 120,
    window: MINUTE,
};
/// The app's own faces get ten times `RATE_LIMIT`. Window, browser tabs and command line share one credential, and a
/// canvas that opens a large org reads some hundred things at once, so the limit of one outside client would stop the
/// person's own work. There is a limit all the same: a page that runs wild must not starve the agents.
const FACES: u64 = 10;
/// What agents call to stay alive gets five times `RATE_LIMIT` for each workspace: a beat every 30 s and a poll every
/// second use two hundredths of it.
const AGENTS: u64 = 5;

/// Counts a request, and says on every answer how many are left.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    if app.gate.is_open() {
        let mut response = next.run(request).await;
        let unlimited = HeaderValue::from_static("unlimited");
        response.headers_mut().insert(LIMIT, unlimited);
        return response;
    }
    let path = request.extensions().get::<MatchedPath>();
    let lane = lane(request.method(), path.map_or("", MatchedPath::as_str));
    let owner = owner(&request);
    let now = app.platform.clock().awake();
    let general = app.platform.rate_limit();
    let base = Limit {
        requests: match (&owner, lane) {
            (Owner::Face, _) => general.saturating_mul(FACES),
            (_, Lane::Agents) => general.saturating_mul(AGENTS),
            _ => general,
        },
        window: MINUTE,
    };
    let first = if lane == Lane::Agents {
        Lane::Agents
    } else {
        Lane::General
    };
    let mut verdict = app.limits.take(first, owner.clone(), base, now);
    if verdict.allowed
        && let Some(own) = match lane {
            Lane::Mint => Some(MINTS),
            Lane::Mcp => Some(MCP),
            Lane::General | Lane::Agents => None,
        }
    {
        // The narrower limit's headers replace the general ones.
        verdict = app.limits.take(lane, owner, own, now);
    }
    let mut response = if verdict.allowed {
        next.run(request).await
    } else {
        exceeded(lane, &verdict).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(verdict.limit));
    headers.insert(REMAINING, HeaderValue::from(verdict.remaining));
    headers.insert(RESET, HeaderValue::from(verdict.reset));
    response
}

fn exceeded(lane: Lane, verdict: &Verdict) -> ApiError {
    let (status, text) = match lane {
        // Clients take any 4xx on a heartbeat as final and stop (section 1.8).
        Lane::Agents => (StatusCode::SERVICE_UNAVAILABLE, "rate limit exceeded"),
        Lane::Mcp => (StatusCode::TOO_MANY_REQUESTS, "MCP rate limit exceeded"),
        Lane::General | Lane::Mint => (StatusCode::TOO_MANY_REQUESTS, "rate limit exceeded"),
    };
    ApiError::new(status, "rate_limited", text)
        .with("retry_after", verdict.reset)
        .retry_after(verdict.reset)
}

/// `path` is the route's pattern.
fn lane(method: &Method, path: &str) -> Lane {
    match path {
        "/org/tokens" if method == Method::POST => Lane::Mint,
        "/workspaces/{id}/activity" if method == Method::GET => Lane::Agents,
        "/workspaces/{id}/mcp" | "/workspaces/{id}/mcp/stream" => Lane::Mcp,
        _ if path.starts_with("/registry/") => Lane::Agents,
        _ => Lane::General,
    }
}

fn owner(request: &Request) -> Owner {
    match request.extensions().get::<Identity>() {
        Some(Identity::Valid(Who::App)) => Owner::Face,
        Some(Identity::Valid(Who::AdminToken)) => Owner::AdminToken,
        Some(Identity::Valid(Who::Org {
            org_id: Some(id), ..
        })) => Owner::Org(id.clone()),
        Some(Identity::Valid(Who::Org { prefix, .. })) => Owner::OrgToken(prefix.clone()),
        Some(Identity::Valid(Who::Workspace { id, .. })) => Owner::Workspace(id.clone()),
        _ => Owner::address(
            request
                .extensions()
                .get::<ConnectInfo<SocketAddr>>()
                .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |from| from.0.ip()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_have_the_lane_of_their_pattern() {
        for (method, path, expected) in [
            (Method::POST, "/registry/heartbeat", Lane::Agents),
            (Method::GET, "/registry/{id}/peers", Lane::Agents),
            (Method::GET, "/workspaces/{id}/activity", Lane::Agents),
            (Method::POST, "/workspaces/{id}/activity", Lane::General),
            (Method::POST, "/org/tokens", Lane::Mint),
            (Method::GET, "/org/tokens", Lane::General),
            (Method::POST, "/workspaces/{id}/mcp", Lane::Mcp),
            (Method::GET, "", Lane::General),
        ] {
            assert_eq!(lane(&method, path), expected, "{method} {path}");
        }
    }
}
