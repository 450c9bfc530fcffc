//! Schedules and channels of a workspace: what can be made, and why the rest is left out.

use crate::channel::channel_skip_reason;
use crate::cron::Cron;
use crate::cron_next::is_timezone;
use crate::effective::{Merge, given};
use crate::env_file::expand;
use crate::error::{Code, shorten};
use crate::org::{Channel, Schedule, Workspace};
use crate::role::{RoleChannel, RoleSchedule, SkippedItem};
use std::collections::BTreeMap;

impl Merge<'_> {
    pub(crate) fn schedules(
        &mut self,
        w: &Workspace,
        files_dir: Option<&str>,
    ) -> (Vec<RoleSchedule>, Vec<SkippedItem>) {
        let (mut out, mut skipped) = (Vec::new(), Vec::new());
        for schedule in &w.schedules {
            match self.schedule(schedule, files_dir) {
                Ok(good) => out.push(good),
                Err(reason) => {
                    let what = schedule
                        .name
                        .as_ref()
                        .map(|n| n.value.clone())
                        .unwrap_or_default();
                    let message = format!(
                        "the schedule \"{}\" of {} is skipped: {reason}",
                        shorten(&what, 60),
                        shorten(&w.name.value, 60)
                    );
                    self.warn(&schedule.span, Code::ScheduleSkipped, message);
                    skipped.push(SkippedItem {
                        what,
                        reason,
                        span: schedule.span.clone(),
                    });
                }
            }
        }
        (out, skipped)
    }

    pub(crate) fn schedule(
        &self,
        schedule: &Schedule,
        files_dir: Option<&str>,
    ) -> Result<RoleSchedule, String> {
        let expression = given(&schedule.cron_expr).ok_or("it has no cron_expr")?;
        let cron = Cron::parse(&expression.value).map_err(|e| e.to_string())?;
        if !cron.comes() {
            return Err("cron_expr never matches".into());
        }
        let timezone = given(&schedule.timezone).map_or("UTC", |t| t.value.as_str());
        if !is_timezone(timezone) {
            return Err(format!(
                "the timezone \"{}\" is not known",
                shorten(timezone, 60)
            ));
        }
        let prompt = match (given(&schedule.prompt), given(&schedule.prompt_file)) {
            (Some(text), _) => text.value.replace("\r\n", "\n"),
            (None, Some(reference)) => {
                self.prompt_file(files_dir, reference)
                    .map_err(|why| {
                        format!("its prompt file {} is not usable: {why}", reference.value)
                    })?
                    .0
            }
            (None, None) => String::new(),
        };
        if prompt.trim().is_empty() {
            return Err("its prompt is empty".into());
        }
        Ok(RoleSchedule {
            name: schedule
                .name
                .as_ref()
                .map(|n| n.value.clone())
                .unwrap_or_default(),
            cron_expr: expression.value.trim().to_owned(),
            timezone: timezone.to_owned(),
            prompt,
            enabled: schedule.enabled,
            per_day: cron.per_day(),
            span: schedule.span.clone(),
        })
    }

    pub(crate) fn channels(
        &mut self,
        w: &Workspace,
        files_dir: Option<&str>,
        persona: Option<&str>,
    ) -> (Vec<RoleChannel>, Vec<SkippedItem>) {
        let (mut out, mut skipped) = (Vec::new(), Vec::new());
        for channel in &w.channels {
            match self.channel_reason(channel, files_dir, persona) {
                None => out.push(RoleChannel {
                    kind: channel.kind.clone(),
                    config: channel.config.clone(),
                    allowed_users: channel.allowed_users.clone(),
                    enabled: channel.enabled,
                }),
                Some(reason) => {
                    let name = shorten(&w.name.value, 60);
                    let message = format!(
                        "the {} channel of {name} is skipped: {reason}",
                        channel.kind
                    );
                    self.warn(&channel.span, Code::ChannelSkipped, message);
                    let (what, span) = (channel.kind.clone(), channel.span.clone());
                    skipped.push(SkippedItem { what, reason, span });
                }
            }
        }
        (out, skipped)
    }

    pub(crate) fn channel_reason(
        &self,
        channel: &Channel,
        files_dir: Option<&str>,
        persona: Option<&str>,
    ) -> Option<String> {
        let lookup = |name: &str| self.env.get(files_dir, persona, name);
        let (mut expanded, mut raw) = (BTreeMap::new(), Vec::new());
        for (key, value) in &channel.config {
            let done = expand(value, lookup);
            if !done.missing.is_empty() {
                raw.push(value.as_str());
            }
            expanded.insert(key.clone(), done.value);
        }
        if !raw.is_empty() && !channel.kind.is_empty() {
            return Some(format!("missing env: [{}]", raw.join(" ")));
        }
        channel_skip_reason(&channel.kind, &expanded)
    }
}
