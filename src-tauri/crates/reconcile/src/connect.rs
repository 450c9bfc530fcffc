//! Finding an engine and reading what it has: listed once a connection, events from then on (contract 04 D50, D71).

use crate::source::EngineSource;
use containers::{ContainerInfo, Engine, EngineError, EngineEvent, EngineInfo, VolumeInfo};
use futures::stream::BoxStream;
use std::{sync::Arc, time::Duration};

/// Longest pause between two looks.
const LONGEST: Duration = Duration::from_secs(30);

/// What a look found.
pub(crate) struct Connected {
    pub engine: Arc<dyn Engine>,
    pub info: EngineInfo,
    pub events: BoxStream<'static, Result<EngineEvent, EngineError>>,
    pub containers: Vec<ContainerInfo>,
    pub volumes: Vec<VolumeInfo>,
}

/// Looks once. Events are subscribed to before the lists are read, so that nothing falls between them.
pub(crate) async fn connect(source: &dyn EngineSource) -> Result<Connected, EngineError> {
    let engine = source.find().await?;
    let info = engine.info().await?;
    let events = engine.events().await?;
    let containers = engine.containers().await?;
    let volumes = engine.volumes().await?;
    Ok(Connected {
        engine,
        info,
        events,
        containers,
        volumes,
    })
}

/// Pauses between looks: 1, 2, 4 … 30 s.
#[derive(Debug, Default)]
pub(crate) struct Pauses {
    looks: u32,
}

impl Pauses {
    pub fn next(&mut self) -> Duration {
        let pause = Duration::from_secs(1 << self.looks.min(5)).min(LONGEST);
        self.looks = self.looks.saturating_add(1);
        pause
    }

    pub fn begin_anew(&mut self) {
        self.looks = 0;
    }
}
