/** Keys of one role, for a client that speaks as this role and may do nothing else. */

import { listTokens, makeToken, revokeToken } from "../api/calls";
import { AccessKeys } from "../parts/AccessKeys";
import { keys } from "../state/queries";

export function RoleAccess({ id, name }: { id: string; name: string }) {
  return (
    <section aria-label="Access" data-testid="role-access">
      <h3 className="mb-1 font-medium">Access</h3>
      <p className="mb-2 text-ink-muted">
        A key for a client that speaks as this role, for example an agent that runs outside.
      </p>
      <AccessKeys
        queryKey={keys.tokens(id)}
        load={async () =>
          (await listTokens(id)).tokens.map((token) => ({
            id: token.id,
            prefix: token.prefix,
            name: token.name ?? (token.kind === "runtime" ? "The agent's own key" : "Key made here"),
            note:
              token.kind === "runtime"
                ? "The agent that runs now works with it; it gets a new one at its next start."
                : undefined,
            madeAt: token.created_at,
            usedAt: token.last_used_at,
          }))
        }
        make={() => makeToken(id)}
        revoke={(token) => revokeToken(id, token)}
        headOf={() => `Key for ${name}`}
      />
    </section>
  );
}
