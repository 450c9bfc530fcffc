//! Which container engine this platform uses, and from when on.

use async_trait::async_trait;
use containers::{
    Engine, EngineError, Installation,
    locate::{self, Surroundings},
};
use reconcile::EngineSource;
use std::sync::Arc;
use tokio::sync::watch;

/// The engine on this computer, or the one a Docker context points to.
#[derive(Debug, Clone)]
pub struct LocalEngine {
    /// Whose containers are ours.
    pub installation: Installation,
}

#[async_trait]
impl EngineSource for LocalEngine {
    async fn find(&self) -> Result<Arc<dyn Engine>, EngineError> {
        locate::check_backend(std::env::var("CONTAINER_BACKEND").ok().as_deref())?;
        let search = locate::find(&Surroundings::of_process(), &self.installation).await;
        match search.found {
            Some((docker, _)) => Ok(Arc::new(docker)),
            None => Err(search.error()),
        }
    }
}

/// An engine that is not looked for before the API listens: a container started earlier would be told port 0.
pub(crate) struct WhenListening {
    pub inner: Arc<dyn EngineSource>,
    pub port: watch::Receiver<u16>,
}

#[async_trait]
impl EngineSource for WhenListening {
    async fn find(&self) -> Result<Arc<dyn Engine>, EngineError> {
        // An error means that the platform is going away; then nothing is started any more either.
        let _ = self.port.clone().wait_for(|port| *port > 0).await;
        self.inner.find().await
    }

    fn is_off(&self) -> bool {
        self.inner.is_off()
    }
}
