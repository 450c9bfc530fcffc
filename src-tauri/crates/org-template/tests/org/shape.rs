//! The shape of a 42-role development org: enough to generate one, and what must come out (fixtures A.2).

use org_template::MemoryFiles;
use std::fmt::Write;

/// Depth, name, folder, tier, model, plugins, schedules, channel, own first prompt, idle prompt, absolute place,
/// place relative to the parent.
pub type Row = (
    usize,
    &'static str,
    &'static str,
    i64,
    &'static str,
    usize,
    usize,
    &'static str,
    bool,
    bool,
    (f64, f64),
    (f64, f64),
);

#[rustfmt::skip]
pub const ROWS: [Row; 42] = [
    (1, "PM", "pm", 3, "opus", 11, 1, "telegram", true, false, (400.0, 50.0), (400.0, 50.0)),
    (2, "Research Lead", "research-lead", 3, "MiniMax-M2.7", 10, 1, "telegram", true, false, (416.0, 180.0), (16.0, 130.0)),
    (3, "Market Analyst", "market-analyst", 2, "sonnet", 10, 0, "", false, true, (432.0, 310.0), (16.0, 130.0)),
    (3, "Technical Researcher", "technical-researcher", 2, "sonnet", 10, 1, "telegram", false, true, (686.0, 310.0), (270.0, 130.0)),
    (3, "Competitive Intelligence", "competitive-intelligence", 2, "sonnet", 10, 0, "", false, true, (432.0, 454.0), (16.0, 274.0)),
    (2, "Dev Lead", "dev-lead", 3, "MiniMax-M2.7", 13, 1, "telegram", true, false, (1528.0, 180.0), (1128.0, 130.0)),
    (3, "Core Platform Lead", "core-lead", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1544.0, 310.0), (16.0, 130.0)),
    (4, "Core-BE", "core-be", 3, "MiniMax-M2.7", 14, 1, "", false, false, (1560.0, 440.0), (16.0, 130.0)),
    (4, "Core-FE", "core-fe", 3, "MiniMax-M2.7", 11, 1, "", false, false, (1814.0, 440.0), (270.0, 130.0)),
    (4, "Core-QA", "core-qa", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1560.0, 584.0), (16.0, 274.0)),
    (4, "Core-Security", "core-security", 3, "MiniMax-M2.7", 16, 1, "", false, false, (1814.0, 584.0), (270.0, 274.0)),
    (4, "Core-UIUX", "core-uiux", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1560.0, 728.0), (16.0, 418.0)),
    (4, "Core-DevOps", "core-devops", 3, "MiniMax-M2.7", 12, 1, "telegram", false, false, (1814.0, 728.0), (270.0, 418.0)),
    (4, "Core-OffSec", "core-offsec", 3, "MiniMax-M2.7", 15, 1, "", false, false, (1560.0, 872.0), (16.0, 562.0)),
    (3, "Controlplane Lead", "cp-lead", 3, "MiniMax-M2.7", 14, 1, "", false, false, (2084.0, 310.0), (556.0, 130.0)),
    (4, "CP-BE", "cp-be", 3, "MiniMax-M2.7", 14, 1, "", false, false, (2100.0, 440.0), (16.0, 130.0)),
    (4, "CP-QA", "cp-qa", 3, "MiniMax-M2.7", 12, 1, "", false, false, (2354.0, 440.0), (270.0, 130.0)),
    (4, "CP-Security", "cp-security", 3, "MiniMax-M2.7", 16, 1, "", false, false, (2100.0, 584.0), (16.0, 274.0)),
    (3, "App & Docs Lead", "app-lead", 3, "MiniMax-M2.7", 11, 1, "", false, false, (1544.0, 1032.0), (16.0, 852.0)),
    (4, "App-FE", "app-fe", 3, "MiniMax-M2.7", 11, 1, "", false, false, (1560.0, 1162.0), (16.0, 130.0)),
    (4, "App-QA", "app-qa", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1814.0, 1162.0), (270.0, 130.0)),
    (4, "Documentation Specialist", "documentation-specialist", 3, "opus", 10, 3, "", true, false, (1560.0, 1306.0), (16.0, 274.0)),
    (4, "Technical Writer", "technical-writer", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1814.0, 1306.0), (270.0, 274.0)),
    (3, "Infra Lead", "infra-lead", 3, "MiniMax-M2.7", 12, 1, "", false, false, (2084.0, 1032.0), (556.0, 852.0)),
    (4, "Infra-SRE", "infra-sre", 3, "MiniMax-M2.7", 12, 1, "telegram", false, false, (2100.0, 1162.0), (16.0, 130.0)),
    (4, "Infra-Runtime-BE", "infra-runtime-be", 3, "MiniMax-M2.7", 14, 1, "", false, false, (2354.0, 1162.0), (270.0, 130.0)),
    (3, "SDK Lead", "sdk-lead", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1544.0, 1466.0), (16.0, 1286.0)),
    (4, "SDK-Dev", "sdk-dev", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1560.0, 1596.0), (16.0, 130.0)),
    (4, "Plugin-Dev", "plugin-dev", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1814.0, 1596.0), (270.0, 130.0)),
    (3, "Release Manager", "release-manager", 3, "MiniMax-M2.7", 12, 1, "", false, false, (2084.0, 1466.0), (556.0, 1286.0)),
    (3, "Integration Tester", "integration-tester", 3, "MiniMax-M2.7", 12, 1, "", false, false, (1544.0, 1756.0), (16.0, 1576.0)),
    (3, "Fullstack Engineer", "fullstack-engineer", 3, "opus", 14, 1, "", false, false, (2084.0, 1756.0), (556.0, 1576.0)),
    (2, "Documentation Specialist", "documentation-specialist", 3, "opus", 10, 3, "", true, false, (416.0, 1916.0), (16.0, 1866.0)),
    (2, "Triage Operator", "triage-operator", 3, "opus", 13, 1, "telegram", true, false, (1528.0, 1916.0), (1128.0, 1866.0)),
    (2, "Triage Operator (Multi-Repo)", "triage-operator-2", 3, "opus", 13, 1, "", false, false, (416.0, 2060.0), (16.0, 2010.0)),
    (1, "Marketing Lead", "marketing-lead", 3, "MiniMax-M2.7", 12, 1, "", true, false, (0.0, 0.0), (0.0, 0.0)),
    (2, "DevRel Engineer", "devrel-engineer", 3, "opus", 11, 1, "", true, true, (16.0, 130.0), (16.0, 130.0)),
    (2, "Product Marketing Manager", "product-marketing-manager", 3, "opus", 11, 1, "", true, true, (270.0, 130.0), (270.0, 130.0)),
    (2, "Content Marketer", "content-marketer", 2, "sonnet", 10, 1, "", true, true, (16.0, 274.0), (16.0, 274.0)),
    (2, "Community Manager", "community-manager", 2, "sonnet", 9, 1, "discord", true, true, (270.0, 274.0), (270.0, 274.0)),
    (2, "SEO Growth Analyst", "seo-growth-analyst", 2, "sonnet", 10, 1, "", true, true, (16.0, 418.0), (16.0, 418.0)),
    (2, "Social Media Brand", "social-media-brand", 2, "sonnet", 9, 1, "", true, true, (270.0, 418.0), (270.0, 418.0)),
];

