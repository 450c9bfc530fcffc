// Generated orgs for looking at the canvas: a small one, one of forty-two roles, and a thousand.

const NAMES = [
  ["Lead", "Keeps the whole in view and decides what comes next"],
  ["Research", "Finds out what is known and writes it down with its sources"],
  ["Engineering", "Builds and keeps what the product is made of"],
  ["Backend", "Owns the server, its data and its contracts"],
  ["Frontend", "Owns what people see and touch"],
  ["Quality", "Tries to break things before others do"],
  ["Security", "Reads every change as an attacker would"],
  ["Writing", "Says what the product does in words people know"],
  ["Operations", "Keeps it running at night"],
  ["Data", "Turns what happened into what it means"],
];
const TASKS = [
  "Reading the brief",
  "Comparing three designs for the store",
  "Answering Quality about the failing import",
];

let seed = 7;
function random() {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
}

const CARD = { width: 240, height: 130 };
const GAP = 14;

function sizeOf(node) {
  if (node.children.length === 0) return CARD;
  const sizes = node.children.map(sizeOf);
  const columns = Math.min(2, sizes.length);
  const widest = Math.max(...sizes.map((size) => size.width));
  let height = 146 + GAP * (Math.ceil(sizes.length / 2) - 1);
  for (let row = 0; row * 2 < sizes.length; row += 1) {
    height += Math.max(...sizes.slice(row * 2, row * 2 + 2).map((size) => size.height));
  }
  return { width: 32 + widest * columns + GAP * (columns - 1), height };
}

function place(node, x, y) {
  node.x = x;
  node.y = y;
  const sizes = node.children.map(sizeOf);
  const widest = Math.max(0, ...sizes.map((size) => size.width));
  let top = y + 130;
  node.children.forEach((child, index) => {
    place(child, x + 16 + (index % 2) * (widest + GAP), top);
    if (index % 2 === 1) top += Math.max(sizes[index - 1].height, sizes[index].height) + GAP;
  });
}

let serial = 0;

function node(name, role, children = [], more = {}) {
  serial += 1;
  return { id: `00000000-0000-4000-8000-${String(serial).padStart(12, "0")}`, name, role, children, ...more };
}

function small() {
  return [
    node(
      "Editor in chief",
      "Plans the issue and assigns the work",
      [
        node("Reporter", "Finds stories and checks facts", [], { task: TASKS[0] }),
        node("Fact checker", "Asks where every claim comes from", [
          node("Archive", "Knows what was said before"),
          node("Numbers", "Recounts every figure", [], { status: "hibernated" }),
        ]),
        node("Copy editor", "Cuts words until only the needed ones are left", [], {
          status: "degraded",
          last_sample_error: "4 of the last 8 requests failed: the model answered 529 overloaded",
        }),
      ],
      { runtime: "mock" },
    ),
  ];
}

function medium() {
  const team = (name, role, count) =>
    node(
      `${name} lead`,
      role,
      Array.from({ length: count }, (_, index) =>
        node(`${name} engineer ${index + 1}`, NAMES[(index + 3) % NAMES.length][1]),
      ),
    );
  const roots = [
    node(
      "Product manager",
      "Owns the roadmap, delegates to every team and reports to the founder each morning",
      [
        node("Development lead", "Turns plans into merged changes", [
          team("Backend", NAMES[3][1], 5),
          team("Frontend", NAMES[4][1], 4),
          team("Platform", NAMES[8][1], 3),
          team("Quality", NAMES[5][1], 4),
        ]),
        node("Research lead", NAMES[1][1], [
          node("Market analyst", "Watches what others build"),
          node("Technical researcher", "Reads papers and source code"),
          node(
            "Competitive intelligence with quite a long name that must be cut",
            "Compares features and prices every week",
          ),
        ]),
        team("Security", NAMES[6][1], 3),
      ],
    ),
    node("Marketing lead", "Tells the world", [
      node("Content writer", NAMES[7][1]),
      node("Community manager", "Answers within the hour"),
      node("Designer", "Draws what words cannot say"),
      node("Launch planner", "Knows what happens on which day"),
    ]),
    node("Triage operator", "Sorts what comes in"),
  ];
  return roots;
}

