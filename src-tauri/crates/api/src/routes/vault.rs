//! The person's word on where secrets are kept, when the keychain did not open by itself (ours; design law 5).

use crate::{app::App, auth::Admin, error::ApiError, json::Json};
use axum::{extract::State, http::StatusCode};
use platform::VaultChoice;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use vault::Secret;
use wire::KeychainView;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(unlock))
}

/// What the person chose.
// There is no `Debug`: a passphrase is in it.
#[derive(Deserialize, ToSchema)]
struct UnlockVault {
    place: Place,
    /// For `passphrase`: what the person typed.
    #[serde(default)]
    passphrase: String,
}

/// A place for secrets.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Place {
    /// This computer's keychain, tried once more.
    Keychain,
    /// A file in the data folder, sealed under a passphrase.
    Passphrase,
}

/// Opens the place for secrets that the person chose; what waited for secrets goes on. An open place is not exchanged.
#[utoipa::path(
    post, path = "/vault/unlock", tag = "secrets", request_body = UnlockVault,
    responses((status = 200, body = KeychainView), (status = 400, body = wire::ErrorBody), (status = 409, body = wire::ErrorBody))
)]
async fn unlock(
    State(app): State<App>,
    _: Admin,
    Json(body): Json<UnlockVault>,
) -> Result<Json<KeychainView>, ApiError> {
    if app.platform.vault().await.is_ok() {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "vault_open",
            format!(
                "Secrets are open already: {}",
                app.platform.keychain_view().await.text
            ),
        ));
    }
    let choice = match body.place {
        Place::Keychain => VaultChoice::System,
        Place::Passphrase => {
            if body.passphrase.is_empty() {
                return Err(ApiError::bad(
                    "passphrase_missing",
                    "give the passphrase that seals the file of secrets, or choose the keychain",
                ));
            }
            VaultChoice::Passphrase(Secret::new(body.passphrase.into_bytes()))
        }
    };
    app.platform.unlock(&choice).await?;
    Ok(Json(app.platform.keychain_view().await))
}
