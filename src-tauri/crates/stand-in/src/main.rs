//! The agent program. With `--image-tar` it makes its own image's root file system instead, with `--remove` it takes
//! files of a volume away for the platform.

use clap::Parser;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// A stand-in agent for Molecule Desktop: answers messages without a model, or with one.
#[derive(Parser)]
#[command(
    version,
    after_help = "Set WORKSPACE_ID and PLATFORM_URL; the platform does that for its containers."
)]
struct Args {
    /// Address to listen on; the default is 0.0.0.0 with the port of STAND_IN_PORT, `config.yaml` or 8000.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Write the root file system of this program's image to a tar and end.
    #[arg(long, value_name = "FILE")]
    image_tar: Option<PathBuf>,
    /// With --image-tar: the program to pack, when it is not this one.
    #[arg(long, value_name = "FILE", requires = "image_tar")]
    program: Option<PathBuf>,
    /// Carry connections of other containers over standard input and output instead of being an agent.
    #[arg(long, conflicts_with_all = ["listen", "image_tar", "probe"])]
    relay: bool,
    /// Ask whether this address answers and end: 0 if it does.
    #[arg(long, value_name = "URL", conflicts_with_all = ["listen", "image_tar"])]
    probe: Option<String>,
    /// Remove these files and folders and end; the platform does that for volumes of agents.
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with_all = ["listen", "image_tar", "probe", "relay"])]
    remove: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let mut line = std::env::args();
    let name = line.next().unwrap_or_default();
    if let Some(done) = stand_in::tools::run(&name, &line.collect::<Vec<_>>()) {
        return match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(text) => {
                eprintln!("{text}");
                ExitCode::FAILURE
            }
        };
    }
    let args = Args::parse();
    let done = match (args.image_tar, args.probe) {
        (Some(file), _) => pack(&file, args.program).map_err(|error| error.to_string()),
        (None, Some(url)) => stand_in::helper::probe(&url),
        (None, None) if !args.remove.is_empty() => {
            stand_in::remove(&args.remove).map_err(|failures| failures.join("; "))
        }
        (None, None) if args.relay => stand_in::helper::relay(),
        (None, None) => stand_in::run(args.listen).map_err(|error| error.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("stand-in: {text}");
            ExitCode::FAILURE
        }
    }
}

fn pack(file: &std::path::Path, program: Option<PathBuf>) -> std::io::Result<()> {
    let program = program.map_or_else(std::env::current_exe, Ok)?;
    let rootfs = stand_in::image::RootFs::of(&program)?;
    rootfs
        .write(std::io::BufWriter::new(std::fs::File::create(file)?))?
        .flush()?;
    println!("{}", rootfs.name()?);
    Ok(())
}
