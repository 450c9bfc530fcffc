/** The key that seals stored values, and how it is exchanged for a new one. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { readSealingKey, rotateSealingKey } from "../api/calls";
import { plural } from "../core/format";
import { Ask } from "../parts/Ask";
import { Button, Problem } from "../parts/controls";
import { Read } from "../parts/Read";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { toast } from "../state/ui";
import { Row, Rows, Section } from "./Room";

/** `isOwn`: the platform keeps the key itself; one that a person gave in the environment is theirs to change. */
export function Sealing({ isOwn }: { isOwn: boolean }) {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const query = useQuery({ queryKey: keys.sealingKey, queryFn: readSealingKey });
  const { isBusy, problem, run } = useTask();
  const [isAsking, setIsAsking] = useState(false);
  const rotate = () =>
    run(async () => {
      const done = await rotateSealingKey();
      toast("success", `${plural(done.resealed, "value")} sealed with the new key.`);
      if (done.former_key_kept)
        toast("info", "The former key is still in use for a moment; it leaves at the next start.");
      await client.invalidateQueries({ queryKey: keys.sealingKey });
    });
  return (
    <Section
      title="Sealing key"
      note="The values of global keys and of roles' own keys lie sealed in the database. A new key makes copies of the old one worthless; agents notice nothing."
    >
      <Read query={query} failed="The key's name could not be read" rows={2}>
        {(key) => (
          <Rows>
            <Row label="Key">
              <span className="font-mono text-small" data-testid="sealing-key">
                {key.key_id}
              </span>
              <span className="text-ink-muted"> seals {plural(key.sealed, "value")}</span>
            </Row>
            {key.former.length > 0 || key.waiting > 0 ? (
              <Row label="Former keys">
                <span className="font-mono text-small">{key.former.join(", ")}</span>{" "}
                <span className="text-ink-muted">
                  {plural(key.waiting, "value")} still to be sealed anew; the next start does what is left
                </span>
              </Row>
            ) : null}
          </Rows>
        )}
      </Read>
      <div className="mt-3">
        {isOwn ? (
          <Button disabled={isReadOnly || isBusy || !query.data} onClick={() => setIsAsking(true)}>
            {isBusy ? "Sealing anew" : "Make a new key"}
          </Button>
        ) : (
          <p className="text-ink-muted">
            This key was given in the environment, so only there can it be changed.
          </p>
        )}
      </div>
      {problem ? (
        <div className="mt-3">
          <Problem title="The key was not changed" text={problem} />
        </div>
      ) : null}
      {isAsking ? (
        <Ask
          title="Make a new sealing key"
          action="Seal anew"
          onYes={() => void rotate()}
          onClose={() => setIsAsking(false)}
        >
          <p>
            Every stored value is sealed anew, in one go, and the present key is thrown away. A backup that
            was made before can then no longer be opened; make a new one afterwards.
          </p>
        </Ask>
      ) : null}
    </Section>
  );
}