/// Nine plugins that every role inherits.
const DEFAULT_PLUGINS: usize = 9;

/// A folder of that shape: every role with children in a team file, every leaf in its own folder.
pub fn generated() -> MemoryFiles {
    let mut root = String::from(
        "name: Generated Team\ndescription: Forty-two roles\ntemplate_schema_version: 1\n",
    );
    root.push_str("defaults:\n  runtime: claude-code\n  tier: 2\n  plugins: [");
    for n in 0..DEFAULT_PLUGINS {
        let _ = write!(root, "{}base-{n}", if n > 0 { ", " } else { "" });
    }
    root.push_str("]\n  idle_prompt: \"\"\n  idle_interval_seconds: 600\n  initial_prompt: |\n    Read the plan.\n");
    root.push_str("  category_routing:\n    dev: [Dev Lead]\n    ghosts: [Nobody]\nworkspaces:\n");
    let mut files = MemoryFiles::new();
    for (index, row) in ROWS.iter().enumerate() {
        let file = format!("roles/{index}.yaml");
        if row.0 == 1 {
            let _ = writeln!(root, "  - !include {file}");
        }
        files = files.with(&file, role(index)).with(
            &format!("{}/system-prompt.md", row.2),
            "You are one of many.\n",
        );
        files = files.with(&format!("{}/first.md", row.2), "Hello.\r\nStart.\r\n");
        files = files.with(&format!("{}/idle.md", row.2), "Anything to do?\n");
        for n in 0..row.6 {
            files = files.with(&format!("{}/tick-{n}.md", row.2), "Look around.\n");
        }
    }
    files.with("org.yaml", root)
}

fn role(index: usize) -> String {
    let (depth, name, dir, tier, model, plugins, schedules, channel, first, idle, at, _) =
        ROWS[index];
    let mut out = format!(
        "name: {name}\nfiles_dir: {dir}\nrole: >-\n  Does the work of\n  {name}.\nplugins: ["
    );
    for n in DEFAULT_PLUGINS..plugins {
        let _ = write!(
            out,
            "{}more-{n}",
            if n > DEFAULT_PLUGINS { ", " } else { "" }
        );
    }
    out.push_str("]\nidle_interval_seconds: 600\n");
    if tier != 2 {
        let _ = writeln!(out, "tier: {tier}");
    }
    if model != "sonnet" {
        let _ = writeln!(out, "model: {model}");
    }
    if depth == 1 && index == 0 {
        let _ = writeln!(
            out,
            "canvas: {{x: {}, y: {}}}\nworkspace_dir: ${{WORKSPACE_DIR}}",
            at.0, at.1
        );
    }
    if first {
        out.push_str("initial_prompt_file: first.md\n");
    }
    if idle {
        out.push_str("idle_prompt_file: idle.md\n");
    }
    if schedules > 0 {
        out.push_str("schedules:\n");
        for n in 0..schedules {
            let _ = write!(
                out,
                "  - name: Tick {n}\n    cron_expr: \"2,17,32,47 * * * *\"\n    enabled: true\n    prompt_file: tick-{n}.md\n"
            );
        }
    }
    if !channel.is_empty() {
        let _ = write!(
            out,
            "channels:\n  - type: {channel}\n    config: {{bot_token: \"${{TOKEN}}\", chat_id: \"${{CHAT}}\"}}\n"
        );
    }
    let children: Vec<usize> = (index + 1..ROWS.len())
        .take_while(|i| ROWS[*i].0 > depth)
        .filter(|i| ROWS[*i].0 == depth + 1)
        .collect();
    if !children.is_empty() {
        out.push_str("children:\n");
        for child in children {
            let _ = writeln!(out, "  - !include {child}.yaml");
        }
    }
    out
}
