//! Which addresses the platform dials for an agent that named its own (contract 02 section 1.3, no. 16 and 17).
//!
//! A registered URL is somebody else's word. Without this guard an agent could have the platform fetch the cloud's
//! metadata service, the router's page, or the app's own loopback API. Names are checked where they are resolved for
//! the connection, so that a name cannot change between check and use. Addresses the platform assigned to its own
//! containers are trusted by where they come from and do not pass here.

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Why an address is not dialled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// Not `http` or `https`, or no host.
    #[error("url must be an http or https address with a host")]
    NotHttp,
    /// The address, or one the name stands for, is inside a range that is not dialled.
    #[error("url leads to {0}, an address that is not dialled for agents")]
    Blocked(IpAddr),
    /// The name stands for no address.
    #[error("the host name in url cannot be resolved")]
    Unresolvable,
}

/// The rule, with the one thing it depends on.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    /// Loopback and private ranges are dialled too: in the open development mode, and for an address that a person named.
    pub local: bool,
}

impl Guard {
    /// Whether one address is dialled.
    ///
    /// # Errors
    /// [`GuardError::Blocked`].
    pub fn address(self, address: IpAddr) -> Result<(), GuardError> {
        let allowed = match address {
            IpAddr::V4(v4) => self.v4(v4),
            IpAddr::V6(v6) => self.v6(v6),
        };
        if allowed {
            Ok(())
        } else {
            Err(GuardError::Blocked(address))
        }
    }

    fn v4(self, address: Ipv4Addr) -> bool {
        let [a, b, c, _] = address.octets();
        if address.is_loopback() || address.is_private() {
            return self.local;
        }
        let never = a == 0
            || address.is_link_local()
            || address.is_multicast()
            || address.is_broadcast()
            || (a, b, c) == (192, 0, 2)
            || (a, b, c) == (192, 0, 0)
            || (a, b, c) == (198, 51, 100)
            || (a, b, c) == (203, 0, 113)
            || (a == 198 && (18..=19).contains(&b))
            || (a == 100 && (64..=127).contains(&b))
            || a >= 240;
        !never
    }

    fn v6(self, address: Ipv6Addr) -> bool {
        if address.is_loopback() {
            return self.local;
        }
        if let Some(inner) = embedded_v4(address) {
            return self.v4(inner);
        }
        let first = address.segments()[0];
        if first & 0xff00 == 0xfd00 {
            return self.local;
        }
        let never = address.is_unspecified()
            || first & 0xfe00 == 0xfc00
            || first & 0xffc0 == 0xfe80
            || first & 0xff00 == 0xff00
            || (first == 0x2001 && address.segments()[1] == 0x0db8);
        !never
    }

    /// What an agent in a container of ours says about its address. The platform dials the one it assigned, so names are
    /// not looked up; what no agent has any business with is refused all the same (contract 01 section 7).
    ///
    /// # Errors
    /// See [`GuardError`].
    pub fn reported(url: &str) -> Result<(), GuardError> {
        let url = Url::parse(url).map_err(|_| GuardError::NotHttp)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(GuardError::NotHttp);
        }
        let host = url.host_str().unwrap_or_default();
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if is_link_local(address) => Err(GuardError::Blocked(address)),
            _ => Ok(()),
        }
    }

    /// The same for an address as text.
    ///
    /// # Errors
    /// See [`GuardError`]; text that is no address is [`GuardError::NotHttp`].
    pub async fn text(self, url: &str) -> Result<(), GuardError> {
        let url = Url::parse(url).map_err(|_| GuardError::NotHttp)?;
        self.url(&url).await
    }

    /// Checks scheme and host of `url`, and every address a name stands for now.
    ///
    /// # Errors
    /// See [`GuardError`].
    pub async fn url(self, url: &Url) -> Result<(), GuardError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(GuardError::NotHttp);
        }
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(GuardError::NotHttp)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            return self.address(address);
        }
        self.resolve(host, url.port_or_known_default().unwrap_or(80))
            .await
            .map(drop)
    }

    async fn resolve(self, host: &str, port: u16) -> Result<Vec<SocketAddr>, GuardError> {
        let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
            .await
            .map_err(|_| GuardError::Unresolvable)?
            .collect();
        if found.is_empty() {
            return Err(GuardError::Unresolvable);
        }
        for address in &found {
            self.address(address.ip())?;
        }
        Ok(found)
    }
}

/// Link-local ranges, the metadata services of clouds among them.
fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(inner) => inner.is_link_local(),
            None => {
                v6.segments()[0] & 0xffc0 == 0xfe80
                    || v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)
            }
        },
    }
}

