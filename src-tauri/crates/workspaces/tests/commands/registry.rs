//! Registration.

use crate::*;

fn registration(id: &str, url: Option<&str>) -> wire::Register {
    wire::Register {
        id: id.to_owned(),
        url: url.map(str::to_owned),
        agent_card: serde_json::json!({"name": "A"}),
        delivery_mode: None,
    }
}

#[tokio::test]
async fn the_platforms_own_address_of_a_container_stays_whatever_its_agent_reports() {
    let house = House::new().await;
    let id = house.make("One", None, "langgraph").await;
    let ours = id.clone();
    let done: Result<(), store::StoreError> = house
        .store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                for (column, value) in [
                    (rows::Column::ContainerId, "c0ffee"),
                    (rows::Column::Url, "http://127.0.0.1:32768"),
                ] {
                    rows::set_column(write.conn(), &ours, column, value, &now).await?;
                }
                let generation = rows::Column::RunningGeneration;
                rows::set_column(write.conn(), &ours, generation, 1_i64, &now).await
            })
        })
        .await;
    done.unwrap();
    let reported = registration(&id, Some("http://5d0f2c9be1a7:8000"));
    workspaces::register(&house.store, reported, false, false)
        .await
        .unwrap();
    let row = house.row(&id).await;
    assert_eq!(row.url.as_deref(), Some("http://127.0.0.1:32768"));
    assert_eq!(row.status, Status::Online);
    assert!(row.agent_card.is_some(), "the card is kept in any case");
    workspaces::register(&house.store, registration(&id, None), false, false)
        .await
        .expect("it need not name an address at all");
}

#[tokio::test]
async fn an_agent_of_an_earlier_container_does_not_make_the_new_one_look_alive() {
    let house = House::new().await;
    let id = house.make("One", None, "langgraph").await;
    let late = registration(&id, Some("http://93.184.215.14"));
    workspaces::register(&house.store, late, false, false)
        .await
        .unwrap();
    assert_eq!(house.row(&id).await.status, Status::Provisioning);
    assert_eq!(
        house.kinds().await.last().unwrap(),
        kind::AGENT_CARD_UPDATED
    );
}

#[tokio::test]
async fn whose_word_an_address_is_stays_known_while_it_is_repeated() {
    let house = House::new().await;
    let id = house.make("One", None, "external").await;
    let by_person = async |url: &str, person: bool| {
        let register = registration(&id, Some(url));
        workspaces::register(&house.store, register, person, false)
            .await
            .unwrap();
        house.row(&id).await.url_by_person
    };
    assert!(by_person("http://127.0.0.1:9", true).await);
    assert!(by_person("http://127.0.0.1:9", false).await, "repeated");
    assert!(
        !by_person("http://93.184.215.14", false).await,
        "another one"
    );
    assert!(!by_person("http://127.0.0.1:9", false).await);
}
