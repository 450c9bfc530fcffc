import { useRef, useState } from "react";
import { sentence } from "../api/client";

interface Task {
  isBusy: boolean;
  /** Why the last try failed; empty when it did not. */
  problem: string;
  setProblem: (problem: string) => void;
  /** Does the work unless some is under way. Answers whether it was done. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** Something a person sets off and waits for: once at a time, and its failure as a sentence. */
export function useTask(): Task {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const isRunning = useRef(false);
  const run = async (work: () => Promise<unknown>) => {
    // Not the state: two presses may come before it is drawn.
    if (isRunning.current) return false;
    isRunning.current = true;
    setIsBusy(true);
    setProblem("");
    try {
      await work();
      return true;
    } catch (failure) {
      setProblem(sentence(failure));
      return false;
    } finally {
      isRunning.current = false;
      setIsBusy(false);
    }
  };
  return { isBusy, problem, setProblem, run };
}
