// What a static page needs to show a race: a script of its own, for pages that have one. It comes before the labs' own
// script, which starts it.

import { mountRace } from "./race.ts";
import { unlessDamaged } from "./still.ts";

window.mountRace = (figure, model, id) => unlessDamaged(figure, () => void mountRace(figure, model, id));
