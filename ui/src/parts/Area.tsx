import type { TextareaHTMLAttributes } from "react";
import { FIELD, Labelled, type LabelledProps } from "./Labelled";

type Props = LabelledProps & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id">;

/** A text of several lines. */
export function Area({ label, hint, error, hideLabel, className, rows = 4, ...rest }: Props) {
  return (
    <Labelled {...{ label, hint, error, hideLabel, className }}>
      {(ties) => (
        <textarea
          rows={rows}
          spellCheck={false}
          {...rest}
          {...ties}
          className={`${FIELD} resize-y px-2.5 py-1.5`}
        />
      )}
    </Labelled>
  );
}
