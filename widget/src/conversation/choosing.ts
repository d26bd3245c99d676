/** Options that are checked together, or alone. */

import type { Choice } from "../api/types";

/** Return the checked ids after `id` was pressed: "None of these" and the others exclude each other. */
export function toggled(
  checked: readonly string[],
  id: string,
  choices: readonly Choice[],
): readonly string[] {
  if (checked.includes(id)) return checked.filter((one) => one !== id);
  const alone = new Set(choices.filter((one) => one.alone).map((one) => one.id));
  return alone.has(id) ? [id] : [...checked.filter((one) => !alone.has(one)), id];
}
