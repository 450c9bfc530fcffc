/** Names of roles by their id, also of those that were removed and can still be brought back. */

import { useQuery } from "@tanstack/react-query";
import { listRemoved } from "../api/calls";
import { useOrg } from "../state/org";
import { keys } from "../state/queries";

/** `ids` are those that will be asked for: only an unknown one among them asks the platform. */
export function useNames(ids: readonly (string | null)[]): (id: string | null) => string {
  const rows = useOrg((state) => state.rows);
  const isReady = useOrg((state) => state.phase === "ready");
  const isAnyUnknown = ids.some((id) => id !== null && !rows.has(id));
  const { data } = useQuery({
    queryKey: keys.removed,
    queryFn: listRemoved,
    enabled: isReady && isAnyUnknown,
  });
  return (id) => {
    if (id === null) return "you";
    const row = rows.get(id);
    if (row) return row.name;
    const gone = data?.find((other) => other.id === id);
    return gone ? `${gone.name} (removed)` : "a removed role";
  };
}
