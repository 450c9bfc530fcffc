/** Keys of one role, for a client that speaks as this role and may do nothing else. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { listTokens, makeToken, revokeToken } from "../api/calls";
import { sentence } from "../api/client";
import { KeyList, NewKey } from "../parts/AccessKeys";
import { Button, Problem } from "../parts/controls";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { toast } from "../state/ui";

export function RoleAccess({ id, name }: { id: string; name: string }) {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const { data, error, refetch } = useQuery({ queryKey: keys.tokens(id), queryFn: () => listTokens(id) });
  const [fresh, setFresh] = useState<string | null>(null);
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const again = () => client.invalidateQueries({ queryKey: keys.tokens(id) });

  const make = async () => {
    if (isBusy) return;
    setIsBusy(true);
    setProblem("");
    try {
      setFresh((await makeToken(id)).auth_token);
      await again();
    } catch (failure) {
      setProblem(sentence(failure));
    } finally {
      setIsBusy(false);
    }
  };

  const revoke = async (token: string) => {
    try {
      await revokeToken(id, token);
      toast("success", "The key is revoked.");
    } catch (failure) {
      toast("error", `The key was not revoked: ${sentence(failure)}`);
    }
    await again();
  };

  return (
    <section aria-label="Access" data-testid="role-access">
      <h3 className="mb-1 font-medium">Access</h3>
      <p className="mb-2 text-ink-muted">
        A key for a client that speaks as this role, for example an agent that runs outside.
      </p>
      <Button disabled={isReadOnly || isBusy} onClick={() => void make()}>
        {isBusy ? "Making" : "Make key"}
      </Button>
      {problem ? (
        <div className="mt-2">
          <Problem title="No key was made" text={problem} />
        </div>
      ) : null}
      {fresh ? <NewKey value={fresh} title={`Key for ${name}`} onDone={() => setFresh(null)} /> : null}
      {error ? (
        <div className="mt-2">
          <Problem title="The keys could not be read" text={sentence(error)}>
            <Button onClick={() => void refetch()}>Retry</Button>
          </Problem>
        </div>
      ) : null}
      {data && data.tokens.length > 0 ? (
        <div className="mt-3">
          <p className="mb-1 text-small text-ink-muted">
            The running agent's own key is among them; revoked, it gets a new one at its next start.
          </p>
          <KeyList
            entries={data.tokens.map((token) => ({
              id: token.id,
              prefix: token.prefix,
              name: "Key of this role",
              madeAt: token.created_at,
              usedAt: token.last_used_at,
            }))}
            isReadOnly={isReadOnly}
            onRevoke={(entry) => void revoke(entry.id)}
          />
        </div>
      ) : null}
    </section>
  );
}
