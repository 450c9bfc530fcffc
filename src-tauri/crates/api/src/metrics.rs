//! What the platform counts of its own HTTP service, in the exposition format that Prometheus reads (contract 01
//! section 1.10). Outermost of all stages, so that refusals of every kind are counted (section 7).

use crate::{app::App, unmatched::Unmatched};
use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use prometheus::{
    CounterVec, Encoder, Gauge, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts,
    Registry, TextEncoder,
};
use std::time::Instant;

/// Content type of the text format.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
const LABELS: &[&str] = &["method", "path", "status"];
/// Upper bounds in seconds: a cached read, a write with its fsync, a call into a container, a call to an agent.
const BUCKETS: &[f64] = &[0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 60.0, 300.0];

/// The figures of one platform. Clones share them.
#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: CounterVec,
    latency: HistogramVec,
    sockets: IntGauge,
    tasks: IntGauge,
    resident: Vec<Gauge>,
    mapped: Gauge,
}

impl Metrics {
    /// Figures at zero.
    ///
    /// # Errors
    /// When a name is not one, or there twice.
    pub(crate) fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let metrics = Self {
            requests: IntCounterVec::new(
                Opts::new(
                    "molecule_http_requests_total",
                    "Requests answered, refused ones included.",
                ),
                LABELS,
            )?,
            seconds: CounterVec::new(
                Opts::new(
                    "molecule_http_request_duration_seconds_total",
                    "Sum of seconds from request to head of the answer.",
                ),
                LABELS,
            )?,
            latency: HistogramVec::new(
                HistogramOpts::new(
                    "molecule_http_request_duration_seconds",
                    "Seconds from request to head of the answer.",
                )
                .buckets(BUCKETS.to_vec()),
                &["method", "path"],
            )?,
            sockets: IntGauge::new(
                "molecule_websocket_connections_active",
                "WebSocket connections that are open.",
            )?,
            // Dashboards of the original read these names; each says what it is here.
            tasks: IntGauge::new(
                "go_goroutines",
                "Tasks of this process that are alive (asynchronous tasks, not goroutines).",
            )?,
            resident: vec![
                Gauge::new(
                    "go_memstats_alloc_bytes",
                    "Memory of this process that is resident.",
                )?,
                Gauge::new(
                    "go_memstats_heap_inuse_bytes",
                    "Memory of this process that is resident, without what it shares with files.",
                )?,
            ],
            mapped: Gauge::new(
                "go_memstats_sys_bytes",
                "Memory of this process that is mapped.",
            )?,
            registry,
        };
        let collector = prometheus::Counter::new(
            "go_gc_duration_seconds_total",
            "Seconds in garbage collection; always 0, there is none.",
        )?;
        metrics.registry.register(Box::new(collector))?;
        metrics
            .registry
            .register(Box::new(metrics.requests.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.seconds.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.latency.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.sockets.clone()))?;
        metrics.registry.register(Box::new(metrics.tasks.clone()))?;
        // Where the system does not tell, nothing is claimed.
        if memory().is_some() {
            metrics
                .registry
                .register(Box::new(metrics.mapped.clone()))?;
            for gauge in &metrics.resident {
                metrics.registry.register(Box::new(gauge.clone()))?;
            }
        }
        Ok(metrics)
    }

    /// A WebSocket connection is open as long as the answer lives.
    pub(crate) fn socket(&self) -> OpenSocket {
        self.sockets.inc();
        OpenSocket(self.sockets.clone())
    }

    /// Everything as text.
    ///
    /// # Errors
    /// When a figure cannot be written.
    pub(crate) fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let alive = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        self.tasks.set(i64::try_from(alive).unwrap_or(i64::MAX));
        if let Some(memory) = memory() {
            self.mapped.set(memory.mapped);
            for (gauge, value) in self.resident.iter().zip([memory.resident, memory.own]) {
                gauge.set(value);
            }
        }
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }

    fn count(&self, method: &'static str, path: &str, status: u16, seconds: f64) {
        let status = status.to_string();
        let labels = [method, path, status.as_str()];
        self.requests.with_label_values(&labels).inc();
        self.seconds.with_label_values(&labels).inc_by(seconds);
        self.latency
            .with_label_values(&[method, path])
            .observe(seconds);
    }
}

/// Counts down when it is dropped.
pub(crate) struct OpenSocket(IntGauge);

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Counts every request and writes the access log: method, path without its query, status, time. Credentials stand in
/// queries, headers and the part of an address that is taken off before this, never in what is written.
pub(crate) async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| pattern(path.as_str()));
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let unmatched = response.extensions().get::<Unmatched>().is_some();
    let route = route
        .filter(|_| !unmatched)
        .unwrap_or_else(|| "unmatched".to_owned());
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    app.metrics.count(method, &route, status, seconds);
    tracing::debug!(target: "access", method, path, status, seconds, "answered");
    response
}

/// Anybody can invent methods; each would be a series of its own.
fn method(method: &Method) -> &'static str {
    [
        "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "CONNECT", "TRACE",
    ]
    .into_iter()
    .find(|known| *known == method.as_str())
    .unwrap_or("OTHER")
}

/// `/workspaces/{id}` as readers of the original know it: `/workspaces/:id`; `{*path}` is `*path`.
fn pattern(path: &str) -> String {
    path.replace("{*", "*").replace('{', ":").replace('}', "")
}

struct Memory {
    mapped: f64,
    resident: f64,
    own: f64,
}

/// What the kernel says about this process, in bytes; only Linux tells it in a file.
fn memory() -> Option<Memory> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let bytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let kilobytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024.0)
    };
    Some(Memory {
        mapped: bytes("VmSize:")?,
        resident: bytes("VmRSS:")?,
        own: bytes("RssAnon:")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_the_form_readers_know() {
        assert_eq!(
            pattern("/workspaces/{id}/tokens/{token_id}"),
            "/workspaces/:id/tokens/:token_id"
        );
        assert_eq!(
            pattern("/workspaces/{id}/files/{*path}"),
            "/workspaces/:id/files/*path"
        );
        assert_eq!(method(&Method::GET), "GET");
        assert_eq!(method(&"BREW".parse().unwrap()), "OTHER");
    }

    #[tokio::test]
    async fn the_text_has_each_family_once_with_its_own_lines() {
        let metrics = Metrics::new().unwrap();
        let open = metrics.socket();
        metrics.count("GET", "/health", 200, 0.002);
        metrics.count("GET", "unmatched", 404, 0.001);
        let text = String::from_utf8(metrics.text().unwrap()).unwrap();
        let mut family = String::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                family = rest.split(' ').next().unwrap().to_owned();
            }
            let name = line
                .strip_prefix("# TYPE ")
                .or_else(|| line.strip_prefix("# HELP "))
                .unwrap_or(line);
            assert!(
                name.starts_with(&family),
                "{line:?} stands among the lines of {family}"
            );
        }
        assert!(
            text.contains(
                "molecule_http_requests_total{method=\"GET\",path=\"/health\",status=\"200\"} 1"
            ),
            "{text}"
        );
        assert!(
            text.contains(
                "molecule_http_request_duration_seconds_count{method=\"GET\",path=\"/health\"} 1"
            ),
            "{text}"
        );
        assert!(
            text.contains("molecule_websocket_connections_active 1"),
            "{text}"
        );
        drop(open);
        assert!(
            String::from_utf8(metrics.text().unwrap())
                .unwrap()
                .contains("molecule_websocket_connections_active 0")
        );
    }
}
