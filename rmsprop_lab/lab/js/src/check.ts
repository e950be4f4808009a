// The check of a rule, for a static page: a script of its own, for pages that have an exercise. It comes before the
// labs' own script, which looks for it.

import { addCheck } from "./check/field.ts";

window.addCheck = addCheck;
