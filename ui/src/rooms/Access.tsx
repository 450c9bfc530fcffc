/** Keys for the person's own programs: made once, shown once, listed by their beginning, ended at any time. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { listOrgTokens, makeOrgToken, revokeOrgToken } from "../api/calls";
import { sentence } from "../api/client";
import { KeyList, NewKey } from "../parts/AccessKeys";
import { Button, Field, Problem, SkeletonRows } from "../parts/controls";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { toast } from "../state/ui";
import { Section } from "./Room";

const LONGEST_NAME = 100;

export function Access() {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const { data, error, isPending, refetch } = useQuery({ queryKey: keys.orgTokens, queryFn: listOrgTokens });
  const [name, setName] = useState("");
  const [fresh, setFresh] = useState<{ key: string; name: string } | null>(null);
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);

  const make = async () => {
    if (name.trim() === "" || isBusy) return;
    setIsBusy(true);
    setProblem("");
    try {
      const made = await makeOrgToken(name.trim());
      setFresh({ key: made.auth_token, name: name.trim() });
      setName("");
      await client.invalidateQueries({ queryKey: keys.orgTokens });
    } catch (failure) {
      setProblem(sentence(failure));
    } finally {
      setIsBusy(false);
    }
  };

  const revoke = async (id: string, what: string) => {
    try {
      await revokeOrgToken(id);
      toast("success", `${what} is revoked. Whoever used it is refused from now on.`);
    } catch (failure) {
      toast("error", `${what} was not revoked: ${sentence(failure)}`);
    }
    await client.invalidateQueries({ queryKey: keys.orgTokens });
  };

  return (
    <Section
      title="Access for other programs"
      note="A key lets a script, a client or a tool of yours do everything you can do here. One a program, so that each can be ended alone. A key for one role only is made in that role's Details."
    >
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <Field
          label="What it is for"
          className="min-w-0 flex-1"
          placeholder="my backup script"
          maxLength={LONGEST_NAME}
          value={name}
          disabled={isReadOnly}
          onChange={(event) => setName(event.target.value)}
        />
        <Button
          type="submit"
          look="primary"
          className="h-8"
          disabled={isReadOnly || isBusy || name.trim() === ""}
        >
          {isBusy ? "Making" : "Make key"}
        </Button>
      </form>
      {problem ? (
        <div className="mt-3">
          <Problem title="No key was made" text={problem} />
        </div>
      ) : null}
      {fresh ? (
        <NewKey value={fresh.key} title={`Key for ${fresh.name}`} onDone={() => setFresh(null)} />
      ) : null}
      <div className="mt-4">
        {isPending ? <SkeletonRows rows={2} /> : null}
        {error ? (
          <Problem title="The keys could not be read" text={sentence(error)}>
            <Button onClick={() => void refetch()}>Retry</Button>
          </Problem>
        ) : null}
        {data?.tokens.length === 0 ? (
          <p className="text-ink-muted">No keys yet. This window, the tray and the command line need none.</p>
        ) : null}
        {data && data.tokens.length > 0 ? (
          <KeyList
            entries={data.tokens.map((token) => ({
              id: token.id,
              prefix: token.prefix,
              name: token.name ?? "without a name",
              madeAt: token.created_at,
              usedAt: token.last_used_at,
            }))}
            isReadOnly={isReadOnly}
            onRevoke={(entry) => void revoke(entry.id, entry.name)}
          />
        ) : null}
      </div>
    </Section>
  );
}
