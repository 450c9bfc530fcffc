/** Keys for the person's own programs. */

import { listOrgTokens, makeOrgToken, revokeOrgToken } from "../api/calls";
import { AccessKeys } from "../parts/AccessKeys";
import { keys } from "../state/queries";
import { Section } from "./Room";

export function Access() {
  return (
    <Section
      title="Access for other programs"
      note="A key lets a script, a client or a tool of yours do everything you can do here. One a program, so that each can be ended alone. A key for one role only is made in that role's Details."
    >
      <AccessKeys
        queryKey={keys.orgTokens}
        load={async () =>
          (await listOrgTokens()).tokens.map((token) => ({
            id: token.id,
            prefix: token.prefix,
            name: token.name ?? "without a name",
            madeAt: token.created_at,
            usedAt: token.last_used_at,
          }))
        }
        make={makeOrgToken}
        revoke={revokeOrgToken}
        naming={{ label: "What it is for", example: "my backup script" }}
        headOf={(name) => `Key for ${name}`}
        empty="No keys yet. This window, the tray and the command line need none."
      />
    </Section>
  );
}
