/**
 * Names of the outermost teams, written over them as on a map, once the teams are too small to hold them. They stay as
 * large on the screen as the words beside the canvas.
 */

import { useStore, ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { HEADER } from "../core/geometry";
import { shownOf } from "../core/status";
import { membersOf } from "../core/tree";
import { Glyph } from "../parts/Glyph";
import { useOrg } from "../state/org";
import { useDistance } from "./distance";

const SIZE = 13;
/** Above all cards. */
const HEIGHT = 900;

export function TeamLabels() {
  const isTiny = useDistance((state) => state.level === "tiny");
  return isTiny ? <Labels /> : null;
}

function Labels() {
  const structure = useOrg((state) => state.structure);
  const names = useOrg((state) => state.tree.roots.map((id) => state.rows.get(id)?.name ?? "").join("\n"));
  // In steps, like the cards: a label that is resized at every frame of a zoom would be laid out at every frame.
  const zoom = useStore((state) => Math.max(0.05, Math.round(state.transform[2] * 100) / 100));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the number stands for tree and layout
  const labels = useMemo(() => {
    const { tree, layout } = useOrg.getState();
    const texts = names.split("\n");
    return tree.roots.flatMap((id, index) => {
      const rect = layout.places.get(id)?.rect;
      return rect && membersOf(tree, id).length > 0 ? [{ id, rect, text: texts[index] ?? "" }] : [];
    });
  }, [structure, names]);
  return (
    <ViewportPortal>
      {labels.map(({ id, rect, text }) => (
        <div
          key={id}
          aria-hidden="true"
          data-testid="team-label"
          className="team-label"
          style={{
            zIndex: HEIGHT,
            // It stands on the lower edge of the team's head, which is lower than it is high.
            transform: `translate(${rect.x}px, ${rect.y + HEADER - 16}px) scale(${1 / zoom}) translateY(-100%)`,
            maxWidth: rect.width * zoom,
            fontSize: SIZE,
          }}
        >
          <Status id={id} />
          <span className="truncate">{text}</span>
        </div>
      ))}
    </ViewportPortal>
  );
}

/** The lead's own, which lies under the label. */
function Status({ id }: { id: string }) {
  const kind = useOrg((state) => {
    const row = state.rows.get(id);
    return row ? shownOf(row).kind : null;
  });
  return kind ? <Glyph kind={kind} size={10} className="shrink-0" /> : null;
}
