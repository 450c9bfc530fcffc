import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { sentence } from "../api/client";
import { Button, Problem, SkeletonRows } from "./controls";

interface Props<T> {
  query: UseQueryResult<T>;
  /** Said when it could not be read. */
  failed: string;
  /** Rows of the skeleton that is shown until then. */
  rows?: number;
  children: (data: T) => ReactNode;
}

/** What was read, or that it is being read, or why it could not be and how to try again. */
export function Read<T>({ query, failed, rows = 3, children }: Props<T>) {
  const { data, error, isPending, refetch } = query;
  return (
    <>
      {isPending ? <SkeletonRows rows={rows} /> : null}
      {error ? (
        <Problem title={failed} text={sentence(error)}>
          <Button onClick={() => void refetch()}>Retry</Button>
        </Problem>
      ) : null}
      {data === undefined ? null : children(data)}
    </>
  );
}