/// IPv4 addresses that travel inside IPv6 ones: mapped, compatible, NAT64, 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let pair = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    if let Some(mapped) = address.to_ipv4_mapped() {
        return Some(mapped);
    }
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] || (segments[..6] == [0; 6] && segments[6] != 0)
    {
        return Some(pair(segments[6], segments[7]));
    }
    (segments[0] == 0x2002).then(|| pair(segments[1], segments[2]))
}

/// The guard as the client's resolver: the addresses that were checked are the ones that are dialled.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            // The client puts the port of its URL in place of this one.
            let addresses = Guard::resolve(guard, name.as_str(), 0).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Address, dialled in the closed modes, dialled in the open mode.
    const TABLE: &[(&str, bool, bool)] = &[
        ("93.184.215.14", true, true),
        ("1.1.1.1", true, true),
        ("127.0.0.1", false, true),
        ("127.9.9.9", false, true),
        ("::1", false, true),
        ("0.0.0.0", false, false),
        ("0.1.2.3", false, false),
        ("::", false, false),
        ("169.254.169.254", false, false),
        ("192.0.2.7", false, false),
        ("192.0.0.8", false, false),
        ("198.51.100.7", false, false),
        ("198.18.0.1", false, false),
        ("203.0.113.7", false, false),
        ("100.64.0.1", false, false),
        ("100.127.255.255", false, false),
        ("100.128.0.1", true, true),
        ("224.0.0.1", false, false),
        ("239.1.1.1", false, false),
        ("255.255.255.255", false, false),
        ("10.0.0.1", false, true),
        ("172.16.0.1", false, true),
        ("172.31.255.255", false, true),
        ("172.32.0.1", true, true),
        ("192.168.1.1", false, true),
        ("fd00::1", false, true),
        ("fc00::1", false, false),
        ("fe80::1", false, false),
        ("ff02::1", false, false),
        ("2001:db8::1", false, false),
        ("2606:4700::1111", true, true),
        ("::ffff:127.0.0.1", false, true),
        ("::ffff:169.254.169.254", false, false),
        ("::ffff:8.8.8.8", true, true),
        ("64:ff9b::a9fe:a9fe", false, false),
        ("2002:a9fe:a9fe::1", false, false),
        ("2002:7f00:1::1", false, true),
    ];

    #[test]
    fn every_range_has_its_verdict() {
        for (text, closed, open) in TABLE {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(
                Guard { local: false }.address(address).is_ok(),
                *closed,
                "{text}, closed"
            );
            assert_eq!(
                Guard { local: true }.address(address).is_ok(),
                *open,
                "{text}, open"
            );
        }
    }

    #[test]
    fn what_a_container_of_ours_reports_is_refused_only_where_no_agent_can_be() {
        for fine in [
            "http://5d0f2c9be1a7:8000",
            "https://10.1.2.3",
            "http://127.0.0.1:8000",
        ] {
            assert_eq!(Guard::reported(fine), Ok(()), "{fine}");
        }
        for refused in [
            "http://169.254.169.254/latest",
            "http://[fe80::1]:8000",
            "http://[::ffff:169.254.169.254]/",
            "http://[fd00:ec2::254]/",
        ] {
            assert!(
                matches!(Guard::reported(refused), Err(GuardError::Blocked(_))),
                "{refused}"
            );
        }
        assert_eq!(Guard::reported("file:///etc"), Err(GuardError::NotHttp));
    }

    #[tokio::test]
    async fn urls_are_checked_by_scheme_host_and_what_their_name_stands_for() {
        let verdict = |local, url: &str| {
            let url = Url::parse(url).unwrap();
            async move { Guard { local }.url(&url).await }
        };
        assert_eq!(
            verdict(true, "ftp://127.0.0.1/").await,
            Err(GuardError::NotHttp)
        );
        assert_eq!(
            verdict(true, "data:text/plain,x").await,
            Err(GuardError::NotHttp)
        );
        assert!(matches!(
            verdict(false, "http://localhost:80/").await,
            Err(GuardError::Blocked(_))
        ));
        assert_eq!(verdict(true, "http://localhost:80/").await, Ok(()));
        assert!(matches!(
            verdict(false, "http://[::1]/").await,
            Err(GuardError::Blocked(_))
        ));
        assert!(matches!(
            verdict(false, "http://0x7f.1/").await,
            Err(GuardError::Blocked(_))
        ));
        assert!(matches!(
            verdict(false, "http://2130706433/").await,
            Err(GuardError::Blocked(_))
        ));
        assert_eq!(
            verdict(true, "http://no-such-host.invalid/").await,
            Err(GuardError::Unresolvable)
        );
    }
}
