/** Whether a runtime's image is the built-in stand-in: then no model answers, whatever the role is called after. */

import { useQuery } from "@tanstack/react-query";
import { readSettings } from "../api/calls";
import { isStandIn } from "../core/standIn";
import { keys } from "../state/queries";

export function useStandIn(runtime: string): boolean {
  const { data } = useQuery({ queryKey: keys.settings, queryFn: readSettings });
  return isStandIn(runtime, data?.runtime_images);
}
