/** Times of a schedule in words, as far as they are easy to say. Pure. */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** A list of whole numbers in bounds; nothing when the field says anything else. */
function numbers(field: string, least: number, most: number): number[] | null {
  if (!/^\d+(,\d+)*$/.test(field)) return null;
  const found = field.split(",").map(Number);
  return found.every((one) => one >= least && one <= most) ? found : null;
}

/** The step of a field like "*" or "*" with a step that divides the whole evenly; nothing when it is another. */
function step(field: string, whole: number): number | null {
  if (field === "*") return 1;
  const every = Number(/^\*\/(\d+)$/.exec(field)?.[1] ?? 0);
  return every > 0 && every < whole && whole % every === 0 ? every : null;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function daysOf(field: string): string | null {
  if (field === "*") return "every day";
  if (field === "1-5") return "on weekdays";
  if (["0,6", "6,0", "6,7", "6-7"].includes(field)) return "on weekends";
  const days = numbers(field, 0, 7);
  return days === null ? null : `on ${listed(days.map((day) => `${DAYS[day % 7]}s`))}`;
}

/** "on weekdays at 09:00"; nothing where words would be longer or less clear than the five fields. */
export function cronWords(expression: string): string | null {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minute = "", hour = "", date = "", month = "", day = ""] = fields;
  if (month !== "*") return null;
  const isDaily = date === "*" && day === "*";
  const every = step(minute, 60);
  if (every !== null) {
    if (hour !== "*" || !isDaily) return null;
    return every === 1 ? "every minute" : `every ${every} minutes`;
  }
  const minutes = numbers(minute, 0, 59);
  if (minutes === null) return null;
  const hours = step(hour, 24);
  if (hours !== null) {
    if (!isDaily) return null;
    const past =
      minutes.length === 1 && minutes[0] === 0 ? "" : ` at ${listed(minutes.map((one) => `:${two(one)}`))}`;
    return `${hours === 1 ? "every hour" : `every ${hours} hours`}${past}`;
  }
  const times = numbers(hour, 0, 23);
  if (times === null || times.length * minutes.length > 4) return null;
  const at = `at ${listed(times.flatMap((one) => minutes.map((past) => `${two(one)}:${two(past)}`)))}`;
  if (date === "*") {
    const days = daysOf(day);
    return days === null ? null : `${days} ${at}`;
  }
  const dates = numbers(date, 1, 31);
  // With a date and a day of the week it is due on either: no short sentence says that.
  if (dates === null || day !== "*") return null;
  return `on day ${listed(dates.map(String))} of the month ${at}`;
}
