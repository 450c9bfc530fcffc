//! Hot reload: watch, digest, classify, react.
