//! Both ends over a pipe, with real sockets at their outer sides.
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

type Ended = JoinHandle<Result<(), relay::RelayError>>;

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// The address that stands for the container, and both ends.
async fn connected(
    platform: SocketAddr,
    inner: DuplexStream,
    outer: DuplexStream,
) -> (SocketAddr, Ended, Ended) {
    let (listener, address) = listen().await;
    let inside = tokio::spawn(relay::inside(listener, inner));
    let outside = tokio::spawn(relay::outside(outer, platform));
    (address, inside, outside)
}

/// A platform that answers each connection with what it got, backwards.
async fn platform() -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                socket.read_to_end(&mut bytes).await.unwrap();
                bytes.reverse();
                socket.write_all(&bytes).await.unwrap();
            });
        }
    });
    address
}

#[tokio::test]
async fn many_connections_at_once_carry_every_byte() {
    let (inner, outer) = tokio::io::duplex(1_000);
    let (address, _inside, _outside) = connected(platform().await, inner, outer).await;
    let talks = (0..100_usize).map(|number| async move {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let bytes: Vec<u8> = (0..10_000 + number * 100)
            .map(|byte| (byte % 251) as u8)
            .collect();
        socket.write_all(&bytes).await.unwrap();
        socket.shutdown().await.unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        answer.reverse();
        assert_eq!(answer, bytes, "connection {number}");
    });
    futures::future::join_all(talks).await;
}

#[tokio::test]
async fn without_a_platform_a_connection_is_hung_up_and_the_next_one_is_tried_again() {
    let (gone, address_of_nobody) = listen().await;
    drop(gone);
    let (inner, outer) = tokio::io::duplex(1_000);
    let (address, _inside, _outside) = connected(address_of_nobody, inner, outer).await;
    for _ in 0..2 {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let mut nothing = Vec::new();
        let ended =
            tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut nothing)).await;
        assert!(ended.is_ok(), "it hangs");
        assert!(nothing.is_empty());
    }
}

#[tokio::test]
async fn the_end_of_the_platform_ends_the_container_and_the_other_way_round() {
    let (inner, outer) = tokio::io::duplex(1_000);
    let (_, inside, outside) = connected(platform().await, inner, outer).await;
    outside.abort();
    tokio::time::timeout(Duration::from_secs(10), inside)
        .await
        .expect("it goes on")
        .unwrap()
        .unwrap();

    let (inner, outer) = tokio::io::duplex(1_000);
    let (_, inside, outside) = connected(platform().await, inner, outer).await;
    inside.abort();
    tokio::time::timeout(Duration::from_secs(10), outside)
        .await
        .expect("it goes on")
        .unwrap()
        .unwrap();
}
