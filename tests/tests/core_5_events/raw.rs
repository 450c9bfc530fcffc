//! A client of `/ws` that sees every frame.

use futures::{SinkExt, StreamExt};
use serde_json::Value;
use std::time::Duration;
use testkit::Served;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

/// How a connection attempt ended.
pub type Opened = Result<Raw, (u16, String)>;

/// A connection.
pub struct Raw {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// A frame.
#[derive(Debug)]
pub enum Frame {
    /// Its text as it came.
    Text(String),
    Ping,
    /// Close code; `None` when the connection just ended.
    Closed(Option<u16>),
}

impl Raw {
    /// Opens `/ws` with a query and headers.
    pub async fn open(served: &Served, query: &str, headers: &[(&'static str, &str)]) -> Opened {
        let url = format!("ws://127.0.0.1:{}/ws{query}", served.owner.port);
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).unwrap();
            request.headers_mut().insert(*name, value);
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                let text = String::from_utf8_lossy(&body).into_owned();
                Err((response.status().as_u16(), text))
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens it as the canvas.
    pub async fn admin(served: &Served, query: &str) -> Self {
        let bearer = format!("Bearer {}", served.owner.bearer);
        Self::open(served, query, &[("authorization", &bearer)])
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    /// The next frame.
    pub async fn frame(&mut self, limit: Duration) -> Frame {
        let next = tokio::time::timeout(limit, self.socket.next()).await;
        match next.expect("a frame in time") {
            Some(Ok(Message::Text(text))) => Frame::Text(text.to_string()),
            Some(Ok(Message::Ping(_))) => Frame::Ping,
            Some(Ok(Message::Close(close))) => {
                Frame::Closed(close.map(|close| u16::from(close.code)))
            }
            Some(Ok(other)) => panic!("{other:?}"),
            Some(Err(_)) | None => Frame::Closed(None),
        }
    }

    /// The next event, pings left out.
    pub async fn event(&mut self) -> Value {
        loop {
            match self.frame(Duration::from_secs(20)).await {
                Frame::Text(text) => return serde_json::from_str(&text).unwrap(),
                Frame::Ping => {}
                Frame::Closed(code) => panic!("the connection ended: {code:?}"),
            }
        }
    }

    /// Says something, as a client may.
    pub async fn say(&mut self, text: &str) {
        let text = Message::Text(text.to_owned().into());
        self.socket.send(text).await.unwrap();
    }
}