function large(total) {
  const roots = [];
  while (serial < total) {
    const division = node(`Division ${roots.length + 1}`, NAMES[roots.length % NAMES.length][1]);
    for (let t = 0; t < 6 && serial < total; t += 1) {
      const lead = node(`Team ${roots.length + 1}.${t + 1}`, NAMES[(t + 2) % NAMES.length][1]);
      for (let r = 0; r < 7 && serial < total; r += 1) {
        lead.children.push(
          node(
            `${NAMES[(r + t) % NAMES.length][0]} ${roots.length + 1}.${t + 1}.${r + 1}`,
            NAMES[r % NAMES.length][1],
          ),
        );
      }
      division.children.push(lead);
    }
    roots.push(division);
  }
  return roots;
}

function row(from, parent, index) {
  const dice = random();
  const status =
    from.status ??
    (dice < 0.72
      ? "online"
      : dice < 0.8
        ? "provisioning"
        : dice < 0.88
          ? "hibernated"
          : dice < 0.92
            ? "paused"
            : dice < 0.95
              ? "degraded"
              : dice < 0.98
                ? "failed"
                : "online");
  const task = from.task ?? (status === "online" && random() < 0.3 ? TASKS[index % TASKS.length] : "");
  const tier = index % 9 === 4 ? 3 : 2;
  const now = new Date(Date.now() - 60_000 * (index + 1)).toISOString();
  const reason =
    status === "failed"
      ? { code: "missing_env", text: "It needs ANTHROPIC_API_KEY. Set it in Secrets, then restart it." }
      : status === "provisioning" && index % 2 === 0
        ? {
            code: "waiting_for_memory",
            text: "Waits for memory: 512 MB needed, 128 MB free. Starts on its first message.",
          }
        : tier === 3 && status === "online"
          ? { code: "tier_not_granted", text: "Asks for tier 3; runs at tier 2 until you grant more." }
          : null;
  return {
    id: from.id,
    name: from.name,
    role: from.role,
    status,
    status_reason: reason,
    runtime: from.runtime ?? (index % 5 === 0 ? "langgraph" : "claude-code"),
    model: index % 3 === 0 ? "sonnet" : null,
    tier,
    tier_granted: Math.min(tier, 2),
    parent_id: parent,
    placed: true,
    x: from.x,
    y: from.y,
    z: 0,
    width: null,
    height: null,
    collapsed: false,
    active_tasks: task ? 1 : 0,
    max_concurrent_tasks: 1,
    current_task: task,
    last_error_rate: status === "degraded" ? 0.5 : 0,
    last_sample_error:
      from.last_sample_error ??
      (status === "degraded" ? "The model answered 529 overloaded to 4 of the last 8 requests" : ""),
    needs_restart: index % 11 === 3,
    agent_card: {
      name: from.name,
      skills: [
        { id: "review", name: "Review", description: "Reads a change and says what is wrong with it" },
        { id: "plan", name: "Plan" },
      ],
    },
    url: "",
    uptime_seconds: 4210 + index * 17,
    created_at: now,
    last_heartbeat_at: now,
    provisioning_started_at: null,
    delivery_mode: "push",
    update_tier: "production",
    import_key: from.name.toLowerCase().replaceAll(" ", "-"),
  };
}

/** `size` is 0, 6, 42 or 1000. */
export function makeOrg(size) {
  serial = 0;
  seed = 7;
  if (size === 0) return [];
  const roots = size <= 6 ? small() : size <= 60 ? medium() : large(size);
  let x = 0;
  let y = 0;
  let tallest = 0;
  for (const root of roots) {
    const extent = sizeOf(root);
    if (x > 0 && x + extent.width > (size > 60 ? 9000 : 4200)) {
      x = 0;
      y += tallest + 80;
      tallest = 0;
    }
    place(root, x, y);
    x += extent.width + 80;
    tallest = Math.max(tallest, extent.height);
  }
  const rows = [];
  const walk = (from, parent) => {
    rows.push(row(from, parent, rows.length));
    for (const child of from.children) walk(child, from.id);
  };
  for (const root of roots) walk(root, null);
  return rows;
}
