//! Org fixtures, a throw-away platform, the simulated engine's shared set-up.
