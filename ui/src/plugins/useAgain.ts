import { useQueryClient } from "@tanstack/react-query";
import { keys } from "../state/queries";

/** Reads anew what a change of plugins touches: of one role, or of all. */
export function useAgain(): (id?: string) => Promise<void> {
  const client = useQueryClient();
  return async (id) => {
    await client.invalidateQueries({ queryKey: id === undefined ? ["plugins"] : keys.plugins(id) });
    await client.invalidateQueries({ queryKey: keys.pluginUpdates });
    await client.invalidateQueries({ queryKey: id === undefined ? ["files"] : keys.files(id) });
  };
}
