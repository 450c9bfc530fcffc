//! The bridge network of the installation (contract 04, section 2): made when it is missing, never twice.

use super::{Docker, answer};
use crate::{EngineError, NetworkInfo};
use bollard::{
    models::{NetworkCreateRequest, NetworkInspect},
    query_parameters::{InspectNetworkOptions, ListNetworksOptions},
};
use std::{collections::HashMap, net::Ipv4Addr};

impl Docker {
    pub(super) async fn have_network(&self) -> Result<NetworkInfo, EngineError> {
        let _alone = self.network_lock.lock().await;
        if let Some(network) = self.look_up_network().await? {
            return Ok(describe(network));
        }
        let request = NetworkCreateRequest {
            name: self.installation.network.clone(),
            driver: Some("bridge".to_owned()),
            labels: Some(self.installation.labels(None).into_iter().collect()),
            ..NetworkCreateRequest::default()
        };
        match self.api.create_network(request).await {
            Ok(made) => self.drop_twin(&made.id).await?,
            // Another process made it in this moment, on an engine that guards names.
            Err(error) if answer::is_status(&error, 409) => {}
            Err(error) => {
                return Err(self.failed(
                    &format!("Making the network {}", self.installation.network),
                    error,
                ));
            }
        }
        self.look_up_network()
            .await?
            .map(describe)
            .ok_or_else(|| EngineError::NetworkMissing {
                name: self.installation.network.clone(),
                source: None,
            })
    }

    /// Another process may have made a network of the same name at the same moment: the older one stays, by date and
    /// then id, so that both come to the same choice.
    async fn drop_twin(&self, made: &str) -> Result<(), EngineError> {
        let filters = HashMap::from([("name".to_owned(), vec![self.installation.network.clone()])]);
        let listed = self
            .api
            .list_networks(Some(ListNetworksOptions {
                filters: Some(filters),
            }))
            .await
            .map_err(|error| self.failed("Listing networks", error))?;
        let oldest = listed
            .into_iter()
            .filter(|network| network.name.as_deref() == Some(&self.installation.network))
            .map(|network| {
                (
                    network.created.unwrap_or_default(),
                    network.id.unwrap_or_default(),
                )
            })
            .min();
        match oldest {
            Some((_, id)) if id != made => match self.api.remove_network(made).await {
                Ok(()) => Ok(()),
                Err(error) if answer::is_status(&error, 404) => Ok(()),
                Err(error) => Err(self.failed("Removing a second network of the same name", error)),
            },
            _ => Ok(()),
        }
    }

    pub(super) async fn drop_network(&self) -> Result<(), EngineError> {
        let _alone = self.network_lock.lock().await;
        let Some(network) = self.look_up_network().await? else {
            return Ok(());
        };
        let instance = self.installation.instance.to_string();
        let ours = network
            .labels
            .as_ref()
            .is_some_and(|labels| labels.get(crate::names::LABEL_INSTANCE) == Some(&instance));
        let Some(id) = network.id.filter(|_| ours) else {
            return Ok(());
        };
        match self.api.remove_network(&id).await {
            Ok(()) => Ok(()),
            // Gone already, or containers still use it (403 on older engines).
            Err(error)
                if [404, 403, 409]
                    .iter()
                    .any(|status| answer::is_status(&error, *status)) =>
            {
                Ok(())
            }
            Err(error) => Err(self.failed(
                &format!("Removing the network {}", self.installation.network),
                error,
            )),
        }
    }

    async fn look_up_network(&self) -> Result<Option<NetworkInspect>, EngineError> {
        match self
            .api
            .inspect_network(&self.installation.network, None::<InspectNetworkOptions>)
            .await
        {
            Ok(network) => Ok(Some(network)),
            Err(error) if answer::is_status(&error, 404) => Ok(None),
            Err(error) => Err(self.failed(
                &format!("Looking up the network {}", self.installation.network),
                error,
            )),
        }
    }
}

fn describe(network: NetworkInspect) -> NetworkInfo {
    let gateway = network
        .ipam
        .and_then(|ipam| ipam.config)
        .into_iter()
        .flatten()
        // Some engines write the prefix length behind the address.
        .filter_map(|config| config.gateway)
        .find_map(|gateway| {
            gateway
                .split('/')
                .next()
                .and_then(|address| address.parse::<Ipv4Addr>().ok())
        });
    NetworkInfo {
        id: network.id.unwrap_or_default(),
        name: network.name.unwrap_or_default(),
        gateway,
    }
}
