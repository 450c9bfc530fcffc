/** The teams around the card in hand, from the whole org inwards. */

import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import { plural } from "../core/format";
import { ancestors, membersOf } from "../core/tree";
import { useOrg } from "../state/org";
import { select, useUi } from "../state/ui";
import { fitAll, showCard } from "./view";

export function Breadcrumb() {
  const id = useUi((state) => state.selected);
  const tree = useOrg((state) => state.tree);
  const rows = useOrg((state) => state.rows);
  const path = id === null ? [] : [...ancestors(tree, id), ...(membersOf(tree, id).length > 0 ? [id] : [])];
  return (
    <nav aria-label="Teams" className="flex min-w-0 flex-1 items-center gap-0.5 overflow-hidden">
      <button
        type="button"
        className="rounded-small px-1.5 py-1 whitespace-nowrap hover:bg-sunken"
        onClick={() => {
          select(null);
          useUi.setState({ cursor: null });
          fitAll();
        }}
      >
        All teams
      </button>
      {path.map((up) => (
        <Fragment key={up}>
          <ChevronRight size={13} aria-hidden="true" className="shrink-0 text-ink-muted" />
          <button
            type="button"
            className="max-w-[200px] min-w-6 truncate rounded-small px-1.5 py-1 hover:bg-sunken"
            onClick={() => showCard(up)}
          >
            {rows.get(up)?.name}
          </button>
        </Fragment>
      ))}
      <span className="px-1.5 whitespace-nowrap text-ink-muted max-[640px]:hidden">
        {rows.size > 0 ? plural(rows.size, "role") : ""}
      </span>
    </nav>
  );
}
