/** A path, typed or chosen: the system's own dialog stands beside the field where there is a window to show it. */

import { useQuery } from "@tanstack/react-query";
import { sentence } from "../api/client";
import { pickFolder, shellInfo } from "../shell";
import { keys } from "../state/queries";
import { toast } from "../state/ui";
import { Button, Field } from "./controls";

interface Props {
  label: string;
  value: string;
  onChange: (path: string) => void;
  placeholder?: string;
  hint?: string;
  disabled?: boolean;
}

export function FolderField({ label, value, onChange, placeholder, hint, disabled }: Props) {
  const { data: shell } = useQuery({ queryKey: keys.shell, queryFn: shellInfo });
  return (
    <div className="flex min-w-0 flex-1 items-end gap-2">
      <Field
        label={label}
        hint={hint}
        className="min-w-0 flex-1"
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value)}
      />
      {shell ? (
        <Button
          className={`h-8 ${hint ? "mb-[21px]" : ""}`}
          disabled={disabled}
          onClick={() => {
            pickFolder(label).then(
              (path) => path && onChange(path),
              (error: unknown) => toast("error", `The folder dialog did not open: ${sentence(error)}`),
            );
          }}
        >
          Browse
        </Button>
      ) : null}
    </div>
  );
}
