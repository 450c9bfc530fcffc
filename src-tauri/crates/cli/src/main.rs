//! `molecule-stack`: the platform without a window, and every action as a command.

mod args;
mod client;
mod colour;
mod commands;
mod failure;
mod help;
mod mistakes;
mod names;
mod output;
mod table;

use args::{Arguments, Verb};
use clap::{CommandFactory, FromArgMatches};
use std::process::ExitCode;

#[allow(
    unsafe_code,
    reason = "the working folder's variables are set before the first thread starts"
)]
fn main() -> ExitCode {
    // SAFETY: nothing ran before this line.
    let taken = unsafe { platform::dotenv::apply() };
    match taken {
        Ok(Some(taken)) if !taken.names.is_empty() => output::note(format!(
            "Taken from {}: {}.",
            taken.file.display(),
            taken.names.join(", ")
        )),
        Ok(_) => {}
        Err(error) => {
            let failure = failure::Failure::usage(error.to_string());
            output::failure(&failure, asks_for_json());
            return ExitCode::from(failure.exit);
        }
    }
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(start()),
        Err(error) => {
            output::note(format!("molecule-stack cannot start: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn start() -> ExitCode {
    // Arms the points that FAILPOINTS names, for as long as the process lives.
    #[cfg(feature = "failpoints")]
    let _drill = fail::FailScenario::setup();
    let parsed = help::command()
        .try_get_matches()
        .and_then(|found| Arguments::from_arg_matches(&found));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return not_understood(&error),
    };
    let json = arguments.json;
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::failure(&failure, json);
            ExitCode::from(failure.exit)
        }
    }
}

/// Help and version are answers; everything else is a usage error, in JSON when that was asked for.
fn not_understood(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if asks_for_json() {
        let text = error.render().to_string();
        output::failure(&failure::Failure::usage(text.trim()), true);
    } else {
        let _ = error.print();
    }
    ExitCode::from(failure::USAGE)
}

/// Whether errors are to be JSON, when the command line itself was not understood yet.
fn asks_for_json() -> bool {
    std::env::args_os().any(|argument| argument == "--json")
}

async fn run(arguments: Arguments) -> Result<(), failure::Failure> {
    let context = commands::Context::new(&arguments)?;
    match arguments.verb {
        Verb::Serve(serve) => commands::serve::run(&context, serve).await,
        Verb::Up(up) => commands::up::run(&context, up).await,
        Verb::Down(down) => commands::down::run(&context, down).await,
        Verb::Status => commands::status::run(&context).await,
        Verb::Import(import) => commands::import::run(&context, import).await,
        Verb::Events(events) => commands::events::run(&context, events).await,
        Verb::Logs(logs) => commands::logs::run(&context, logs).await,
        Verb::Doctor(doctor) => commands::doctor::run(&context, doctor).await,
        Verb::Token(token) => commands::token::run(&context, token).await,
        Verb::Open => commands::open::run(&context).await,
        Verb::Org(org) => commands::org::run(&context, org).await,
        Verb::Plugin(plugin) => commands::plugin::run(&context, plugin).await,
        Verb::Schedule(schedule) => commands::schedule::run(&context, schedule).await,
        Verb::Secrets(secrets) => commands::secrets::run(&context, secrets).await,
        Verb::Files(files) => commands::files::run(&context, files).await,
        Verb::Template(template) => commands::template::run(&context, template).await,
        Verb::Bundle(bundle) => commands::bundle::run(&context, bundle).await,
        Verb::Settings(settings) => commands::settings::run(&context, settings).await,
        Verb::Agent(agent) => commands::agent::run(&context, agent).await,
        Verb::Send(send) => commands::send::run(&context, send).await,
        Verb::Start(scope) => commands::lifecycle::run(&context, "start", scope).await,
        Verb::Stop(scope) => commands::lifecycle::run(&context, "stop", scope).await,
        Verb::Restart(scope) => commands::lifecycle::run(&context, "restart", scope).await,
        Verb::Remove(remove) => commands::remove::remove(&context, remove).await,
        Verb::BringBack(back) => commands::remove::bring_back(&context, back).await,
        Verb::Backup(backup) => commands::keep::backup(&context, backup).await,
        Verb::Restore(restore) => commands::keep::restore(&context, restore).await,
        Verb::Purge(purge) => commands::purge::run(&context, purge).await,
        Verb::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(
                shell,
                &mut Arguments::command(),
                "molecule-stack",
                &mut script,
            );
            output::say(String::from_utf8_lossy(&script).trim_end())
        }
    }
}
