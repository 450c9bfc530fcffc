/** How an agent that runs elsewhere is connected: the platform's snippets, with the key filled in. */

import type { Connection } from "../api/types";

export interface Snippet {
  key: string;
  title: string;
  note: string;
  text: string;
}

const VARIABLE = "WORKSPACE_AUTH_TOKEN";

/** The key stays in this page: the platform's own snippets name a variable instead. */
export function snippets(connection: Connection): Snippet[] {
  const { auth_token: token } = connection;
  const exported = `export ${VARIABLE}='${token.replaceAll("'", "'\\''")}'`;
  return [
    {
      key: "python",
      title: "Python",
      note: "Needs nothing but Python. It registers, and says every half minute that it is there.",
      text: connection.python_snippet.replace(`os.environ["${VARIABLE}"]`, JSON.stringify(token)),
    },
    {
      key: "curl",
      title: "curl",
      note: "For an agent that listens: put its address in AGENT_URL first.",
      text: `${exported}\nexport AGENT_URL='http://127.0.0.1:9000'\n${connection.curl_register_template}`,
    },
    {
      key: "channel",
      title: "Claude Code",
      note: "Writes the settings of the channel plugin.",
      text: `${exported}\n${connection.claude_code_channel_snippet}`,
    },
    {
      key: "fields",
      title: "Fields",
      note: "For a client of your own.",
      text: [
        `MOLECULE_PLATFORM_URL=${connection.platform_url}`,
        `WORKSPACE_ID=${connection.workspace_id}`,
        `${VARIABLE}=${token}`,
        `REGISTRY_ENDPOINT=${connection.registry_endpoint}`,
        `HEARTBEAT_ENDPOINT=${connection.heartbeat_endpoint}`,
      ].join("\n"),
    },
  ];
}
