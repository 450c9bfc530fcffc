#!/usr/bin/env bash
# Builds the stand-in agent for Linux on a system that is not Linux, into target/linux/stand-in: it runs in containers,
# so the app needs that build of it wherever the app itself runs. On Linux the normal build is the one.
#
#   scripts/stand-in-linux.sh          for the processor of this computer, as its containers are
#   scripts/stand-in-linux.sh --check  only says whether it can be built here
#
# Either cargo-zigbuild does it (`brew install zig`, `cargo install --locked cargo-zigbuild`), or a container of the
# official Rust image on the Docker engine that the app wants anyway.
set -euo pipefail
cd "$(dirname "$0")/.."

case "$(uname -m)" in
  arm64 | aarch64) processor=aarch64 ;;
  x86_64 | amd64) processor=x86_64 ;;
  *) echo "stand-in-linux: there is no Linux build for a $(uname -m) processor." >&2; exit 1 ;;
esac
rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
mkdir -p target/linux

if cargo zigbuild --version >/dev/null 2>&1; then
  way=zig
elif command -v docker >/dev/null 2>&1 && docker info >/dev/null 2>&1; then
  way=docker
else
  echo "stand-in-linux: agents run in Linux containers, so their stand-in has to be built for Linux. Start Docker, or" >&2
  echo "install cargo-zigbuild (brew install zig; cargo install --locked cargo-zigbuild), then try again." >&2
  exit 1
fi
if [ "${1-}" = --check ]; then
  echo "stand-in-linux: can be built with $way."
  exit 0
fi

# Linked statically: the image then needs no library of a system that this computer does not have.
if [ $way = zig ]; then
  target=$processor-unknown-linux-musl
  rustup target add "$target"
  cargo zigbuild --release -p stand-in --target "$target"
  built=target/$target/release/stand-in
else
  docker run --rm --volume "$PWD:/src" --workdir /src --env CARGO_TARGET_DIR=/src/target/linux/build \
    "rust:$rust" cargo rustc --release -p stand-in --bin stand-in -- -C target-feature=+crt-static
  built=target/linux/build/release/stand-in
fi
cp "$built" target/linux/stand-in
echo "stand-in-linux: target/linux/stand-in is built."
