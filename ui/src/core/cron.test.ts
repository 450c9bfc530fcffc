import { expect, it } from "vitest";
import { cronWords } from "./cron";

it("says common times in words", () => {
  const said: [string, string][] = [
    ["0 9 * * 1-5", "on weekdays at 09:00"],
    ["30 7 * * *", "every day at 07:30"],
    ["0 9,17 * * *", "every day at 09:00 and 17:00"],
    ["0 10 * * 0,6", "on weekends at 10:00"],
    ["0 9 * * 1", "on Mondays at 09:00"],
    ["0 9 * * 1,3,5", "on Mondays, Wednesdays and Fridays at 09:00"],
    ["0 9 * * 7", "on Sundays at 09:00"],
    ["* * * * *", "every minute"],
    ["*/15 * * * *", "every 15 minutes"],
    ["0 * * * *", "every hour"],
    ["11,26,41,56 * * * *", "every hour at :11, :26, :41 and :56"],
    ["5 */6 * * *", "every 6 hours at :05"],
    ["0 8 1 * *", "on day 1 of the month at 08:00"],
    ["  0   9 * *  1-5 ", "on weekdays at 09:00"],
  ];
  for (const [expression, words] of said)
    expect([expression, cronWords(expression)]).toEqual([expression, words]);
});

it("says nothing where words would be wrong or longer than the five fields", () => {
  for (const expression of [
    "",
    "0 9 * *",
    "0 9 * * * *",
    "*/7 * * * *",
    "0 9 1 * 1",
    "0 9 * 6 *",
    "0 9 * * MON",
    "61 9 * * *",
    "0 24 * * *",
    "*/5 9 * * *",
    "0,10,20 9,10 * * *",
    "0 9 * * 1-3",
    "@daily",
  ])
    expect([expression, cronWords(expression)]).toEqual([expression, null]);
});
