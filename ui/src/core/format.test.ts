import { expect, test } from "vitest";
import { backupFile, onCanvas } from "./format";

const at = new Date(2026, 10, 29, 7, 5, 9);

test("a backup is named after its moment, in the folder as it was given", () => {
  expect(backupFile("/home/me/backups/", at)).toBe("/home/me/backups/molecule-2026-11-29-070509.tar");
  expect(backupFile("C:\\Backups", at)).toBe("C:\\Backups\\molecule-2026-11-29-070509.tar");
  expect(backupFile("/", at)).toBe("/molecule-2026-11-29-070509.tar");
});

test("the canvas is told with the members of its teams, not its roots alone", () => {
  expect(onCanvas(0, 0)).toBe("No roles on canvas");
  expect(onCanvas(1, 1)).toBe("1 role on canvas");
  expect(onCanvas(1, 5)).toBe("5 roles on canvas");
  expect(onCanvas(2, 5)).toBe("5 roles on canvas, 2 of them report to nobody");
  expect(onCanvas(3, 3)).toBe("3 roles on canvas");
});
